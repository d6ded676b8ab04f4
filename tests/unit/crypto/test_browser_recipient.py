"""Opening what browsers seal; that a browser seals alike is tested in a browser."""

from __future__ import annotations

import pytest

from crypto.browser_recipient import OVERHEAD, BrowserRecipient, seal_as_browser
from crypto.errors import Tampered, WrongKey


def test_what_is_sealed_opens_for_one_alone_and_for_its_purpose() -> None:
    one, other = BrowserRecipient.generate(), BrowserRecipient.generate()

    sealed = seal_as_browser(one.public, b"data", b"draft 1")

    assert len(sealed) == 4 + OVERHEAD
    assert BrowserRecipient.from_secret(one.secret).open(sealed, b"draft 1") == b"data"
    for opener, info in ((other, b"draft 1"), (one, b"draft 2")):
        with pytest.raises(Tampered):
            opener.open(sealed, info)


@pytest.mark.parametrize("place", [0, 1, 64, 65, -1])
def test_one_changed_byte_is_noticed(place: int) -> None:
    one = BrowserRecipient.generate()
    sealed = bytearray(seal_as_browser(one.public, b"data", b""))
    sealed[place] ^= 1

    with pytest.raises(Tampered):
        one.open(bytes(sealed), b"")


@pytest.mark.parametrize("short", [b"", b"\x04", bytes(65), bytes(81)])
def test_what_was_never_sealed_does_not_open(short: bytes) -> None:
    with pytest.raises(Tampered):
        BrowserRecipient.generate().open(short, b"")


def test_a_key_of_the_rfcs_vectors_has_its_public_point() -> None:
    vector = BrowserRecipient.from_secret(
        bytes.fromhex("317f915db7bc629c48fe765587897e01e282d3e8445f79f27f65d031a88082b2")
    )

    assert vector.public.hex() == (
        "04abc7e49a4c6b3566d77d0304addc6ed0e98512ffccf505e6a8e3eb25c685136f"
        "853148544876de76c0f2ef99cdc3a05ccf5ded7860c7c021238f9e2073d2356c"
    )


@pytest.mark.parametrize("secret", [b"short", bytes(32), b"\xff" * 32])
def test_what_is_no_key_is_refused(secret: bytes) -> None:
    with pytest.raises(WrongKey):
        BrowserRecipient.from_secret(secret)


def test_nothing_is_sealed_to_what_is_no_point() -> None:
    with pytest.raises(WrongKey):
        seal_as_browser(b"\x04" + bytes(64), b"data", b"")

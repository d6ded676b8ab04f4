"""Orders and keys of the centre in bundles: what they look like, and who can have said them."""

from __future__ import annotations

from dataclasses import replace

import cbor2
import pytest

from crypto.identity import Identity
from sync import wire
from sync.bundle import Bundle
from sync.errors import BadSignature, Malformed
from sync.orders import (
    CentreKeys,
    Orders,
    check_order,
    escrow_id,
    order_shredding,
)

STREAM = "32.75.02.1004"
CENTRE = Identity.from_seed(b"\x07" * 32)
RECORD = bytes(range(16))
ORDER = order_shredding(CENTRE, STREAM, 1_764_000_000_000, RECORD)
KEYS = CentreKeys(CENTRE.public, b"s" * 1216, b"r" * 1216)
EMPTY = Bundle(STREAM, b"a" * 16, b"b" * 16, 1, 2)


def sent(content: Bundle) -> Bundle:
    return wire.decode(wire.encode(content))


@pytest.mark.parametrize(
    "content",
    [
        replace(EMPTY, orders=Orders(ORDER.number, 3, (ORDER,))),
        replace(EMPTY, orders=Orders(0, 0)),
        replace(EMPTY, knows=b"k" * 16),
        replace(EMPTY, centre_keys=KEYS),
        replace(EMPTY, centre_keys=replace(KEYS, recovery_public=b"")),
        replace(EMPTY, escrow=b"e" * 1168),
    ],
)
def test_what_is_said_arrives_as_it_was_said(content: Bundle) -> None:
    assert sent(content) == content


def test_a_bundle_without_them_costs_not_a_byte_more() -> None:
    assert set(cbor2.loads(wire.encode(EMPTY))) == set(range(7))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        (23, [1, 1]),
        (23, [-1, 0, []]),
        (23, [1, 1, [[0, RECORD, b"s" * 64]]]),
        (23, [1, 1, [[1, RECORD[:15], b"s" * 64]]]),
        (23, [1, 1, [[1, RECORD, b"s" * 63]]]),
        (23, [1, 1, [[1 << 63, RECORD, b"s" * 64]]]),
        (23, "all of them"),
        (24, b"short"),
        (24, "text"),
        (24, [b"s" * 31, b"", b""]),
        (24, [b"s" * 32, b""]),
        (24, [b"s" * 32, "text", b""]),
        (26, "text"),
    ],
)
def test_what_is_not_well_formed_is_refused(key: int, value: object) -> None:
    plain = cbor2.loads(wire.encode(EMPTY))

    with pytest.raises(Malformed):
        wire.decode(cbor2.dumps({**plain, key: value}))


def test_an_order_is_the_centres_for_one_record_of_one_stream() -> None:
    former, stranger = Identity.from_seed(b"\x08" * 32), Identity.from_seed(b"\x09" * 32)
    check_order([former.public, CENTRE.public], STREAM, ORDER)

    for publics, stream, order in (
        ([], STREAM, ORDER),
        ([stranger.public], STREAM, ORDER),
        ([CENTRE.public], "32.75.02.1001", ORDER),
        ([CENTRE.public], STREAM, replace(ORDER, record=RECORD[::-1])),
        ([CENTRE.public], STREAM, replace(ORDER, number=ORDER.number + 1)),
    ):
        with pytest.raises(BadSignature):
            check_order(publics, stream, order)


def test_other_keys_have_another_fingerprint() -> None:
    others = [
        replace(KEYS, sign_public=b"x" * 32),
        replace(KEYS, seal_public=b"x" * 1216),
        replace(KEYS, recovery_public=b""),
    ]

    assert len({one.fingerprint for one in (KEYS, *others)}) == 4
    assert len(KEYS.fingerprint) == len(escrow_id(b"sealed")) == 8

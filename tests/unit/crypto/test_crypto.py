"""Keys, sealing, signing: what they promise and what they refuse."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

import pytest

from crypto import aead, keys
from crypto.blind import BlindIndex
from crypto.errors import Tampered, WrongKey
from crypto.identity import Identity, replica_id, verify
from crypto.keyfile import create_key_file, read_key_file
from crypto.passphrase import hash_password, key_from_passphrase, new_salt, password_matches
from crypto.recipient import PUBLIC_BYTES, Recipient, seal_to


def test_sealed_bytes_open_with_the_same_key_and_header_only() -> None:
    key = keys.new_key()
    sealed = aead.seal(key, b"DEWI LESTARI", b"header")

    assert aead.unseal(key, sealed, b"header") == b"DEWI LESTARI"
    assert b"DEWI" not in sealed
    for wrong in (
        lambda: aead.unseal(keys.new_key(), sealed, b"header"),
        lambda: aead.unseal(key, sealed, b"another"),
        lambda: aead.unseal(key, sealed[:-1], b"header"),
        lambda: aead.unseal(key, b"", b"header"),
    ):
        with pytest.raises(Tampered):
            wrong()


def test_the_same_text_never_seals_to_the_same_bytes() -> None:
    key = keys.new_key()

    assert aead.seal(key, b"x", b"") != aead.seal(key, b"x", b"")


def test_rfc_3394_vector_of_a_256_bit_key_under_a_256_bit_kek() -> None:
    kek = bytes.fromhex("000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F")
    key = bytes.fromhex("00112233445566778899AABBCCDDEEFF000102030405060708090A0B0C0D0E0F")
    wrapped = bytes.fromhex(
        "28C9F404C4B810F4CBCCB35CFB87F8263F5786E2D80ED326CBC7F0E71A99F43BFB988B9B7A02DD21"
    )

    assert keys.wrap(kek, key) == wrapped
    assert keys.unwrap(kek, wrapped) == key


def test_a_key_wrapped_under_another_key_does_not_open() -> None:
    wrapped = keys.wrap(keys.new_key(), keys.new_key())

    assert len(wrapped) == keys.WRAPPED_BYTES
    with pytest.raises(WrongKey):
        keys.unwrap(keys.new_key(), wrapped)
    with pytest.raises(WrongKey):
        keys.unwrap(keys.new_key(), b"short")


def test_what_is_sealed_to_a_recipient_opens_for_it_alone_and_for_its_purpose() -> None:
    one, other = Recipient.generate(), Recipient.generate()
    sealed = seal_to(one.public, b"k" * 32, b"epoch 1")

    assert len(one.public) == PUBLIC_BYTES
    assert len(sealed) == 32 + 1136
    assert one.open(sealed, b"epoch 1") == b"k" * 32
    assert Recipient.from_secret(one.secret).open(sealed, b"epoch 1") == b"k" * 32
    for opener, info in ((other, b"epoch 1"), (one, b"epoch 2")):
        with pytest.raises(Tampered):
            opener.open(sealed, info)
    with pytest.raises(Tampered):
        one.open(sealed[:100], b"epoch 1")


def test_malformed_recipient_keys_are_refused() -> None:
    with pytest.raises(WrongKey):
        Recipient.from_secret(b"short")
    with pytest.raises(WrongKey):
        seal_to(b"short", b"x", b"")


def test_rfc_8032_vector_and_the_replica_id_that_follows_from_the_key() -> None:
    seed = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    identity = Identity.from_seed(seed)

    assert identity.public.hex() == (
        "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a"
    )
    assert identity.sign(b"").hex().startswith("e5564300c360ac729086e2cc806e828a")
    expected = hashlib.sha256(b"loket replica 1" + identity.public).digest()[:16]
    assert identity.replica == replica_id(identity.public) == expected


def test_a_signature_of_another_key_or_message_is_refused() -> None:
    one, other = Identity.generate(), Identity.generate()
    signature = one.sign(b"message")
    verify(one.public, signature, b"message")

    for public, sig, message in (
        (other.public, signature, b"message"),
        (one.public, signature, b"massage"),
        (one.public, b"short", b"message"),
        (b"no key", signature, b"message"),
    ):
        with pytest.raises(Tampered):
            verify(public, sig, message)
    with pytest.raises(WrongKey):
        Identity.from_seed(b"short")


def test_blind_tokens_differ_by_store_and_by_kind_and_tell_nothing() -> None:
    one, other = BlindIndex(keys.new_key()), BlindIndex(keys.new_key())
    nik = "3275021234560001"

    assert one.token("nik", nik) == one.token("nik", nik)
    assert len({one.token("nik", nik), other.token("nik", nik), one.token("kk", nik)}) == 3


def test_a_passphrase_gives_the_same_key_with_the_same_salt_only() -> None:
    salt = new_salt()

    assert key_from_passphrase("rahasia", salt) == key_from_passphrase("rahasia", salt)
    assert key_from_passphrase("rahasia", salt) != key_from_passphrase("Rahasia", salt)
    assert key_from_passphrase("rahasia", salt) != key_from_passphrase("rahasia", new_salt())


def test_a_password_is_kept_as_a_hash_that_only_it_matches() -> None:
    phc = hash_password("pintu belakang")

    assert phc.startswith("$argon2id$v=19$m=19456,t=2,p=1$"), "OWASP's profile"
    assert "pintu" not in phc
    assert password_matches("pintu belakang", phc)
    assert not password_matches("pintu depan", phc)


def test_a_key_file_is_private_never_overwritten_and_read_back(tmp_path: Path) -> None:
    path = tmp_path / "edge.key"
    key = create_key_file(path)

    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_key_file(path) == key
    with pytest.raises(FileExistsError):
        create_key_file(path)
    assert read_key_file(path) == key


@pytest.mark.parametrize("content", ["", "x", "loket key-encryption key 1\n!!!\n", "a\nb\n"])
def test_a_file_that_is_no_key_file_is_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "edge.key"
    path.write_text(content)

    with pytest.raises(WrongKey):
        read_key_file(path)
    with pytest.raises(WrongKey):
        read_key_file(tmp_path / "missing")


def test_nothing_random_is_reused() -> None:
    assert len({keys.new_key() for _ in range(100)} | {os.urandom(32)}) == 101

"""A secret among several persons (Shamir): enough of them know it, fewer know nothing."""

from __future__ import annotations

import itertools
import os

import pytest

from crypto import shares
from crypto.errors import WrongKey


@pytest.mark.parametrize(("count", "threshold"), [(2, 2), (3, 2), (5, 2), (5, 3), (255, 2)])
def test_any_two_or_more_as_needed_give_the_secret_back(count: int, threshold: int) -> None:
    secret = os.urandom(96)
    parts = shares.split(secret, count, threshold)

    chosen = itertools.islice(itertools.combinations(parts, threshold), 60)
    assert all(shares.combine(some) == secret for some in chosen)
    assert shares.combine(parts[:6]) == secret, "more than needed is fine"


def test_one_person_alone_knows_nothing() -> None:
    """With one share of two, every secret is as likely: some polynomial leads to each."""
    share = shares.split(b"\x2a", 2, 2)[0]
    possible = {shares.combine([share, bytes([2, value])]) for value in range(256)}

    assert possible == {bytes([value]) for value in range(256)}


def test_shares_are_random_and_do_not_hold_the_secret() -> None:
    secret = bytes(32)

    first, again = shares.split(secret, 3, 2), shares.split(secret, 3, 2)

    assert first != again
    assert all(part[1:] != secret for part in first + again)


def test_the_field_is_that_of_aes() -> None:
    """FIPS 197 §4.2: {57} · {13} = {fe}; and every element but zero has an inverse."""
    assert shares._multiply(0x57, 0x13) == 0xFE
    assert all(shares._multiply(a, shares._inverse(a)) == 1 for a in range(1, 256))


def test_a_known_split() -> None:
    """f(x) = 0x2a + 0x03 x: at 1 0x29, at 2 0x2c, at 3 0x2f."""
    parts = shares.split(b"\x2a", 3, 2, lambda n: b"\x03" * n)

    assert parts == [b"\x01\x29", b"\x02\x2c", b"\x03\x2f"]


def test_what_cannot_be_shared_or_joined_is_refused() -> None:
    parts = shares.split(b"secret", 3, 2)

    for count, threshold in ((1, 2), (3, 1), (256, 2)):
        with pytest.raises(ValueError, match="persons"):
            shares.split(b"secret", count, threshold)
    for bad in (parts[:1] * 2, [b"", parts[0]], [parts[0], b"\x00secret"]):
        with pytest.raises(WrongKey, match="once"):
            shares.combine(bad)
    with pytest.raises(WrongKey, match="one secret"):
        shares.combine([parts[0], parts[1][:-1]])

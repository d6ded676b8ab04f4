"""A secret shared among several persons, of whom so many together know it, and fewer nothing.

Shamir's scheme ("How to share a secret", CACM 22, 1979) over GF(2⁸), byte by byte, with the
field of AES (x⁸ + x⁴ + x³ + x + 1). A share is its point x (1–255, one byte) ‖ the values there.
Whether a recovered secret is the right one is not told: the caller checks it against what it
opens.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence

from crypto.errors import WrongKey

_POLYNOMIAL = 0x11B
MOST_SHARES = 255


def _multiply(a: int, b: int) -> int:
    product = 0
    while b:
        if b & 1:
            product ^= a
        a <<= 1
        if a & 0x100:
            a ^= _POLYNOMIAL
        b >>= 1
    return product


def _inverse(a: int) -> int:
    """a²⁵⁴, which is a⁻¹ for all but zero (a²⁵⁵ = 1)."""
    power, result = a, 1
    for _ in range(7):
        power = _multiply(power, power)
        result = _multiply(result, power)
    return result


def split(
    secret: bytes,
    count: int,
    threshold: int,
    random: Callable[[int], bytes] = os.urandom,
) -> list[bytes]:
    """`count` shares of `secret`, any `threshold` of which give it back.

    :param random: gives so many random bytes.
    :raises ValueError: fewer shares than needed, or more than the field has points.
    """
    if not 1 < threshold <= count <= MOST_SHARES:
        raise ValueError("two persons or more, and no more of them than there are shares")
    coefficients = [secret, *(random(len(secret)) for _ in range(threshold - 1))]
    shares = []
    for point in range(1, count + 1):
        values = bytearray(len(secret))
        # Horner's rule, from the highest coefficient down.
        for coefficient in reversed(coefficients):
            values = bytearray(
                _multiply(value, point) ^ byte
                for value, byte in zip(values, coefficient, strict=True)
            )
        shares.append(bytes([point]) + bytes(values))
    return shares


def combine(shares: Sequence[bytes]) -> bytes:
    """The secret that the shares came from; something else where there are too few of them.

    :raises WrongKey: not shares of one secret, or one of them twice.
    """
    points = [share[0] for share in shares if share]
    lengths = {len(share) for share in shares}
    if len(points) != len(shares) or len(set(points)) != len(points) or 0 in points:
        raise WrongKey("each person's share is needed once")
    if len(lengths) != 1:
        raise WrongKey("these shares are not of one secret")
    secret = bytearray(lengths.pop() - 1)
    for share in shares:
        # Lagrange's weight of this point at x = 0; in GF(2⁸) minus is plus.
        weight = 1
        for other in points:
            if other != share[0]:
                weight = _multiply(weight, _multiply(other, _inverse(other ^ share[0])))
        for at, value in enumerate(share[1:]):
            secret[at] ^= _multiply(weight, value)
    return bytes(secret)

"""Receipt codes: `BTJ-7Q4-K2M` = kelurahan, five random characters, a check character.

The alphabet has no two characters that look alike in bad handwriting (0 O, 1 I L, 2 Z, 5 S,
6 G, 8 B, U V) and no vowels, so that no code reads as a word. It has 23 characters, a prime;
the check makes Σ weight·value ≡ 0 (mod 23) over all nine places, with weights 1…9. Hence every
single wrong character and every swap of two places is caught.

The abbreviation uses eight letters that the alphabet lacks. Each borrows the value of a digit,
which can never stand in an abbreviation; within the letters A–Z less O, V and Z, all values
differ, which is all that the proof needs.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from registration.errors import InvalidCode
from registration.regions import by_abbr
from registration.texts import N_, Sentence

ALPHABET = "23456789CDFHJKMNPQRTWXY"
_PRIME = len(ALPHABET)
_VALUES = {char: value for value, char in enumerate(ALPHABET)}
_VALUES |= {letter: _VALUES[digit] for letter, digit in zip("BSGAEILU", "85643972", strict=True)}
_ABBR_LETTERS = frozenset(char for char in _VALUES if char.isalpha())
_RANDOM = 5
_LENGTH = 9
_MISREAD = str.maketrans("BSGZ", "8562")
"""What people write for the digits that the alphabet has; a wrong guess fails the check."""
_NOISE = re.compile(r"[\s\-–—._]+")


def new_code(abbr: str, pick: Callable[[int], int]) -> str:
    """A code of this kelurahan; `pick(n)` gives an unguessable number in 0…n-1.

    About 6.4 million codes a kelurahan: the caller draws again when one is taken.
    """
    if len(abbr) != 3 or not _ABBR_LETTERS.issuperset(abbr):
        raise ValueError(f"{abbr!r} cannot open a receipt code")
    body = abbr + "".join(ALPHABET[pick(_PRIME)] for _ in range(_RANDOM))
    return _grouped(body + _check(body))


def parse_code(text: str) -> str:
    """The code as we write it, however it was typed; InvalidCode says what is wrong."""
    typed = _NOISE.sub("", text).upper()
    if len(typed) != _LENGTH:
        raise InvalidCode(
            Sentence(
                N_(
                    "Kode terdiri dari 9 huruf dan angka, misalnya BTJ-7Q4-K2M; "
                    "yang diketik %(count)s. Lihat tanda terimanya."
                ),
                {"count": len(typed)},
            )
        )
    abbr, rest = typed[:3], typed[3:].translate(_MISREAD)
    try:
        by_abbr(abbr)
    except KeyError:
        raise InvalidCode(
            Sentence(
                N_(
                    "Tidak ada kelurahan dengan singkatan “%(abbr)s”. Kode diawali tiga huruf "
                    "kelurahan, misalnya BTJ-7Q4-K2M."
                ),
                {"abbr": abbr},
            )
        ) from None
    for char in rest:
        if char not in ALPHABET:
            raise InvalidCode(
                Sentence(
                    N_(
                        "Kode tidak pernah memakai “%(char)s”. Lihat lagi tanda terimanya: "
                        "mungkin huruf atau angka lain yang mirip."
                    ),
                    {"char": char},
                )
            )
    if _total(abbr + rest) % _PRIME:
        raise InvalidCode(
            Sentence(
                N_(
                    "Ada huruf atau angka yang keliru atau tertukar di kode ini. "
                    "Cocokkan satu per satu dengan tanda terimanya."
                )
            )
        )
    return _grouped(abbr + rest)


def _total(chars: str) -> int:
    return sum(weight * _VALUES[char] for weight, char in enumerate(chars, start=1))


def _check(body: str) -> str:
    """The last character x with total + 9·x ≡ 0."""
    return ALPHABET[-_total(body) * pow(_LENGTH, -1, _PRIME) % _PRIME]


def _grouped(chars: str) -> str:
    return "-".join((chars[:3], chars[3:6], chars[6:]))

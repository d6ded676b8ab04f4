"""Indonesian mobile numbers: 08…, +62 8…, 62 8…; kept in E.164."""

from __future__ import annotations

import re

from registration.errors import InvalidPhone
from registration.texts import N_, Sentence

_SEPARATORS = re.compile(r"[\s.\-–()]+")
_NATIONAL = re.compile(r"08[0-9]+")
_SHORTEST, _LONGEST = 10, 13


def to_e164(text: str) -> str:
    """`0812 3456 7890` → `+6281234567890`; InvalidPhone says what is wrong."""
    typed = _SEPARATORS.sub("", text)
    if typed.startswith("+62"):
        national = "0" + typed[3:].removeprefix("0")
    elif typed.startswith("62"):
        national = "0" + typed[2:].removeprefix("0")
    else:
        national = typed
    if not national.removeprefix("+").isdecimal() or not national.isascii():
        raise InvalidPhone(
            Sentence(N_("Nomor HP hanya berisi angka, misalnya 0812-3456-7890. Satu nomor saja."))
        )
    if not _NATIONAL.fullmatch(national):
        raise InvalidPhone(Sentence(N_("Nomor HP diawali 08 atau +62 8, misalnya 0812-3456-7890.")))
    if not _SHORTEST <= len(national) <= _LONGEST:
        raise InvalidPhone(
            Sentence(
                N_("Nomor HP terdiri dari 10 sampai 13 angka; yang diketik %(count)s angka."),
                {"count": len(national)},
            )
        )
    return "+62" + national[1:]


def pretty(e164: str) -> str:
    """`+6281234567890` → `0812-3456-7890`; what is not ours is shown as it is."""
    if not e164.startswith("+62"):
        return e164
    national = "0" + e164[3:]
    middle = 8 if len(national) > _SHORTEST else 7
    return f"{national[:4]}-{national[4:middle]}-{national[middle:]}"

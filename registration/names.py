"""Names of people: one word is a name, and there is no given or family part."""

from __future__ import annotations

import re
import unicodedata

from registration.errors import InvalidName
from registration.texts import N_, Sentence

LONGEST = 60
"""Characters on the card (Permendagri 73/2022; unverified)."""

_MARKS = frozenset(" .'-,/")
_SAME_MARK = str.maketrans(dict.fromkeys("’‘`´ʼ", "'") | dict.fromkeys("‐‑–—", "-"))
_JOINED = re.compile(r"['’‘`´ʼ]")
_WORDS = re.compile("[A-Z0-9]+")


def clean_name(text: str) -> str:
    """The name as the card has it: capitals, single spaces, plain apostrophes and dashes."""
    name = unicodedata.normalize("NFC", text).upper()
    name = unicodedata.normalize("NFC", name).translate(_SAME_MARK)
    name = " ".join(name.split())
    if any(char.isdigit() for char in name):
        raise InvalidName(Sentence(N_("Nama tidak berisi angka.")))
    for char in name:
        if char not in _MARKS and not _is_latin(char):
            raise InvalidName(
                Sentence(
                    N_(
                        "Nama hanya berisi huruf, spasi, titik, koma, petik, garis datar dan "
                        "garis miring; ada “%(stray)s” di dalamnya."
                    ),
                    {"stray": char if char.isprintable() else "\N{REPLACEMENT CHARACTER}"},
                )
            )
    if not any(map(str.isalpha, name)):
        raise InvalidName(Sentence(N_("Tulis namanya dengan huruf, seperti di KTP atau KK.")))
    if len(name) > LONGEST:
        raise InvalidName(
            Sentence(
                N_(
                    "Nama paling panjang %(most)s huruf; yang diketik %(count)s. "
                    "Tulis seperti di KTP atau KK."
                ),
                {"most": LONGEST, "count": len(name)},
            )
        )
    return name


def new_name_doubts(name: str) -> list[Sentence]:
    """For a name that is registered for the first time (a birth, not a KTP-el).

    Permendagri 73/2022 asks for two words; older names stay as they are. To be confirmed,
    not refused: the parents decide, the officer tells them the rule.
    """
    if len(name.split()) > 1:
        return []
    return [
        Sentence(
            N_(
                "Nama ini satu kata. Aturan sejak 2022 meminta paling sedikit dua kata untuk nama "
                "baru; tanyakan sekali lagi kepada orang tuanya."
            )
        )
    ]


def name_words(name: str) -> list[str]:
    """The words of a name for search: capitals, without accents and punctuation.

    Takes what a person types into a search box too, so it never refuses.
    """
    if name.isascii():
        # Nearly every name, and nothing to take apart.
        return _WORDS.findall(name.replace("'", "").replace("`", "").upper())
    bare = unicodedata.normalize("NFKD", _JOINED.sub("", name).upper())
    kept = (char if char.isalnum() else " " for char in bare if not unicodedata.combining(char))
    return "".join(kept).split()


def _is_latin(char: str) -> bool:
    """Look-alikes of other scripts would make one name into two."""
    return char.isalpha() and unicodedata.name(char, "").startswith("LATIN ")

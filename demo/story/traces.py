"""Looking for people in everything that was left on the disk or passed a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from registration.format import title_name
from registration.invented.people import Person

_SHORTEST = 8
_TEXT = re.compile(rb"[A-Za-z0-9 .,'@+-]{%d,}" % _SHORTEST)
"""Every text of our alphabet that is long enough to hold what we look for. What looks like that
among sealed bytes is rare, so one pass finds the candidates of all needles at once."""


@dataclass(frozen=True, slots=True)
class Found:
    file: str
    needle: str


def needles_of(persons: Iterable[Person], names: Iterable[str]) -> frozenset[bytes]:
    """All that would give a person away."""
    wanted: set[str] = set()
    for person in persons:
        phone = person.telepon.lstrip("0")
        wanted |= {person.nama, title_name(person.nama), person.nama.title(), person.nik}
        wanted |= {person.no_kk, person.telepon, phone, f"+62{phone}", person.email}
    for name in names:
        wanted |= {name, title_name(name)}
    needles = frozenset(one.encode() for one in wanted)
    for one in needles:
        if _TEXT.fullmatch(one) is None:
            raise ValueError(f"the search would not see {one!r}")
    return needles


def search(folder: Path, needles: frozenset[bytes]) -> tuple[list[Found], int, int]:
    """(what was found, files read, bytes read) of all files below `folder`."""
    found: list[Found] = []
    files = size = 0
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        files, size = files + 1, size + len(data)
        texts = set(_TEXT.findall(data))
        name = str(path.relative_to(folder))
        found += [
            Found(name, needle.decode())
            for needle in needles
            if any(needle in text for text in texts)
        ]
    return found, files, size

"""What the counters file: forms of invented people, as the counter's own pages would make them.

Checking a form takes longer than sealing it, so a few hundred are checked once and filed again with
another NIK, birthday and KK number: to the centre these are other people.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from typing import Any

from registration.catalogue import DATA
from registration.codes import new_code
from registration.form import load_form
from registration.invented.people import CASES, REFERENCE_DAY, People, make_nik, make_no_kk
from registration.lifecycle import Status
from registration.regions import kelurahan

_PEOPLE = 240
_SEED = 20_261_124
_OLDEST = date(1950, 1, 1)
_BIRTHDAYS = 20_000
"""Days from the oldest to the youngest."""


@cache
def _forms() -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """(region, sex, fields) of checked forms."""
    people = People(_SEED)
    made = []
    for number in range(_PEOPLE):
        case, person = CASES[1:][number % len(CASES[1:])], people.person()
        form = load_form(
            "ktp-el",
            case,
            person.form(case),
            version=1,
            today=REFERENCE_DAY,
            confirmed=frozenset({"nik", "no_kk"}),
        )
        made.append((person.nik[:6], person.jenis_kelamin, form.record_fields()))
    return tuple(made)


def filings(stream: str, rng: random.Random) -> Iterator[dict[str, Any]]:
    """The writes of filed requests of one kelurahan, for ever."""
    forms, abbr = _forms(), kelurahan(stream).abbr
    while True:
        region, sex, fields = rng.choice(forms)
        born = _OLDEST + timedelta(days=rng.randrange(_BIRTHDAYS))
        issued = REFERENCE_DAY - timedelta(days=rng.randint(30, 12 * 365))
        yield {
            **fields,
            DATA + "nik": make_nik(region, born, sex, rng.randint(1, 9999)),
            DATA + "no_kk": make_no_kk(region, issued, rng.randint(1, 9999)),
            DATA + "tanggal_lahir": born.isoformat(),
            "kode": new_code(abbr, rng.randrange),
            "kanal": "loket",
            "status": str(Status.DIAJUKAN),
        }

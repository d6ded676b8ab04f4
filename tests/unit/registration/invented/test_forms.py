from __future__ import annotations

import pytest

from registration.catalogue import SERVICES
from registration.form import load_form
from registration.invented.forms import filled
from registration.invented.people import REFERENCE_DAY, People

CASES = [(known.code, case.code) for known in SERVICES for case in known.cases]


@pytest.mark.parametrize(("code", "case"), CASES)
def test_every_case_can_be_filled_in(code: str, case: str) -> None:
    people = People(31)
    for _ in range(20):
        typed = filled(people, code, case)

        form = load_form(
            code, case, typed, version=1, today=REFERENCE_DAY, confirmed=frozenset({"nama"})
        )

        assert not form.warnings, [str(said) for _, said in form.warnings]
        assert form.values["nama"] == typed["nama"]

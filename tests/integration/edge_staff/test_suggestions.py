"""What the search box suggests: a few, quickly, and to nobody who is not logged in."""

from __future__ import annotations

import pytest

from edge_node.edge import Edge
from edge_node.workflows import lookup
from registration.invented.people import Person
from tests.integration.edge_staff.conftest import Browser, record_in
from vault import read


def _asked(browser: Browser, typed: str) -> list[dict[str, str]]:
    answer = browser.post("/cari/saran", {"q": typed})
    assert answer.status_code == 200, answer.text
    options: list[dict[str, str]] = answer.get_json()["options"]
    return options


def test_name_nik_and_code_are_suggested_with_the_way_there(
    edge: Edge, siti: Browser, people: list[Person]
) -> None:
    wanted, other = people[0], people[1]
    record = record_in(siti.file(wanted))
    siti.file(other)
    path = f"/permohonan/{record}"

    by_name = _asked(siti, wanted.nama[:5].lower())
    [by_nik] = _asked(siti, wanted.nik)
    [by_code] = _asked(siti, by_nik["code"])

    assert path in [one["url"] for one in by_name]
    assert by_nik["url"] == by_code["url"] == path
    assert by_nik["name"].casefold() == wanted.nama.casefold()
    assert by_nik["what"]
    assert by_nik["status"]


@pytest.mark.parametrize("typed", ["", "  ", "de", "3275", "BTJ-2"])
def test_too_little_to_go_by_suggests_nothing(siti: Browser, typed: str) -> None:
    assert _asked(siti, typed) == []


def test_who_does_not_see_the_list_is_told_how_many(siti: Browser, people: list[Person]) -> None:
    siti.file(people[0])

    some = siti.post("/cari/saran", {"q": people[0].nik}).get_json()["said"]
    none = siti.post("/cari/saran", {"q": "QQQQQQ"}).get_json()["said"]

    assert some.startswith("1 saran.")
    assert none == "Belum ada yang cocok."


def test_a_common_name_costs_no_more_than_a_few_looks(
    edge: Edge, siti: Browser, people: list[Person], monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(lookup.SUGGESTED + 3):
        siti.file(people[2])
    opened: list[int] = []
    open_all = read._open_all
    monkeypatch.setattr(
        read, "_open_all", lambda c, v, rows: opened.append(len(rows)) or open_all(c, v, rows)
    )

    shown = lookup.suggest(edge, people[2].nama)

    assert len(shown) == lookup.SUGGESTED
    assert sum(opened) <= 100


def test_what_is_typed_stands_in_no_address(siti: Browser) -> None:
    assert siti.get("/cari/saran?q=DEWI").status_code == 405


def test_strangers_and_machines_are_suggested_nothing(
    visitor: Browser, people: list[Person]
) -> None:
    assert visitor.post("/cari/saran", {"q": people[0].nama}).status_code == 303

    visitor.log_in()
    answers = [visitor.post("/cari/saran", {"q": "de"}).status_code for _ in range(60)]

    assert answers[0] == 200
    assert answers[-1] == 429

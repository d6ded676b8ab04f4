"""A full disk at the counter, as staff read of it."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from werkzeug.datastructures import FileStorage

from edge_node.edge import Edge
from edge_node.workflows import lookup
from registration.invented.people import Person
from tests.integration.edge_staff.conftest import Browser, record_in
from vault.engine import writing


@pytest.fixture
def filed(siti: Browser, people: list[Person]) -> str:
    return record_in(siti.file(people[1], konfirmasi=["nik", "no_kk"]))


def fill_up(edge: Edge) -> None:
    """As on a full disk: the database's file cannot grow by a page."""
    with writing(edge.vault.engine) as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1")


def make_room(edge: Edge) -> None:
    with writing(edge.vault.engine) as connection:
        connection.exec_driver_sql("PRAGMA max_page_count=1000000")


def test_an_act_that_does_not_fit_is_told_plainly_and_nothing_of_it_is_kept(
    siti: Browser, edge: Edge, filed: str, people: list[Person]
) -> None:
    fill_up(edge)

    # A few more still fit into the pages that are there.
    for person in people[2:]:
        told = siti.file(person, konfirmasi=["nik", "no_kk"])
        if told.status_code != 303:
            break

    assert told.status_code == 503
    assert "Penyimpanan perangkat ini penuh" in told.text
    assert "Hubungi admin sekarang" in told.text
    assert siti.get(f"/permohonan/{filed}").status_code == 200
    make_room(edge)
    assert siti.file(person, konfirmasi=["nik", "no_kk"]).status_code == 303


def test_photos_are_refused_with_a_correction_too_while_the_rest_of_the_disk_is_kept(
    siti: Browser, edge: Edge, filed: str, pictures: dict[str, bytes]
) -> None:
    edge.settings = replace(edge.settings, free_mib_photos=1e9, free_mib_requests=0.0)
    photo = FileStorage(io.BytesIO(pictures["kk"]), filename="kk.jpg")

    answer = siti.post(f"/permohonan/{filed}/berkas", {"berkas.kk": photo})

    assert answer.status_code == 422
    assert "foto belum bisa disimpan" in answer.text
    assert lookup.read(edge, bytes.fromhex(filed)).scans == {}

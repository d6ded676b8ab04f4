"""The list of documents to be fetched."""

from __future__ import annotations

import pytest

from edge_node.edge import Edge
from edge_node.workflows.pickup import pick_up
from registration.format import title_name
from registration.invented.people import Person
from sync.body import Author, Body
from tests.integration.edge_staff.conftest import SITI, Browser, record_in
from tests.pdf_text import pages, pieces
from vault.engine import writing
from vault.write import write

RUDI = Author("rudi", "RUDI", "verifikator")


def became(edge: Edge, record: str, status: str, by: Author = RUDI, **writes: str) -> None:
    with writing(edge.vault.engine) as connection:
        body = Body("terbitkan", by, {"status": status, **writes})
        one = bytes.fromhex(record)
        write(connection, edge.vault, edge.stream, one, "permohonan", body, edge.stamp())


@pytest.fixture
def issued(siti: Browser, edge: Edge, people: list[Person]) -> dict[str, str]:
    """Three documents: at the counter, on its way, and one that is gone; {status: record}."""
    records = {}
    for number, status in enumerate(("siap_diambil", "terbit", "diserahkan")):
        record = record_in(siti.file(people[number], konfirmasi=["nik", "no_kk"]))
        became(edge, record, status, SITI, nomor_dokumen=f"KTP/{number}")
        records[status] = record
    record_in(siti.file(people[3], konfirmasi=["nik", "no_kk"]))
    return records


def test_it_holds_what_is_issued_and_not_handed_over_by_name(
    edge: Edge, issued: dict[str, str], people: list[Person]
) -> None:
    found = pick_up(edge)

    names = [str(line.record.value("data.nama")) for line in found.lines]
    assert names == sorted((people[0].nama, people[1].nama))
    assert {line.record.id.hex() for line in found.lines if line.here} == {issued["siap_diambil"]}
    assert found.whole


def test_it_counts_since_the_document_was_there_and_not_since_the_last_word(
    edge: Edge, issued: dict[str, str]
) -> None:
    before = {line.record.id: line.since for line in pick_up(edge).lines}
    now = edge.clock()
    edge.clock = lambda: now.later(3_600_000)
    with writing(edge.vault.engine) as connection:
        body = Body("perbaiki", RUDI, {"data.alamat": "JL. BARU 1"})
        one = bytes.fromhex(issued["siap_diambil"])
        write(connection, edge.vault, edge.stream, one, "permohonan", body, edge.stamp())

    after = {line.record.id: line.since for line in pick_up(edge).lines}

    assert after == before


def test_the_page_shows_only_what_is_needed_to_find_a_person(
    siti: Browser, issued: dict[str, str], people: list[Person]
) -> None:
    page = siti.get("/pengambilan").text

    assert title_name(people[0].nama) in page
    assert f">{people[0].nik[-4:]}<" in page
    for person in people[:2]:
        assert person.nik not in page
        assert person.no_kk not in page
        assert person.alamat not in page
    assert title_name(people[2].nama) not in page, "it was handed over"
    assert f"/permohonan/{issued['terbit']}" in page
    assert "1 dokumen siap diambil di loket." in page
    assert "1 sudah terbit, belum tercatat tiba." in page


def test_the_paper_has_a_row_to_sign_for_each(
    siti: Browser, issued: dict[str, str], people: list[Person]
) -> None:
    answer = siti.get("/pengambilan.pdf")

    made = " ".join(pieces(answer.data))
    assert answer.headers["Content-Disposition"].startswith("inline; filename=pengambilan-20")
    assert "Tanda tangan" in made
    assert "KTP/0" in made
    assert "KTP/1" in made
    assert "KTP/2" not in made
    assert people[0].nik not in made
    assert pages(answer.data) == 1


def test_nothing_waits(siti: Browser) -> None:
    assert "Tidak ada dokumen yang menunggu diambil." in siti.get("/pengambilan").text
    assert pages(siti.get("/pengambilan.pdf").data) == 1


def test_an_rw_officer_does_not_see_it(rw: Browser) -> None:
    assert rw.get("/pengambilan").status_code == 403
    assert "/pengambilan" not in rw.get("/").text

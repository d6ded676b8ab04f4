"""Counter and centre wrote different names: the counter shows it, and leaves it to the centre."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from central.workflows import desk
from edge_node.app import create_staff_app
from edge_node.workflows import acts
from edge_node.workflows.filing import Upload
from tests.integration.edge_staff.conftest import PASSWORD, Browser
from tests.integration.world import RUDI, SITI, Counter, make_world
from tests.pdf_text import pieces
from vault import accounts
from vault.engine import writing


@pytest.fixture
def torn(tmp_path: Path, pictures: dict[str, bytes]) -> Iterator[tuple[Counter, bytes]]:
    """A counter with one request whose name both sides changed."""
    world = make_world(tmp_path)
    counter = world.counter()
    record = counter.file()
    papers = [Upload(one, pictures[one]) for one in ("kk", "surat_kehilangan")]
    acts.correct(counter.edge, record, {}, papers, SITI)
    acts.verify(counter.edge, record, SITI)
    counter.courier.run()
    world.fold()
    form = {name: str(value) for name, value in counter.record(record).named("data").items()}
    desk.correct(world.centre, counter.edge.stream, record, {**form, "nama": "DARI PUSAT"}, RUDI)
    acts.correct(counter.edge, record, {**form, "nama": "DARI LOKET"}, [], SITI)
    counter.courier.run()
    world.fold()
    counter.courier.run()
    yield counter, record
    world.centre.vault.engine.dispose()
    counter.edge.vault.engine.dispose()


@pytest.fixture
def browser(torn: tuple[Counter, bytes]) -> Browser:
    edge = torn[0].edge
    edge.settings = type(edge.settings)(
        edge.settings.data, edge.settings.key_file, secure_cookies=False
    )
    with writing(edge.vault.engine) as connection:
        accounts.add_account(connection, edge.vault, "siti", "SITI", "petugas", PASSWORD)
    return Browser(create_staff_app(edge).test_client()).log_in()


def test_the_counter_shows_the_provisional_name_with_its_mark(
    browser: Browser, torn: tuple[Counter, bytes]
) -> None:
    page = browser.get(f"/permohonan/{torn[1].hex()}").text

    assert "Dari Pusat" in page
    assert "Loket dan Disdukcapil mengubah hal yang sama" in page
    assert "tanpa saling tahu. Menunggu keputusan." in page
    assert "1 permohonan butuh keputusan pusat" in page
    assert torn[1].hex() in browser.get("/?kelompok=beda").text


def test_a_name_typed_before_the_difference_came_is_not_called_saved(
    browser: Browser, torn: tuple[Counter, bytes]
) -> None:
    counter, record = torn
    before = counter.record(record).value("data.nama")
    form = {"nama": "DIKETIK TADI", "semula.nama": before, "konfirmasi": ["nik", "no_kk"]}

    answer = browser.post(f"/permohonan/{record.hex()}/perbaiki", form)

    assert answer.status_code == 409
    assert "Menunggu keputusan Disdukcapil; belum bisa diubah di sini." in answer.text
    assert counter.record(record).value("data.nama") == before


def test_a_paper_form_leaves_what_is_not_decided_to_the_pen(
    browser: Browser, torn: tuple[Counter, bytes]
) -> None:
    nik = torn[0].record(torn[1]).value("data.nik")

    made = pieces(browser.get(f"/permohonan/{torn[1].hex()}/formulir/f102.pdf").data)

    assert nik in made
    assert not {"DARI PUSAT", "DARI LOKET"}.intersection(made)


def test_both_names_find_the_request(browser: Browser) -> None:
    assert browser.post("/cari", {"q": "loket"}).status_code == 303
    assert browser.post("/cari", {"q": "pusat"}).status_code == 303


def test_a_correction_at_the_counter_does_not_settle_it(
    browser: Browser, torn: tuple[Counter, bytes]
) -> None:
    counter, record = torn
    form = browser.get(f"/permohonan/{record.hex()}/perbaiki").text
    typed = {name: str(value) for name, value in counter.record(record).named("data").items()}

    mine = {**typed, "nama": "DARI LOKET LAGI", "pekerjaan": "GURU", "konfirmasi": ["nik", "no_kk"]}
    answer = browser.post(f"/permohonan/{record.hex()}/perbaiki", mine)

    assert "belum bisa diubah di sini" in form
    assert 'name="nama"' not in form
    assert answer.status_code == 303
    after = counter.record(record)
    assert after.conflicts == 1
    assert after.value("data.pekerjaan") == "GURU"

"""Who saw whose data: written down before it is shown, on every page; read by whoever watches."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from central.centre import Centre
from central.evidence.trail import Look
from central.evidence.verify import verify_file
from central.store import trail
from central.store.trail import Only, Seen
from central.workflows import seeing
from registration.invented.people import People, Person
from sync.body import Author
from tests.integration.central_views.conftest import (
    BINTARA,
    BINTARAJAYA,
    PASSWORD,
    Counter,
    Officer,
    stored,
)
from tests.integration.central_views.test_differences import differ
from vault import accounts
from vault.engine import reading, writing

_TWO = 2


def seen_of(centre: Centre, record: bytes | None = None) -> list[Seen]:
    return seeing.seen(centre, Only(record=record), 1, 500).seen


@pytest.fixture
def wati(app: Flask, centre: Centre) -> Officer:
    """An auditor."""
    with writing(centre.vault.engine) as connection:
        accounts.add_account(connection, centre.vault, "wati", "Wati Susilo", "auditor", PASSWORD)
    officer = Officer(app.test_client())
    assert officer.log_in("wati").status_code == 303
    return officer


def test_opening_a_request_is_written_down_with_who_and_which(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record, _ = loket.file()
    loket.exchange()

    rudi.get(loket.path(record))

    (last,) = seen_of(centre, record)
    assert (last.entry.kind, last.name, last.entry.role) == (
        Look.PERMOHONAN,
        "Rudi Hartono",
        "verifikator",
    )
    assert last.entry.things == ((BINTARAJAYA, record),)


def test_what_cannot_be_written_down_is_not_shown(
    loket: Counter, app: Flask, rudi: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    record, person = loket.file()
    loket.exchange()
    app.config["PROPAGATE_EXCEPTIONS"] = False

    def fail(*_: object, **__: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(trail, "append", fail)
    page = rudi.get(loket.path(record))

    assert page.status_code == 500
    assert person.nama.title() not in page.text


def test_every_page_that_shows_a_person_writes_it_down(
    centre: Centre, open_counter: Callable[[str], Counter], app: Flask, ani: Officer
) -> None:
    one, other = open_counter(BINTARAJAYA), open_counter(BINTARA)
    record = differ(centre, one, alamat=("JL. PUSAT", "JL. LOKET"))
    person = People(7).person()
    twin, _ = other.file("hilang", person)
    other.exchange()
    shown = _words_of(person)

    pages = set()
    for rule, path in _pages(app, one, record, twin):
        before = {entry.entry.seq for entry in seen_of(centre)}
        page = ani.get(path)
        picture = page.mimetype.startswith("image/")
        if picture or any(word.encode() in page.data for word in shown):
            pages.add(rule)
            named = {
                thing
                for entry in seen_of(centre)
                if entry.entry.seq not in before
                for _, thing in entry.entry.things
            }
            assert named & {record, twin}, f"{path} showed a person and wrote nothing down"

    # The walk reached what it is about.
    assert {"queue.listing", "request.detail", "request.scan", "request.correct"} <= pages
    assert {"differences.listing", "differences.settle", "duplicates.pair"} <= pages


def test_a_search_writes_down_whom_it_found(centre: Centre, loket: Counter, rudi: Officer) -> None:
    record, person = loket.file()
    loket.file()
    loket.exchange()

    rudi.post("/cari", {"q": person.nik})

    found = [one.entry for one in seen_of(centre) if one.entry.kind == Look.CARI]
    assert [one.things for one in found] == [((BINTARAJAYA, record),)]


def test_a_list_is_one_entry_that_names_all_it_showed(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    records = {loket.file()[0] for _ in range(_TWO)}
    loket.exchange()

    rudi.get("/")

    last = seen_of(centre)[0].entry
    assert last.kind == Look.DAFTAR
    assert {record for _, record in last.things} == records


def test_an_auditor_sees_the_trail_and_nobodys_data(
    loket: Counter, rudi: Officer, wati: Officer
) -> None:
    record, person = loket.file()
    loket.exchange()
    rudi.get(loket.path(record))

    home = wati.get("/")
    page = wati.get("/jejak")
    refused = wati.get(loket.path(record))

    assert (home.status_code, home.headers["Location"]) == (303, "/jejak")
    assert "Rudi Hartono" in page.text
    assert "membuka permohonan" in page.text
    assert not [word for word in _words_of(person) if word in page.text]
    assert refused.status_code == 403


def test_the_trail_is_for_auditors_and_admins(rudi: Officer, ani: Officer) -> None:
    assert rudi.get("/jejak").status_code == 403
    assert ani.get("/jejak").status_code == 200
    assert rudi.post("/jejak/ekspor").status_code == 403


def test_the_code_of_a_receipt_leads_to_who_saw_that_request(
    loket: Counter, rudi: Officer, wati: Officer
) -> None:
    record, person = loket.file()
    loket.exchange()
    rudi.get(loket.path(record))
    code = str(loket.read(record).value("kode"))
    wati.get("/jejak")

    found = wati.post("/jejak/kode", {"kode": code})
    page = wati.get(found.headers["Location"])
    wrong = wati.post("/jejak/kode", {"kode": "BTJ-AAA"})

    assert code not in found.headers["Location"]
    assert "Rudi Hartono" in page.text
    assert person.nama.title() not in page.text
    assert wrong.status_code == 422
    assert 'value="BTJ-AAA"' in wrong.text


def test_an_admin_gets_from_a_request_to_who_saw_it(
    loket: Counter, rudi: Officer, ani: Officer
) -> None:
    record, _ = loket.file()
    loket.exchange()
    path = f"/jejak/permohonan/{BINTARAJAYA}/{record.hex()}"

    assert path in ani.get(loket.path(record)).text
    assert path not in rudi.get(loket.path(record)).text
    assert "Ani Suryani" in ani.get(path).text


def test_entries_are_found_by_officer_day_and_kelurahan(
    centre: Centre,
    open_counter: Callable[[str], Counter],
    rudi: Officer,
    ani: Officer,
    wati: Officer,
) -> None:
    one, other = open_counter(BINTARAJAYA), open_counter(BINTARA)
    (first, _), (second, _) = one.file(), other.file()
    one.exchange()
    other.exchange()
    rudi.get(one.path(first))
    ani.get(other.path(second))
    by = {entry.name: entry.entry.account for entry in seen_of(centre)}
    today = centre.today().isoformat()

    def count(query: str) -> int:
        return wati.get(f"/jejak?{query}").text.count("membuka permohonan")

    assert count("") == 2
    assert count(f"petugas={by['Rudi Hartono']}") == 1
    assert count(f"kelurahan={BINTARA}") == 1
    assert count(f"hari={today}") == 2
    assert count("hari=2020-01-01") == 0
    assert "bukan tanggal" in wati.get("/jejak?hari=kemarin").text


def test_an_auditor_takes_a_file_that_holds_that_it_was_taken(
    centre: Centre, loket: Counter, rudi: Officer, wati: Officer
) -> None:
    record, _ = loket.file()
    loket.exchange()
    rudi.get(loket.path(record))
    wati.get("/jejak")

    file = wati.post("/jejak/ekspor")
    checked, _ = verify_file(io.BytesIO(file.data))

    assert re.search(r"loket-audit-\d{8}-\d{4}\.tar", file.headers["Content-Disposition"])
    assert checked.good, checked.findings
    assert checked.entries == len(seen_of(centre))
    assert seen_of(centre)[0].entry.kind == Look.EKSPOR
    assert "mengambil berkas untuk auditor" in wati.get("/jejak").text


def test_acts_of_admins_stand_in_the_trail(
    centre: Centre, loket: Counter, ani: Officer, wati: Officer
) -> None:
    replica = loket.edge.vault.replica.hex()
    ani.get(f"/node/{replica}/cabut")
    ani.post(f"/node/{replica}/cabut", {"alasan": "Kotaknya hilang dicuri orang."})

    page = wati.get("/jejak").text
    record = wati.get("/node/catatan")

    assert "tindakan pengelolaan" in page
    assert "mencabut izin server" in page
    assert "Kotaknya hilang" in record.text
    assert wati.get("/node").status_code == 200


def test_names_are_sealed_on_disk(centre: Centre, loket: Counter, rudi: Officer) -> None:
    record, _ = loket.file()
    loket.exchange()
    rudi.get(loket.path(record))

    disk = stored(centre)
    assert b"verifikator" in disk
    assert b"Rudi Hartono" not in disk


def test_the_end_is_signed_each_hour_and_each_thousand_entries(
    centre: Centre, rudi: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trail, "CHECKPOINT_EACH", 3)
    rudi_author = Author("r", "Rudi", "verifikator")
    things = [(BINTARAJAYA, bytes(16))]

    for _ in range(4):
        seeing.saw(centre, rudi_author, Look.API, things)
    hourly = [seeing.sign_end(centre), seeing.sign_end(centre)]

    assert hourly == [True, False]
    with reading(centre.vault.engine) as connection:
        assert len(trail.checkpoints(connection, 1, 4)) == 2


def _words_of(person: Person) -> list[str]:
    nik = person.nik
    return [
        person.nama,
        person.nama.title(),
        nik,
        " ".join(nik[i : i + 4] for i in range(0, 16, 4)),
    ]


def _pages(app: Flask, one: Counter, record: bytes, twin: bytes) -> Iterator[tuple[str, str]]:
    """(endpoint, path) of all pages that can be asked for without posting."""
    scan = next(iter(one.read(record).scans))
    values = {
        "stream": BINTARAJAYA,
        "record": record.hex(),
        "first": record.hex(),
        "second": twin.hex(),
        "scan": scan,
        "name": "data.alamat",
        "field": "data.alamat",
        "decision": "0" * 12 + "-1",
        "act": "jawab",
        "client": "0" * 32,
        "account": "0" * 12,
        "table": "kelurahan",
        "ident": "0" * 32,
        "kind": "csv",
        "which": "segel",
    }
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        if "filename" in rule.arguments:
            continue
        unknown = rule.arguments - values.keys()
        assert not unknown, f"{rule.endpoint} takes {unknown}: tell this test what to put there"
        path = adapter.build(rule.endpoint, {name: values[name] for name in rule.arguments})
        yield rule.endpoint, path

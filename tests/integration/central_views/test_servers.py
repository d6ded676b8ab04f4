"""The chart, the table and the page of a server; alerts and keys, as officers see them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from central.centre import Centre
from central.store import audit, health
from central.workflows import alerting
from central.workflows.enrolment import CodeRefused
from central.workflows.ingest import note_refusal
from crypto.keyfile import create_key_file
from edge_node import edge as counter
from edge_node.settings import EdgeSettings
from edge_node.workflows.enrolment import enrol
from sync.errors import Forked
from sync.exchange import Batch, Initiator, Peer
from sync.health import Health
from tests.integration.central_views.conftest import (
    BINTARA,
    BINTARAJAYA,
    Counter,
    Officer,
    Wire,
    hidden,
)
from vault.engine import reading, writing
from vault.keyring import create_keyring

REASON = "Perangkat rusak kena air hujan."
WELL = Health("0.1.0", 0, 0, 0, 50 << 30, 100 << 30, 7200)


def tells(centre: Centre, loket: Counter, **word: object) -> None:
    told = replace(WELL, **word)  # type: ignore[arg-type]
    with writing(centre.vault.engine) as connection:
        health.keep(connection, loket.edge.vault.replica, told, centre.clock(), 0)


def trouble(centre: Centre, loket: Counter) -> None:
    """Its disk is nearly full, and the rules have seen it."""
    tells(centre, loket, free_bytes=5 << 30)
    alerting.look(centre, pause_ms=0)


def page_of(loket: Counter, rest: str = "") -> str:
    return f"/node/{loket.edge.vault.replica.hex()}{rest}"


def acts(centre: Centre) -> list[str]:
    with reading(centre.vault.engine) as connection:
        return [one.act for one in reversed(audit.list_acts(connection, centre.vault))]


def test_the_table_says_what_waits_at_a_counter_and_how_its_box_is(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    loket.exchange()
    tells(centre, loket, requests=12, waiting_bytes=348_160, oldest_ms=centre.clock() - 600_000)

    page = rudi.get("/node").text

    for words in (
        "12 urusan · 340 KB",
        "tertua 10 menit lalu",
        "50 GB kosong (50%)",
        "versi 0.1.0",
    ):
        assert words in page, words


def test_a_counter_of_an_older_version_shows_no_numbers_that_nobody_told(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    page = rudi.get("/node").text

    assert "0 urusan" not in page
    assert "kosong (" not in page
    assert "belum menceritakan keadaannya" in rudi.get(page_of(loket)).text


def test_the_chart_has_all_kelurahan_and_says_their_state_in_words(
    centre: Centre,
    loket: Counter,
    open_counter: Callable[[str], Counter],
    rudi: Officer,
) -> None:
    loket.exchange()
    trouble(centre, open_counter(BINTARA))

    page = rudi.get("/node").text

    tiles = re.findall(r'aria-label="([^":]+): ([^"]+)"', page)
    assert len(tiles) == 56
    assert ("Bintarajaya", "terhubung") in tiles
    assert ("Bintara", "perlu dilihat") in tiles
    assert ("Kranji", "belum punya server") in tiles
    assert "<strong>54</strong> belum punya server" in page
    assert "bukan peta" in page
    assert " style=" not in page


def test_only_what_wants_an_eye_is_left_by_the_filter_and_in_its_file(
    centre: Centre,
    loket: Counter,
    open_counter: Callable[[str], Counter],
    rudi: Officer,
) -> None:
    trouble(centre, open_counter(BINTARA))

    page = rudi.get("/node?saring=perlu").text
    file = rudi.get("/node/daftar.csv?saring=perlu")
    whole = rudi.get("/node/daftar.csv")

    assert (page.count('class="row-link"'), BINTARA in page) == (1, True)
    assert "tersisa 5 persen" in page
    assert file.mimetype == "text/csv"
    head, row = csv.reader(io.StringIO(file.text.lstrip("\ufeff")), delimiter=";")
    assert dict(zip(head, row, strict=True))["byte disk kosong"] == str(5 << 30)
    assert len(whole.text.splitlines()) == 3


def test_a_version_that_is_a_formula_stays_a_text_in_the_file(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    tells(centre, loket, version="=cmd|' /C calc'!A0")

    _, row = csv.reader(io.StringIO(rudi.get("/node/daftar.csv").text), delimiter=";")

    assert "'=cmd|' /C calc'!A0" in row


def test_a_server_s_page_tells_its_story(centre: Centre, loket: Counter, ani: Officer) -> None:
    loket.exchange()
    trouble(centre, loket)
    peer = Peer(loket.edge.centre_replica, loket.edge.node.centre_sign)
    raw = Initiator(loket.edge.stream, peer).ask(
        loket.edge.vault.keyring.identity, Batch(have={}), 1, 0
    )
    note_refusal(centre, raw, Forked(loket.edge.vault.replica, 7))

    page = ani.get(page_of(loket)).text

    for words in (
        "Server Loket Bintarajaya",
        "tersisa 5 persen",
        "masih berlangsung",
        "catatannya bercabang",
        "Riwayat per jam",
        "Perintah pemusnahan yang belum dijalankan",
        "belum ada",
        "loket edge keys new-identity",
        page_of(loket, "/ganti"),
        page_of(loket, "/cabut"),
    ):
        assert words in page, words


def test_a_verifier_looks_and_does_not_act(loket: Counter, rudi: Officer) -> None:
    page = rudi.get(page_of(loket)).text

    assert "/ganti" not in page
    for path in (page_of(loket, "/ganti"), "/node/kunci", "/node/peringatan/aturan"):
        assert rudi.get(path).status_code == 403
    assert rudi.get(f"/node/{'0' * 32}").status_code == 404


def test_a_broken_box_is_replaced_and_the_new_one_goes_on(
    centre: Centre, loket: Counter, ani: Officer, tmp_path: Path
) -> None:
    loket.exchange()
    url = page_of(loket, "/ganti")
    form = ani.get(url).text

    short = ani.post(url, {"alasan": "rusak"})
    first = ani.post(url, {"alasan": REASON})
    second = ani.post(url, {"alasan": REASON})

    codes = [re.search(r"--code ([A-Z2-7-]+)", one.text) for one in (first, second)]
    assert "Izin perangkat lama dicabut sekarang juga" in form
    assert (short.status_code, 'value="rusak"' in short.text) == (422, True)
    assert sorted(acts(centre)) == ["replace", "replace", "revoke"]
    assert codes[0]
    assert codes[1]
    assert not _enrols(centre, codes[0][1], tmp_path, "a")
    assert _enrols(centre, codes[1][1], tmp_path, "b")
    listed = ani.get("/node").text
    assert listed.count(BINTARAJAYA) == 2
    assert "dicabut" in listed
    assert "Perangkat lain kelurahan ini" in ani.get(page_of(loket)).text


def _enrols(centre: Centre, code: str, tmp_path: Path, name: str) -> bool:
    settings = EdgeSettings(tmp_path / name, tmp_path / f"{name}.key")
    settings.data.mkdir()
    engine = counter.open_engine(settings)
    counter.migrate(engine)
    kek = create_key_file(tmp_path / f"{name}.key")
    with writing(engine) as connection:
        keyring = create_keyring(connection, kek)
    try:
        enrol(engine, keyring, "https://pusat", code, Wire(centre))  # type: ignore[arg-type]
    except CodeRefused:
        return False
    finally:
        engine.dispose()
    return True


def test_a_code_that_is_asked_for_twice_leaves_one(
    centre: Centre, ani: Officer, tmp_path: Path
) -> None:
    pages = [ani.post("/node/baru", {"kelurahan": BINTARA}).text for _ in range(2)]

    codes = [re.findall(r"--code ([A-Z2-7-]+)", page)[0] for page in pages]
    assert not _enrols(centre, codes[0], tmp_path, "a")
    assert _enrols(centre, codes[1], tmp_path, "b")
    assert "membuat kode pendaftaran" in ani.get("/node/catatan").text


def test_an_alert_shows_in_the_weather_until_somebody_looks_after_it(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    loket.exchange()
    trouble(centre, loket)
    weather = rudi.get("/").text
    page = rudi.get("/node/peringatan").text
    (url,) = re.findall(r'action="(/node/peringatan/[0-9a-f]{32}/lihat)"', page)

    done = rudi.post(url)
    rudi.post(url)
    after = rudi.get("/node/peringatan").text
    unknown = rudi.post(f"/node/peringatan/{'0' * 32}/lihat")

    assert "▲ 1 peringatan" in weather
    assert "Minta petugas mengosongkan ruang" in page
    assert done.status_code == 303
    assert "Ditangani oleh Rudi Hartono" in after
    assert "/lihat" not in after
    assert "▲ 1 peringatan" not in rudi.get("/").text
    assert unknown.status_code == 404


def test_what_is_over_stands_below_with_how_long_it_took(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    trouble(centre, loket)
    tells(centre, loket)
    alerting.look(centre, pause_ms=0)

    page = rudi.get("/node/peringatan").text

    assert "Tidak ada peringatan yang terbuka" in page
    assert "selesai setelah kurang dari satu menit" in page
    assert "surel dan webhook belum diatur" in page


def test_limits_are_changed_on_a_page_and_what_was_typed_stays(
    centre: Centre, ani: Officer
) -> None:
    url = "/node/peringatan/aturan"
    form = ani.get(url).text
    names = re.findall(r'<input class="input" id="f-(\w+)" name="\w+" value="([^"]*)"', form)
    typed = {**dict(names), "days_off": "2026-12-25"}

    wrong = ani.post(url, {**typed, "silent_hours": "empat", "closes": "25.00"})
    done = ani.post(url, {**typed, "silent_hours": "6"})

    assert typed["opens"] == "08.00"
    assert wrong.status_code == 422
    assert 'value="empat"' in wrong.text
    assert "2026-12-25" in wrong.text
    assert wrong.text.count('class="field-error"') == 2
    assert done.status_code == 303
    after = ani.get(url).text
    assert 'name="silent_hours" value="6"' in after
    assert "2026-12-25" in after
    assert acts(centre) == ["alert-rules"]


@pytest.mark.parametrize(
    ("which", "act"), [("segel", "new-sealing-key"), ("tanda-tangan", "new-signing-key")]
)
def test_a_key_of_the_centre_is_changed_once_though_the_form_is_sent_twice(
    centre: Centre, loket: Counter, ani: Officer, which: str, act: str
) -> None:
    loket.exchange()
    url = f"/node/kunci/{which}"
    form = ani.get(url)
    sent = {"dilihat": hidden(form, "dilihat"), "alasan": "Penggantian tahunan 2026."}

    short = ani.post(url, {**sent, "alasan": "x"})
    first = ani.post(url, sent)
    again = ani.post(url, sent)
    behind = ani.get("/node/kunci").text
    loket.exchange()
    heard = ani.get("/node/kunci").text

    assert "Yang akan terjadi" in form.text
    assert short.status_code == 422
    assert (first.status_code, again.status_code) == (303, 409)
    assert "sudah diganti sejak halaman ini dibuka" in again.text
    assert acts(centre) == [act]
    assert "Bintarajaya" in behind
    assert "Semua loket sudah memakai kunci terakhir" in heard


def test_former_keys_are_destroyed_only_when_they_are_old(centre: Centre, ani: Officer) -> None:
    form = ani.get("/node/kunci/segel")
    sent = {"dilihat": hidden(form, "dilihat"), "alasan": "Penggantian tahunan 2026."}
    before = ani.get("/node/kunci").text
    ani.post("/node/kunci/segel", sent)

    offered = ani.get("/node/kunci").text
    done = ani.post("/node/kunci/lupakan", {"alasan": "Sudah tidak dipakai lagi."})

    assert "/node/kunci/lupakan" not in before
    assert "/node/kunci/lupakan" in offered
    assert done.status_code == 303
    assert "1 kunci" in ani.get("/node/kunci").text
    assert ani.get("/node/kunci/lain").status_code == 404

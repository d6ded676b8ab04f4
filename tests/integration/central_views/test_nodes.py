"""The list of servers, and taking a new one in."""

from __future__ import annotations

import re
from contextlib import ExitStack, suppress

import pytest
from flask import Flask

from central.admission.gate import Gate
from central.admission.hall import Ask, Full
from central.admission.line import Kind
from central.app import GATE, TURNS
from central.centre import Centre
from central.store import turns
from central.turns import Turn
from central.views.words import clock, moment
from central.workflows import watching
from central.workflows.ingest import note_refusal
from central.workflows.watching import SILENT_AFTER_MS
from sync.carrier_http import EXCHANGE_PATH, REPLICA
from sync.enrol import EnrolCode
from sync.errors import Forked
from sync.exchange import Batch, Initiator, Peer
from tests.integration.central_views.conftest import Counter, Officer, copied
from vault.engine import reading


def test_a_node_that_calls_is_connected(loket: Counter, rudi: Officer) -> None:
    loket.file("baru")
    loket.exchange()

    page = rudi.get("/node").text

    assert "Bintarajaya" in page
    assert "terhubung" in page
    assert "2 catatan" in page
    assert "baru saja" in page
    assert "cocok" in page
    assert "1 dari 1 loket terhubung" in page


def test_a_node_that_never_called_or_fell_silent_is_said_so(
    loket: Counter, rudi: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    never = rudi.get("/node").text
    loket.exchange()
    real = watching.wall_ms
    monkeypatch.setattr(watching, "wall_ms", lambda: real() + SILENT_AFTER_MS + 60_000)
    silent = rudi.get("/node").text

    assert "belum pernah terhubung" in never
    assert "diam sejak hari ini" in silent
    assert "0 dari 1 loket terhubung" in silent
    assert "loket diam" in rudi.get("/").text


def test_refused_bundles_are_counted_with_their_reason(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    peer = Peer(loket.edge.centre_replica, loket.edge.node.centre_sign)
    raw = Initiator(loket.edge.stream, peer).ask(
        loket.edge.vault.keyring.identity, Batch(have={}), 1, 0
    )
    note_refusal(centre, raw, Forked(loket.edge.vault.replica, 7))

    page = rudi.get("/node").text

    assert "1 bundel ditolak; terakhir: catatannya bercabang" in page


def test_an_admin_makes_a_code_that_is_shown_once(centre: Centre, ani: Officer) -> None:
    form = ani.get("/node/baru")
    page = ani.post("/node/baru", {"kelurahan": "32.75.02.1004"})

    code = re.search(r"--code ([A-Z2-7-]+)", page.text)
    assert form.text.count("<option") == 57
    assert form.text.count("<optgroup") == 12
    assert code
    assert EnrolCode.parse(code[1]).text() == code[1]
    assert "loket edge enrol --centre http://localhost" in page.text
    assert "30 menit" in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_kelurahan_must_be_chosen_from_the_list(ani: Officer) -> None:
    ani.get("/node/baru")

    for chosen in ("", "99.99.99.9999"):
        page = ani.post("/node/baru", {"kelurahan": chosen})
        assert page.status_code == 422
        assert "elurahan" in page.text


@pytest.mark.parametrize("retires", [False, True])
def test_a_copied_disk_is_told_and_a_change_of_keys_alarms_nobody(
    centre: Centre, loket: Counter, rudi: Officer, retires: bool
) -> None:
    loket.exchange()
    copied(centre, loket.edge.vault.replica, retires=retires)

    page = rudi.get("/node").text

    assert ("Salinan disk atau cadangan lama" in page) is not retires
    assert ("sudah berganti kunci" in page) is retires


def refused_for_want_of_room(app: Flask, *said: str) -> int:
    """Seconds after which the last one was told to come back."""
    gate: Gate = app.extensions[GATE]
    answer = None
    with ExitStack() as taken:
        with suppress(Full):
            while True:
                taken.enter_context(gate.visit(Ask(Kind.CHANGES, "")))
        for one in said:
            answer = app.test_client().post(EXCHANGE_PATH, data=b"x", headers={REPLICA: one})
            assert answer.status_code == 503
    assert answer is not None
    return int(answer.headers["Retry-After"])


def test_who_found_no_room_is_shown_with_its_turn_until_it_comes(
    centre: Centre, app: Flask, loket: Counter, rudi: Officer
) -> None:
    loket.exchange()
    replica = loket.edge.vault.replica
    quiet = rudi.get("/node").text

    seconds = refused_for_want_of_room(app, replica.hex())
    watching.keep_turns(centre, app.extensions[TURNS])
    table, page = rudi.get("/node").text, rudi.get(f"/node/{replica.hex()}").text
    file = rudi.get("/node/daftar.csv").text
    loket.exchange()
    came = rudi.get("/node").text

    turn = turns_of(centre)[replica]
    assert turn.at_ms - turn.told_ms == seconds * 1000
    assert "giliran" not in quiet
    said = f"giliran {clock(moment(turn.at_ms), centre.today())}"
    assert said in table
    assert said in page
    assert f"{moment(turn.at_ms):%Y-%m-%dT%H:%M:%SZ}" in file
    assert "giliran" not in came


def test_a_turn_that_nobody_took_is_not_shown_for_ever(
    centre: Centre, app: Flask, loket: Counter, rudi: Officer, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused_for_want_of_room(app, loket.edge.vault.replica.hex())
    watching.keep_turns(centre, app.extensions[TURNS])
    later = centre.clock() + 10 * 60_000

    monkeypatch.setattr(watching, "wall_ms", lambda: later)

    assert "giliran" not in rudi.get("/node").text


def test_who_is_no_node_leaves_nothing_behind_and_is_refused_all_the_same(
    centre: Centre, app: Flask, loket: Counter
) -> None:
    replica = loket.edge.vault.replica.hex()

    refused_for_want_of_room(app, "0" * 32, "", "x" * 32, replica + "00", replica, replica)
    watching.keep_turns(centre, app.extensions[TURNS])
    watching.keep_turns(centre, app.extensions[TURNS])

    assert set(turns_of(centre)) == {loket.edge.vault.replica}


def turns_of(centre: Centre) -> dict[bytes, Turn]:
    with reading(centre.vault.engine) as connection:
        return turns.kept(connection)

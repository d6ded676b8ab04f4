"""The list of servers, and taking a new one in."""

from __future__ import annotations

import re

import pytest

from central.centre import Centre
from central.workflows import watching
from central.workflows.ingest import note_refusal
from central.workflows.watching import SILENT_AFTER_MS
from sync.enrol import EnrolCode
from sync.errors import Forked
from sync.exchange import Batch, Initiator, Peer
from tests.integration.central_views.conftest import Counter, Officer, copied


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

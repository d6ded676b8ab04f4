"""Revoking a server on the page, and the record of who did what."""

from __future__ import annotations

from central.centre import Centre
from central.store import audit
from tests.integration.central_views.conftest import Counter, Officer
from vault.engine import reading

REASON = "Perangkat dicuri, laporan polisi 12/2026."


def test_an_admin_revokes_a_server_with_a_reason_and_the_record_tells(
    centre: Centre, loket: Counter, ani: Officer
) -> None:
    loket.exchange()
    url = f"/node/{loket.edge.vault.replica.hex()}/cabut"
    listed = ani.get("/node")
    form = ani.get(url)

    short = ani.post(url, {"alasan": "hilang"})
    done = ani.post(url, {"alasan": REASON})
    page = ani.get("/node")
    record = ani.get("/node/catatan").text

    assert url in listed.text
    assert "Bintarajaya" in form.text
    assert (short.status_code, "10 huruf" in short.text) == (422, True)
    assert 'value="hilang"' in short.text
    assert done.status_code == 303
    assert "Izin server Loket Bintarajaya dicabut." in page.text
    assert url not in page.text
    assert "mencabut izin server" in record
    assert REASON in record
    with reading(centre.vault.engine) as connection:
        told = audit.list_acts(connection, centre.vault)
    assert [one.by[0].role for one in told] == ["admin"]


def test_only_an_admin_revokes_and_an_unknown_server_is_said_so(
    loket: Counter, rudi: Officer, ani: Officer
) -> None:
    url = f"/node/{loket.edge.vault.replica.hex()}/cabut"

    assert "Cabut izin" not in rudi.get("/node").text
    assert rudi.get(url).status_code == 403
    assert ani.get(f"/node/{'0' * 32}/cabut").status_code == 404
    assert "Belum ada tindakan" in rudi.get("/node/catatan").text

"""SIAK on an officer's page."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from central.app import create_central_app
from central.centre import Centre
from central.siak.http import HttpSiak
from central.workflows import siak
from tests.integration.central_views.conftest import BINTARAJAYA as BTJ
from tests.integration.central_views.conftest import PASSWORD, Officer
from tests.integration.interfaces.conftest import Clock, Simulator
from tests.integration.world import World
from vault import accounts
from vault.engine import writing


@pytest.fixture
def asking(centre: Centre, simulator: Simulator) -> Centre:
    """The centre with a line to SIAK."""
    return replace(centre, settings=replace(centre.settings, siak_url=simulator.url))


@pytest.fixture
def rudi(asking: Centre) -> Officer:
    settings = replace(asking.settings, secure_cookies=False)
    asking = replace(asking, settings=settings)
    with writing(asking.vault.engine) as connection:
        accounts.add_account(
            connection, asking.vault, "rudi", "Rudi Hartono", "verifikator", PASSWORD
        )
    officer = Officer(create_central_app(asking, fold_here=False).test_client())
    assert officer.log_in("rudi").status_code == 303
    return officer


@pytest.fixture
def line(simulator: Simulator) -> Iterator[HttpSiak]:
    opened = HttpSiak(simulator.url, "", read_s=1.0)
    yield opened
    opened.close()


def shortest(low: float, _high: float) -> float:
    return low


def test_the_number_of_siak_stands_in_the_form_or_why_it_does_not(
    world: World,
    asking: Centre,
    clock: Clock,
    rudi: Officer,
    simulator: Simulator,
    line: HttpSiak,
) -> None:
    loket = world.counter(BTJ)
    record = loket.verified()
    loket.exchange()
    world.fold()
    page = f"/permohonan/{BTJ}/{record.hex()}"
    simulator.mode("down")
    rudi.get(page)

    assert rudi.post(f"{page}/siak/kirim").status_code == 303
    assert rudi.post(f"{page}/siak/kirim").status_code == 303
    for _ in range(4):
        siak.work(asking, line, shortest)
        clock.pass_by(minutes=3)
    down = rudi.get(page).text
    looked = rudi.post(f"{page}/siak/cocokkan").text
    simulator.mode("ok")
    for _ in range(4):
        siak.work(asking, line, shortest)
        clock.pass_by(minutes=10)
    [held] = simulator.taken(record).values()
    up = rudi.get(page).text

    assert "SIAK sedang bermasalah sejak" in down
    assert "dicoba lagi sendiri" in down
    assert 'name="nomor_dokumen" value=""' in down
    assert "Belum bisa dicocokkan" in looked
    assert f'name="nomor_dokumen" value="{held["number"]}"' in up
    loket.correct(record, alamat="JL. PINDAH NO. 1")
    loket.exchange()
    world.fold()
    changed = rudi.get(page).text
    assert "berubah sejak dikirim ke SIAK" in changed
    assert 'name="nomor_dokumen" value=""' in changed

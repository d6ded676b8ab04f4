"""Letting systems in and shutting them out, by page and by command; the schema back and forth."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from alembic import command
from click.testing import CliRunner
from sqlalchemy import inspect

import central.centre
from central.app import create_central_app
from central.centre import Centre
from central.cli import cli
from tests.integration.central_views.conftest import PASSWORD, Officer
from tests.integration.world import World
from vault import accounts
from vault.engine import writing
from vault.migrate import config_of

_TOKEN = re.compile(r"loket_[0-9a-f]{12}_[\w-]{43}")


@pytest.fixture
def centre(world: World) -> Centre:
    settings = replace(world.centre.settings, secure_cookies=False)
    opened = replace(world.centre, settings=settings)
    with writing(opened.vault.engine) as connection:
        for name, role in (("ani", "admin"), ("rudi", "verifikator")):
            accounts.add_account(connection, opened.vault, name, name.title(), role, PASSWORD)
    return opened


def officer(centre: Centre, name: str) -> Officer:
    found = Officer(create_central_app(centre, fold_here=False).test_client())
    assert found.log_in(name).status_code == 303
    return found


def test_an_admin_lets_a_system_in_and_out(centre: Centre) -> None:
    ani = officer(centre, "ani")

    wrong = ani.post("/sambungan/api/baru", {"nama": "SIAK kota"})
    made = ani.post("/sambungan/api/baru", {"nama": "SIAK kota", "cakupan": "loket:baca"})
    token = _TOKEN.search(made.text)
    assert token is not None
    called = ani.client.get("/api/v1/loket", headers={"Authorization": f"Bearer {token[0]}"})
    listed = ani.get("/sambungan/api").text
    client_id = token[0].split("_")[1]
    asked = ani.get(f"/sambungan/api/{client_id}/cabut")
    revoked = ani.post(f"/sambungan/api/{client_id}/cabut")
    after = ani.client.get("/api/v1/loket", headers={"Authorization": f"Bearer {token[0]}"})

    assert wrong.status_code == 422
    assert 'value="SIAK kota"' in wrong.text
    assert (called.status_code, after.status_code) == (200, 401)
    assert token[0] not in listed
    assert "Membaca keadaan server kelurahan" in listed
    assert (asked.status_code, revoked.status_code) == (200, 303)
    # Who did it stands in the record of acts.
    acts = ani.get("/node/catatan").text
    assert "memberi akses API" in acts
    assert "mencabut akses API" in acts


def test_a_verifier_sees_none_of_it(centre: Centre) -> None:
    rudi = officer(centre, "rudi")

    for path in ("/sambungan", "/sambungan/api", "/sambungan/api/baru", "/sambungan/pesan-warga"):
        assert rudi.get(path).status_code == 403
    assert "/sambungan" not in rudi.get("/").text


def test_the_commands_do_the_same(tmp_path: Path) -> None:
    run = CliRunner()
    where = ["--data", str(tmp_path / "c"), "--key-file", str(tmp_path / "c.key")]
    assert run.invoke(cli, ["init", *where]).exit_code == 0

    made = run.invoke(
        cli, ["api-client", "add", *where, "--name", "Dasbor kota", "--scope", "loket:baca"]
    )
    token = _TOKEN.search(made.output)
    assert token is not None
    revoked = run.invoke(cli, ["api-client", "revoke", *where, token[0].split("_")[1]])
    listed = run.invoke(cli, ["api-client", "list", *where])
    unknown = run.invoke(cli, ["api-client", "revoke", *where, "nobody"])

    assert revoked.exit_code == 0
    assert "revoked\tloket:baca\tDasbor kota" in listed.output
    assert token[0] not in listed.output
    assert unknown.exit_code == 1


def test_the_schema_goes_back_and_forth_with_data(world: World) -> None:
    loket = world.counter()
    record = loket.verified()
    loket.exchange()
    world.fold()
    engine = world.centre.vault.engine
    versions = Path(central.centre.__file__).parent / "store" / "migrations" / "versions"

    with engine.begin() as connection:
        config = config_of([versions])
        config.attributes["connection"] = connection
        command.downgrade(config, "central0010-1")
        gone = inspect(connection).has_table("api_feed")
        command.upgrade(config, "central0010")

    assert not gone
    # What was held before counts as changed for a client that comes new.
    from central.workflows import api

    assert [one.id for one in api.changes(world.centre, 0, 10).records] == [record]

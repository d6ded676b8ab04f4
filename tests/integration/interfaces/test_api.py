"""The REST API as another system meets it, on both databases."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from openapi_spec_validator import validate
from werkzeug.test import TestResponse

from central.app import create_central_app
from central.store import clients
from central.workflows import api_clients, desk, desk_rules, seeing
from central.workflows.api_clients import Scope
from central.workflows.seeing import Look, Only
from sync.body import Author
from tests.integration.world import BTJ, Counter, World

RUDI = Author("rudi", "Rudi", "verifikator")
ANI = Author("ani", "Ani", "admin")


@dataclass
class System:
    """Another system with a token."""

    http: FlaskClient
    token: str

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.http.get(f"/api/v1{path}", headers=self._headers(headers))

    def post(self, path: str, body: Any = None, **headers: str) -> TestResponse:
        return self.http.post(f"/api/v1{path}", json=body, headers=self._headers(headers))

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        named = {name.replace("_", "-"): value for name, value in more.items()}
        return {"Authorization": f"Bearer {self.token}", **named}


@pytest.fixture
def loket(world: World) -> Counter:
    return world.counter(BTJ)


@pytest.fixture
def siak(world: World) -> System:
    made = api_clients.add(world.centre, "SIAK", Scope, ANI)
    app = create_central_app(world.centre, fold_here=False)
    return System(app.test_client(), made.token)


def one(record: bytes, rest: str = "") -> str:
    return f"/permohonan/{BTJ}/{record.hex()}{rest}"


def filed(world: World, loket: Counter) -> bytes:
    record = loket.verified()
    loket.exchange()
    world.fold()
    return record


def test_a_system_reads_decides_and_follows(world: World, loket: Counter, siak: System) -> None:
    record = filed(world, loket)
    nik = str(loket.record(record).value("data.nik"))

    found = siak.post("/permohonan/cari", {"jenis": "nik", "nilai": nik})
    assert [row["id"] for row in found.json["permohonan"]] == [record.hex()]
    whole = siak.get(one(record))
    assert whole.json["data"]["nik"] == nik
    etag = whole.headers["ETag"]
    assert siak.get(one(record, "/status"), If_None_Match=etag).status_code == 304
    start = siak.get("/perubahan").json
    assert [row["status"] for row in start["permohonan"]] == ["diverifikasi"]
    assert siak.get(f"/perubahan?kursor={start['kursor']}").json["permohonan"] == []

    issued = siak.post(
        one(record, "/terbitkan"), {"nomor_dokumen": "3275-KTP-1"}, Idempotency_Key="kunci-0001",
        If_Match=etag,
    )  # fmt: skip
    assert issued.status_code == 200
    assert issued.json["status"] == "terbit"

    # Who follows hears of it once more, and once.
    after = siak.get(f"/perubahan?kursor={start['kursor']}").json
    assert [row["status"] for row in after["permohonan"]] == ["terbit"]
    # And the history of the counter names the system, as it would an officer.
    loket.exchange()
    last = loket.record(record).told[-1]
    assert last.body is not None
    assert (last.body.act, last.body.by.name) == ("terbitkan", "SIAK")
    assert loket.record(record).value("nomor_dokumen") == "3275-KTP-1"


def test_a_repeated_write_is_answered_the_same_and_done_once(
    world: World, loket: Counter, siak: System
) -> None:
    record = filed(world, loket)
    why = {"alasan": "Foto KK buram; mohon difoto ulang."}

    first = siak.post(one(record, "/kembalikan"), why, Idempotency_Key="kunci-0002")
    again = siak.post(one(record, "/kembalikan"), why, Idempotency_Key="kunci-0002")
    other = siak.post(
        one(record, "/tolak"), {"alasan": "Bukan warga kota ini."}, Idempotency_Key="kunci-0002"
    )
    without = siak.post(one(record, "/kembalikan"), why)
    late = siak.post(one(record, "/kembalikan"), why, Idempotency_Key="kunci-0003")

    assert first.status_code == again.status_code == 200
    assert first.data == again.data
    assert again.headers["Idempotent-Replay"] == "true"
    assert other.status_code == 409
    assert without.status_code == 400
    assert late.status_code == 409
    assert late.mimetype == "application/problem+json"
    assert len(world.record(record).told) == 3  # Filed, verified, given back.


def test_the_same_write_many_times_at_once_is_done_once(
    world: World, loket: Counter, siak: System
) -> None:
    record = filed(world, loket)

    def send(_: int) -> TestResponse:
        return System(siak.http.application.test_client(), siak.token).post(
            one(record, "/terbitkan"), {"nomor_dokumen": "3275-KTP-2"}, Idempotency_Key="kunci-0005"
        )

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))

    assert {one.status_code for one in answers} == {200}
    assert len({one.data for one in answers}) == 1
    assert sum("Idempotent-Replay" in one.headers for one in answers) == 3
    assert len(world.record(record).told) == 3


def test_nobody_decides_over_what_they_have_not_seen(
    world: World, loket: Counter, siak: System
) -> None:
    record = filed(world, loket)
    etag = siak.get(one(record, "/status")).headers["ETag"]
    loket.correct(record, alamat="JL. BARU NO. 1")
    loket.exchange()
    world.fold()

    answer = siak.post(one(record, "/proses"), Idempotency_Key="kunci-0004", If_Match=etag)

    assert answer.status_code == 412
    assert world.record(record).status == "diverifikasi"


def differing(world: World, loket: Counter) -> bytes:
    """A request with two names: one of each office."""
    record = filed(world, loket)
    data = {name: str(value) for name, value in world.record(record).named("data").items()}
    typed = data | {"nama": "DARI DISDUKCAPIL"}
    desk.correct(world.centre, BTJ, record, typed, RUDI, confirmed=frozenset({"nik", "no_kk"}))
    loket.correct(record, nama="DARI LOKET")
    loket.exchange()
    world.fold()
    return record


def test_a_system_settles_what_two_people_wrote(world: World, loket: Counter, siak: System) -> None:
    record = differing(world, loket)

    [found] = siak.get(one(record, "/perbedaan")).json["perbedaan"]
    by_value = {side["nilai"]: side["kunci"] for side in found["pilihan"]}
    choice = {"isian": found["isian"], "kunci": by_value["DARI LOKET"]}
    why = {"alasan": "Sesuai foto KK."}
    half = siak.post(
        one(record, "/putuskan"),
        {"pilihan": [{**choice, "dilihat": [choice["kunci"], "lain"]}], **why},
        Idempotency_Key="kunci-0010",
    )
    asked = {"pilihan": [{**choice, "dilihat": sorted(by_value.values())}], **why}
    done = siak.post(one(record, "/putuskan"), asked, Idempotency_Key="kunci-0011")
    again = siak.post(one(record, "/putuskan"), asked, Idempotency_Key="kunci-0011")

    assert half.status_code == 409
    assert (done.status_code, done.json["perbedaan"]) == (200, 0)
    assert (again.data, again.headers["Idempotent-Replay"]) == (done.data, "true")
    settled = world.record(record)
    assert settled.value("data.nama") == "DARI LOKET"
    last = settled.told[-1].body
    assert last is not None
    assert (last.act, last.by.name, last.note) == ("putuskan", "SIAK", "Sesuai foto KK.")


@pytest.mark.parametrize("moment", ["begin_reply", "keep_reply"])
def test_who_repeats_a_settling_that_a_crash_cut_off_finds_it_not_begun(
    world: World, loket: Counter, siak: System, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    record = differing(world, loket)
    [found] = siak.get(one(record, "/perbedaan")).json["perbedaan"]
    keys = sorted(side["kunci"] for side in found["pilihan"])
    choice = {"isian": found["isian"], "kunci": keys[0], "dilihat": keys}
    asked = {"pilihan": [choice], "alasan": "Sesuai foto KK."}

    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(clients, moment, stopped)
        with pytest.raises(KeyboardInterrupt):
            siak.post(one(record, "/putuskan"), asked, Idempotency_Key="kunci-0012")
    cut_off = world.record(record)
    done = siak.post(one(record, "/putuskan"), asked, Idempotency_Key="kunci-0012")
    again = siak.post(one(record, "/putuskan"), asked, Idempotency_Key="kunci-0012")

    assert cut_off.conflicts == 1
    assert (done.status_code, done.json["perbedaan"]) == (200, 0)
    assert (again.data, again.headers["Idempotent-Replay"]) == (done.data, "true")
    assert len(world.record(record).told) == len(cut_off.told) + 1


def test_the_same_settling_many_times_at_once_is_done_once(
    world: World, loket: Counter, siak: System
) -> None:
    record = differing(world, loket)
    [found] = siak.get(one(record, "/perbedaan")).json["perbedaan"]
    keys = sorted(side["kunci"] for side in found["pilihan"])
    choice = {"isian": found["isian"], "kunci": keys[0], "dilihat": keys}
    before = len(world.record(record).told)

    def send(_: int) -> TestResponse:
        return System(siak.http.application.test_client(), siak.token).post(
            one(record, "/putuskan"),
            {"pilihan": [choice], "alasan": "Sesuai foto KK."},
            Idempotency_Key="kunci-0013",
        )

    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(send, range(4)))

    assert {answer.status_code for answer in answers} == {200}
    assert sum("Idempotent-Replay" in answer.headers for answer in answers) == 3
    assert len(world.record(record).told) == before + 1


def test_a_token_opens_what_it_was_given_for_until_it_is_revoked(world: World) -> None:
    made = api_clients.add(world.centre, "Dasbor kota", [Scope.NODES], ANI, per_minute=3)
    city = System(create_central_app(world.centre, fold_here=False).test_client(), made.token)

    assert city.get("/loket").json == {"loket": []}
    assert city.get("/perubahan").status_code == 403
    assert System(city.http, made.token + "x").get("/loket").status_code == 401
    assert city.get("/loket").status_code == 200
    assert city.get("/loket").status_code == 429
    api_clients.revoke(world.centre, made.client.id, ANI)
    refused = city.get("/loket")

    assert refused.status_code == 401
    assert refused.headers["WWW-Authenticate"].startswith("Bearer")
    assert made.token.encode() not in made.client.token_sha


def test_the_document_is_openapi(world: World, siak: System) -> None:
    told = siak.http.get("/api/v1/openapi.json").json

    validate(told)
    page = siak.http.get("/api/v1/dokumentasi").text

    for path in told["paths"]:
        assert path in page


def test_what_the_office_keeps_for_two_officers_is_no_machines(
    world: World, loket: Counter, siak: System
) -> None:
    record = filed(world, loket)
    desk_rules.save(world.centre, {("terbitkan", "ktp-el")}, {}, ANI)

    refused = siak.post(
        one(record, "/terbitkan"), {"nomor_dokumen": "3275-KTP-1"}, Idempotency_Key="kunci-0100"
    )

    assert refused.status_code == 409
    assert "butuh dua petugas" in refused.json["detail"]
    assert world.record(record).status == "diverifikasi"


def test_each_look_at_a_person_is_in_the_access_log(
    world: World, loket: Counter, siak: System
) -> None:
    record = filed(world, loket)

    siak.get(one(record, "/status"))
    before = seeing.seen(world.centre, Only(record=record), 1, 10).seen
    siak.get(one(record))
    siak.get(one(record, "/perbedaan"))

    after = seeing.seen(world.centre, Only(record=record), 1, 10).seen
    assert before == []
    assert [entry.entry.kind for entry in after] == [Look.API, Look.API]

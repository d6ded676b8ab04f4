"""The centre's database or its store of scans is away: nothing is lost, and nobody is refused."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from central.app import create_central_app
from central.centre import open_centre
from central.database_away import RETRY_S
from central.settings import CentralSettings
from edge_node.workflows.filing import Upload, file_request, new_record
from edge_node.workflows.outlook import waiting
from registration.invented.scans import draw_scan
from sync.bundle import MEDIA_TYPE
from sync.carrier_http import EXCHANGE_PATH, Carried, CentreBusy
from sync.link import Line, Terms, Trip
from tests import s3
from tests.integration.world import BTJ, SITI, Counter, World, courier_of, make_world
from vault import scans
from vault.data_keys import key_of
from vault.engine import reading


class AppLine:
    """Carries to the centre's app as it answers over HTTP; notes each status."""

    def __init__(self, world: World) -> None:
        self._client = create_central_app(world.centre, fold_here=False).test_client()
        self.statuses: list[int] = []

    def carry(self, raw: bytes, _terms: Terms) -> Carried:
        answer = self._client.post(EXCHANGE_PATH, data=raw, content_type=MEDIA_TYPE)
        self.statuses.append(answer.status_code)
        if answer.status_code == 503:
            raise CentreBusy(float(answer.headers["Retry-After"]))
        assert answer.status_code == 200, answer.text
        return Carried(answer.data, Trip(len(raw), 0.01, len(answer.data), 0.01))


def _over_the_app(world: World, counter: Counter) -> AppLine:
    line = AppLine(world)
    counter.line = line  # type: ignore[assignment]
    counter.courier = courier_of(counter)
    return line


def _file_with_scans(counter: Counter) -> bytes:
    record, person = new_record(counter.edge), counter.people.person()
    papers = ("kk", "ktp_rusak")
    uploads = [Upload(jenis, draw_scan(person, jenis, random.Random(2))) for jenis in papers]
    form = person.form("rusak")
    file_request(counter.edge, record, "ktp-el", "rusak", form, uploads, version=1, by=SITI)
    return record


@pytest.fixture
def postgres_world(postgres_centre: str, tmp_path: Path) -> Iterator[World]:
    made = make_world(tmp_path, postgres_centre)
    yield made
    made.centre.vault.engine.dispose()
    for counter in made.counters:
        counter.edge.vault.engine.dispose()


class _Closed:
    """A database that takes nobody in: the server ends who is there, as it does when it moves."""

    def __init__(self, url: str) -> None:
        plain = url.replace("postgresql+psycopg", "postgresql")
        self._name = url.split("@/")[1].split("?")[0]
        self._elsewhere = plain.replace(f"/{self._name}?", "/postgres?")

    def __enter__(self) -> None:
        self._say(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS false')
        self._say(
            f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{self._name}'"
        )

    def __exit__(self, *_: object) -> None:
        self._say(f'ALTER DATABASE "{self._name}" ALLOW_CONNECTIONS true')

    def _say(self, statement: str) -> None:
        with psycopg.connect(self._elsewhere, autocommit=True) as connection:
            connection.execute(statement)


def test_while_the_database_is_away_a_counter_waits_and_then_goes_on(
    postgres_world: World, postgres_centre: str
) -> None:
    counter = postgres_world.counter()
    line = _over_the_app(postgres_world, counter)
    counter.exchange()
    counter.file()
    line.statuses.clear()

    with _Closed(postgres_centre):
        held = counter.courier.run()
        line_meanwhile = counter.edge.line.link.line
        next_try = counter.edge.line.link.next_try
    statuses_meanwhile = list(line.statuses)
    counter.exchange()
    postgres_world.fold()

    assert not held
    assert statuses_meanwhile == [503]
    assert line_meanwhile is Line.BUSY
    assert next_try >= counter.now[0] + RETRY_S
    assert counter.edge.line.link.line is Line.UP
    assert postgres_world.state() == counter.state()


@pytest.fixture
def store() -> Iterator[str]:
    with s3.running_s3() as endpoint:
        yield endpoint


def test_scans_go_to_the_store_and_none_is_acknowledged_while_it_is_away(
    store: str, tmp_path: Path
) -> None:
    first = make_world(tmp_path)
    first.centre.vault.engine.dispose()
    settings = CentralSettings(
        first.centre.settings.data,
        first.centre.settings.key_file,
        scans_url=f"s3://{s3.BUCKET}/scans",
        scans_endpoint=store,
        scans_region=s3.REGION,
        scans_key_id=s3.KEY_ID,
        scans_secret=s3.SECRET,
    )
    world = World(tmp_path, open_centre(settings))
    counter = world.counter()
    line = _over_the_app(world, counter)
    bucket = s3.client(store)

    record = _file_with_scans(counter)
    bucket.delete_bucket(Bucket=s3.BUCKET)
    counter.exchange()
    waiting_meanwhile = waiting(counter.edge).scans
    away = list(line.statuses)
    bucket.create_bucket(Bucket=s3.BUCKET)
    counter.exchange()
    world.fold()

    assert away[-1] == 503
    assert waiting_meanwhile == 2
    assert waiting(counter.edge).scans == 0
    assert world.state() == counter.state()
    manifests = world.record(record).named("berkas")
    with reading(world.centre.vault.engine) as connection:
        key = key_of(connection, world.centre.vault, BTJ, record)
        assert key is not None
        for scan, manifest in manifests.items():
            blobs = world.centre.blobs
            picture = scans.read_scan(connection, BTJ, record, key, scan, manifest, blobs)
            assert len(picture) == manifest["size"]
    names = bucket.list_objects_v2(Bucket=s3.BUCKET)["Contents"]
    assert len(names) == sum(len(one["chunks"]) for one in manifests.values())
    assert not settings.blobs.exists() or not any(settings.blobs.rglob("*"))
    world.centre.vault.engine.dispose()
    counter.edge.vault.engine.dispose()

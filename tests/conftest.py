"""Fixtures that several kinds of tests share."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket

from central.centre import migrate
from demo import processes
from tests import in_process
from tests.postgres import drop_database, new_database, running_postgres
from vault.engine import make_engine
from web.app import LoketFlask

_EMPTY = "loket_empty"

# No test is judged by the clock: a busy machine would fail what is right.
settings.register_profile("loket", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("loket")


@pytest.fixture(scope="session")
def postgres_cluster() -> Iterator[str]:
    """URL template of a running throw-away PostgreSQL; started once per test process."""
    with running_postgres(durable=False) as url:
        yield url


@pytest.fixture(scope="session")
def _empty_centre(postgres_cluster: str) -> str:
    """The name of a database with the centre's tables and nothing in them."""
    engine = make_engine(new_database(postgres_cluster, _EMPTY))
    migrate(engine)
    engine.dispose()
    return _EMPTY


@pytest.fixture
def postgres_centre(postgres_cluster: str, _empty_centre: str) -> Iterator[str]:
    """URL of a new database with the centre's empty tables; gone after the test."""
    name = f"t{uuid.uuid4().hex[:12]}"
    yield new_database(postgres_cluster, name, _empty_centre)
    drop_database(postgres_cluster, name)


class _CompiledOnce(BytecodeCache):
    """Compiled templates of this process. Most tests have an app of their own."""

    def __init__(self) -> None:
        self._compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._compiled:
            bucket.bytecode_from_string(self._compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._compiled[bucket.key] = bucket.bytecode_to_string()


@pytest.fixture(scope="session", autouse=True)
def _templates_compiled_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(LoketFlask.jinja_options, "bytecode_cache", _CompiledOnce())
        yield


@pytest.fixture(scope="session", autouse=True)
def _setup_without_processes() -> Iterator[None]:
    """Servers are processes; the commands that initialise their folders need not be."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(processes, "loket", in_process.loket)
        yield

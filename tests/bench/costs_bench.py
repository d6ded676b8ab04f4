"""What each thing that a node or an officer asks costs the centre: processor and bytes.

Processor time of this process and of the database's backends, on a durable PostgreSQL: what else
the machine does is not in it. `tests.capacity` works out from these what a country needs.
"""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import text

from central.app import create_central_app
from central.centre import Centre
from central.workflows.folding import fold_all
from central.workflows.ingest import take_bundle
from registration.lifecycle import Role
from tests.bench.archive import PASSWORD
from tests.bench.backends import Backends
from tests.bench.bulk import BulkCounter
from tests.bench.central_pages_bench import logged_in
from tests.bench.harness import Figures
from tests.integration.world import make_world
from tests.postgres import new_database, running_postgres
from vault import accounts
from vault.engine import reading, writing

_TIMES = 60
_MANY = 500
_PIECE_BYTES = 32 << 10
_PIECES = 8
_PAGES = ("/", "/?kelompok=semua", "/perbedaan", "/ganda")


def costs(figures: Figures) -> None:
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as name, running_postgres() as cluster:
        world = make_world(Path(name), new_database(cluster, "costs"))
        centre = world.centre
        counter = BulkCounter(world.counter().edge, 5, lives=True)
        # What is only done once is done before anything is measured.
        take_bundle(centre, counter.bundle(_MANY))
        fold_all(centre)
        costs_of = _Costs(centre)
        answers: list[int] = []

        def take(raw: bytes) -> None:
            answers.append(len(raw) + len(take_bundle(centre, raw)))

        poll = costs_of.each(lambda: take(counter.poll()), _TIMES)
        poll_bytes = statistics.median(answers)
        one = costs_of.each(lambda: take(counter.bundle(1)), _TIMES)
        answers.clear()
        many = costs_of.each(lambda: take(counter.bundle(_MANY)), 8)
        wire = statistics.median(answers) / _MANY
        photos = costs_of.each(lambda: take(counter.photos(_PIECES, _PIECE_BYTES)), _TIMES)
        behind = _TIMES + 8 * _MANY
        fold = costs_of.each(lambda: fold_all(centre), 1) / behind
        per_change = _bytes(centre) / (_MANY + behind)
        officer = _officer(centre)
        page = costs_of.each(lambda: [officer.get(path) for path in _PAGES], 10) / len(_PAGES)
        change = max(many - one, 0.0) / (_MANY - 1)
        for what, value, unit, note in (
            ("poll_ms", 1000 * poll, "ms", "a bundle without news"),
            ("exchange_ms", 1000 * (one - change), "ms", "a bundle, beyond what its changes cost"),
            ("change_ms", 1000 * change, "ms", f"each of {_MANY} in a bundle, acknowledged"),
            ("fold_ms", 1000 * fold, "ms", "each, opened, merged, indexed"),
            (
                "photo_mib_ms",
                1000 * photos / (_PIECES * _PIECE_BYTES) * 2**20,
                "ms",
                "pieces of 32 KiB, eight in a bundle",
            ),
            ("page_ms", 1000 * page, "ms", "lists of an officer"),
            ("change_bytes", per_change, "B", "in PostgreSQL, with indexes"),
            ("wire_bytes", wire, "B", f"{_MANY} in a bundle, answer and keys included"),
            ("poll_bytes", poll_bytes, "B", "without HTTP's heads"),
        ):
            figures.add(f"cost.{what}", value, unit, "", note)
        centre.vault.engine.dispose()
    # Beside what other parts wrote: the simulation reads it.
    figures.add_to(Path("build/bench.json"))


class _Costs:
    """Processor time of this thread and of the database."""

    def __init__(self, centre: Centre) -> None:
        self._backends = Backends(centre.vault.engine)

    def each(self, act: Callable[[], object], times: int) -> float:
        """Seconds of one of so many."""
        database, worked = self._backends.worked_ms(), time.thread_time()
        for _ in range(times):
            act()
        worked = time.thread_time() - worked
        return (worked + (self._backends.worked_ms() - database) / 1000) / times


def _bytes(centre: Centre) -> int:
    with reading(centre.vault.engine) as connection:
        found = connection.execute(text("SELECT pg_database_size(current_database())"))
        return int(found.scalar_one()) - _EMPTY_BYTES


_EMPTY_BYTES = 9 << 20
"""Of a database with empty tables."""


def _officer(centre: Centre) -> FlaskClient:
    with writing(centre.vault.engine) as connection:
        accounts.add_account(connection, centre.vault, "rudi", "Rudi", Role.VERIFIKATOR, PASSWORD)
    return logged_in(create_central_app(centre, fold_here=False))

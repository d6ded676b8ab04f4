"""The centre alone, on one core: taking bundles beside bare batches, and folding."""

from __future__ import annotations

import os
import sqlite3
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from central.centre import Centre
from central.workflows.folding import fold_all
from central.workflows.ingest import take_bundle
from tests.bench.bulk import BulkCounter
from tests.bench.harness import SQLITE_PRAGMAS, Figures, timed
from tests.integration.world import make_world
from tests.postgres import new_database, running_postgres

_ROUNDS = 7
_BATCH = 2_000
_BATCHES = 3
"""Of `_BATCH` changes, in each round."""

Bare = Callable[[list[bytes]], None]
"""Takes rows into a bare table and commits."""


@contextmanager
def one_core() -> Iterator[None]:
    """This process on one core; servers that run already keep theirs."""
    allowed = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(allowed)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, allowed)


def ingest(figures: Figures) -> None:
    """Whole bundles from bytes to a signed answer, beside the same bytes in bare batches."""
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as name:
        folder = Path(name)
        _ingest_ratio(figures, "sqlite", 0.7, folder, "", _bare_sqlite(folder / "bare.sqlite3"))
        with running_postgres() as cluster:
            url = new_database(cluster, "bench")
            with psycopg.connect(url.replace("+psycopg", "")) as connection:
                _ingest_ratio(figures, "pg", 0.5, folder, url, _bare_postgres(connection))


def _ingest_ratio(
    figures: Figures, name: str, aim: float, folder: Path, url: str, bare: Bare
) -> None:
    world = make_world(folder / name, url)
    counter = BulkCounter(world.counter().edge, 5, lives=False)
    take_bundle(world.centre, counter.bundle(_BATCH))
    changes = _BATCHES * _BATCH
    ours, theirs, size = [], [], 0
    with one_core():
        for _ in range(_ROUNDS):
            bundles = [counter.bundle(_BATCH) for _ in range(_BATCHES)]
            batches = [_rows(raw, _BATCH) for raw in bundles]
            size = len(batches[0][0])
            theirs.append(changes / timed(lambda: [bare(rows) for rows in batches]))  # noqa: B023
            ours.append(changes / timed(lambda: _take_all(world.centre, bundles)))  # noqa: B023
    figures.add(
        f"sync.ingest_ratio_{name}",
        statistics.median(a / b for a, b in zip(ours, theirs, strict=True)),
        "ratio",
        f">= {aim}",
        f"{statistics.median(ours):.0f}/s of {statistics.median(theirs):.0f}/s, {size} B each, "
        f"{_BATCH} a batch",
    )


def _take_all(centre: Centre, bundles: list[bytes]) -> None:
    for raw in bundles:
        take_bundle(centre, raw)


def _rows(raw: bytes, count: int) -> list[bytes]:
    """A bundle's bytes cut into `count` rows: all that came, keys and signature included."""
    each = len(raw) // count
    return [raw[at * each : (at + 1) * each] for at in range(count)]


def _bare_sqlite(path: Path) -> Bare:
    connection = sqlite3.connect(path, isolation_level=None)
    for pragma in SQLITE_PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE bare (log INTEGER, seq INTEGER, body BLOB, PRIMARY KEY (log, seq)) "
        "WITHOUT ROWID"
    )
    written = 0

    def take(rows: list[bytes]) -> None:
        nonlocal written
        connection.execute("BEGIN IMMEDIATE")
        connection.executemany(
            "INSERT INTO bare VALUES (1, ?, ?)",
            [(written + at, row) for at, row in enumerate(rows)],
        )
        connection.execute("COMMIT")
        written += len(rows)

    return take


def _bare_postgres(connection: psycopg.Connection[tuple[object, ...]]) -> Bare:
    connection.execute("CREATE TABLE bare (log int, seq int, body bytea, PRIMARY KEY (log, seq))")
    connection.commit()
    written = 0

    def take(rows: list[bytes]) -> None:
        nonlocal written
        with (
            connection.cursor() as cursor,
            cursor.copy("COPY bare FROM STDIN (FORMAT BINARY)") as copy,
        ):
            copy.set_types(["int4", "int4", "bytea"])
            for at, row in enumerate(rows):
                copy.write_row((1, written + at, row))
        connection.commit()
        written += len(rows)

    return take


def fold(figures: Figures) -> None:
    """Filed requests from the log into the view: opened, unpacked, merged, indexed."""
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as name, one_core():
        world = make_world(Path(name))
        counter = BulkCounter(world.counter().edge, 6, lives=False)
        rates = []
        for _ in range(_ROUNDS):
            take_bundle(world.centre, counter.bundle(_BATCH))
            rates.append(_BATCH / timed(lambda: _require(fold_all(world.centre), _BATCH)))
    figures.add(
        "sync.fold_per_s_core",
        statistics.median(rates),
        "changes/s",
        ">= 10000",
        f"filed requests; fastest {max(rates):.0f}",
    )


def _require(folded: int, expected: int) -> None:
    if folded != expected:
        raise RuntimeError(f"{folded} changes folded of {expected}")


_GROWTH_BATCH = 500
_GROWTH_ROUNDS = 15


def fold_growth(figures: Figures, small: int = 1_000, large: int = 1_000_000) -> None:
    """Folding requests' whole lives, with few and with many changes in the store."""
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as name, one_core():
        stores = {}
        for size in (small, large):
            world = make_world(Path(name) / str(size))
            counter = BulkCounter(world.counter().edge, 7, lives=True)
            for start in range(0, size, _BATCH):
                take_bundle(world.centre, counter.bundle(min(_BATCH, size - start)))
                fold_all(world.centre)
            stores[size] = (world, counter)
        taken: dict[int, list[float]] = {small: [], large: []}
        # In turn, so that a machine that gets busier is busier for both.
        for _ in range(_GROWTH_ROUNDS):
            for size, (world, counter) in stores.items():
                take_bundle(world.centre, counter.bundle(_GROWTH_BATCH))
                started = time.perf_counter()
                _require(fold_all(world.centre), _GROWTH_BATCH)
                taken[size].append((time.perf_counter() - started) / _GROWTH_BATCH)
    few, many = statistics.median(taken[small]), statistics.median(taken[large])
    figures.add(
        "sync.fold_growth_ratio",
        many / few,
        "ratio",
        "<= 1.2",
        f"{many * 1e6:.0f} µs a change at {large:,} of {few * 1e6:.0f} µs at {small:,}",
    )

"""What the tests about keys share: a look at every wrapped key, and a server that is busy."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import select

from central.workflows.consent import Consent
from crypto.errors import WrongKey
from crypto.keys import unwrap
from registration.lifecycle import Role
from sync.body import Author
from sync.link import Line
from sync.log import run_end
from tests.integration.world import Counter, World
from vault import log, tables, upkeep
from vault.core import Vault
from vault.engine import reading, writing
from vault.keyring import open_keyring
from vault.rekey import finish


def wrapped_keys(vault: Vault) -> list[bytes]:
    """All record and epoch keys as they are kept."""
    with reading(vault.engine) as connection:
        found = list(connection.execute(select(tables.data_key.c.wrapped)).scalars())
        return found + list(connection.execute(select(tables.epoch.c.wrapped)).scalars())


def opens_all(kek: bytes, wrapped: list[bytes]) -> bool:
    try:
        for one in wrapped:
            unwrap(kek, one)
    except WrongKey:
        return False
    return bool(wrapped)


def opens_none(kek: bytes, wrapped: list[bytes]) -> bool:
    return not any(opens_all(kek, [one]) for one in wrapped)


def opens_store(vault: Vault, kek: bytes) -> bool:
    try:
        with reading(vault.engine) as connection:
            open_keyring(connection, kek)
    except WrongKey:
        return False
    return True


def go_on(vault: Vault, limit: int = 2) -> int:
    """Advance in small parts until nothing is left; how many parts that were."""
    parts = 0
    while upkeep.advance(vault, limit):
        parts += 1
    return parts


def end(vault: Vault) -> None:
    with writing(vault.engine) as connection:
        finish(connection)


def all_heard(done: list[int]) -> None:
    """Wait until nobody who is `busy` reads what was there before: as the minute that a server
    gives all others to hear of a new KEK."""
    before, until = list(done), time.monotonic() + 60
    while any(n < m + 2 for n, m in zip(done, before, strict=True)):
        assert time.monotonic() < until, f"an act hangs: {done}"
        time.sleep(0.01)


@contextmanager
def busy(*acts: Callable[[], object]) -> Iterator[list[int]]:
    """Do `acts` over and over, a thread each, while the body runs; fails if one of them did.

    Yields how often each was done.
    """
    stop = threading.Event()
    done = [0] * len(acts)
    failed: list[BaseException] = []

    def work(at: int) -> None:
        while not stop.is_set():
            try:
                acts[at]()
            except BaseException as error:  # noqa: BLE001 - told below
                failed.append(error)
                return
            done[at] += 1

    threads = [threading.Thread(target=work, args=(at,)) for at in range(len(acts))]
    for thread in threads:
        thread.start()
    try:
        yield done
        before = list(done)
        until = time.monotonic() + 20
        while not failed and any(n <= m for n, m in zip(done, before, strict=True)):
            assert time.monotonic() < until, f"an act hangs: {done}"
            time.sleep(0.01)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    if failed:
        raise failed[0]


ANI = Author("ani", "Ani", Role.ADMIN)
BUDI = Author("budi", "Budi", Role.VERIFIKATOR)
ONE = Consent((ANI,), "laporan kehilangan dari kelurahan")
BOTH = Consent((ANI, BUDI), "permintaan tertulis pemohon, UU 27/2022")


def chains_verify(vault: Vault, stream: str) -> None:
    """Every log hashes from its first change to its end, bodies or not."""
    with reading(vault.engine) as connection:
        ends = log.log_ends(connection, stream)
        assert ends
        for replica, held in ends.items():
            run, more = log.read_run(connection, stream, replica, 0, 64 << 20)
            assert run is not None
            assert not more
            assert (run.last, run_end(stream, run)) == (held.seq, held.hash)


def agree(world: World, *counters: Counter) -> None:
    """All have exchanged all, and show the same; every chain verifies everywhere."""
    exchange_all(world, *counters)
    for counter in counters:
        assert counter.state() == world.state(counter.edge.stream)
        chains_verify(counter.edge.vault, counter.edge.stream)
        chains_verify(world.centre.vault, counter.edge.stream)


def exchange_all(world: World, *counters: Counter) -> None:
    for _ in range(3):
        for counter in counters:
            counter.exchange()
            world.fold()
    for counter in counters:
        assert counter.edge.line.link.line is Line.UP, counter.edge.line.link


def files_below(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}

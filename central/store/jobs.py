"""Work to be done with other systems: queued once, leased to one process at a time, tried again.

What a job says about a person is sealed with its record's key; it is gone with that key.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, delete, func, select, update

from central.outbound.breaker import Breaker
from central.store.interface_tables import breaker, job
from crypto import aead
from crypto.errors import Tampered
from vault.core import Vault
from vault.data_keys import key_of
from vault.sql import insert_new, upsert

WAITING, DONE, FAILED, DROPPED = "waiting", "done", "failed", "dropped"


@dataclass(frozen=True, slots=True)
class Job:
    """One piece of work. Times are Unix ms, 0: never."""

    queue: str
    key: str
    stream: str
    record: bytes
    state: str
    phase: str
    made_ms: int
    changed_ms: int
    due_ms: int
    lease_ms: int
    attempts: int
    trouble: str
    trouble_ms: int
    """Since when it fails."""
    token: bytes
    sealed: bytes


def seal(connection: Connection, vault: Vault, stream: str, record: bytes, plain: bytes) -> bytes:
    """:raises LookupError: the record's key is gone."""
    key = key_of(connection, vault, stream, record)
    if key is None:
        raise LookupError(record.hex())
    return aead.seal(key, plain, _associated(stream, record))


def unseal(connection: Connection, vault: Vault, one: Job) -> bytes | None:
    """What was sealed for a job; None: nothing, or its record was shredded."""
    key = key_of(connection, vault, one.stream, one.record)
    if key is None or not one.sealed:
        return None
    try:
        return aead.unseal(key, one.sealed, _associated(one.stream, one.record))
    except Tampered:
        return None


def _associated(stream: str, record: bytes) -> bytes:
    return b"loket job " + stream.encode() + record


def add(
    connection: Connection,
    queue: str,
    key: str,
    stream: str,
    record: bytes,
    phase: str,
    now_ms: int,
    sealed: bytes,
) -> None:
    """Queue something; once more under the same key changes nothing."""
    new = Job(queue, key, stream, record, WAITING, phase, now_ms, now_ms, now_ms, 0, 0, "", 0,
              b"", sealed)  # fmt: skip
    insert_new(connection, job, _row(new))


def _row(one: Job) -> dict[str, Any]:
    return {name: getattr(one, name) for name in Job.__slots__}


_COLUMNS = [job.c[name] for name in Job.__slots__]


def claim(connection: Connection, queue: str, now_ms: int, lease_ms: int, limit: int) -> list[Job]:
    """Take due jobs that nobody holds, the longest due first, until `now_ms + lease_ms`.

    Who does not come back in time loses them to another: what they do is repeatable.
    """
    due = (
        select(*_COLUMNS)
        .where(
            job.c.queue == queue,
            job.c.state == WAITING,
            job.c.due_ms <= now_ms,
            job.c.lease_ms <= now_ms,
        )
        .order_by(job.c.due_ms, job.c.key)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    found = [Job(*row) for row in connection.execute(due).tuples()]
    keys = [one.key for one in found]
    if keys:
        connection.execute(
            update(job)
            .where(job.c.queue == queue, job.c.key.in_(keys))
            .values(lease_ms=now_ms + lease_ms)
        )
    return [replace(one, lease_ms=now_ms + lease_ms) for one in found]


def save(connection: Connection, held: Job, now_ms: int, **changed: Any) -> bool:
    """Write down how a claimed job went, and let it go; False: it was another's by then."""
    done = connection.execute(
        update(job)
        .where(
            job.c.queue == held.queue,
            job.c.key == held.key,
            job.c.state == WAITING,
            job.c.lease_ms == held.lease_ms,
        )
        .values(**changed, changed_ms=now_ms, lease_ms=0)
    )
    return bool(done.rowcount)


def try_again_now(connection: Connection, queue: str, key: str, now_ms: int) -> bool:
    """A person wants one tried now, from the start of its patience."""
    done = connection.execute(
        update(job)
        .where(job.c.queue == queue, job.c.key == key, job.c.state.in_((WAITING, FAILED)))
        .values(state=WAITING, due_ms=now_ms, attempts=0, changed_ms=now_ms)
    )
    return bool(done.rowcount)


def of_record(connection: Connection, queue: str, record: bytes) -> list[Job]:
    """A record's jobs, the newest first."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(job.c.queue == queue, job.c.record == record)
        .order_by(job.c.made_ms.desc(), job.c.key.desc())
    )
    return [Job(*row) for row in rows.tuples()]


def same_outcome(connection: Connection, token: bytes, besides: bytes) -> bool:
    """Whether another record's job has come to the same."""
    query = select(job.c.key).where(job.c.token == token, job.c.record != besides).limit(1)
    return connection.execute(query).first() is not None


def list_jobs(connection: Connection, queue: str, states: Collection[str], limit: int) -> list[Job]:
    """Those in trouble first, then the oldest."""
    rows = connection.execute(
        select(*_COLUMNS)
        .where(job.c.queue == queue, job.c.state.in_(list(states)))
        .order_by(job.c.state, job.c.trouble.desc(), job.c.made_ms, job.c.key)
        .limit(limit)
    )
    return [Job(*row) for row in rows.tuples()]


def count_jobs(connection: Connection, queue: str) -> dict[str, int]:
    """How many stand in each state."""
    rows = connection.execute(
        select(job.c.state, func.count()).where(job.c.queue == queue).group_by(job.c.state)
    )
    return {state: int(count) for state, count in rows.tuples()}


def drop_finished(connection: Connection, queue: str, states: Sequence[str], before: int) -> None:
    """Forget what came to its end long ago."""
    connection.execute(
        delete(job).where(
            job.c.queue == queue, job.c.state.in_(list(states)), job.c.changed_ms < before
        )
    )


def read_breaker(connection: Connection, name: str, *, lock: bool = False) -> Breaker:
    query = select(
        breaker.c.failures,
        breaker.c.since_ms,
        breaker.c.until_ms,
        breaker.c.delay_ms,
        breaker.c.reason,
    ).where(breaker.c.name == name)
    row = connection.execute(query.with_for_update() if lock else query).tuples().first()
    return Breaker() if row is None else Breaker(*row)


def save_breaker(connection: Connection, name: str, now: Breaker) -> None:
    row = {slot: getattr(now, slot) for slot in Breaker.__slots__}
    upsert(connection, breaker, {"name": name, **row})

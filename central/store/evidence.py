"""Reading what goes into an auditor's file: logs without bodies, keys, acts, refusals."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, select

from central.store.tables import admin_act, node, refusal
from crypto.chain import digest
from sync.change import context_bytes
from sync.log import header_hashes
from vault.arrivals import all_of
from vault.core import Vault
from vault.engine import Engine
from vault.keyring import Keyring
from vault.tables import log, tip
from vault.writers import writers

_PART = 1_000


@contextmanager
def snapshot(engine: Engine) -> Iterator[Connection]:
    """All reads see one moment, however long they take."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":
            connection = connection.execution_options(isolation_level="REPEATABLE READ")
        with connection.begin():
            yield connection


def log_names(connection: Connection) -> list[tuple[str, bytes]]:
    """(stream, replica) of all logs of which something is held."""
    query = select(tip.c.stream, tip.c.replica).where(tip.c.seq > 0)
    return list(connection.execute(query.order_by(tip.c.stream, tip.c.replica)).tuples())


def headers(connection: Connection, stream: str, replica: bytes) -> Iterator[list[Any]]:
    """[seq, hlc, doubt, record, kind, context, body's hash, header's hash] of a whole log."""
    at = 0
    while True:
        rows = connection.execute(
            select(log)
            .where(log.c.stream == stream, log.c.replica == replica, log.c.seq > at)
            .order_by(log.c.seq)
            .limit(_PART)
        ).all()
        for row in rows:
            sha = bytes(row.body_sha) if row.body is None else digest(bytes(row.body))
            yield [row.seq, row.hlc, row.doubt, row.record, row.kind, row.context, sha, row.hash]
        if len(rows) < _PART:
            break
        at = rows[-1].seq
    # What came and is not laid out yet counts, too: it was acknowledged.
    for run in all_of(connection, stream, replica):
        hashes, shas = header_hashes(stream, run)
        for at, said in enumerate(zip(run.hlcs, run.doubts, run.records, run.kinds, strict=True)):
            context = context_bytes(run.contexts[at])
            yield [run.first + at, *said, context, shas[at], hashes[at]]


def known_nodes(connection: Connection) -> list[list[Any]]:
    """All that ever were enrolled, with their public keys, and what became of them."""
    rows = connection.execute(
        select(
            node.c.replica,
            node.c.stream,
            node.c.sign_public,
            node.c.seal_public,
            node.c.enrolled_ms,
            node.c.revoked,
            node.c.retired,
            node.c.former,
        ).order_by(node.c.enrolled_ms, node.c.replica)
    )
    return [
        [*map(_plain, row[:5]), bool(row.revoked), bool(row.retired), _plain(row.former)]
        for row in rows
    ]


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def central_logs(connection: Connection, vault: Vault, keys: Keyring) -> list[bytes]:
    """The names under which the centre wrote."""
    told = {replica for replica, who in writers(connection).items() if who.central}
    return sorted(told | vault.central_writers | {keys.writer})


def acts(connection: Connection) -> Iterator[list[Any]]:
    """[id, Unix ms, act, subject, hash of who and why]."""
    rows = connection.execute(select(admin_act).order_by(admin_act.c.at_ms, admin_act.c.id))
    for row in rows:
        yield [row.id, row.at_ms, row.act, row.subject, digest(bytes(row.sealed))]


def refusals(connection: Connection) -> Iterator[list[Any]]:
    """[day, replica, reason, count, first and last Unix ms]."""
    query = select(refusal).order_by(refusal.c.day, refusal.c.replica, refusal.c.slug)
    for row in connection.execute(query):
        yield list(map(_plain, row))

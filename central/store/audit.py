"""Who did what to nodes, keys and records, and why; which bundles were refused."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import cbor2
from sqlalchemy import Connection, func, insert, select, update

from central.evidence.trail import act_hash
from central.store import trail
from central.store.tables import admin_act, node, refusal
from crypto.chain import digest
from sync.body import Author
from vault.core import Vault
from vault.sql import insert_new

_KIND = "admin act"
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class AdminAct:
    """One act, with who consented to it."""

    at_ms: int
    act: str
    subject: str
    by: tuple[Author, ...]
    reason: str


@dataclass(frozen=True, slots=True)
class Refusals:
    """Refused bundles of one day that named one node, for one reason."""

    replica: bytes
    """Empty: no node that is known here."""
    place: str
    slug: str
    count: int
    first_ms: int
    last_ms: int


def note_act(
    connection: Connection,
    vault: Vault,
    at_ms: int,
    act: str,
    subject: str,
    by: Sequence[Author],
    reason: str,
) -> None:
    """Write down an act, chained into the trail; it commits with what was done."""
    plain = cbor2.dumps([[[one.id, one.name, one.role] for one in by], reason])
    act_id, sealed = uuid.uuid4().hex, vault.keyring.seal_row(_KIND, plain)
    connection.execute(
        insert(admin_act),
        {"id": act_id, "at_ms": at_ms, "act": act, "subject": subject, "sealed": sealed},
    )
    about = act_hash(act_id, at_ms, act, subject, digest(sealed))
    trail.note_act(connection, vault, at_ms, act, by, about)


def list_acts(connection: Connection, vault: Vault, limit: int = 200) -> list[AdminAct]:
    """The newest first."""
    rows = connection.execute(
        select(admin_act).order_by(admin_act.c.at_ms.desc(), admin_act.c.id).limit(limit)
    )
    acts = []
    for row in rows:
        by, reason = cbor2.loads(vault.keyring.unseal_row(_KIND, row.sealed))
        acts.append(
            AdminAct(row.at_ms, row.act, row.subject, tuple(Author(*one) for one in by), reason)
        )
    return acts


def last_act(connection: Connection, act: str, subject: str) -> int | None:
    """When an act was last done to this subject, Unix ms."""
    query = select(func.max(admin_act.c.at_ms)).where(
        admin_act.c.act == act, admin_act.c.subject == subject
    )
    return connection.execute(query).scalar()


def last_change(connection: Connection, act: str) -> int | None:
    """When an act was last done to whatever subject, Unix ms."""
    query = select(func.max(admin_act.c.at_ms)).where(admin_act.c.act == act)
    return connection.execute(query).scalar()


def count_refusal(connection: Connection, replica: bytes, slug: str, now_ms: int) -> None:
    """Count a refused bundle. Names that nobody knows share one row a day: they cost nothing."""
    known = connection.execute(select(node.c.replica).where(node.c.replica == replica)).scalar()
    key = {"day": now_ms // _DAY_MS, "replica": known or b"", "slug": slug}
    insert_new(connection, refusal, {**key, "count": 0, "first_ms": now_ms, "last_ms": now_ms})
    connection.execute(
        update(refusal)
        .where(*(refusal.c[name] == value for name, value in key.items()))
        .values(count=refusal.c.count + 1, last_ms=now_ms)
    )


def list_refusals(
    connection: Connection, limit: int = 200, replica: bytes | None = None
) -> list[Refusals]:
    """The newest first; with `replica` only those that named it."""
    query = (
        select(
            refusal.c.replica,
            func.coalesce(node.c.name, ""),
            refusal.c.slug,
            refusal.c["count"],
            refusal.c.first_ms,
            refusal.c.last_ms,
        )
        .outerjoin(node, node.c.replica == refusal.c.replica)
        .order_by(refusal.c.last_ms.desc())
        .limit(limit)
    )
    if replica is not None:
        query = query.where(refusal.c.replica == replica)
    rows = connection.execute(query)
    return [Refusals(*row) for row in rows.tuples()]

"""Enrolled nodes."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, case, func, select, update

from central.store.heard import as_heard
from central.store.tables import enrolment, node
from sync.change import Context
from sync.exchange import Sender
from vault.prepared import Prepared
from vault.sql import insert_new
from vault.tables import folded, tip


@dataclass(frozen=True, slots=True)
class KnownNode:
    """A kelurahan's server as the centre sees it. Times are Unix ms."""

    replica: bytes
    stream: str
    name: str
    enrolled_ms: int
    revoked: bool
    last_contact_ms: int
    clock_drift_ms: int
    refused: int
    last_refusal: str
    told_more: bool
    """Whether it said at last contact that it holds more than it could send."""
    held: int
    """Changes of its log that are held here."""
    unfolded: int
    former: bytes | None
    """The replica that it wrote as before."""
    retired: bool
    """Whether it signs with other keys since."""
    branched: bool
    """Whether its former replica is still another box's: the disk was copied, or an old backup
    restored."""


_SENDER_QUERY = select(
    node.c.replica,
    node.c.sign_public,
    node.c.stream,
    node.c.last_number,
    node.c.revoked,
    node.c.retired,
    node.c.name,
    node.c.seal_public,
    node.c.takes_over,
).where(node.c.replica == bindparam("replica"))
_SENDER = Prepared(_SENDER_QUERY)
_SENDER_LOCKED = Prepared(_SENDER_QUERY.with_for_update())


def sender(connection: Connection, replica: bytes, *, lock: bool = False) -> Sender | None:
    """What is needed to verify a bundle of this node; None: not enrolled."""
    row = (_SENDER_LOCKED if lock else _SENDER).first(connection, {"replica": replica})
    if row is None:
        return None
    found, public, stream, number, revoked, retired, name, seal_public, takes_over = row
    return Sender(
        found,
        public,
        stream,
        number,
        bool(revoked),
        bool(retired),
        name=name,
        seal_public=seal_public,
        takes_over=bool(takes_over),
    )


def former_replicas(connection: Connection, replica: bytes) -> list[bytes]:
    """All replicas that a node wrote as before, the last one first."""
    found: list[bytes] = []
    while True:
        query = select(node.c.former).where(node.c.replica == replica)
        before = connection.execute(query).scalar()
        if before is None or before in found:
            return found
        found.append(before)
        replica = before


def successors(connection: Connection, replica: bytes) -> set[bytes]:
    """All replicas that came after this one, one introduced by the other."""
    found: set[bytes] = set()
    wanted = [replica]
    while wanted:
        query = select(node.c.replica).where(node.c.former == wanted.pop())
        fresh = set(connection.execute(query).scalars()) - found
        found |= fresh
        wanted += fresh
    return found


def succeed(connection: Connection, successor: Sender, now_ms: int) -> None:
    """A node writes under new keys from now on."""
    row = _new_node(
        successor.replica,
        successor.stream,
        successor.name,
        successor.public,
        successor.seal_public,
        now_ms,
    )
    former = successor.came_after
    insert_new(connection, node, {**row, "former": former, "takes_over": successor.takes_over})
    if successor.retires_former:
        connection.execute(update(node).where(node.c.replica == former).values(retired=True))


def has_taken_over(connection: Connection, replica: bytes) -> None:
    connection.execute(update(node).where(node.c.replica == replica).values(takes_over=False))


_MET = Prepared(
    update(node)
    .where(node.c.replica == bindparam("node"))
    .values(
        last_number=bindparam("number"),
        last_contact_ms=bindparam("now_ms"),
        clock_drift_ms=bindparam("drift_ms"),
        told_more=bindparam("more"),
        heard=bindparam("heard"),
        heard_ms=case((node.c.heard == bindparam("heard"), node.c.heard_ms), else_=bindparam("at")),
    )
)


def met(
    connection: Connection,
    replica: bytes,
    number: int,
    now_ms: int,
    drift_ms: int,
    told_more: bool,
    heard: Context,
) -> None:
    """A bundle of this node was taken.

    :param heard: how much of the centre's logs it holds.
    """
    said = {"number": number, "now_ms": now_ms, "drift_ms": drift_ms, "more": told_more}
    at = {"heard": as_heard(heard), "at": now_ms}
    _MET.run(connection, {"node": replica, **said, **at})


def brought(
    connection: Connection,
    replica: bytes,
    number: int,
    now_ms: int,
    told_more: bool,
    heard: Context,
) -> None:
    """A bundle of this node was brought by hand: no contact, and no word about its clock."""
    told = as_heard(heard)
    newer = node.c.last_number < number
    news = newer & node.c.heard.is_distinct_from(told)
    connection.execute(
        update(node)
        .where(node.c.replica == replica)
        .values(
            last_number=case((newer, number), else_=node.c.last_number),
            told_more=told_more,
            heard=case((newer, told), else_=node.c.heard),
            heard_ms=case((news, now_ms), else_=node.c.heard_ms),
        )
    )


def revoke(connection: Connection, replica: bytes) -> None:
    """Its bundles are refused from its next contact on."""
    connection.execute(update(node).where(node.c.replica == replica).values(revoked=True))


_CARRIED_OUT = Prepared(
    update(node)
    .where(node.c.replica == bindparam("node"), node.c.orders_upto != bindparam("upto"))
    .values(orders_upto=bindparam("upto"))
)


def carried_out(connection: Connection, replica: bytes, upto: int) -> None:
    """It has carried out the shredding orders up to there (less after an old backup)."""
    _CARRIED_OUT.run(connection, {"node": replica, "upto": upto})


def orders_upto(connection: Connection, replica: bytes) -> int:
    """Up to which shredding order a node has carried them out."""
    query = select(node.c.orders_upto).where(node.c.replica == replica)
    return int(connection.execute(query).scalar_one())


def owing_orders(connection: Connection, stream: str, number: int) -> list[str]:
    """Names and ids of the stream's nodes that have not carried out an order yet."""
    rows = connection.execute(
        select(node.c.name, node.c.replica).where(
            node.c.stream == stream,
            node.c.revoked.is_(False),
            node.c.retired.is_(False),
            node.c.orders_upto < number,
        )
    )
    return [f"{name} {replica.hex()}" for name, replica in rows.tuples()]


def note_refusal(connection: Connection, replica: bytes, slug: str) -> None:
    """Count a refused bundle that named this node, so that an admin sees it."""
    connection.execute(
        update(node)
        .where(node.c.replica == replica)
        .values(refused=node.c.refused + 1, last_refusal=slug)
    )


def list_nodes(connection: Connection) -> list[KnownNode]:
    """All nodes by name, with how much of them is held."""
    before = node.alias("before")
    rows = connection.execute(
        select(
            node.c.replica,
            node.c.stream,
            node.c.name,
            node.c.enrolled_ms,
            node.c.revoked,
            node.c.last_contact_ms,
            node.c.clock_drift_ms,
            node.c.refused,
            node.c.last_refusal,
            node.c.told_more,
            func.coalesce(tip.c.seq, 0),
            func.coalesce(tip.c.seq, 0) - func.coalesce(folded.c.seq, 0),
            node.c.former,
            node.c.retired,
            func.coalesce(before.c.retired.is_(False), False),
        )
        .outerjoin(before, before.c.replica == node.c.former)
        .outerjoin(tip, (tip.c.stream == node.c.stream) & (tip.c.replica == node.c.replica))
        .outerjoin(
            folded, (folded.c.stream == node.c.stream) & (folded.c.replica == node.c.replica)
        )
        .order_by(node.c.name)
    )
    found: list[Any] = list(rows)
    return [KnownNode(*row) for row in found]


@dataclass(frozen=True, slots=True)
class Fork:
    """A box that writes apart from another one which had its identity and still counts."""

    replica: bytes
    former: bytes
    name: str


def forks(connection: Connection) -> list[Fork]:
    """The oldest first."""
    before = node.alias("before")
    rows = connection.execute(
        select(node.c.replica, node.c.former, node.c.name)
        .join(before, before.c.replica == node.c.former)
        .where(
            node.c.revoked.is_(False),
            node.c.retired.is_(False),
            before.c.revoked.is_(False),
            before.c.retired.is_(False),
        )
        .order_by(node.c.enrolled_ms, node.c.replica)
    )
    return [Fork(*row) for row in rows.tuples()]


def names(connection: Connection) -> dict[bytes, tuple[str, str]]:
    """{replica: (stream, kelurahan)} of all nodes."""
    rows = connection.execute(select(node.c.replica, node.c.stream, node.c.name))
    return {replica: (stream, name) for replica, stream, name in rows.tuples()}


def enrol(
    connection: Connection,
    code_id: bytes,
    *,
    replica: bytes,
    stream: str,
    name: str,
    sign_public: bytes,
    seal_public: bytes,
    now_ms: int,
) -> None:
    """The code is used; the node is known from now on. Once more (a lost answer) is harmless.

    Where others wrote the stream before, it is given their open requests.
    """
    connection.execute(
        update(enrolment).where(enrolment.c.code_id == code_id).values(used_by=replica)
    )
    written = select(tip.c.seq).where(tip.c.stream == stream, tip.c.replica != replica)
    takes_over = connection.execute(written.limit(1)).first() is not None
    row = _new_node(replica, stream, name, sign_public, seal_public, now_ms)
    insert_new(connection, node, {**row, "takes_over": takes_over})


def _new_node(
    replica: bytes, stream: str, name: str, sign_public: bytes, seal_public: bytes, now_ms: int
) -> dict[str, Any]:
    return {
        "replica": replica,
        "stream": stream,
        "name": name,
        "sign_public": sign_public,
        "seal_public": seal_public,
        "enrolled_ms": now_ms,
        "revoked": False,
        "last_number": 0,
        "last_contact_ms": 0,
        "clock_drift_ms": 0,
        "refused": 0,
        "last_refusal": "",
        "told_more": False,
        "former": None,
        "retired": False,
        "takes_over": False,
        "orders_upto": 0,
        "heard": None,
        "heard_ms": 0,
    }


def behind(connection: Connection, own: Collection[bytes]) -> list[tuple[str, bytes]]:
    """(stream, replica) of the logs that are not folded to their end."""
    rows = connection.execute(
        select(tip.c.stream, tip.c.replica)
        .outerjoin(folded, (folded.c.stream == tip.c.stream) & (folded.c.replica == tip.c.replica))
        # Our own logs are folded in the transaction that writes them.
        .where(tip.c.seq > func.coalesce(folded.c.seq, 0), tip.c.replica.not_in(list(own)))
    )
    return [(stream, replica) for stream, replica in rows.tuples()]

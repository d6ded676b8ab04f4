"""What this node is, and how far its line to the centre has come."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields

import cbor2
from sqlalchemy import Connection, insert, select, update

from edge_node.store.tables import link, node
from sync.bundle import Excerpt
from sync.quota import QuotaDays, pack_quota_days, unpack_quota_days
from sync.timekeeping import NEVER, Comparison

_ONE = 1


@dataclass(frozen=True, slots=True)
class Node:
    """The kelurahan this server stands in, and the centre it was enrolled with."""

    stream: str
    name: str
    centre_url: str
    centre_sign: bytes
    centre_seal: bytes
    recovery: bytes = b""
    """The centre's recovery key, of which two persons hold the secret; empty: there is none."""
    escrow: bytes = b""
    """Our key-encryption key, sealed to it."""
    escrow_for: bytes = b""
    """Hash of what `escrow` was made of."""
    escrow_sent: bool = False
    """Whether the centre holds it."""


@dataclass(frozen=True, slots=True)
class Quotas:
    """What the centre told last about its daily quotas."""

    days: QuotaDays = field(default_factory=dict)
    told_ms: int = 0
    """By the centre's clock."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What must outlive a restart about the line. `acked`: the centre holds our log up to there."""

    acked: int = 0
    bundle_number: int = 0
    last_ok: float = 0.0
    clock: Comparison = NEVER
    excerpt: Excerpt | None = None
    """How far the open requests of a stream that is taken over have come."""
    quotas: Quotas = field(default_factory=Quotas)


def read_node(connection: Connection) -> Node | None:
    columns = [node.c[one.name] for one in fields(Node)]
    row = connection.execute(select(*columns)).first()
    return Node(*row) if row else None


def save_node(connection: Connection, enrolled: Node) -> None:
    connection.execute(insert(node), {"id": _ONE, **asdict(enrolled)})
    connection.execute(insert(link), {"id": _ONE, **_values(Standing())})


def pin(connection: Connection, known: Node) -> None:
    """The centre has newer keys, or our escrow is another or has arrived."""
    connection.execute(update(node).values(**asdict(known)))


def read_standing(connection: Connection) -> Standing:
    row = connection.execute(select(link)).first()
    if row is None:
        return Standing()
    return Standing(
        row.acked,
        row.bundle_number,
        row.last_ok,
        Comparison(
            row.clock_offset_ms,
            row.clock_at_ms,
            row.clock_doubt_ms,
            row.clock_boot,
            row.clock_up_ms,
        ),
        Excerpt(row.excerpt_after, cbor2.loads(row.excerpt_upto))
        if row.excerpt_upto is not None
        else None,
        Quotas(unpack_quota_days(cbor2.loads(row.quota_days)), row.quota_told_ms)
        if row.quota_days is not None
        else Quotas(),
    )


def save_standing(connection: Connection, standing: Standing) -> None:
    connection.execute(update(link).values(**_values(standing)))


def spend_number(connection: Connection) -> Standing:
    """The standing with the next bundle number, which nobody uses again.

    It is spent before the bundle leaves: neither a crash nor another process (an export beside the
    running server) may use it twice.
    """
    connection.execute(update(link).values(bundle_number=link.c.bundle_number + 1))
    return read_standing(connection)


def _values(standing: Standing) -> dict[str, float | int | str | bytes | None]:
    clock, excerpt, quotas = standing.clock, standing.excerpt, standing.quotas
    return {
        "acked": standing.acked,
        "bundle_number": standing.bundle_number,
        "last_ok": standing.last_ok,
        "clock_offset_ms": clock.offset_ms,
        "clock_at_ms": clock.at_ms,
        "clock_doubt_ms": clock.doubt_ms,
        "clock_boot": clock.boot,
        "clock_up_ms": clock.up_ms,
        "excerpt_after": excerpt.after if excerpt else None,
        "excerpt_upto": cbor2.dumps(dict(excerpt.upto)) if excerpt else None,
        "quota_days": cbor2.dumps(pack_quota_days(quotas.days)) if quotas.told_ms else None,
        "quota_told_ms": quotas.told_ms,
    }

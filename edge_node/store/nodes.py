"""What this node is, and how far its line to the centre has come."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, insert, select, update

from edge_node.store.tables import link, node

_ONE = 1


@dataclass(frozen=True, slots=True)
class Node:
    """The kelurahan this server stands in, and the centre it was enrolled with."""

    stream: str
    name: str
    centre_url: str
    centre_sign: bytes
    centre_seal: bytes


@dataclass(frozen=True, slots=True)
class Standing:
    """What must outlive a restart about the line. `acked`: the centre holds our log up to there."""

    acked: int = 0
    bundle_number: int = 0
    last_ok: float = 0.0
    clock_offset_ms: int = 0
    clock_at_ms: int = 0
    clock_doubt_ms: int = 0


def compare_clocks(standing: Standing, asked_ms: int, answered_ms: int, centre_ms: int) -> Standing:
    """Our clock against the centre's, read half-way through the round trip (Cristian 1989)."""
    half = max(answered_ms - asked_ms, 0) // 2
    return replace(
        standing,
        clock_offset_ms=centre_ms - (asked_ms + half),
        clock_at_ms=answered_ms,
        clock_doubt_ms=half,
    )


def read_node(connection: Connection) -> Node | None:
    row = connection.execute(
        select(
            node.c.stream, node.c.name, node.c.centre_url, node.c.centre_sign, node.c.centre_seal
        )
    ).first()
    return Node(*row) if row else None


def save_node(connection: Connection, enrolled: Node) -> None:
    connection.execute(
        insert(node),
        {
            "id": _ONE,
            "stream": enrolled.stream,
            "name": enrolled.name,
            "centre_url": enrolled.centre_url,
            "centre_sign": enrolled.centre_sign,
            "centre_seal": enrolled.centre_seal,
        },
    )
    connection.execute(insert(link), {"id": _ONE, **_values(Standing())})


def read_standing(connection: Connection) -> Standing:
    row = connection.execute(
        select(
            link.c.acked,
            link.c.bundle_number,
            link.c.last_ok,
            link.c.clock_offset_ms,
            link.c.clock_at_ms,
            link.c.clock_doubt_ms,
        )
    ).first()
    return Standing(*row) if row else Standing()


def save_standing(connection: Connection, standing: Standing) -> None:
    connection.execute(update(link).values(**_values(standing)))


def _values(standing: Standing) -> dict[str, float | int]:
    return {
        "acked": standing.acked,
        "bundle_number": standing.bundle_number,
        "last_ok": standing.last_ok,
        "clock_offset_ms": standing.clock_offset_ms,
        "clock_at_ms": standing.clock_at_ms,
        "clock_doubt_ms": standing.clock_doubt_ms,
    }

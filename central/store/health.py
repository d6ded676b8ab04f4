"""What nodes tell of themselves: the latest word of each, and the hours before."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, case, delete, select
from sqlalchemy.sql.expression import ClauseElement

from central.store.watch_tables import node_health, node_hour
from sync.health import Health
from vault.prepared import Prepared
from vault.sql import insert_for

_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Told:
    """A node's latest word about itself."""

    at_ms: int
    health: Health
    growing: int
    """So many exchanges in a row left more behind than the one before."""


@dataclass(frozen=True, slots=True)
class Hour:
    """One hour of a node; `requests` and `waiting_bytes` are the most that waited in it."""

    start_ms: int
    exchanges: int
    requests: int
    waiting_bytes: int
    free_bytes: int
    drift_ms: int


def _keep(dialect: str) -> ClauseElement:
    statement = insert_for(dialect, node_health)
    new, old = statement.excluded, node_health.c
    same = [c.name for c in node_health.columns if c.name not in ("replica", "growing")]
    growing = case(
        (new.waiting_bytes > old.waiting_bytes, old.growing + 1),
        (new.waiting_bytes < old.waiting_bytes, 0),
        else_=old.growing,
    )
    return statement.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=["replica"],
        set_={**{name: new[name] for name in same}, "growing": growing},
    )


def _add_hour(dialect: str) -> ClauseElement:
    statement = insert_for(dialect, node_hour)
    new, old = statement.excluded, node_hour.c

    def most(name: str) -> ClauseElement:
        return case((new[name] > old[name], new[name]), else_=old[name])

    return statement.on_conflict_do_update(  # type: ignore[no-any-return]
        index_elements=["replica", "hour"],
        set_={
            "exchanges": old.exchanges + 1,
            "requests": most("requests"),
            "waiting_bytes": most("waiting_bytes"),
            "free_bytes": new.free_bytes,
            "drift_ms": new.drift_ms,
        },
    )


_KEEP = Prepared(_keep)
_ADD_HOUR = Prepared(_add_hour)


def keep(connection: Connection, replica: bytes, told: Health, now_ms: int, drift_ms: int) -> None:
    """A node told how it is."""
    counts = {"requests": told.requests, "waiting_bytes": told.waiting_bytes}
    latest = {
        "replica": replica,
        "at_ms": now_ms,
        "version": told.version,
        **counts,
        "oldest_ms": told.oldest_ms,
        "free_bytes": told.free_bytes,
        "total_bytes": told.total_bytes,
        "up_s": told.up_s,
        "growing": 0,
    }
    _KEEP.run(connection, latest)
    hour = {
        "replica": replica,
        "hour": now_ms // _HOUR_MS,
        "exchanges": 1,
        **counts,
        "free_bytes": told.free_bytes,
        "drift_ms": drift_ms,
    }
    _ADD_HOUR.run(connection, hour)


def told_by_all(connection: Connection) -> dict[bytes, Told]:
    """{replica: its latest word}, of those that told one."""
    h = node_health.c
    rows = connection.execute(
        select(
            h.replica,
            h.at_ms,
            h.growing,
            h.version,
            h.requests,
            h.waiting_bytes,
            h.oldest_ms,
            h.free_bytes,
            h.total_bytes,
            h.up_s,
        )
    ).tuples()
    return {replica: Told(at_ms, Health(*told), growing) for replica, at_ms, growing, *told in rows}


_HOURS = Prepared(
    select(
        node_hour.c.hour,
        node_hour.c.exchanges,
        node_hour.c.requests,
        node_hour.c.waiting_bytes,
        node_hour.c.free_bytes,
        node_hour.c.drift_ms,
    )
    .where(node_hour.c.replica == bindparam("replica"), node_hour.c.hour >= bindparam("since"))
    .order_by(node_hour.c.hour.desc())
)


def hours_of(connection: Connection, replica: bytes, since_ms: int) -> list[Hour]:
    """The hours in which a node called, the newest first."""
    rows = _HOURS.rows(connection, {"replica": replica, "since": since_ms // _HOUR_MS})
    return [Hour(hour * _HOUR_MS, *rest) for hour, *rest in rows]


def forget_hours(connection: Connection, before_ms: int) -> None:
    connection.execute(delete(node_hour).where(node_hour.c.hour < before_ms // _HOUR_MS))

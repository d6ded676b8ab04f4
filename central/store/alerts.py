"""Alerts, the words about them that go out, and what admins set of the rules."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cbor2
from sqlalchemy import Connection, delete, func, insert, select, update

from central.rules import Finding, Rule
from central.store.tables import refusal
from central.store.watch_tables import alert, alert_message, watch_setting, watch_turn
from sync.body import Author
from vault.core import Vault
from vault.sql import insert_new, upsert

_KIND = "alert seen"
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Alert:
    """Something that is not as it should be at a node. Times are Unix ms; 0: not yet."""

    id: str
    rule: Rule
    replica: bytes
    stream: str
    value: int
    opened_ms: int
    seen_ms: int
    seen_by: Author | None
    closed_ms: int


@dataclass(frozen=True, slots=True)
class Message:
    """A word about an alert that is to go out by one channel."""

    alert: Alert
    event: str
    channel: str
    attempts: int


@dataclass(frozen=True, slots=True)
class Sent:
    """How far a word has come."""

    alert: str
    event: str
    channel: str
    attempts: int
    next_ms: int
    accepted_ms: int
    trouble: str


def take_turn(connection: Connection, name: str, now_ms: int, pause_ms: int) -> bool:
    """Whether a job is due; whoever gets True does it in this transaction, and nobody beside."""
    insert_new(connection, watch_turn, {"name": name, "at_ms": 0})
    last = connection.execute(
        select(watch_turn.c.at_ms).where(watch_turn.c.name == name).with_for_update()
    ).scalar_one()
    if last <= now_ms < last + pause_ms:
        return False
    connection.execute(update(watch_turn).where(watch_turn.c.name == name).values(at_ms=now_ms))
    return True


def open_alerts(connection: Connection, vault: Vault) -> list[Alert]:
    """The newest first."""
    query = select(alert).where(alert.c.closed_ms.is_(None))
    return _alerts(vault, connection.execute(query.order_by(alert.c.opened_ms.desc(), alert.c.id)))


def count_open(connection: Connection) -> int:
    """Those that nobody has taken note of yet."""
    query = select(func.count()).where(alert.c.closed_ms.is_(None), alert.c.seen_ms.is_(None))
    return int(connection.execute(query).scalar_one())


def closed_alerts(connection: Connection, vault: Vault, limit: int) -> list[Alert]:
    """The ones that were closed last."""
    query = select(alert).where(alert.c.closed_ms.is_not(None))
    rows = connection.execute(query.order_by(alert.c.closed_ms.desc(), alert.c.id).limit(limit))
    return _alerts(vault, rows)


def alerts_of(connection: Connection, vault: Vault, replica: bytes, limit: int) -> list[Alert]:
    """Those about one node, the newest first."""
    query = select(alert).where(alert.c.replica == replica)
    rows = connection.execute(query.order_by(alert.c.opened_ms.desc(), alert.c.id).limit(limit))
    return _alerts(vault, rows)


def _alerts(vault: Vault, rows: Any) -> list[Alert]:
    return [
        Alert(
            row.id,
            Rule(row.rule),
            row.replica,
            row.stream,
            row.value,
            row.opened_ms,
            row.seen_ms or 0,
            _author(vault, row.seen_by),
            row.closed_ms or 0,
        )
        for row in rows
    ]


def _author(vault: Vault, sealed: bytes | None) -> Author | None:
    if sealed is None:
        return None
    return Author(*cbor2.loads(vault.keyring.unseal_row(_KIND, sealed)))


def open_one(connection: Connection, found: Finding, now_ms: int) -> str:
    """The id of a new alert. The caller knows that none of its kind is open."""
    named = uuid.uuid4().hex
    connection.execute(
        insert(alert),
        {
            "id": named,
            "rule": str(found.rule),
            "replica": found.replica,
            "stream": found.stream,
            "value": found.value,
            "opened_ms": now_ms,
        },
    )
    return named


def close(connection: Connection, named: str, now_ms: int) -> None:
    connection.execute(update(alert).where(alert.c.id == named).values(closed_ms=now_ms))


def forget(connection: Connection, before_ms: int) -> None:
    """Alerts that were closed before go, with the words about them."""
    old = select(alert.c.id).where(alert.c.closed_ms < before_ms)
    connection.execute(delete(alert_message).where(alert_message.c.alert.in_(old)))
    connection.execute(delete(alert).where(alert.c.closed_ms < before_ms))


def take_note(connection: Connection, vault: Vault, named: str, by: Author, now_ms: int) -> bool:
    """An officer has seen it; the first one counts. Whether there is such an alert."""
    sealed = vault.keyring.seal_row(_KIND, cbor2.dumps([by.id, by.name, by.role]))
    connection.execute(
        update(alert)
        .where(alert.c.id == named, alert.c.seen_ms.is_(None))
        .values(seen_ms=now_ms, seen_by=sealed)
    )
    return connection.execute(select(alert.c.id).where(alert.c.id == named)).first() is not None


def refused_today(connection: Connection, now_ms: int) -> dict[bytes, int]:
    """{replica: bundles refused since midnight UTC}."""
    rows = connection.execute(
        select(refusal.c.replica, func.sum(refusal.c["count"]))
        .where(refusal.c.day == now_ms // _DAY_MS)
        .group_by(refusal.c.replica)
    )
    return {replica: int(count) for replica, count in rows.tuples()}


# Words that go out


def add_messages(
    connection: Connection, named: str, event: str, channels: Sequence[str], now_ms: int
) -> None:
    for channel in channels:
        insert_new(
            connection,
            alert_message,
            {
                "alert": named,
                "event": event,
                "channel": channel,
                "made_ms": now_ms,
                "next_ms": now_ms,
                "attempts": 0,
                "leased_ms": 0,
                "accepted_ms": None,
                "trouble": "",
            },
        )


def lease_next(
    connection: Connection,
    vault: Vault,
    channels: Sequence[str],
    now_ms: int,
    until_ms: int,
    most_attempts: int,
) -> Message | None:
    """A message that is due, which nobody else works on until `until_ms`; None: there is none."""
    m = alert_message.c
    row = connection.execute(
        select(alert_message)
        .where(
            m.accepted_ms.is_(None),
            m.next_ms <= now_ms,
            m.leased_ms <= now_ms,
            m.attempts < most_attempts,
            m.channel.in_(list(channels)),
        )
        .order_by(m.next_ms, m.alert, m.event)
        .limit(1)
        .with_for_update(skip_locked=True)
    ).first()
    if row is None:
        return None
    # The attempt counts before it is made: a message that ends its process is not tried for ever.
    connection.execute(
        update(alert_message)
        .where(m.alert == row.alert, m.event == row.event, m.channel == row.channel)
        .values(leased_ms=until_ms, attempts=m.attempts + 1)
    )
    about = connection.execute(select(alert).where(alert.c.id == row.alert))
    (found,) = _alerts(vault, about)
    return Message(found, row.event, row.channel, row.attempts + 1)


def accepted(connection: Connection, sent: Message, now_ms: int) -> None:
    """The receiver has it."""
    _note(connection, sent, {"accepted_ms": now_ms, "leased_ms": 0, "trouble": ""})


def failed(connection: Connection, sent: Message, trouble: str, next_ms: int) -> None:
    """It is tried again from `next_ms` on."""
    _note(connection, sent, {"leased_ms": 0, "trouble": trouble, "next_ms": next_ms})


def _note(connection: Connection, sent: Message, values: Mapping[str, Any]) -> None:
    m = alert_message.c
    connection.execute(
        update(alert_message)
        .where(
            m.alert == sent.alert.id,
            m.event == sent.event,
            m.channel == sent.channel,
            m.accepted_ms.is_(None),
        )
        .values(**values)
    )


def messages_of(connection: Connection, alerts: Sequence[str]) -> list[Sent]:
    """What went out, or is to, about these alerts."""
    m = alert_message.c
    rows = connection.execute(
        select(m.alert, m.event, m.channel, m.attempts, m.next_ms, m.accepted_ms, m.trouble)
        .where(m.alert.in_(list(alerts)))
        .order_by(m.made_ms, m.channel)
    )
    return [
        Sent(named, event, channel, attempts, next_ms, accepted_ms or 0, trouble)
        for named, event, channel, attempts, next_ms, accepted_ms, trouble in rows.tuples()
    ]


# What admins set


def read_settings(connection: Connection) -> dict[str, str]:
    rows = connection.execute(select(watch_setting.c.name, watch_setting.c.value))
    return dict(rows.tuples().all())


def save_settings(connection: Connection, values: Mapping[str, str]) -> None:
    upsert(
        connection,
        watch_setting,
        [{"name": name, "value": value} for name, value in values.items()],
    )

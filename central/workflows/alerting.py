"""Looking after the servers: alerts are opened and closed by rule, and told by each channel."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime

import structlog

from central.alert_settings import MAIL
from central.centre import JAKARTA, Centre
from central.outbound.errors import OutboundError
from central.outbound.smtp import Mailer
from central.outbound.webhook import post_signed
from central.rules import DO, Seen, easier, findings, sentence
from central.store import alerts, health, nodes
from central.store.alerts import Alert, Message, Sent
from central.workflows.alert_rules import limits_in
from registration.regions import place_name
from sync.body import Author
from vault.engine import Connection, reading, writing

_log = structlog.get_logger()
OPENED, CLOSED = "dibuka", "ditutup"
LOOK_MS = 20_000
_LEASE_MS = 600_000
"""Longer than any try takes, each step of it waited for to the last."""
_FIRST_PAUSE_MS, _LONGEST_PAUSE_MS = 30_000, 3_600_000
MOST_ATTEMPTS = 24
"""With these pauses about 18 hours."""
_DAY_MS = 24 * 3_600_000
_KEPT_HOURS_MS = 14 * _DAY_MS
_KEPT_ALERTS_MS = 400 * _DAY_MS
"""A year and what a yearly report needs."""


def tick(centre: Centre) -> None:
    """Look at all servers if it is time, and send what is due."""
    look(centre)
    send_due(centre)


def look(centre: Centre, pause_ms: int = LOOK_MS) -> bool:
    """Open and close alerts by the rules; False: another process did so just now."""
    now_ms, channels = centre.clock(), centre.settings.alert_channels
    with writing(centre.vault.engine) as connection:
        if not alerts.take_turn(connection, "look", now_ms, pause_ms):
            return False
        seen, limits = _seen(connection, now_ms), limits_in(connection)
        wanted = {(f.rule, f.replica): f for f in findings(seen, limits, now_ms)}
        lasting = {(f.rule, f.replica) for f in findings(seen, easier(limits), now_ms)}
        open_now = {(a.rule, a.replica): a for a in alerts.open_alerts(connection, centre.vault)}
        for key, finding in wanted.items():
            if key not in open_now:
                named = alerts.open_one(connection, finding, now_ms)
                alerts.add_messages(connection, named, OPENED, channels, now_ms)
                _log.warning("alert", rule=str(finding.rule), stream=finding.stream)
        for key, alert in open_now.items():
            if key not in lasting:
                alerts.close(connection, alert.id, now_ms)
                alerts.add_messages(connection, alert.id, CLOSED, channels, now_ms)
        if alerts.take_turn(connection, "forget", now_ms, 3_600_000):
            health.forget_hours(connection, now_ms - _KEPT_HOURS_MS)
            alerts.forget(connection, now_ms - _KEPT_ALERTS_MS)
    return True


def _seen(connection: Connection, now_ms: int) -> list[Seen]:
    told = health.told_by_all(connection)
    refused = alerts.refused_today(connection, now_ms)
    listed = nodes.list_nodes(connection)
    forked = {one.replica for one in nodes.forks(connection)}
    found = []
    for one in listed:
        if one.revoked or one.retired:
            continue
        word = told.get(one.replica)
        found.append(
            Seen(
                one.replica,
                one.stream,
                one.last_contact_ms or one.enrolled_ms,
                bool(one.last_contact_ms),
                one.clock_drift_ms,
                one.replica in forked,
                refused.get(one.replica, 0),
                word.growing if word else 0,
                word.health.free_bytes if word else 0,
                word.health.total_bytes if word else 0,
            )
        )
    return found


# Telling


@dataclass(frozen=True, slots=True)
class Word:
    """What goes out. `id`: the same in each try, so that a receiver can tell a repeat."""

    id: str
    subject: str
    text: str
    body: bytes
    """The same for machines: JSON."""


def send_due(centre: Centre) -> int:
    """Send every word that is due; how many were accepted."""
    channels, vault = centre.settings.alert_channels, centre.vault
    done = 0
    while channels:
        now_ms = centre.clock()
        with writing(vault.engine) as connection:
            message = alerts.lease_next(
                connection, vault, channels, now_ms, now_ms + _LEASE_MS, MOST_ATTEMPTS
            )
        if message is None:
            break
        done += _send(centre, message)
    return done


def _send(centre: Centre, message: Message) -> bool:
    try:
        _hand_over(centre, message)
    except OutboundError as trouble:
        next_ms = centre.clock() + pause_ms(message.attempts)
        _log.warning("a word about an alert did not go out", by=message.channel, why=trouble.slug)
        with writing(centre.vault.engine) as connection:
            alerts.failed(connection, message, trouble.slug, next_ms)
        return False
    with writing(centre.vault.engine) as connection:
        alerts.accepted(connection, message, centre.clock())
    return True


def _hand_over(centre: Centre, message: Message) -> None:
    settings = centre.settings
    word = word_of(message, settings.public_url)
    to = settings.alerts
    if message.channel == MAIL:
        Mailer(settings.mail).send(", ".join(to.mail_to), word.subject, word.text, word.id)
    elif to.webhook_key_file is not None:
        now_s = centre.clock() // 1000
        post_signed(to.webhook_url, to.webhook_key_file, word.body, word.id, now_s)


def pause_ms(attempts: int) -> int:
    """How long to wait after so many tries: twice as long each time, up to an hour."""
    return min(_FIRST_PAUSE_MS << min(attempts - 1, 16), _LONGEST_PAUSE_MS)


def word_of(message: Message, public_url: str) -> Word:
    """A message in words, in the office's language: nobody chose another."""
    alert = message.alert
    place = place_name(alert.stream)
    what = str(sentence(alert.rule, place, alert.value))
    if message.event == OPENED:
        subject = f"[Loket] Perlu dilihat: {place} ({alert.rule})"
        lines = [what, DO[alert.rule], f"Sejak {_when(alert.opened_ms)} WIB."]
    else:
        subject = f"[Loket] Sudah beres: {place} ({alert.rule})"
        lines = ["Sudah tidak berlaku lagi:", what, f"Selesai {_when(alert.closed_ms)} WIB."]
    link = f"{public_url.rstrip('/')}/node/{alert.replica.hex()}" if public_url else ""
    told = {
        "id": f"{alert.id}-{message.event}",
        "event": message.event,
        "rule": str(alert.rule),
        "stream": alert.stream,
        "place": place,
        "value": alert.value,
        "opened_ms": alert.opened_ms,
        # Of an alert that was closed meanwhile, the word of its opening stays what it was.
        "closed_ms": alert.closed_ms if message.event == CLOSED else None,
        "text": what,
        "link": link or None,
    }
    body = json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()
    text = "\n".join([*lines, *([link] if link else [])]) + "\n"
    return Word(f"{alert.id}-{message.event}", subject, text, body)


def _when(ms: int) -> str:
    return f"{datetime.fromtimestamp(ms / 1000, UTC).astimezone(JAKARTA):%d-%m-%Y %H.%M}"


# Looking at them


def unseen(centre: Centre) -> int:
    """How many open alerts nobody has taken note of."""
    with reading(centre.vault.engine) as connection:
        return alerts.count_open(connection)


def latest(centre: Centre, limit: int = 100) -> tuple[list[Alert], list[Alert], list[Sent]]:
    """The open alerts, those that were closed last, and what went out about them."""
    with reading(centre.vault.engine) as connection:
        still = alerts.open_alerts(connection, centre.vault)
        closed = alerts.closed_alerts(connection, centre.vault, limit)
        return still, closed, alerts.messages_of(connection, [a.id for a in (*still, *closed)])


def take_note(centre: Centre, named: str, by: Author) -> bool:
    """An officer looks after it; False: there is no such alert. Twice changes nothing."""
    with writing(centre.vault.engine) as connection:
        return alerts.take_note(connection, centre.vault, named, by, centre.clock())

"""How one server is, in words: the same for the list, its own page and the file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from central.rules import DO, sentence
from central.store.alerts import Alert
from central.store.health import Told
from central.store.nodes import KnownNode
from central.views.texts import gettext, ngettext
from central.views.words import REFUSALS, Tag, ago, clock, drift, lang, moment, say
from central.workflows.town import Town
from registration.regions import place_name

_KIB = 1024
_LITTLE_PERCENT = 10
_ODD_DRIFT_MS = 60_000
_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86_400


@dataclass(frozen=True, slots=True)
class Trouble:
    """An open alert about it."""

    what: str
    do: str


@dataclass(frozen=True, slots=True)
class Row:
    """One server."""

    place: str
    stream: str
    tag: Tag
    contact: str
    turn: str
    """When it was told to come back, where it found the centre busy."""
    held: str
    waiting: str
    """At the node: how many matters, how many bytes."""
    oldest: str
    reading: str
    """Here: what is not folded yet."""
    drift: str
    drift_odd: bool
    version: str
    disk: str
    disk_little: bool
    up: str
    refused: str
    enrolled: str
    replica: str
    standing: bool
    """Neither revoked nor replaced by other keys."""
    branched: bool
    """Its disk was copied, or an old backup restored: it writes apart from the first since."""
    troubles: Sequence[Trouble]


def row_of(node: KnownNode, town: Town, today: date) -> Row:
    now_ms, told = town.lines.now_ms, town.told.get(node.replica)
    return Row(
        node.name,
        node.stream,
        tag_of(node, town, today),
        ago(node.last_contact_ms, now_ms, today),
        _turn(node, town, today),
        ngettext("%(num)s catatan", "%(num)s catatan", node.held),
        _waiting(node, told),
        ago(told.health.oldest_ms, now_ms, today) if told and told.health.oldest_ms else "",
        _reading(node),
        drift(node.clock_drift_ms) if node.last_contact_ms else "",
        abs(node.clock_drift_ms) >= _ODD_DRIFT_MS,
        told.health.version if told else "",
        _disk(told),
        told is not None and bool(told.health.total_bytes) and _percent(told) < _LITTLE_PERCENT,
        duration(told.health.up_s) if told else "",
        _refused(node),
        clock(moment(node.enrolled_ms), today),
        node.replica.hex(),
        not (node.revoked or node.retired),
        node.branched,
        [trouble(one) for one in town.alerts.get(node.replica, ())],
    )


def tag_of(node: KnownNode, town: Town, today: date) -> Tag:
    if node.revoked:
        return Tag("stop", gettext("dicabut"))
    if node.retired:
        return Tag("wait", gettext("sudah berganti kunci"))
    if not node.last_contact_ms:
        return Tag("wait", gettext("belum pernah terhubung"))
    if town.lines.silent(node):
        since = clock(moment(node.last_contact_ms), today)
        return Tag("wait", gettext("diam sejak %(since)s", since=since))
    return Tag("good", gettext("terhubung"))


def trouble(alert: Alert) -> Trouble:
    what = say(sentence(alert.rule, place_name(alert.stream), alert.value))
    return Trouble(what, gettext(DO[alert.rule]))


def size(count: int) -> str:
    """Bytes as people read them: "340 KB", "1,2 GB"."""
    amount, unit = float(count), "B"
    for larger in ("KB", "MB", "GB", "TB"):
        if amount < _KIB:
            break
        amount, unit = amount / _KIB, larger
    text = f"{amount:.1f}" if unit != "B" and amount < 10 else f"{amount:.0f}"
    return f"{text if lang().startswith('en') else text.replace('.', ',')} {unit}"


def duration(seconds: int) -> str:
    """How long something runs, by its largest unit."""
    if seconds < _MINUTE_S:
        return gettext("kurang dari satu menit")
    if seconds < _HOUR_S:
        minutes = seconds // _MINUTE_S
        return ngettext("%(num)s menit", "%(num)s menit", minutes)
    if seconds < 2 * _DAY_S:
        return ngettext("%(num)s jam", "%(num)s jam", seconds // _HOUR_S)
    return ngettext("%(num)s hari", "%(num)s hari", seconds // _DAY_S)


def _turn(node: KnownNode, town: Town, today: date) -> str:
    turn_ms = town.turn_ms(node)
    return gettext("giliran %(when)s", when=clock(moment(turn_ms), today)) if turn_ms else ""


def _waiting(node: KnownNode, told: Told | None) -> str:
    if told is None:
        return gettext("masih ada yang menunggu di sana") if node.told_more else ""
    if not told.health.requests:
        return gettext("semua terkirim")
    count = ngettext("%(num)s urusan", "%(num)s urusan", told.health.requests)
    return f"{count} · {size(told.health.waiting_bytes)}"


def _reading(node: KnownNode) -> str:
    if node.unfolded <= 0:
        return ""
    return ngettext("%(num)s catatan sedang dibaca", "%(num)s catatan sedang dibaca", node.unfolded)


def _percent(told: Told) -> int:
    return 100 * told.health.free_bytes // max(told.health.total_bytes, 1)


def _disk(told: Told | None) -> str:
    if told is None or not told.health.total_bytes:
        return ""
    free = size(told.health.free_bytes)
    return gettext("%(free)s kosong (%(percent)s%%)", free=free, percent=_percent(told))


def _refused(node: KnownNode) -> str:
    if not node.refused:
        return ""
    count = ngettext("%(num)s bundel ditolak", "%(num)s bundel ditolak", node.refused)
    if not node.last_refusal:
        return count
    reason = gettext(REFUSALS.get(node.last_refusal, node.last_refusal))
    return gettext("%(count)s; terakhir: %(reason)s", count=count, reason=reason)

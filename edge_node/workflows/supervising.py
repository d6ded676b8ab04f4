"""What a penyelia watches over: who did what, how quickly, what is late, and samples of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from statistics import median

from edge_node.edge import JAKARTA, Edge
from edge_node.workflows.deeds import Deed, deeds
from edge_node.workflows.promising import promise
from registration.catalogue import SERVICES
from registration.lifecycle import Act, Role, Status
from registration.standard import is_overdue
from vault.engine import reading
from vault.errors import NoSuchRecord
from vault.read import Filter, Record, list_records, read_record

SAMPLES = 5
"""Requests that are drawn to be looked at once more."""
_MOST_LATE = 25
_AT_CENTRE = (Status.DIVERIFIKASI, Status.DIPROSES)
_OURS = (Role.PETUGAS, Role.PENYELIA, Role.PAMOR)


@dataclass(slots=True)
class Work:
    """What one member of staff did in the time."""

    name: str
    role: str
    acts: Counter[str] = field(default_factory=Counter)
    given_back: int = 0
    """Of the requests that this person had verified, so many were returned by the centre."""
    found_wrong: int = 0
    """So many came off badly when a penyelia looked at them once more."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How long it takes, in minutes: the median; None where nothing of it happened."""

    to_verify: float | None
    """From filing to the petugas's word."""
    to_issue: float | None
    """From there to the finished document."""
    to_mend: float | None
    """From a return to the next submission."""


@dataclass(frozen=True, slots=True)
class Supervision:
    """A span of days, as a penyelia sees it."""

    first: date
    last: date
    acts: Mapping[str, int]
    people: Sequence[Work]
    """Who did most first."""
    pace: Pace
    samples: Sequence[Record]
    """Verified in these days, drawn for a second look, and not yet looked at."""
    checked: int
    late: Sequence[Record]
    """Verified longer ago than the promise allows, and not issued; the oldest first."""
    more_late: bool


def supervision(edge: Edge, days: int) -> Supervision:
    """The last `days` days, today among them."""
    last = edge.today()
    first = last - timedelta(days=days - 1)
    done = deeds(edge, first, last)
    acts = Counter(one.act for one in done)
    late, more = overdue(edge)
    return Supervision(
        first,
        last,
        acts,
        people(done),
        pace(done),
        _samples(edge, done, first),
        acts[Act.UJI_PETIK],
        late,
        more,
    )


def people(done: Iterable[Deed]) -> list[Work]:
    """What each member of the counter's staff did."""
    found: dict[str, Work] = {}
    verifier: dict[bytes, str] = {}
    for one in done:
        if one.by.role in _OURS:
            work = found.setdefault(one.by.id, Work(one.by.name, one.by.role))
            work.acts[one.act] += 1
        if one.act == Act.VERIFIKASI:
            verifier[one.record] = one.by.id
        elif one.act == Act.KEMBALIKAN and one.record in verifier:
            found[verifier[one.record]].given_back += 1
        elif one.act == Act.UJI_PETIK and one.amiss and one.record in verifier:
            found[verifier[one.record]].found_wrong += 1
    return sorted(found.values(), key=lambda work: (-work.acts.total(), work.name))


def pace(done: Iterable[Deed]) -> Pace:
    """How long each part of the way took, where both of its ends fall into the time."""
    since: dict[tuple[bytes, str], int] = {}
    took: dict[str, list[float]] = {Act.VERIFIKASI: [], Act.TERBITKAN: [], Act.PERBAIKI: []}

    def end(record: bytes, begun: str, part: str, at_ms: int) -> None:
        start = since.pop((record, begun), None)
        if start is not None and at_ms >= start:
            took[part].append((at_ms - start) / 60_000)

    for one in done:
        if one.act == Act.AJUKAN:
            since[one.record, Act.AJUKAN] = one.at_ms
        elif one.act == Act.KEMBALIKAN:
            since[one.record, Act.KEMBALIKAN] = one.at_ms
        elif one.act == Act.VERIFIKASI:
            end(one.record, Act.AJUKAN, Act.VERIFIKASI, one.at_ms)
            end(one.record, Act.KEMBALIKAN, Act.PERBAIKI, one.at_ms)
            since[one.record, Act.VERIFIKASI] = one.at_ms
        elif one.act == Act.TERBITKAN:
            end(one.record, Act.VERIFIKASI, Act.TERBITKAN, one.at_ms)
    verify, issue, mend = (
        median(took[part]) if took[part] else None
        for part in (Act.VERIFIKASI, Act.TERBITKAN, Act.PERBAIKI)
    )
    return Pace(verify, issue, mend)


def overdue(edge: Edge) -> tuple[list[Record], bool]:
    """(requests that were promised for a day before today, whether there are more)."""
    today = edge.today()
    found: list[Record] = []
    more = False
    with reading(edge.vault.engine) as connection:
        for service in SERVICES:
            day = today
            while not is_overdue(service.standard, day, today):
                day -= timedelta(days=1)
            # Papers that were complete on that day are late, those of the day after are not.
            before = datetime.combine(day + timedelta(days=1), time(), JAKARTA)
            only = Filter(
                stream=edge.stream,
                statuses=tuple(map(str, _AT_CENTRE)),
                layanan=service.code,
                verified_before=int(before.timestamp() * 1000),
                oldest_first=True,
            )
            page, others, mine = 1, True, len(found)
            while others and len(found) - mine < _MOST_LATE:
                late, others = list_records(connection, edge.vault, only, page, _MOST_LATE)
                # A later day was told where the centre's queue was long.
                found += [one for one in late if (told := promise(one)) and told.day < today]
                page += 1
            more = more or others
    found.sort(key=lambda one: one.verified_ms)
    return found[:_MOST_LATE], more or len(found) > _MOST_LATE


def _samples(edge: Edge, done: Sequence[Deed], first: date) -> list[Record]:
    """The same draw all day long, that nobody can foresee who has not the counter's keys."""
    seen = {one.record for one in done if one.act == Act.UJI_PETIK}
    verified = {
        one.record for one in done if one.act == Act.VERIFIKASI and one.by.role in _OURS
    } - seen
    draw = edge.vault.keyring.blind
    order = sorted(verified, key=lambda one: draw.token("uji_petik", f"{first}{one.hex()}"))
    found: list[Record] = []
    with reading(edge.vault.engine) as connection:
        for record in order:
            if len(found) == SAMPLES:
                break
            try:
                found.append(read_record(connection, edge.vault, edge.stream, record))
            except NoSuchRecord:
                # Shredded since: there is nothing left to look at.
                continue
    return found

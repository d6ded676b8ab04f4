"""Complaints at the centre: what is due, and those that the centre answers itself.

The counters answer. The centre sees of each what it is about and by when; it reads, takes over and
answers those that are about staff or were left too long. Each act is a change that the counter and
the resident see.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from types import MappingProxyType
from typing import Any

from central.centre import NAME, Centre
from central.store import nodes, sums
from central.store.sums import Wanted
from central.workflows.acting import acting
from central.workflows.seen import require_seen
from registration import complaints as law
from registration.catalogue import policy_of
from registration.complaints import (
    ANSWER_TIME,
    KIND,
    QUIET_DAYS,
    SETTLE_TIME,
    Act,
    Status,
    Subject,
)
from registration.errors import IllegalAct
from registration.lifecycle import Role
from registration.reports import Figures, Span, period_of
from registration.statistics import day_of
from registration.texts import N_, Sentence
from sync.body import Author, Body
from sync.change import Context
from vault.engine import Connection, reading
from vault.errors import NoSuchRecord
from vault.fold import lock_stream
from vault.read import Filter, Record, count_records, list_records, read_record
from vault.telling import Line, asked_ms, timeline
from vault.write import write

MOST = 1_000
"""Waiting complaints that are put in the order of their terms; those behind them are newer."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One complaint, as the centre knows it today."""

    record: Record
    status: Status | None
    """None: one of a newer version."""
    subject: Subject
    asked: date
    """When it was made, or made again."""
    days_left: int
    settle_days_left: int
    """Until the whole matter should be at its end."""
    quiet_days: int
    """Since the last act."""

    @property
    def code(self) -> str:
        return str(self.record.value("kode", ""))

    @property
    def text(self) -> str:
        return str(self.record.value(law.TEXT, ""))

    @property
    def due(self) -> date:
        return ANSWER_TIME.due(self.asked)

    @property
    def taken(self) -> bool:
        return bool(self.record.value(law.TAKEN, False))

    @property
    def waiting(self) -> bool:
        return self.status in law.WAITING

    @property
    def about_code(self) -> str:
        """The code of the request that it is about; "" where it is about none."""
        return str(self.record.value(law.REQUEST, ""))

    @property
    def unsettled(self) -> bool:
        """Asked again, and by now longer than the law allows for all of it."""
        return self.waiting and self.settle_days_left < 0

    @property
    def late(self) -> bool:
        return self.waiting and self.days_left < 0

    @property
    def readable(self) -> bool:
        """Whether officers read what was written."""
        days_left = min(self.days_left, self.settle_days_left) if self.waiting else 0
        return law.is_for_centre(self.subject, days_left, taken=self.taken)

    @property
    def answer(self) -> str:
        told = [one.body for one in self.record.told if one.body is not None]
        return next((body.note for body in reversed(told) if body.act == Act.JAWAB), "")

    @property
    def quiet_until(self) -> date:
        """From when on what is answered may be closed."""
        return day_of(self.record.changed_ms) + timedelta(days=QUIET_DAYS)

    def acts(self, role: Role) -> list[Act]:
        """What this role may do now."""
        if not self.readable or self.status is None:
            return []
        reopened = bool(self.record.value(law.REOPENED, False))
        found = law.acts_for(role, self.status, reopened=reopened, taken=self.taken)
        return [act for act in found if act is not Act.TUTUP or self.quiet_days >= QUIET_DAYS]


def _heard(centre: Centre, record: Record) -> Heard:
    asked, today = day_of(asked_ms(record)), centre.today()
    about, status = record.value("varian"), record.value("status")
    return Heard(
        record,
        Status(status) if status in tuple(Status) else None,
        Subject(about) if about in tuple(Subject) else Subject.LAIN,
        asked,
        ANSWER_TIME.days_left(asked, today),
        SETTLE_TIME.days_left(day_of(record.opened_ms), today),
        (today - day_of(record.changed_ms)).days,
    )


@dataclass(frozen=True, slots=True)
class Desk:
    """All that wait for an answer, the most urgent first."""

    waiting: Sequence[Heard]
    count: int

    @property
    def ours(self) -> list[Heard]:
        """Those that the centre answers, or should look at."""
        return [one for one in self.waiting if one.readable]


def desk(centre: Centre, stream: str | None = None) -> Desk:
    """A complaint made again has a new term, so they are ordered by that and not by age.

    :param stream: only those of one kelurahan.
    """
    waiting = tuple(sorted(law.WAITING))
    only = Filter(stream, statuses=waiting, kind=KIND, oldest_first=True)
    with reading(centre.vault.engine) as connection:
        count = count_records(connection, only)
        records, _ = list_records(connection, centre.vault, only, 1, MOST)
    found = [_heard(centre, one) for one in records]
    return Desk(sorted(found, key=lambda one: (one.due, one.record.id)), count)


def this_year(centre: Centre, stream: str | None = None) -> Figures:
    """What was counted of complaints (of one kelurahan) since the first of January."""
    period = period_of(Span.TAHUN, centre.today())
    with reading(centre.vault.engine) as connection:
        found = sums.voice_by(connection, "stream", Wanted(period.first, period.last, stream))
    return sum((Figures(voice=one) for one in found.values()), Figures())


def listed(centre: Centre, records: Sequence[Record]) -> list[Heard]:
    return [_heard(centre, one) for one in records]


@dataclass(frozen=True, slots=True)
class Told:
    """One complaint with its history."""

    heard: Heard
    lines: Sequence[Line]


def know(centre: Centre, stream: str, record: bytes) -> Told:
    """:raises NoSuchRecord: not held. Of what is not for the centre no history is told."""
    with reading(centre.vault.engine) as connection:
        heard = _heard(centre, read_record(connection, centre.vault, stream, record, KIND))
        names = {replica: name for replica, (_, name) in nodes.names(connection).items()}
    if not heard.readable:
        return Told(heard, ())
    lines = timeline(heard.record.told, lambda one: names.get(one, NAME), policy_of, ())
    return Told(heard, lines)


def take_over(
    centre: Centre, stream: str, record: bytes, by: Author, why: str, seen: Context | None = None
) -> None:
    """From now on the answer comes from the centre; once more changes nothing.

    :raises IllegalAct, ChangedMeanwhile, NoSuchRecord: nothing is written.
    """
    with acting(centre) as connection:
        heard = _open_locked(centre, connection, stream, record)
        if not heard.taken:
            require_seen(heard.record, seen)
            _write(centre, connection, heard, Act.ALIHKAN, by, why, {law.TAKEN: True})


def answer(
    centre: Centre, stream: str, record: bytes, by: Author, text: str, seen: Context | None = None
) -> None:
    """The resident reads this at the counter's portal after the next exchange.

    :raises IllegalAct, ChangedMeanwhile, NoSuchRecord: nothing is written.
    """
    with acting(centre) as connection:
        heard = _open_locked(centre, connection, stream, record)
        if heard.status is Status.DIJAWAB and heard.answer == text:
            return  # Sent twice.
        require_seen(heard.record, seen)
        _write(centre, connection, heard, Act.JAWAB, by, text)


def close(
    centre: Centre, stream: str, record: bytes, by: Author, seen: Context | None = None
) -> None:
    """Answered, and nobody has said a word for long enough; once more changes nothing.

    :raises IllegalAct, ChangedMeanwhile, NoSuchRecord: nothing is written.
    """
    with acting(centre) as connection:
        heard = _open_locked(centre, connection, stream, record)
        if heard.status is Status.SELESAI:
            return
        require_seen(heard.record, seen)
        if heard.status is Status.DIJAWAB and heard.quiet_days < QUIET_DAYS:
            raise IllegalAct(
                Sentence(
                    N_("Tunggu %(days)s hari setelah dijawab; warga masih bisa menanggapi."),
                    {"days": QUIET_DAYS},
                )
            )
        _write(centre, connection, heard, Act.TUTUP, by, "")


def _open_locked(centre: Centre, connection: Connection, stream: str, record: bytes) -> Heard:
    lock_stream(connection, stream)
    heard = _heard(centre, read_record(connection, centre.vault, stream, record, KIND))
    if not heard.readable:
        raise IllegalAct(
            Sentence(N_("Pengaduan ini masih dijawab kelurahan dan belum lewat batas waktunya."))
        )
    if heard.status is None:
        raise NoSuchRecord(record.hex())
    return heard


def _write(
    centre: Centre,
    connection: Connection,
    heard: Heard,
    act: Act,
    by: Author,
    note: str,
    writes: Mapping[str, Any] = MappingProxyType({}),
) -> None:
    record = heard.record
    reopened = bool(record.value(law.REOPENED, False))
    after = law.apply(act, Role(by.role), heard.status, reopened=reopened, taken=heard.taken)
    body = Body(act, by, {"status": after, **writes}, note)
    write(connection, centre.vault, record.stream, record.id, KIND, body, centre.stamp())

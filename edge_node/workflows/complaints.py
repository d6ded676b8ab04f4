"""Complaints: made and followed by a resident, handled at the counter. Each act is one change."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

from edge_node.edge import JAKARTA, Edge
from edge_node.store import drafts
from edge_node.workflows.filing import RESIDENT, unused_code
from edge_node.workflows.room import NO_REQUESTS, Room, room
from registration import complaints as law
from registration.catalogue import policy_of
from registration.complaint_forms import PIN_DIGITS, Complaint, Follow
from registration.complaints import ANSWER_TIME, KIND, Act, Status, Subject
from registration.errors import FormInvalid, IllegalAct
from registration.gate import FORM
from registration.lifecycle import Role
from registration.texts import N_, Sentence
from sync.body import Author, Body
from vault import log
from vault.engine import Connection, reading, writing
from vault.errors import NoSuchRecord
from vault.fold import Told
from vault.read import (
    Filter,
    Record,
    count_records,
    find_record,
    list_records,
    read_record,
    search,
)
from vault.telling import Line, asked_ms, timeline
from vault.write import write

PAGE = 25
_LOOKED_AT = 100
"""Waiting complaints opened for the first page: what the centre has taken over is not ours."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One complaint and all that is known of it here."""

    record: Record
    status: Status
    subject: Subject | None
    """None: one of a newer version."""
    asked: date
    """When it was made, or made again."""
    days_left: int
    """For the answer; below zero: too late."""
    lines: Sequence[Line]
    waits_for_line: bool
    quiet_days: int
    """Since the last act."""

    @property
    def code(self) -> str:
        return str(self.record.value("kode", ""))

    @property
    def text(self) -> str:
        return str(self.record.value(law.TEXT, ""))

    @property
    def about_code(self) -> str:
        """The code of the request that it is about; "" where it is about none."""
        return str(self.record.value(law.REQUEST, ""))

    @property
    def reopened(self) -> bool:
        return bool(self.record.value(law.REOPENED, False))

    @property
    def taken(self) -> bool:
        """The centre has taken it over, and owes the answer."""
        return bool(self.record.value(law.TAKEN, False))

    @property
    def answer(self) -> str:
        """The last answer, also while it is doubted."""
        told = [one.body for one in self.record.told if one.body is not None]
        return next((body.note for body in reversed(told) if body.act == Act.JAWAB), "")

    @property
    def waiting(self) -> bool:
        return self.status in law.WAITING

    def acts(self, role: Role) -> list[Act]:
        """What this role may do now."""
        found = law.acts_for(role, self.status, reopened=self.reopened, taken=self.taken)
        if self.quiet_days < law.QUIET_DAYS:
            found = [act for act in found if act is not Act.TUTUP]
        return found


def _heard(edge: Edge, record: Record, unsent: frozenset[bytes], *, public: bool) -> Heard:
    """:raises NoSuchRecord: its status is of a newer version: nothing can be said of it here."""
    if record.status not in tuple(Status):
        raise NoSuchRecord(record.id.hex())
    told = [_nameless(one) for one in record.told] if public else record.told
    asked, today = _asked(record), edge.today()
    subject = record.value("varian")
    return Heard(
        record,
        Status(record.status),
        Subject(subject) if subject in tuple(Subject) else None,
        asked,
        ANSWER_TIME.days_left(asked, today),
        timeline(told, edge.place_of, policy_of, ()),
        record.id in unsent,
        (today - _day(record.changed_ms)).days,
    )


def _asked(record: Record) -> date:
    return _day(asked_ms(record))


def _day(ms: int) -> date:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(JAKARTA).date()


def _nameless(one: Told) -> Told:
    """A change as a resident may read it: the office, not the person."""
    if one.body is None:
        return one
    return replace(one, body=replace(one.body, by=Author("", "", one.body.by.role)))


def _unsent(edge: Edge, connection: Connection) -> frozenset[bytes]:
    replica, acked = edge.vault.replica, edge.standing.acked
    return frozenset(log.records_after(connection, edge.stream, replica, acked))


# The resident


def make(edge: Edge, record: bytes, said: Complaint) -> None:
    """Keep a complaint. The same form sent twice makes one.

    :raises FormInvalid: the disk is full; nothing is written.
    """
    if room(edge) is Room.NO_REQUESTS:
        raise FormInvalid({FORM: [NO_REQUESTS]})
    with writing(edge.vault.engine) as connection:
        if find_record(connection, edge.vault, edge.stream, record) is not None:
            return
        writes: dict[str, Any] = {
            "varian": str(said.hal),
            "kode": unused_code(edge, connection),
            "kanal": drafts.PORTAL,
            "status": law.apply(Act.ADUKAN, Role.PEMOHON, None),
            law.TEXT: said.isi,
            law.PIN: f"{secrets.randbelow(10**PIN_DIGITS):0{PIN_DIGITS}}",
            **({law.REQUEST: said.permohonan} if said.permohonan else {}),
            **({law.PHONE: said.telepon} if said.telepon else {}),
        }
        body = Body(Act.ADUKAN, RESIDENT, writes)
        write(connection, edge.vault, edge.stream, record, KIND, body, edge.stamp(), new=True)
    edge.ask_exchange()


def find(edge: Edge, follow: Follow) -> bytes | None:
    """The complaint of this code and PIN; None tells nothing about which of them is wrong."""

    def knows_pin(found: Record) -> bool:
        return hmac.compare_digest(str(found.value(law.PIN, "")), follow.pin)

    only = Filter(stream=edge.stream, kind=KIND)
    with reading(edge.vault.engine) as connection:
        hits = search(connection, edge.vault, [("kode", follow.kode)], knows_pin, only, 1)
    return hits[0].id if hits else None


def progress(edge: Edge, record: bytes) -> Heard | None:
    """How a complaint stands, as whoever made it sees it; None when it is not here (any more)."""
    with reading(edge.vault.engine) as connection:
        try:
            found = read_record(connection, edge.vault, edge.stream, record, KIND)
            return _heard(edge, found, _unsent(edge, connection), public=True)
        except NoSuchRecord:
            return None


def accept(edge: Edge, record: bytes) -> Status:
    """The resident is content with the answer; once more changes nothing."""
    return _act(edge, record, Act.PUAS, RESIDENT, again=Status.SELESAI)


def withdraw(edge: Edge, record: bytes) -> Status:
    """The resident takes it back; once more changes nothing."""
    return _act(edge, record, Act.TARIK, RESIDENT, again=Status.DITARIK)


def reopen(edge: Edge, record: bytes, why: str) -> Status:
    """The answer does not do. This happens once."""
    return _act(edge, record, Act.BELUM_PUAS, RESIDENT, why, writes={law.REOPENED: True})


# The counter


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list."""

    rows: tuple[Heard, ...]
    count: int
    number: int
    more: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """What the first page says of complaints."""

    count: int
    days_left: int | None
    """Of the oldest; None where none waits."""


def _filter(edge: Edge, role: Role, statuses: Sequence[Status], *, oldest: bool) -> Filter:
    return Filter(
        stream=edge.stream,
        statuses=tuple(map(str, statuses)),
        variants=tuple(sorted(law.readable_by(role))),
        kind=KIND,
        oldest_first=oldest,
    )


def listed(edge: Edge, role: Role, statuses: Sequence[Status], number: int) -> Page:
    """One page (from 1) of the complaints that this role may read; who waits longest comes first,
    of others the newest."""
    only = _filter(edge, role, statuses, oldest=set(statuses) <= law.WAITING)
    with reading(edge.vault.engine) as connection:
        records, more = list_records(connection, edge.vault, only, number, PAGE)
        unsent = _unsent(edge, connection)
        rows = tuple(_heard(edge, one, unsent, public=False) for one in records)
        return Page(rows, count_records(connection, only), number, more)


def waiting(edge: Edge, role: Role) -> Waiting:
    """How many wait for this counter's answer, and how long the most urgent may still wait."""
    only = _filter(edge, role, sorted(law.WAITING), oldest=True)
    with reading(edge.vault.engine) as connection:
        count = count_records(connection, only)
        if not count:
            return Waiting(0, None)
        # The term of one made again runs anew, so the oldest is not always the most urgent.
        records, _ = list_records(connection, edge.vault, only, 1, _LOOKED_AT)
    ours = [one for one in records if not one.value(law.TAKEN, False)]
    count -= len(records) - len(ours)
    today = edge.today()
    left = [ANSWER_TIME.days_left(_asked(one), today) for one in ours]
    return Waiting(count, min(left, default=None))


def know(edge: Edge, record: bytes, role: Role) -> Heard:
    """:raises NoSuchRecord: not held, or not for this role to read."""
    with reading(edge.vault.engine) as connection:
        found = _readable(edge, connection, record, role)
        return _heard(edge, found, _unsent(edge, connection), public=False)


def request_of(edge: Edge, heard: Heard) -> bytes | None:
    """The request that a complaint names, where this counter has it."""
    if not heard.about_code:
        return None
    tokens, only = [("kode", heard.about_code)], Filter(stream=edge.stream)
    with reading(edge.vault.engine) as connection:
        hits = search(connection, edge.vault, tokens, lambda _: True, only, 1)
    return hits[0].id if hits else None


def take_up(edge: Edge, record: bytes, by: Author) -> Status:
    """Somebody looks into it."""
    return _act(edge, record, Act.TANGANI, by, again=Status.DITANGANI)


def answer(edge: Edge, record: bytes, by: Author, text: str) -> Status:
    """The resident can read this on the portal at once, with or without a line."""
    heard = know(edge, record, Role(by.role))
    if heard.status is Status.DIJAWAB and heard.answer == text:
        # Sent twice.
        return heard.status
    return _act(edge, record, Act.JAWAB, by, text)


def close(edge: Edge, record: bytes, by: Author) -> Status:
    """Answered, and nobody has said a word for long enough.

    :raises IllegalAct: it is too early, or not this role's.
    """
    heard = know(edge, record, Role(by.role))
    if heard.status is Status.DIJAWAB and heard.quiet_days < law.QUIET_DAYS:
        raise IllegalAct(
            Sentence(
                N_("Tunggu %(days)s hari setelah dijawab; warga masih bisa menanggapi."),
                {"days": law.QUIET_DAYS},
            )
        )
    return _act(edge, record, Act.TUTUP, by)


def _readable(edge: Edge, connection: Connection, record: bytes, role: Role) -> Record:
    found = read_record(connection, edge.vault, edge.stream, record, KIND)
    if role is not Role.PEMOHON and found.value("varian") not in law.readable_by(role):
        raise NoSuchRecord(record.hex())
    return found


def _act(
    edge: Edge,
    record: bytes,
    act: Act,
    by: Author,
    note: str = "",
    *,
    again: Status | None = None,
    writes: Mapping[str, Any] = MappingProxyType({}),
) -> Status:
    """:param again: the status in which the same act changes nothing more (a double click)."""
    role = Role(by.role)
    with writing(edge.vault.engine) as connection:
        found = _readable(edge, connection, record, role)
        now = Status(found.status)
        if now is again:
            return now
        reopened = bool(found.value(law.REOPENED, False))
        taken = bool(found.value(law.TAKEN, False))
        after = law.apply(act, role, now, reopened=reopened, taken=taken)
        body = Body(act, by, {"status": after, **writes}, note)
        write(connection, edge.vault, edge.stream, record, KIND, body, edge.stamp())
    edge.ask_exchange()
    return after


def quiet_until(heard: Heard) -> date:
    """From when on the penyelia may close it."""
    return _day(heard.record.changed_ms) + timedelta(days=law.QUIET_DAYS)

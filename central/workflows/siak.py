"""Requests on their way to SIAK and their numbers on the way back.

The queue says what was asked; the log says what was decided. A number that came back decides
nothing: an officer issues the request with it, or with one typed by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cbor2

from central.centre import Centre
from central.outbound.breaker import Breaker, Uniform
from central.outbound.errors import LineDown, OutboundError, WrongAnswer
from central.siak.interface import Person, Siak, Submission
from central.store import jobs, news
from central.store.jobs import DONE, DROPPED, FAILED, WAITING, Job
from central.workflows import outbound
from central.workflows.outbound import Gone, Line
from registration.errors import IllegalAct
from registration.lifecycle import Status
from registration.texts import N_, Sentence
from sync.body import Author
from vault.engine import Connection, reading, writing
from vault.errors import NoSuchRecord
from vault.fold import lock_stream
from vault.read import Record, read_record

LINE = Line("siak", "siak", patience=0)
SUBMIT, NUMBER = "submit", "number"
_OPEN = (Status.DIVERIFIKASI, Status.DIPROSES)
_POLL_MS = 5_000
_POLL_MOST_MS = 300_000
_NIK = ("nik", "nik_anggota", "nik_pelapor", "nik_ibu", "nik_ayah")
"""Whose NIK stands for a request, in this order: a newborn child has none."""
_KEPT_MS = 90 * 86_400_000


@dataclass(frozen=True, slots=True)
class Sent:
    """How a request stands with SIAK. Times are Unix ms."""

    state: str
    """Of `central.store.jobs`; "" where it was not sent."""
    asked_ms: int = 0
    trouble: str = ""
    trouble_ms: int = 0
    next_ms: int = 0
    """When it is tried again."""
    number: str = ""
    changed: bool = False
    """Whether the form says something else now than what was sent."""


NOT_SENT = Sent("")


def _data(found: Record) -> dict[str, str]:
    return {name: str(value) for name, value in found.named("data").items()}


def _submission(found: Record, reference: str) -> Submission:
    data = _data(found)
    nik = next((data[name] for name in _NIK if data.get(name)), "")
    return Submission(
        reference,
        str(found.value("layanan", "")),
        str(found.value("varian", "")),
        str(found.value("kode", "")),
        nik,
        data,
    )


def _plain(wanted: Submission, number: str = "") -> bytes:
    return cbor2.dumps(
        [
            wanted.reference, wanted.service, wanted.case, wanted.code, wanted.nik,
            dict(wanted.data), number,
        ]
    )  # fmt: skip


def _read(plain: bytes) -> tuple[Submission, str]:
    *told, number = cbor2.loads(plain)
    return Submission(*told), str(number)


def ask(centre: Centre, stream: str, record: bytes, by: Author) -> None:
    """An officer wants a request sent. Asked twice it is sent once.

    :raises NoSuchRecord: not held.
    :raises IllegalAct: it does not lie at Disdukcapil, or something in it is undecided.
    """
    with writing(centre.vault.engine) as connection:
        ask_in(connection, centre, stream, record)


def ask_in(connection: Connection, centre: Centre, stream: str, record: bytes) -> None:
    lock_stream(connection, stream)
    found = read_record(connection, centre.vault, stream, record)
    if found.status not in _OPEN:
        raise IllegalAct(
            Sentence(N_("Permohonan ini tidak sedang dikerjakan, jadi tidak dikirim ke SIAK."))
        )
    if found.conflicts:
        raise IllegalAct(Sentence(N_("Putuskan dulu isian yang berbeda, baru kirim ke SIAK.")))
    before = jobs.of_record(connection, LINE.queue, record)
    if any(one.state == WAITING for one in before):
        return
    if before and before[0].state == FAILED:
        jobs.try_again_now(connection, LINE.queue, before[0].key, centre.clock())
        return
    # After a return and a correction it is another submission, with a name of its own.
    reference = f"{record.hex()}-{len(before) + 1}"
    plain = _plain(_submission(found, reference))
    sealed = jobs.seal(connection, centre.vault, stream, record, plain)
    jobs.add(connection, LINE.queue, reference, stream, record, SUBMIT, centre.clock(), sealed)


def ask_for_news(centre: Centre) -> None:
    """Send what officers have started on (where the settings say so)."""
    with reading(centre.vault.engine) as connection:
        found = news.waiting(connection, (Status.DIPROSES,), 100)
    for stream, record, status in found:
        with writing(centre.vault.engine) as connection:
            # The stream first, as whoever folds it: the other way round both would wait.
            lock_stream(connection, stream)
            news.told(connection, stream, record, status)
            try:
                ask_in(connection, centre, stream, record)
            except (IllegalAct, NoSuchRecord):
                # It went on meanwhile, or waits for a decision: the officer sends it then.
                continue


def sent(centre: Centre, found: Record) -> Sent:
    """How a request stands with SIAK."""
    with reading(centre.vault.engine) as connection:
        listed = jobs.of_record(connection, LINE.queue, found.id)
        if not listed or listed[0].state == DROPPED:
            return NOT_SENT
        job = listed[0]
        plain = jobs.unseal(connection, centre.vault, job)
        breaker = jobs.read_breaker(connection, LINE.breaker)
    wanted, number = (None, "") if plain is None else _read(plain)
    return Sent(
        job.state,
        job.made_ms,
        job.trouble or _of_line(job, breaker),
        job.trouble_ms or breaker.since_ms,
        max(job.due_ms, breaker.until_ms),
        number,
        wanted is not None and dict(wanted.data) != _data(found),
    )


def _of_line(job: Job, breaker: Breaker) -> str:
    """A job that was not tried yet waits for a line that is known to be down."""
    return breaker.reason if job.state == WAITING and breaker.down else ""


def work(centre: Centre, siak: Siak, uniform: Uniform) -> int:
    """Do what is due; how many steps succeeded."""
    if centre.settings.siak_auto:
        ask_for_news(centre)
    with writing(centre.vault.engine) as connection:
        jobs.drop_finished(connection, LINE.queue, (DONE, DROPPED), centre.clock() - _KEPT_MS)

    def step(held: Job) -> Mapping[str, Any]:
        return _step(centre, siak, held)

    return outbound.work(centre, LINE, step, uniform)


def _step(centre: Centre, siak: Siak, held: Job) -> Mapping[str, Any]:
    with reading(centre.vault.engine) as connection:
        plain = jobs.unseal(connection, centre.vault, held)
        try:
            found = read_record(connection, centre.vault, held.stream, held.record)
        except NoSuchRecord:
            raise Gone("shredded") from None
    if plain is None:
        raise Gone("shredded")
    if found.status not in _OPEN:
        raise Gone("decided")
    wanted, _ = _read(plain)
    now = centre.clock()
    if held.phase == SUBMIT:
        siak.submit(wanted)
        return {"phase": NUMBER, "due_ms": now}
    number = siak.number(wanted)
    if number is None:
        return {"due_ms": now + min(max(_POLL_MS, (now - held.made_ms) // 10), _POLL_MOST_MS)}
    return _received(centre, held, wanted, number)


def _received(centre: Centre, held: Job, wanted: Submission, number: str) -> Mapping[str, Any]:
    """:raises WrongAnswer: another request has this number already."""
    with reading(centre.vault.engine) as connection:
        token = centre.vault.keys_in(connection).blind.token("nomor_dokumen", number)
        if jobs.same_outcome(connection, token, held.record):
            raise WrongAnswer("number-used")
        plain = _plain(wanted, number)
        sealed = jobs.seal(connection, centre.vault, held.stream, held.record, plain)
    return {"state": DONE, "token": token, "sealed": sealed}


@dataclass(frozen=True, slots=True)
class Compared:
    """One answer of the form beside SIAK's."""

    field: str
    form: str
    siak: str

    @property
    def equal(self) -> bool:
        return _same(self.form) == _same(self.siak)


def _same(text: str) -> str:
    return "".join(char for char in text.casefold() if char.isalnum())


@dataclass(frozen=True, slots=True)
class LookUp:
    """What SIAK says about the person of a request; nothing of it is kept."""

    trouble: str = ""
    """Why there is no answer."""
    since_ms: int = 0
    known: bool = False
    fields: tuple[Compared, ...] = ()
    family: tuple[str, ...] = ()
    """Names in the family card, where one was asked for."""


def look_up(centre: Centre, siak: Siak, found: Record, uniform: Uniform) -> LookUp:
    """Ask SIAK now. While its line is known to be down nobody waits for it."""
    state = outbound.state_of(centre, LINE.breaker)
    if not state.lets_through(centre.clock()):
        return LookUp(state.reason, state.since_ms)
    data = _data(found)
    nik = _submission(found, "").nik
    try:
        person = siak.person(nik) if nik else None
        members = siak.family(data["no_kk"]) if data.get("no_kk") else None
    except OutboundError as error:
        if isinstance(error, LineDown):
            with writing(centre.vault.engine) as connection:
                outbound.tell(connection, centre, LINE.breaker, error, uniform)
        return LookUp(error.slug, centre.clock())
    if person is None:
        return LookUp()
    about_them = nik == data.get("nik")
    return LookUp(
        known=True,
        fields=_compared(data, person) if about_them else (),
        family=tuple(str(one.get("nama", "")) for one in members or ()),
    )


def _compared(data: Mapping[str, str], person: Person) -> tuple[Compared, ...]:
    return tuple(
        Compared(f"data.{name}", data[name], str(person[name])) for name in data if name in person
    )

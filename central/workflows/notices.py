"""Telling residents how their request stands: by mail and by short message, once each.

A notice says the code and what to do, and nothing about the person. It goes only where the
resident gave an address and agreed to be told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import cbor2

from central.centre import Centre
from central.outbound.breaker import Breaker, Uniform
from central.settings import TOLD
from central.store import jobs, news
from central.store.jobs import DONE, DROPPED, FAILED, WAITING, Job
from central.workflows import outbound
from central.workflows.outbound import Gone, Line
from registration.lifecycle import Status
from registration.regions import place_name
from sync.hlc import ms_of
from vault.engine import Connection, reading, writing
from vault.errors import NoSuchRecord
from vault.read import Record, find_record, read_record

MAIL = Line("notice-mail", "mail", patience=0)
TEXT = Line("notice-text", "gateway", patience=0)
LINES = (MAIL, TEXT)
_FIELD = {MAIL.queue: "data.email", TEXT.queue: "data.telepon"}
_NEWS_MS = 3 * 86_400_000
"""Older than this it is no news: what was shown anew, or waited for a line too long."""
_SAME_MS = 10 * 60_000
"""Nobody returns, mends and returns a request within this time."""
_KEPT_MS = 400 * 86_400_000
"""How long it is known that somebody was told."""
_SHOWN = 50

# Read by residents, so they are in Indonesian whatever an officer's screen speaks.
SUBJECT = "Permohonan %(code)s"
_WORDS = {
    Status.DIKEMBALIKAN: (
        "Permohonan %(code)s perlu diperbaiki. Alasannya bisa dibaca di portal warga atau di loket "
        "Kelurahan %(place)s dengan kode ini."
    ),
    Status.DITOLAK: (
        "Permohonan %(code)s tidak bisa dikabulkan. Alasannya bisa dibaca di portal warga atau di "
        "loket Kelurahan %(place)s dengan kode ini."
    ),
    Status.TERBIT: (
        "Dokumen untuk permohonan %(code)s sudah jadi dan sedang dikirim ke Kelurahan %(place)s. "
        "Tidak perlu datang dulu; tunggu kabar berikutnya."
    ),
    Status.SIAP_DIAMBIL: (
        "Dokumen untuk permohonan %(code)s bisa diambil di loket Kelurahan %(place)s. Bawa tanda "
        "terima atau kode ini."
    ),
}
_CLOSING = " Layanan ini gratis. Pesan ini dikirim otomatis, tidak perlu dibalas."

Send = Callable[[str, str, str, str], None]
"""(to, subject, text, message id)."""


def words(status: Status, code: str, place: str) -> tuple[str, str]:
    """(subject, text) of a notice."""
    told = {"code": code, "place": place}
    return SUBJECT % told, _WORDS[status] % told + _CLOSING


def put_into_words(centre: Centre) -> None:
    """Queue a notice for each piece of news, on each way that leads to its resident."""
    with reading(centre.vault.engine) as connection:
        found = news.waiting(connection, TOLD, 200)
    for stream, record, status in found:
        with writing(centre.vault.engine) as connection:
            _queue(connection, centre, stream, record, status)
            news.told(connection, stream, record, status)


def _queue(connection: Connection, centre: Centre, stream: str, record: bytes, status: str) -> None:
    try:
        found = read_record(connection, centre.vault, stream, record)
    except NoSuchRecord:
        return
    standing = found.fields["status"]
    if found.status != status or standing.conflicted:
        # It goes on, or a person decides first: that is news again.
        return
    stamp = max(entry.hlc for entry in standing.entries)
    if centre.clock() - ms_of(stamp) > _NEWS_MS or not _agreed(centre, found):
        return
    subject, text = words(Status(status), str(found.value("kode", "")), place_name(stream))
    for line in lines_of(centre):
        to = found.value(_FIELD[line.queue])
        if not isinstance(to, str) or not to:
            continue
        if _just_told(connection, line, record, status, stamp):
            continue
        plain = cbor2.dumps([to, subject, text])
        jobs.add(
            connection,
            line.queue,
            # The stamp stays with an event wherever its change is moved to.
            f"{record.hex()}-{status}-{stamp:x}",
            stream,
            record,
            status,
            centre.clock(),
            jobs.seal(connection, centre.vault, stream, record, plain),
        )


def _just_told(connection: Connection, line: Line, record: bytes, status: str, stamp: int) -> bool:
    """Whether two boxes wrote the same status without knowing of each other: that is one event."""
    before = (
        int(one.key.rpartition("-")[2], 16)
        for one in jobs.of_record(connection, line.queue, record)
        if one.phase == status
    )
    return any(0 < abs(ms_of(stamp) - ms_of(one)) < _SAME_MS for one in before)


def _agreed(centre: Centre, found: Record) -> bool:
    return bool(found.value("persetujuan")) or centre.settings.tell_counter


def lines_of(centre: Centre) -> list[Line]:
    """The ways that this centre has to residents."""
    settings = centre.settings
    ways = []
    if settings.mail.usable:
        ways.append(MAIL)
    if settings.gateway_url:
        ways.append(TEXT)
    return ways


def work(centre: Centre, ways: Mapping[Line, Send], uniform: Uniform) -> int:
    """Put news into words and send what is due; how many were sent."""
    put_into_words(centre)
    done = 0
    for line, send in ways.items():
        with writing(centre.vault.engine) as connection:
            before = centre.clock() - _KEPT_MS
            jobs.drop_finished(connection, line.queue, (DONE, DROPPED), before)

        def step(held: Job, send: Send = send) -> Mapping[str, Any]:
            return _step(centre, send, held)

        done += outbound.work(centre, line, step, uniform)
    return done


def _step(centre: Centre, send: Send, held: Job) -> Mapping[str, Any]:
    if centre.clock() - held.made_ms > _NEWS_MS:
        raise Gone("late")
    with reading(centre.vault.engine) as connection:
        plain = jobs.unseal(connection, centre.vault, held)
    if plain is None:
        raise Gone("shredded")
    to, subject, text = cbor2.loads(plain)
    send(to, subject, text, held.key)
    return {"state": DONE, "sealed": b""}


@dataclass(frozen=True, slots=True)
class Waiting:
    """A notice that has not been sent."""

    job: Job
    code: str
    """Of its request; "" where that is gone."""


@dataclass(frozen=True, slots=True)
class Overview:
    """How telling residents goes, on one way."""

    line: Line
    breaker: Breaker
    counts: Mapping[str, int]
    waiting: list[Waiting]

    def count(self, state: str) -> int:
        return self.counts.get(state, 0)


def overview(centre: Centre) -> list[Overview]:
    """What waits and what failed, on each way that is set up."""
    told = []
    with reading(centre.vault.engine) as connection:
        for line in lines_of(centre):
            listed = jobs.list_jobs(connection, line.queue, (WAITING, FAILED), _SHOWN)
            told.append(
                Overview(
                    line,
                    jobs.read_breaker(connection, line.breaker),
                    jobs.count_jobs(connection, line.queue),
                    [Waiting(one, _code(connection, centre, one)) for one in listed],
                )
            )
    return told


def _code(connection: Connection, centre: Centre, one: Job) -> str:
    found = find_record(connection, centre.vault, one.stream, one.record)
    return "" if found is None else str(found.value("kode", ""))


def try_again(centre: Centre, queue: str, key: str) -> bool:
    """An admin wants one tried now; False: it is not there any more, or was sent."""
    if queue not in {line.queue for line in LINES}:
        return False
    with writing(centre.vault.engine) as connection:
        return jobs.try_again_now(connection, queue, key, centre.clock())

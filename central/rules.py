"""The rules by which a server wants a person's eye. Pure: what is measured against which limit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from central.office_hours import OfficeHours, open_ms
from registration.texts import N_, Sentence

_HOUR_MS = 3_600_000
_MINUTE_MS = 60_000
_DISK_SLACK = 2


class Rule(StrEnum):
    """What may be wrong with a server."""

    SILENT = "diam"
    GROWING = "menumpuk"
    FORKED = "bercabang"
    DISK = "penyimpanan"
    CLOCK = "jam"
    REFUSED = "ditolak"


@dataclass(frozen=True, slots=True)
class Limits:
    """From where on each rule speaks; 0 switches it off."""

    silent_hours: int = 4
    growing_exchanges: int = 20
    forked: int = 1
    disk_percent: int = 10
    clock_minutes: int = 10
    refused_a_day: int = 20
    hours: OfficeHours = field(default_factory=OfficeHours)


def easier(limits: Limits) -> Limits:
    """Where an alert that is open ends: a little beyond where it begins, or a disk that is full by
    a hair would open and close it all day."""
    return replace(
        limits,
        disk_percent=limits.disk_percent and limits.disk_percent + _DISK_SLACK,
        clock_minutes=limits.clock_minutes and max(limits.clock_minutes * 4 // 5, 1),
    )


@dataclass(frozen=True, slots=True)
class Seen:
    """What is known of one server that counts (neither revoked nor retired). Times: Unix ms."""

    replica: bytes
    stream: str
    last_contact_ms: int
    """Of its enrolment where it never called."""
    called: bool
    clock_drift_ms: int
    branched: bool
    """Its disk was copied or an old backup restored, and the box before still counts."""
    refused_today: int
    growing: int = 0
    free_bytes: int = 0
    total_bytes: int = 0
    """0: it did not tell."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule that speaks. `value`: hours, exchanges, percent, minutes or bundles, as it counts."""

    rule: Rule
    replica: bytes
    stream: str
    value: int


def findings(servers: Iterable[Seen], limits: Limits, now_ms: int) -> list[Finding]:
    """Everything that is not as it should be."""
    found: list[Finding] = []
    latest: dict[str, Seen] = {}
    for one in servers:
        before = latest.get(one.stream)
        if before is None or one.last_contact_ms > before.last_contact_ms:
            latest[one.stream] = one
        found += _of(one, limits)
    # A kelurahan with a box that calls is not silent, whatever stands in its cupboard.
    if limits.silent_hours:
        for one in latest.values():
            hours = open_ms(limits.hours, one.last_contact_ms, now_ms) // _HOUR_MS
            if hours >= limits.silent_hours:
                found.append(Finding(Rule.SILENT, one.replica, one.stream, hours))
    return found


def _of(one: Seen, limits: Limits) -> Iterable[Finding]:
    def say(rule: Rule, value: int) -> Finding:
        return Finding(rule, one.replica, one.stream, value)

    if limits.growing_exchanges and one.growing >= limits.growing_exchanges:
        yield say(Rule.GROWING, one.growing)
    if limits.forked and one.branched:
        yield say(Rule.FORKED, 1)
    percent = 100 * one.free_bytes // one.total_bytes if one.total_bytes else 100
    if percent < limits.disk_percent:
        yield say(Rule.DISK, percent)
    minutes = abs(one.clock_drift_ms) // _MINUTE_MS
    if limits.clock_minutes and one.called and minutes >= limits.clock_minutes:
        yield say(Rule.CLOCK, minutes)
    if limits.refused_a_day and one.refused_today >= limits.refused_a_day:
        yield say(Rule.REFUSED, one.refused_today)


_SENTENCES: Mapping[Rule, str] = {
    Rule.SILENT: N_("Loket %(place)s sudah %(value)s jam kerja lebih tidak menghubungi pusat."),
    Rule.GROWING: N_(
        "Kiriman Loket %(place)s menumpuk: yang belum terkirim bertambah terus pada %(value)s "
        "kontak."
    ),
    Rule.FORKED: N_(
        "Catatan Loket %(place)s bercabang: disknya disalin atau cadangan lama dipasang. Periksa "
        "apakah ada dua perangkat."
    ),
    Rule.DISK: N_("Penyimpanan Loket %(place)s hampir penuh: tersisa %(value)s persen."),
    Rule.CLOCK: N_("Jam perangkat Loket %(place)s meleset %(value)s menit."),
    Rule.REFUSED: N_("%(value)s kiriman Loket %(place)s ditolak hari ini."),
}
DO: Mapping[Rule, str] = {
    Rule.SILENT: N_("Telepon loketnya: tanyakan listrik, jaringan, dan apakah perangkat menyala."),
    Rule.GROWING: N_("Jaringannya mungkin terlalu lambat. Bila mendesak, kirim lewat berkas."),
    Rule.FORKED: N_("Tanyakan apakah perangkat diganti; cabut izin kotak yang tidak dipakai."),
    Rule.DISK: N_("Minta petugas mengosongkan ruang sebelum foto baru ditolak di sana."),
    Rule.CLOCK: N_("Minta petugas mencocokkan jam perangkat; baterai jamnya mungkin habis."),
    Rule.REFUSED: N_("Lihat alasannya di halaman loket itu."),
}
"""What a person does about it."""


def sentence(rule: Rule, place: str, value: int) -> Sentence:
    """What the matter is, in words."""
    return Sentence(_SENTENCES[rule], {"place": place, "value": value})

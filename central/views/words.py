"""Times, ages and states in the words of the officers' pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask_babel import get_locale

from central.centre import JAKARTA
from central.views.texts import gettext, ngettext
from registration.catalogue import service
from registration.errors import UnknownService
from registration.format import short_when
from registration.lifecycle import STATUS_LABELS, Status
from registration.standard import expected_date
from registration.texts import N_, Sentence
from vault.read import Record

_MINUTE_S = 60
_CLOCK_FINE_MS = 5_000
_DOUBT_TOLD_S = 60

_KINDS = {
    Status.DIAJUKAN: "plain",
    Status.DIVERIFIKASI: "wait",
    Status.DIPROSES: "sent",
    Status.DIKEMBALIKAN: "act",
    Status.DITOLAK: "stop",
    Status.TERBIT: "good",
    Status.SIAP_DIAMBIL: "good",
    Status.DISERAHKAN: "good",
    Status.DIBATALKAN: "plain",
}
_AT_CENTRE = (Status.DIVERIFIKASI, Status.DIPROSES)

REFUSALS = {
    "malformed": N_("bundel rusak atau terpotong di jalan"),
    "altered": N_("isi bundel berubah di jalan"),
    "unknown-sender": N_("server itu tidak (lagi) terdaftar"),
    "revoked": N_("izin server itu sudah dicabut"),
    "replayed": N_("bundel lama dikirim ulang"),
    "forked": N_("catatannya bercabang: mungkin dua kotak memakai kunci yang sama"),
    "context-from-future": N_("mengaku melihat catatan yang belum pernah ditulis"),
    "unspoken-protocol": N_("memakai versi yang belum dikenal server ini"),
    "wrong-stream": N_("berisi catatan kelurahan lain"),
}
"""Why a bundle was refused, by its problem type."""


def lang() -> str:
    return str(get_locale() or "id")


def say(sentence: Sentence) -> str:
    return sentence.render(gettext)


def says(sentences: list[Sentence]) -> list[str]:
    return [say(one) for one in sentences]


def moment(ms: int) -> datetime:
    return datetime.fromtimestamp(ms / 1000, UTC)


def day_of(ms: int) -> date:
    return moment(ms).astimezone(JAKARTA).date()


def span_of(day: date) -> tuple[int, int]:
    """When a day of Jakarta begins and ends, in Unix ms."""
    begins = datetime(day.year, day.month, day.day, tzinfo=JAKARTA)
    ms = int(begins.timestamp() * 1000)
    return ms, ms + 86_400_000


def clock(at: datetime, today: date) -> str:
    """ "hari ini 09.12", "kemarin 16.40", or with the date."""
    here = at.astimezone(JAKARTA)
    point = ":" if lang().startswith("en") else "."
    time = f"{here:%H}{point}{here:%M}"
    days = (today - here.date()).days
    if days == 0:
        return gettext("hari ini %(time)s", time=time)
    if days == 1:
        return gettext("kemarin %(time)s", time=time)
    text = short_when(at, lang())
    if here.year != today.year:
        text = f"{text} ({here.year})"
    return text


def clock_with_doubt(at: datetime, doubt_s: int, today: date) -> str:
    """The time, and how far it may be off where that is a minute or more."""
    text = clock(at, today)
    if doubt_s < _DOUBT_TOLD_S:
        return text
    if doubt_s > 24 * 60 * _MINUTE_S:
        return gettext("%(when)s (jamnya belum dicocokkan)", when=text)
    minutes = -(-doubt_s // _MINUTE_S)
    return gettext("%(when)s (±%(minutes)s menit)", when=text, minutes=minutes)


def ago(ms: int, now_ms: int, today: date) -> str:
    """When something was, the nearer the finer."""
    if not ms:
        return gettext("belum pernah")
    minutes = max(0, now_ms - ms) // 60_000
    if minutes < 1:
        return gettext("baru saja")
    if minutes < 60:
        return ngettext("%(num)s menit lalu", "%(num)s menit lalu", minutes)
    return clock(moment(ms), today)


def drift(ms: int) -> str:
    """How a kelurahan's clock stood against ours at last contact."""
    seconds = abs(ms) // 1000
    if abs(ms) < _CLOCK_FINE_MS:
        return gettext("cocok")
    if seconds < 2 * _MINUTE_S:
        amount = gettext("%(num)s detik", num=seconds)
    elif seconds < 2 * 60 * _MINUTE_S:
        amount = gettext("%(num)s menit", num=seconds // _MINUTE_S)
    else:
        amount = gettext("%(num)s jam", num=seconds // 3600)
    if ms > 0:
        return gettext("lebih cepat %(amount)s", amount=amount)
    return gettext("lebih lambat %(amount)s", amount=amount)


@dataclass(frozen=True, slots=True)
class Due:
    """How a request stands against the service standard."""

    words: str
    kind: str
    """As the status component has it: act when late, wait on the day, else plain."""


def promised_day(record: Record) -> date | None:
    """None where the promise does not run: not complete yet, or done."""
    if record.status not in _AT_CENTRE or not record.verified_ms:
        return None
    try:
        standard = service(str(record.value("layanan"))).standard
    except UnknownService:
        return None
    return expected_date(standard, day_of(record.verified_ms))


def due(record: Record, today: date) -> Due | None:
    """None where the promise does not run: not complete yet, or done."""
    promised = promised_day(record)
    if promised is None:
        return None
    late = (today - promised).days
    if late > 0:
        return Due(ngettext("lewat %(num)s hari", "lewat %(num)s hari", late), "act")
    if late == 0:
        return Due(gettext("hari ini"), "wait")
    if late == -1:
        return Due(gettext("besok"), "plain")
    return Due(ngettext("%(num)s hari lagi", "%(num)s hari lagi", -late), "plain")


@dataclass(frozen=True, slots=True)
class Tag:
    """A status for the component `status_tag`."""

    kind: str
    label: str


def status_tag(status: str) -> Tag:
    try:
        known = Status(status)
    except ValueError:
        return Tag("plain", status)
    return Tag(_KINDS[known], gettext(STATUS_LABELS[known]))


def case_title(record: Record) -> str:
    """What is asked for, e.g. "KTP hilang"."""
    try:
        return gettext(
            service(str(record.value("layanan"))).case(str(record.value("varian"))).title
        )
    except UnknownService:
        return f"{record.value('layanan', '')} {record.value('varian', '')}".strip()

"""How the staff pages say things: states, places, times, names."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

from flask_babel import get_locale, gettext

from edge_node.workflows.lookup import Row
from registration.catalogue import Case, Service, service
from registration.duplicates import replaced_sentence
from registration.errors import UnknownService
from registration.format import JAKARTA, short_when, title_name
from registration.lifecycle import SENT_LABEL, STATUS_LABELS, Role, Status
from registration.texts import N_, Sentence
from sync.link import Line
from vault.read import Record


def lang() -> str:
    return str(get_locale() or "id")


def say(sentence: Sentence) -> str:
    return sentence.render(gettext)


def say_all(told: dict[str, list[Sentence]]) -> dict[str, list[str]]:
    return {name: [say(one) for one in said] for name, said in told.items()}


def at_time(moment: datetime, today: date) -> str:
    """`09.15` of today, `23 Nov 09.15` of another day."""
    here = moment.astimezone(JAKARTA)
    if here.date() != today:
        return short_when(moment, lang())
    return f"{here:%H:%M}" if lang().startswith("en") else f"{here:%H.%M}"


def at_seconds(unix: float, today: date) -> str:
    return at_time(datetime.fromtimestamp(unix, UTC), today)


def at_ms(unix_ms: int, today: date) -> str:
    return at_seconds(unix_ms / 1000, today)


@dataclass(frozen=True, slots=True)
class Tag:
    """A state as symbol, word and colour (see the component `status_tag`)."""

    kind: str
    label: str
    symbol: str | None = None


_TAGS: dict[Status, Tag] = {
    Status.DIAJUKAN: Tag("act", N_("Perlu diverifikasi"), "▢"),
    Status.DIPROSES: Tag("sent", STATUS_LABELS[Status.DIPROSES]),
    Status.DIKEMBALIKAN: Tag("act", STATUS_LABELS[Status.DIKEMBALIKAN]),
    Status.DITOLAK: Tag("stop", STATUS_LABELS[Status.DITOLAK]),
    Status.TERBIT: Tag("good", STATUS_LABELS[Status.TERBIT]),
    Status.SIAP_DIAMBIL: Tag("good", STATUS_LABELS[Status.SIAP_DIAMBIL]),
    Status.DISERAHKAN: Tag("plain", STATUS_LABELS[Status.DISERAHKAN], "✓"),
    Status.DIBATALKAN: Tag("plain", STATUS_LABELS[Status.DIBATALKAN], "✕"),
}
_UNSENT = Tag("wait", N_("Menunggu kirim"))
_SENT = Tag("sent", SENT_LABEL)


def status_of(record: Record) -> Status | None:
    """None: a status of a newer version."""
    try:
        return Status(record.status)
    except ValueError:
        return None


def tag_of(row: Row) -> Tag:
    status = status_of(row.record)
    if status is None:
        return Tag("plain", row.record.status)
    if status is Status.DIVERIFIKASI:
        found = _UNSENT if row.unsent else _SENT
    else:
        found = _TAGS[status]
    return Tag(found.kind, gettext(found.label), found.symbol)


def form_of(record: Record) -> tuple[Service, Case] | None:
    """The service and case of a record; None where this version does not know them."""
    try:
        found = service(str(record.value("layanan")))
        return found, found.case(str(record.value("varian")), record.value("versi"))
    except UnknownService:
        return None


def what(record: Record) -> str:
    """What was asked for, in the words of the counter."""
    known = form_of(record)
    if known is None:
        return f"{record.value('layanan')} {record.value('varian')}"
    return str(gettext(known[1].title))


def name_of(record: Record) -> str:
    return title_name(str(record.value("data.nama", "–")))


_NEXT: dict[Status, str] = {
    Status.DIPROSES: N_("Disdukcapil sedang mengerjakannya. Tidak ada yang perlu dilakukan."),
    Status.DIKEMBALIKAN: N_("Disdukcapil minta diperbaiki. Perbaiki, lalu ajukan kembali."),
    Status.DITOLAK: N_("Ditolak Disdukcapil. Jelaskan alasannya kepada pemohon."),
    Status.TERBIT: N_(
        "Dokumen sudah terbit. Bila sudah sampai di sini, tekan “Dokumen sudah di loket”."
    ),
    Status.SIAP_DIAMBIL: N_("Dokumen ada di loket. Serahkan saat pemohon datang dengan kodenya."),
    Status.DISERAHKAN: N_("Selesai. Dokumen sudah di tangan penerima."),
    Status.DIBATALKAN: N_("Dibatalkan. Bila masih perlu, buat permohonan baru."),
}


def next_step(row: Row, role: str, line: Line) -> str:
    """Where the request is now and what happens next."""
    replaced = replaced_sentence(row.record.shown)
    if replaced is not None and row.record.status == Status.DIBATALKAN:
        return say(replaced)
    return str(gettext(_next_step(row, role, line)))


def _next_step(row: Row, role: str, line: Line) -> str:
    status = status_of(row.record)
    if status is None:
        return N_("Status ini belum dikenal versi ini; perbarui loket.")
    if status is Status.DIAJUKAN:
        if role == Role.PAMOR:
            return N_("Menunggu diverifikasi petugas loket.")
        if row.record.value("kanal") == "portal":
            return N_("Warga mengajukan sendiri. Cocokkan data dan fotonya, lalu verifikasi.")
        return N_("Cocokkan data dengan berkas asli, lalu verifikasi.")
    if status is Status.DIVERIFIKASI:
        return _safe(line) if row.unsent else N_("Sudah di Disdukcapil, menunggu dikerjakan.")
    return _NEXT[status]


def safe_sentence(line: Line) -> str:
    """Said after every act: the work is safe, and when it goes on."""
    return str(gettext(_safe(line)))


def _safe(line: Line) -> str:
    if line in (Line.UP, Line.UNTRIED):
        return N_("Tersimpan di kelurahan. Sebentar lagi dikirim ke Disdukcapil.")
    if line is Line.BUSY:
        return N_("Tersimpan di kelurahan. Akan dikirim saat giliran kita tiba.")
    if line is Line.REFUSED:
        return N_("Tersimpan di kelurahan. Akan dikirim setelah Disdukcapil menerima lagi.")
    return N_("Tersimpan di kelurahan. Akan dikirim saat jaringan pulih.")

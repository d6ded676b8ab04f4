"""The tables of a report: the same on the page, in the files, and beside the charts.

Written in the office's language, and said in the reader's by `say`; the cells are numbers, so that
each carrier writes them as it should.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from fractions import Fraction

from central.workflows.reporting import Report
from registration.catalogue import SERVICES
from registration.complaints import SUBJECT_LABELS, Subject
from registration.format import MONTHS, plain_date
from registration.regions import place_name
from registration.reports import Figures, Span
from registration.statistics import Voice, Work
from registration.survey import GRADE_LABELS, OTHERS, QUESTIONS, Result, grade_of, rounded
from registration.texts import N_
from web.sheets import Book, Cell, Sheet

Say = Callable[[str], str]
_HOUR, _DAY = 60, 60 * 24
_TO_HUNDRED = 25

_COUNTS = (
    (Work.FILED, N_("Permohonan masuk")),
    (Work.BY_PORTAL, N_("– diajukan warga sendiri lewat portal")),
    (Work.BY_PAMOR, N_("– dibantu Pamor di rumah")),
    (Work.VERIFIED, N_("Diverifikasi kelurahan")),
    (Work.RETURNED, N_("Dikembalikan Disdukcapil")),
    (Work.ISSUED, N_("Terbit")),
    (Work.HANDED_OVER, N_("Diserahkan")),
    (Work.REJECTED, N_("Ditolak")),
    (Work.CANCELLED, N_("Dibatalkan")),
    (Work.SETTLED, N_("Perbedaan data diputuskan")),
)
RESPONSIVE = N_(
    "Seberapa cepat warga dilayani. Diukur dari pengajuan sampai tindakan pertama petugas, dari "
    "berkas lengkap sampai dokumen terbit atau dikembalikan, dan berapa warga yang dibantu Pamor."
)
RESPONSIBLE = N_(
    "Apakah prosedur dijalankan. Diukur dari berkas yang tidak perlu dikembalikan setelah "
    "diverifikasi, dan dari uji petik penyelia."
)
ACCOUNTABLE = N_(
    "Apakah hasilnya memenuhi janji kepada warga. Diukur dari dokumen yang terbit tepat janji, "
    "pengaduan yang dijawab tepat waktu, dan indeks kepuasan (IKM)."
)
FEW = N_("Kepuasan hanya ditampilkan mulai 5 jawaban, supaya tidak ketahuan siapa menjawab apa.")


def service_label(code: str, say: Say) -> str:
    """The short name of a service; a newer one goes by its code."""
    found = next((one for one in SERVICES if one.code == code), None)
    return say(found.short) if found is not None else code


def _hours(minutes: float | None) -> float | None:
    return None if minutes is None else minutes / _HOUR


def _days(minutes: float | None) -> float | None:
    return None if minutes is None else minutes / _DAY


def _index(result: Result | None) -> float | None:
    return None if result is None else float(rounded(result.index))


def _compared(say: Say, title: str, note: str, rows: list[tuple[str, Cell, Cell]]) -> Sheet:
    columns = (say(N_("Ukuran")), say(N_("Masa ini")), say(N_("Masa sebelumnya")))
    return Sheet(say(title), columns, [(say(one[0]), *one[1:]) for one in rows], say(note))


def counts(report: Report, say: Say) -> Sheet:
    now, before = report.now, report.before
    rows: list[tuple[str, Cell, Cell]] = [
        (label, now.of(what), before.of(what)) for what, label in _COUNTS
    ]
    return _compared(say, N_("Permohonan"), "", rows)


def responsive(report: Report, say: Say) -> Sheet:
    now, before = report.now, report.before
    rows: list[tuple[str, Cell, Cell]] = [
        (
            N_("Sampai tindakan pertama (jam, rata-rata)"),
            _hours(now.first_act),
            _hours(before.first_act),
        ),
        (
            N_("Berkas lengkap sampai terbit (jam, rata-rata)"),
            _hours(now.to_issue),
            _hours(before.to_issue),
        ),
        (
            N_("Berkas lengkap sampai dikembalikan (jam, rata-rata)"),
            _hours(now.to_return),
            _hours(before.to_return),
        ),
        (N_("Warga yang dibantu Pamor (%)"), now.helped, before.helped),
    ]
    return _compared(say, N_("Responsivitas"), RESPONSIVE, rows)


def responsible(report: Report, say: Say) -> Sheet:
    now, before = report.now, report.before
    rows: list[tuple[str, Cell, Cell]] = [
        (N_("Berkas benar sejak verifikasi (%)"), now.right_at_once, before.right_at_once),
        (N_("Uji petik oleh penyelia"), now.of(Work.CHECKED), before.of(Work.CHECKED)),
        (N_("Uji petik yang sesuai prosedur (%)"), now.checked_right, before.checked_right),
    ]
    return _compared(say, N_("Responsibilitas"), RESPONSIBLE, rows)


def accountable(report: Report, say: Say) -> Sheet:
    now, before = report.now, report.before
    rows: list[tuple[str, Cell, Cell]] = [
        (N_("Terbit tepat janji (%)"), now.in_time, before.in_time),
        (N_("Pengaduan masuk"), now.said(Voice.MADE), before.said(Voice.MADE)),
        (N_("Pengaduan dijawab"), now.said(Voice.ANSWERED), before.said(Voice.ANSWERED)),
        (
            N_("Pengaduan dijawab tepat waktu (%)"),
            now.answered_in_time,
            before.answered_in_time,
        ),
        (N_("Sampai dijawab (hari, rata-rata)"), _days(now.to_answer), _days(before.to_answer)),
        (
            N_("Indeks Kepuasan Masyarakat (IKM)"),
            _index(report.survey.whole),
            _index(report.survey_before.whole),
        ),
    ]
    return _compared(say, N_("Akuntabilitas"), ACCOUNTABLE, rows)


_GROUP_COLUMNS = (
    N_("Masuk"),
    N_("Terbit"),
    N_("Dikembalikan"),
    N_("Ditolak"),
    N_("Sampai terbit (jam)"),
    N_("Tepat janji (%)"),
)


def _group(one: Figures) -> tuple[Cell, ...]:
    return (
        one.of(Work.FILED),
        one.of(Work.ISSUED),
        one.of(Work.RETURNED),
        one.of(Work.REJECTED),
        _hours(one.to_issue),
        one.in_time,
    )


def places(report: Report, say: Say) -> Sheet:
    rows = [
        (
            place_name(stream),
            *_group(one),
            one.said(Voice.MADE),
            one.answered_in_time,
            _index(report.survey.by_place.get(stream)),
        )
        for stream, one in sorted(report.by_place.items(), key=lambda item: place_name(item[0]))
    ]
    more = (N_("Pengaduan"), N_("Dijawab tepat waktu (%)"), N_("IKM"))
    columns = tuple(map(say, (N_("Kelurahan"), *_GROUP_COLUMNS, *more)))
    return Sheet(say(N_("Tiap kelurahan")), columns, rows, say(FEW))


def services(report: Report, say: Say) -> Sheet:
    rows = [
        (
            service_label(code, say),
            *_group(one),
            _index(report.survey.by_service.get(code)),
        )
        for code, one in sorted(report.by_service.items())
    ]
    columns = tuple(map(say, (N_("Layanan"), *_GROUP_COLUMNS, N_("IKM"))))
    return Sheet(say(N_("Tiap layanan")), columns, rows, say(FEW))


def part_label(span: Span, first: date, say: Say) -> str:
    return say(MONTHS[first.month - 1]) if span is Span.TAHUN else str(first.day)


def parts(report: Report, say: Say) -> Sheet:
    span = report.asked.period.span
    rows = [
        (
            part_label(span, first, say) if span is Span.TAHUN else plain_date(first),
            one.of(Work.FILED),
            one.of(Work.ISSUED),
            one.of(Work.HANDED_OVER),
        )
        for first, _, one in report.by_part
    ]
    title = N_("Tiap bulan") if span is Span.TAHUN else N_("Tiap hari")
    first_column = N_("Bulan") if span is Span.TAHUN else N_("Tanggal")
    columns = (first_column, N_("Masuk"), N_("Terbit"), N_("Diserahkan"))
    return Sheet(say(title), tuple(map(say, columns)), rows)


def satisfaction(report: Report, say: Say) -> Sheet:
    """The nine elements; empty while there are too few answers."""
    whole = report.survey.whole
    columns = (N_("Unsur"), N_("Mutu"), N_("Nilai rata-rata"), N_("Tertimbang"))
    rows: list[tuple[Cell, ...]] = []
    if whole is not None:
        rows = [
            (
                f"{one.element.upper()} {say(one.title)}",
                _grade(whole.means[one.element] * _TO_HUNDRED, say),
                rounded(whole.means[one.element]),
                rounded(whole.weighted[one.element]),
            )
            for one in QUESTIONS
        ]
        rows.append(
            (
                say(N_("Indeks Kepuasan Masyarakat (IKM)")),
                _grade(whole.index, say),
                rounded(whole.index),
                None,
            )
        )
    return Sheet(say(N_("Kepuasan warga")), tuple(map(say, columns)), rows, say(FEW))


def _grade(index: Fraction, say: Say) -> str:
    grade = grade_of(index)
    return f"{grade} · {say(GRADE_LABELS[grade])}"


def by_service_satisfaction(report: Report, say: Say) -> list[tuple[str, Result]]:
    """(service, result); those that are too few to stand alone as one."""
    return [
        (say(N_("Layanan lain")) if code == OTHERS else service_label(code, say), result)
        for code, result in report.survey.by_service.items()
    ]


_VOICES: Mapping[Voice, str] = {
    Voice.MADE: N_("Masuk"),
    Voice.AGAIN: N_("Dibuka lagi"),
    Voice.ANSWERED: N_("Dijawab"),
    Voice.TAKEN: N_("Diambil alih Disdukcapil"),
    Voice.WITHDRAWN: N_("Ditarik warga"),
}


def complaints(report: Report, say: Say) -> Sheet:
    rows = [
        (
            say(SUBJECT_LABELS[Subject(about) if about in tuple(Subject) else Subject.LAIN]),
            *(one.said(what) for what in _VOICES),
            one.answered_in_time,
            _days(one.to_answer),
        )
        for about, one in sorted(report.by_subject.items())
    ]
    more = (N_("Dijawab tepat waktu (%)"), N_("Sampai dijawab (hari)"))
    columns = (N_("Pengaduan tentang"), *_VOICES.values(), *more)
    return Sheet(say(N_("Pengaduan")), tuple(map(say, columns)), rows)


TABLES: Mapping[str, Callable[[Report, Say], Sheet]] = {
    "permohonan": counts,
    "responsivitas": responsive,
    "responsibilitas": responsible,
    "akuntabilitas": accountable,
    "kelurahan": places,
    "layanan": services,
    "waktu": parts,
    "kepuasan": satisfaction,
    "pengaduan": complaints,
}


def period_label(report: Report, say: Say, lang: str = "id") -> str:
    """`November 2026`, `2026`, or the days of a week."""
    period = report.asked.period
    if period.span is Span.TAHUN:
        return str(period.first.year)
    if period.span is Span.BULAN:
        return f"{say(MONTHS[period.first.month - 1])} {period.first.year}"
    return f"{plain_date(period.first, lang)} – {plain_date(period.last, lang)}"


def compared_with(report: Report, say: Say, lang: str = "id") -> str:
    """Of a period that is not over, no more is compared than has passed of it."""
    first, last = (plain_date(day, lang) for day in report.compared)
    text = say(N_("Masa sebelumnya: %(first)s sampai %(last)s."))
    return text % {"first": first, "last": last}


def place_label(report: Report, say: Say) -> str:
    stream = report.asked.stream
    if not stream:
        return say(N_("Kota Bekasi"))
    return say(N_("Kelurahan %(place)s")) % {"place": place_name(stream)}


def book_of(report: Report, say: Say) -> Book:
    """The whole report for a file."""
    lines = [f"{place_label(report, say)} · {period_label(report, say)}"]
    if report.asked.layanan:
        lines.append(service_label(report.asked.layanan, say))
    lines.append(compared_with(report, say))
    lines.append(say(N_("Dibuat Disdukcapil pada %(day)s.")) % {"day": plain_date(report.today)})
    lines.append(say(N_("Laporan ini tidak memuat data pribadi.")))
    if not report.complete:
        lines.append(say(N_("Sebagian catatan yang baru masuk belum ikut dihitung.")))
    sheets = tuple(table(report, say) for table in TABLES.values())
    return Book(say(N_("Laporan pelayanan")), tuple(lines), tuple(s for s in sheets if s.rows))

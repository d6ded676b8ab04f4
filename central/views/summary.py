"""Ringkasan: how the counters do, from the kept sums alone; and each table as CSV."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, abort, make_response, render_template, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response

from central import report_tables as tables
from central.views.current import the_centre
from central.views.figures import (
    asked_for,
    change,
    columns_of,
    duration,
    number,
    percent,
    rows_of,
)
from central.views.scope import FIGURES, own_stream
from central.views.texts import gettext
from central.views.words import lang
from central.workflows.making import new_id
from central.workflows.reporting import Asked, Report, report
from registration.catalogue import SERVICES
from registration.regions import all_kelurahan
from registration.reports import Span, period_of
from registration.statistics import Work
from registration.survey import FEWEST, GRADE_LABELS, QUESTIONS, Result, rounded
from registration.texts import N_
from web.charts import Series, bars, lying_bars
from web.session import requires_role
from web.sheets import CSV, Sheet, csv_of

summary = Blueprint("summary", __name__, url_prefix="/ringkasan")

"""Nothing here is about a person."""
_SPANS = {Span.MINGGU: N_("Minggu"), Span.BULAN: N_("Bulan"), Span.TAHUN: N_("Tahun")}
_BEST = 4


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with its words."""

    number: str
    label: str
    note: str
    act: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """A table with what leads to its file."""

    ident: str
    title: str
    note: str
    columns: list[str | tuple[str, str]]
    rows: list[list[str]]
    csv_url: str


def _say(text: str) -> str:
    return gettext(text)


def args_of(asked: Asked, **other: Any) -> dict[str, Any]:
    """The address of a view of this."""
    period = asked.period
    found = {
        "masa": period.span,
        "tanggal": period.first.isoformat(),
        "kelurahan": asked.stream or None,
        "layanan": asked.layanan or None,
    }
    return {**found, **other}


@summary.get("")
@requires_role(*FIGURES)
def page() -> str:
    centre = the_centre()
    asked = asked_for(centre.today())
    found = report(centre, asked)
    period, today = asked.period, centre.today()
    sheets = {name: make(found, _say) for name, make in tables.TABLES.items()}
    return render_template(
        "central/summary.html",
        title=tables.period_label(found, _say, lang()),
        place=tables.place_label(found, _say),
        compared=tables.compared_with(found, _say, lang()),
        service=tables.service_label(asked.layanan, _say) if asked.layanan else "",
        tabs=[
            {
                "label": gettext(label),
                "url": url_for(
                    "summary.page",
                    **args_of(_over(asked, span, today)),
                ),
                "current": span is period.span,
                "count": None,
            }
            for span, label in _SPANS.items()
        ],
        before_url=url_for("summary.page", **args_of(asked, tanggal=period.before.first)),
        after_url=url_for("summary.page", **args_of(asked, tanggal=period.after.first))
        if period.last < today
        else None,
        span=period.span,
        first=period.first.isoformat(),
        stream=asked.stream,
        layanan=asked.layanan,
        places=[] if own_stream() else _places(),
        services=[(one.code, gettext(one.short)) for one in SERVICES],
        figures=_figures(found),
        now_figures=_now(found),
        indicators=_indicators(found),
        chart=_work_chart(found),
        survey=_survey(found),
        fewest=FEWEST,
        blocks={name: _block(name, sheet, asked) for name, sheet in sheets.items()},
        complete=found.complete,
        report_id=new_id(),
    )


def _over(asked: Asked, span: Span, today: date) -> Asked:
    """The same over another time: the one of today where that is within it, else of its end."""
    period = asked.period
    day = today if period.first <= today <= period.last else period.last
    return Asked(period_of(span, day), asked.stream, asked.layanan)


def _places() -> list[tuple[str, list[tuple[str, str]]]]:
    districts: dict[str, list[tuple[str, str]]] = {}
    for one in all_kelurahan():
        districts.setdefault(one.kecamatan, []).append((one.code, one.name))
    return list(districts.items())


def _block(name: str, sheet: Sheet, asked: Asked) -> Block:
    url = url_for("summary.as_csv", table=name, **args_of(asked))
    return Block(name, sheet.title, sheet.note, columns_of(sheet), rows_of(sheet), url)


def _figures(found: Report) -> list[Figure]:
    now, before = found.now, found.before
    wanted = (
        (Work.FILED, gettext("permohonan masuk")),
        (Work.ISSUED, gettext("dokumen terbit")),
        (Work.HANDED_OVER, gettext("diserahkan kepada warga")),
        (Work.RETURNED, gettext("dikembalikan")),
    )
    return [
        Figure(number(now.of(what)), label, change(now.of(what), before.of(what)))
        for what, label in wanted
    ]


def _now(found: Report) -> list[Figure]:
    """How it stands today, whatever the period."""
    here = found.standing
    return [
        Figure(
            number(here["late_waiting"]),
            gettext("permohonan lewat janji"),
            gettext("dari %(num)s yang dikerjakan", num=number(here["waiting"])),
            here["late_waiting"] > 0,
        ),
        Figure(
            number(here["late_complaints"]),
            gettext("pengaduan lewat batas"),
            gettext("dari %(num)s yang menunggu", num=number(here["complaints"])),
            here["late_complaints"] > 0,
        ),
        Figure(
            number(here["undecided"]),
            gettext("isian berbeda belum diputuskan"),
            "",
            here["undecided"] > 0,
        ),
    ]


@dataclass(frozen=True, slots=True)
class Indicator:
    """One of the study's three, with how it is measured."""

    ident: str
    title: str
    sentence: str
    measures: list[Figure]


def _indicators(found: Report) -> list[Indicator]:
    now, before, whole = found.now, found.before, found.survey.whole
    past = found.survey_before.whole
    in_hours = (
        (now.first_act, before.first_act, gettext("sampai tindakan pertama")),
        (now.to_issue, before.to_issue, gettext("dari berkas lengkap sampai terbit")),
    )
    return [
        Indicator(
            "responsivitas",
            gettext("Responsivitas"),
            gettext(tables.RESPONSIVE),
            [Figure(duration(one), label, _slower(one, was)) for one, was, label in in_hours]
            + [
                Figure(
                    percent(now.helped),
                    gettext("dibantu Pamor"),
                    change(now.helped, before.helped, points=True),
                )
            ],
        ),
        Indicator(
            "responsibilitas",
            gettext("Responsibilitas"),
            gettext(tables.RESPONSIBLE),
            [
                Figure(
                    percent(now.right_at_once),
                    gettext("berkas benar sejak verifikasi"),
                    change(now.right_at_once, before.right_at_once, points=True),
                ),
                Figure(
                    percent(now.checked_right),
                    gettext("uji petik sesuai prosedur"),
                    gettext("dari %(num)s uji petik", num=number(now.of(Work.CHECKED))),
                ),
            ],
        ),
        Indicator(
            "akuntabilitas",
            gettext("Akuntabilitas"),
            gettext(tables.ACCOUNTABLE),
            [
                Figure(
                    percent(now.in_time),
                    gettext("terbit tepat janji"),
                    change(now.in_time, before.in_time, points=True),
                ),
                Figure(
                    percent(now.answered_in_time),
                    gettext("pengaduan dijawab tepat waktu"),
                    change(now.answered_in_time, before.answered_in_time, points=True),
                ),
                Figure(
                    number(rounded(whole.index)) if whole else "–",
                    gettext("indeks kepuasan (IKM)"),
                    _grade(whole)
                    + (f" · {change(float(whole.index), float(past.index))}" if past else "")
                    if whole
                    else gettext("kurang dari %(num)s jawaban", num=FEWEST),
                ),
            ],
        ),
    ]


def _slower(now: float | None, before: float | None) -> str:
    if now is None or before is None:
        return ""
    if abs(now - before) < 1:
        return gettext("sama dengan masa sebelumnya")
    by = duration(abs(now - before))
    if now > before:
        return gettext("lebih lama %(by)s dari masa sebelumnya", by=by)
    return gettext("lebih cepat %(by)s dari masa sebelumnya", by=by)


def _work_chart(found: Report) -> Markup:
    span = found.asked.period.span
    labels = [_short(tables.part_label(span, first, _say), span) for first, _, _ in found.by_part]
    series = [
        Series(label, [one.of(what) for _, _, one in found.by_part])
        for what, label in ((Work.FILED, gettext("Masuk")), (Work.ISSUED, gettext("Terbit")))
    ]
    sentence = gettext(
        "%(filed)s permohonan masuk dan %(issued)s dokumen terbit; angkanya ada di tabel.",
        filed=number(found.now.of(Work.FILED)),
        issued=number(found.now.of(Work.ISSUED)),
    )
    return bars("g-kerja", gettext("Permohonan masuk dan dokumen terbit"), sentence, labels, series)


def _short(label: str, span: Span) -> str:
    return label[:3] if span is Span.TAHUN else label


def _grade(result: Result) -> str:
    return f"{result.grade} · {gettext(GRADE_LABELS[result.grade])}"


def _survey(found: Report) -> dict[str, Any]:
    whole = found.survey.whole
    if whole is None:
        return {"whole": None, "count": found.survey.count, "chart": "", "services": []}
    rows = [
        (
            f"{one.element.upper()} {gettext(one.title)}",
            float(whole.means[one.element]),
            number(rounded(whole.means[one.element])),
        )
        for one in QUESTIONS
    ]
    sentence = gettext(
        "Indeks %(index)s dari %(count)s jawaban; nilai tiap unsur ada di tabel.",
        index=number(rounded(whole.index)),
        count=number(whole.count),
    )
    title = gettext("Nilai tiap unsur, 1 sampai 4")
    return {
        "whole": f"{number(rounded(whole.index))} · {_grade(whole)}",
        "count": found.survey.count,
        "chart": lying_bars("g-puas", title, sentence, rows, _BEST),
        "services": [
            [
                label,
                number(one.count),
                number(rounded(one.index)),
                _grade(one),
            ]
            for label, one in tables.by_service_satisfaction(found, _say)
        ],
    }


@summary.get("/<table>.csv")
@requires_role(*FIGURES)
def as_csv(table: str) -> Response:
    make = tables.TABLES.get(table)
    if make is None:
        abort(404)
    asked = asked_for(the_centre().today())
    sheet = make(report(the_centre(), asked), _say)
    response = make_response(csv_of(sheet.columns, sheet.rows))
    response.content_type = CSV
    name = f"{table}-{asked.period.span}-{asked.period.first.isoformat()}.csv"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response

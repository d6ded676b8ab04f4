"""Reports as files: asked for, made in the background, fetched when they are ready."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, abort, make_response, render_template, request, url_for
from werkzeug.wrappers import Response

from central import report_tables as tables
from central.views.current import the_centre
from central.views.figures import asked_for
from central.views.frame import go
from central.views.scope import FIGURES, own_stream
from central.views.summary import args_of
from central.views.texts import gettext
from central.views.words import Tag, clock, lang, moment
from central.workflows import making
from central.workflows.making import AT_WORK, FAILED, FILES, KEPT_DAYS, READY, WAITS, Made
from registration.format import MONTHS, plain_date
from registration.regions import place_name
from registration.reports import Span
from registration.texts import N_
from web.session import requires_role
from web.sheets import CSV, PDF, XLSX

reports = Blueprint("reports", __name__, url_prefix="/laporan")

_STATES = {
    WAITS: ("wait", N_("menunggu giliran")),
    AT_WORK: ("sent", N_("sedang dibuat")),
    READY: ("good", N_("jadi")),
    FAILED: ("stop", N_("gagal dibuat")),
}
_MIMES = {"pdf": PDF, "xlsx": XLSX, "csv": CSV}
_FILES = {"pdf": N_("PDF untuk dicetak"), "xlsx": N_("Excel"), "csv": N_("CSV")}


@dataclass(frozen=True, slots=True)
class Row:
    """One report of the list."""

    url: str
    title: str
    when: str
    tag: Tag


def _title(made: Made) -> str:
    """`November 2026 · Kelurahan Bintara · KTP-el`."""
    asked = made.asked
    period = asked.period
    if period.span is Span.TAHUN:
        when = str(period.first.year)
    elif period.span is Span.BULAN:
        when = f"{gettext(MONTHS[period.first.month - 1])} {period.first.year}"
    else:
        when = f"{plain_date(period.first, lang())} – {plain_date(period.last, lang())}"
    parts = [when, place_name(asked.stream) if asked.stream else gettext("Kota Bekasi")]
    if asked.layanan:
        parts.append(tables.service_label(asked.layanan, gettext))
    return " · ".join(parts)


def _tag(made: Made) -> Tag:
    kind, label = _STATES[made.kept.state]
    return Tag(kind, gettext(label))


def _when(made: Made) -> str:
    return clock(moment(made.kept.asked_ms), the_centre().today())


def _found(ident: str) -> Made:
    """Of another kelurahan, or of the whole city, a penyelia finds none."""
    made = making.find(the_centre(), ident)
    if made is None or own_stream() not in ("", made.asked.stream):
        abort(404)
    return made


@reports.get("")
@requires_role(*FIGURES)
def listing() -> str:
    rows = [
        Row(url_for("reports.page", ident=one.kept.id), _title(one), _when(one), _tag(one))
        for one in making.listed(the_centre(), own_stream())
    ]
    return render_template("central/reports.html", rows=rows, days=KEPT_DAYS)


@reports.post("")
@requires_role(*FIGURES)
def ask() -> Response:
    """The form carries the report's name: sent twice it asks for one."""
    centre, ident = the_centre(), request.form.get("laporan", "")
    try:
        making.ask(centre, ident, asked_for(centre.today(), request.form))
    except ValueError:
        abort(400)
    return go(url_for("reports.page", ident=ident))


@reports.get("/<ident>")
@requires_role(*FIGURES)
def page(ident: str) -> Any:
    made = _found(ident)
    kept = made.kept
    # Only the part that changes, for the script that looks after it.
    part = request.headers.get("HX-Request") == "true"
    return render_template(
        "central/_report_state.html" if part else "central/report.html",
        title=_title(made),
        when=_when(made),
        tag=_tag(made),
        url=url_for("reports.page", ident=ident),
        waits=made.waits,
        failed=kept.state == FAILED,
        done=kept.done,
        total=kept.total,
        files=[
            (gettext(_FILES[kind]), url_for("reports.file", ident=ident, kind=kind))
            for kind in FILES
        ]
        if kept.state == READY
        else [],
        summary_url=url_for("summary.page", **args_of(made.asked)),
        days=KEPT_DAYS,
    )


@reports.get("/<ident>.<any(pdf, xlsx, csv):kind>")
@requires_role(*FIGURES)
def file(ident: str, kind: str) -> Response:
    made, data = _found(ident), making.file_of(the_centre(), ident, kind)
    if data is None:
        abort(404)
    response = make_response(data)
    response.content_type = _MIMES[kind]
    period = made.asked.period
    name = f"laporan-{period.span}-{period.first.isoformat()}.{kind}"
    response.headers["Content-Disposition"] = f"attachment; filename={name}"
    return response

"""The result of the satisfaction survey, on the screen and on paper."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext

from edge_node.views.current import author, the_edge
from edge_node.views.words import lang
from edge_node.workflows import survey
from edge_node.workflows.survey import Period
from registration.display import show
from registration.format import plain_date
from registration.lifecycle import Role
from registration.survey import (
    FEWEST,
    GRADE_LABELS,
    OTHERS,
    QUESTIONS,
    Result,
    grade_of,
    rounded,
)
from registration.texts import N_
from web.session import requires_role

blueprint = Blueprint("hasil_survei", __name__, template_folder="../templates")

_LABELS: dict[Period, str] = {
    Period.BULAN: N_("Bulan ini"),
    Period.TRIWULAN: N_("Triwulan ini"),
    Period.TAHUN: N_("Tahun ini"),
}
_TO_HUNDRED = 25


@blueprint.get("/survei")
@requires_role()
def page() -> Any:
    """The index with its grade, each element, each service; never of fewer than five answers."""
    edge = the_edge()
    period = _chosen()
    found = survey.findings(edge, period)
    return render_template(
        "edge/survei.html",
        place=edge.node.name,
        tabs=[
            {
                "label": gettext(label),
                "url": url_for("hasil_survei.page", masa=one),
                "current": one is period,
                "count": None,
            }
            for one, label in _LABELS.items()
        ],
        period=gettext(_LABELS[period]),
        start=plain_date(found.start, lang()),
        end=plain_date(found.end, lang()),
        count=found.count,
        fewest=FEWEST,
        whole=_index(found.whole) if found.whole else None,
        elements=_elements(found.whole) if found.whole else [],
        weakest=_weakest(found.whole) if found.whole else "",
        services=[
            [_service(code), str(result.count), *_index(result).values()]
            for code, result in found.by_service.items()
        ]
        if len(found.by_service) > 1
        else [],
        comments=found.comments if author().role == Role.PENYELIA else (),
        may_read_comments=author().role == Role.PENYELIA,
    )


def _chosen() -> Period:
    try:
        return Period(request.args.get("masa", ""))
    except ValueError:
        return Period.BULAN


def _number(text: object) -> str:
    """With the comma of the reader's language."""
    return str(text) if lang().startswith("en") else str(text).replace(".", ",")


def _index(result: Result) -> dict[str, str]:
    return {
        "index": _number(rounded(result.index)),
        "grade": f"{result.grade} · {gettext(GRADE_LABELS[result.grade])}",
    }


def _elements(result: Result) -> list[list[str]]:
    rows = []
    for question in QUESTIONS:
        mean = result.means[question.element]
        grade = grade_of(mean * _TO_HUNDRED)
        rows.append(
            [
                f"{question.element.upper()} {gettext(question.title)}",
                _number(rounded(mean)),
                _number(rounded(result.weighted[question.element])),
                f"{grade} · {gettext(GRADE_LABELS[grade])}",
            ]
        )
    return rows


def _weakest(result: Result) -> str:
    titles = {one.element: one.title for one in QUESTIONS}
    return str(gettext(titles[result.weakest])) if result.weakest else ""


def _service(code: str) -> str:
    label = gettext("Layanan lain") if code == OTHERS else show("layanan", code).render(gettext)
    return str(label)

"""The satisfaction survey on a phone: one question a page, one touch an answer.

Answers stay on the phone (in its session) until all are given; what is kept then names nobody.
"""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, session, url_for
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from edge_node.portal.access import SURVEY, looked_up
from edge_node.portal.current import say_all, t, the_edge
from edge_node.portal.fields import read_typed, view_field
from edge_node.portal.work import Elsewhere
from edge_node.workflows import survey
from edge_node.workflows.survey import NotOpen, Standing
from registration.errors import FormInvalid
from registration.survey import QUESTIONS, is_whole
from registration.survey_form import COMMENT, load_comment

blueprint = Blueprint("survey", __name__)

_LAST = len(QUESTIONS) + 1


def _owned() -> tuple[bytes, Standing]:
    """The request that this session may see, and what it has to do with the survey."""
    record = looked_up()
    found = survey.standing(the_edge(), record) if record is not None else Standing.GONE
    if record is None or found is Standing.GONE:
        raise Elsewhere(url_for("following.ask", lagi=1))
    return record, found


def _open() -> bytes:
    """The request, as long as its survey waits to be answered."""
    record, found = _owned()
    if found is not Standing.OPEN:
        raise Elsewhere(url_for("survey.done"))
    return record


def _answers(record: bytes) -> dict[str, int]:
    """What was answered so far; another request begins anew."""
    kept = session.get(SURVEY, {})
    return dict(kept.get("n", {})) if kept.get("r") == record.hex() else {}


@blueprint.get("/survei")
def start() -> str | Response:
    """What it is for, and that nobody learns who said what."""
    _open()
    return render_template("portal/survey_start.html", count=len(QUESTIONS))


@blueprint.route("/survei/<int:number>", methods=["GET", "POST"])
def ask(number: int) -> str | Response | tuple[str, int]:
    """One question; each answer is a button."""
    record = _open()
    if not 1 <= number <= _LAST:
        raise NotFound
    answers = _answers(record)
    if number == _LAST:
        return _finish(record, answers)
    question = QUESTIONS[number - 1]
    if request.method == "POST":
        given = request.form.get("nilai", "")
        if given in ("1", "2", "3", "4"):
            answers[question.element] = int(given)
            session[SURVEY] = {"r": record.hex(), "n": answers}
            return redirect(url_for("survey.ask", number=number + 1), 303)
    chosen = answers.get(question.element)
    page = render_template(
        "portal/survey_ask.html",
        number=number,
        count=len(QUESTIONS),
        asks=t(question.asks),
        answers=[
            {"value": value, "label": t(label), "chosen": value == chosen}
            for value, label in enumerate(question.answers, start=1)
        ],
        missing=request.method == "POST",
        back=url_for("survey.ask", number=number - 1) if number > 1 else url_for("survey.start"),
    )
    return (page, 422) if request.method == "POST" else page


def _finish(record: bytes, answers: dict[str, int]) -> str | Response | tuple[str, int]:
    for number, question in enumerate(QUESTIONS, start=1):
        if question.element not in answers:
            return redirect(url_for("survey.ask", number=number), 303)
    if request.method == "GET" or not is_whole(answers):
        return _last({}, {})
    typed = read_typed((COMMENT,), request.form)
    try:
        survey.answer(the_edge(), record, answers, load_comment(typed))
    except FormInvalid as invalid:
        return _last(typed, say_all(invalid.errors)), 422
    except NotOpen:
        return redirect(url_for("survey.done"), 303)
    session.pop(SURVEY, None)
    return redirect(url_for("survey.done", baru=1), 303)


def _last(typed: dict[str, str], errors: dict[str, list[str]]) -> str:
    return render_template(
        "portal/survey_last.html",
        field_spec=view_field(COMMENT),
        typed=typed.get(COMMENT.name, ""),
        errors=errors.get(COMMENT.name, ()),
        back=url_for("survey.ask", number=len(QUESTIONS)),
    )


@blueprint.get("/survei/selesai")
def done() -> str:
    """Thanks; or a friendly word to who comes a second time, or too early."""
    _, found = _owned()
    if found is Standing.OPEN:
        raise Elsewhere(url_for("survey.start"))
    return render_template(
        "portal/survey_done.html",
        fresh="baru" in request.args,
        served=found is Standing.ANSWERED,
    )

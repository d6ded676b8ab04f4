"""Complaining: what it is about, what happened, the receipt; then reading the answer."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from edge_node.once import COMPLAINTS
from edge_node.portal.access import COMPLAINT, allow_look, end_look, looked_up
from edge_node.portal.current import lang, limits, say, say_all, t, the_edge
from edge_node.portal.fields import read_typed, view_field
from edge_node.portal.home import line_is_cut
from edge_node.portal.limits import minutes, phone
from edge_node.portal.work import Elsewhere
from edge_node.workflows import complaints
from edge_node.workflows.complaints import Heard
from edge_node.workflows.filing import new_record
from registration.acts_schema import CODE
from registration.complaint_forms import (
    PHONE,
    PIN,
    REQUEST,
    SUBJECT,
    TEXT,
    WHY_NOT,
    load_complaint,
    load_follow,
    load_why_not,
)
from registration.complaints import (
    ABOUT_STAFF,
    ANSWER_TIME,
    STATUS_LABELS,
    SUBJECT_LABELS,
    SUBJECT_NOTES,
    Act,
    Status,
    Subject,
    status_sentence,
)
from registration.complaints import PIN as PIN_FIELD
from registration.errors import FormInvalid, IllegalAct
from registration.format import long_date, short_when
from registration.gate import FORM
from registration.lifecycle import Role
from registration.texts import N_

blueprint = Blueprint("complaining", __name__)

_UNKNOWN = N_("Kode dan PIN ini tidak cocok. Lihat tanda terima pengaduan, lalu coba lagi.")
_KINDS = {
    Status.DITERIMA: "wait",
    Status.DITANGANI: "sent",
    Status.DIJAWAB: "good",
    Status.SELESAI: "good",
    Status.DITARIK: "plain",
}
_Page = str | Response | tuple[str, int] | tuple[str, int, dict[str, str]]


@blueprint.get("/pengaduan")
def index() -> str:
    """What is it about?"""
    subjects = [
        {
            "label": t(SUBJECT_LABELS[one]),
            "note": t(SUBJECT_NOTES[one]),
            "url": url_for("complaining.make", about=one),
        }
        for one in Subject
    ]
    return render_template("portal/complaint_about.html", subjects=subjects, days=ANSWER_TIME.days)


@blueprint.route("/pengaduan/buat/<about>", methods=["GET", "POST"])
def make(about: str) -> _Page:
    """What happened. Sent twice it is one complaint."""
    if about not in tuple(Subject):
        raise NotFound
    subject, fields = Subject(about), (TEXT, REQUEST, PHONE)
    if request.method == "GET":
        return _ask(subject, COMPLAINTS.token(new_record(the_edge())), {})
    token = request.form.get("token", "")
    record = COMPLAINTS.named_by(token)
    typed = read_typed(fields, request.form)
    try:
        said = load_complaint({SUBJECT.name: subject, **typed})
        if complaints.progress(the_edge(), record) is None:
            wait = limits().sent.take(phone())
            if wait > 0:
                return _ask(subject, token, typed, notice=_too_often(wait)), 429, _after(wait)
        complaints.make(the_edge(), record, said)
    except FormInvalid as invalid:
        errors = say_all(invalid.errors)
        notice = " ".join(errors.pop(FORM, ()))
        return _ask(subject, token, typed, errors, notice=notice), 422
    allow_look(record, COMPLAINT)
    return redirect(url_for("complaining.receipt"), 303)


def _too_often(wait: float) -> str:
    return str(
        gettext(
            "Sudah terlalu sering dicoba. Tunggu %(count)s menit, lalu coba lagi.",
            count=minutes(wait),
        )
    )


def _after(wait: float) -> dict[str, str]:
    return {"Retry-After": str(int(wait) + 1)}


def _ask(
    subject: Subject,
    token: str,
    typed: dict[str, str],
    errors: dict[str, list[str]] | None = None,
    *,
    notice: str = "",
) -> str:
    return render_template(
        "portal/complaint_make.html",
        subject=t(SUBJECT_LABELS[subject]),
        supervisor_only=subject in ABOUT_STAFF,
        fields=[view_field(one) for one in (TEXT, REQUEST, PHONE)],
        token=token,
        typed=typed,
        errors=errors or {},
        refused=notice,
        days=ANSWER_TIME.days,
    )


@blueprint.get("/pengaduan/tanda-terima")
def receipt() -> str:
    """Code and PIN, large: a photo of the screen is enough."""
    heard = _owned()
    pin = str(heard.record.value(PIN_FIELD, ""))
    return render_template(
        "portal/complaint_receipt.html",
        code=heard.code,
        pin=f"{pin[:3]} {pin[3:]}",
        until=long_date(ANSWER_TIME.due(heard.asked), lang()),
        cut=line_is_cut(),
    )


@blueprint.route("/pengaduan/cek", methods=["GET", "POST"])
def follow() -> _Page:
    """Code and PIN open the complaint."""
    if request.method == "GET":
        typed = {CODE.name: request.args.get("kode", "")[:20], PIN.name: ""}
        return _follow(typed, again=request.args.get("lagi") == "1")
    typed = read_typed((CODE, PIN), request.form)
    try:
        asked = load_follow(typed)
    except FormInvalid as invalid:
        return _follow(typed, say_all(invalid.errors)), 422
    wait = max(limits().looked.take(phone()), limits().codes.take(asked.kode))
    if wait > 0:
        return _follow(typed, notice=_too_often(wait)), 429, _after(wait)
    record = complaints.find(the_edge(), asked)
    if record is None:
        return _follow(typed, notice=t(_UNKNOWN)), 422
    limits().codes.forget(asked.kode)
    allow_look(record, COMPLAINT)
    return redirect(url_for("complaining.result"), 303)


def _follow(
    typed: dict[str, str],
    errors: dict[str, list[str]] | None = None,
    *,
    notice: str = "",
    again: bool = False,
) -> str:
    return render_template(
        "portal/complaint_follow.html",
        fields=[view_field(one) for one in (CODE, PIN)],
        typed=typed,
        errors=errors or {},
        refused=notice,
        again=again,
    )


def _owned() -> Heard:
    """The complaint that this session may see."""
    record = looked_up(COMPLAINT)
    heard = complaints.progress(the_edge(), record) if record is not None else None
    if heard is None:
        raise Elsewhere(url_for("complaining.follow", lagi=1))
    return heard


@blueprint.get("/pengaduan/hasil")
def result() -> str:
    """How it stands, in sentences."""
    heard = _owned()
    acts = heard.acts(Role.PEMOHON)
    return render_template(
        "portal/complaint_result.html",
        code=heard.code,
        subject=t(SUBJECT_LABELS[heard.subject]) if heard.subject else "",
        kind=_KINDS[heard.status],
        label=t(STATUS_LABELS[heard.status]),
        sentence=say(status_sentence(heard.status)),
        answer=heard.answer,
        answered=heard.status is Status.DIJAWAB,
        when=_when(heard) if heard.waiting else "",
        text=heard.text,
        can_accept=Act.PUAS in acts,
        can_reopen=Act.BELUM_PUAS in acts,
        can_withdraw=Act.TARIK in acts,
        events=[
            {"when": short_when(line.at, lang()), "sentence": say(line.sentence), "note": ""}
            for line in reversed(heard.lines)
        ],
    )


def _when(heard: Heard) -> str:
    day = long_date(ANSWER_TIME.due(heard.asked), lang())
    if heard.days_left < 0:
        return str(
            gettext("Seharusnya dijawab %(day)s. Maaf, ini lebih lama; tanyakan ke loket.", day=day)
        )
    left = ngettext("%(num)s hari lagi", "%(num)s hari lagi", heard.days_left)
    if heard.days_left == 0:
        left = gettext("hari ini")
    return str(gettext("Dijawab paling lambat %(day)s (%(left)s).", day=day, left=left))


@blueprint.post("/pengaduan/terima")
def accept() -> Response:
    """The answer will do."""
    return _then_result(lambda one: complaints.accept(the_edge(), one))


@blueprint.route("/pengaduan/tarik", methods=["GET", "POST"])
def withdraw() -> str | Response:
    """Ask once more, then take it back."""
    heard = _owned()
    if Act.TARIK not in heard.acts(Role.PEMOHON):
        return redirect(url_for("complaining.result"), 303)
    if request.method == "POST":
        return _then_result(lambda one: complaints.withdraw(the_edge(), one))
    return render_template("portal/complaint_withdraw.html", code=heard.code)


@blueprint.route("/pengaduan/belum-puas", methods=["GET", "POST"])
def reopen() -> _Page:
    """What is still amiss; this happens once."""
    heard = _owned()
    if Act.BELUM_PUAS not in heard.acts(Role.PEMOHON):
        return redirect(url_for("complaining.result"), 303)
    typed, errors = {}, {}
    if request.method == "POST":
        typed = read_typed((WHY_NOT,), request.form)
        try:
            why = load_why_not(typed)
            return _then_result(lambda one: complaints.reopen(the_edge(), one, why))
        except FormInvalid as invalid:
            errors = say_all(invalid.errors)
    page = render_template(
        "portal/complaint_reopen.html",
        code=heard.code,
        answer=heard.answer,
        field_spec=view_field(WHY_NOT),
        typed=typed,
        errors=errors,
    )
    return (page, 422) if errors else page


def _then_result(act: Callable[[bytes], object]) -> Response:
    # A petugas was quicker, or it was done before: the page shows how it stands now.
    with suppress(IllegalAct):
        act(_owned().record.id)
    return redirect(url_for("complaining.result"), 303)


@blueprint.post("/pengaduan/selesai")
def leave() -> Response:
    """Close the door on a shared phone."""
    end_look(COMPLAINT)
    return redirect(url_for("home.index"), 303)

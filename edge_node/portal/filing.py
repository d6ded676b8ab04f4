"""Filing a request on one's own phone: consent, a few short steps, a last look, the receipt."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import segno
from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from edge_node.portal.access import Entry, entry_of, not_here
from edge_node.portal.current import lang, limits, say_all, t, the_edge
from edge_node.portal.fields import date_parts, months, read_typed
from edge_node.portal.home import line_is_cut, service_of
from edge_node.portal.limits import hold, minutes, phone
from edge_node.portal.steps import Step, by_document, step_of
from edge_node.portal.work import Elsewhere, Work, open_work
from edge_node.workflows import portal
from edge_node.workflows.filing import Filed
from edge_node.workflows.promising import WHY_QUEUED
from registration.errors import FormInvalid, IllegalAct
from registration.format import long_date
from registration.texts import N_

blueprint = Blueprint("filing", __name__)

CONFIRM = "konfirmasi"


@blueprint.app_errorhandler(Elsewhere)
def go(elsewhere: Elsewhere) -> Response:
    return redirect(elsewhere.url, 303)


@blueprint.route("/ajukan/<code>/<case>", methods=["GET", "POST"])
def start(code: str, case: str) -> str | Response | tuple[str, int]:
    """What is needed, what happens with the data; agreeing opens the form."""
    known = service_of(code)
    if case not in {one.code for one in known.cases}:
        raise NotFound
    asked = known.case(case)
    errors: list[str] = []
    if request.method == "POST":
        if request.form.get("setuju") == "ya":
            hold(limits().begun)
            entry = Entry(portal.begin(the_edge(), code, case))
            entry.save()
            return redirect(url_for("filing.step", token=entry.token, number=1), 303)
        errors = [t(N_("Centang kotak ini dulu bila setuju."))]
    page = render_template(
        "portal/start.html",
        title=t(asked.title),
        back=url_for("home.cases_of", code=code),
        documents=[
            (t(one.label), t(one.help), one.look) for one in asked.documents if one.required
        ],
        errors=errors,
    )
    return (page, 422) if errors else page


@blueprint.get("/isi/<token>")
def resume(token: str) -> Response:
    """Go on where something is still to be done."""
    work = open_work(token)
    checked = work.check()
    for step in work.steps:
        if checked.errors.keys() & step.names:
            return redirect(url_for("filing.step", token=token, number=step.number), 303)
    page = "photos.index" if work.lacking() else "filing.review"
    return redirect(url_for(page, token=token), 303)


@blueprint.route("/isi/<token>/<int:number>", methods=["GET", "POST"])
def step(token: str, number: int) -> str | Response | tuple[str, int]:
    """One page of questions. What was typed is kept before it is judged."""
    work = open_work(token)
    now = work.step(number)
    if request.method == "GET":
        return _ask(work, now, {}, _doubts(work, now) if work.entry.sure & now.names else {})
    before = work.check(now.names)
    typed = read_typed(now.fields, request.form)
    if work.target is not None:
        work.entry.touched |= _changed(work, now, before, typed)
    kept = portal.keep(the_edge(), work.draft, typed)
    if isinstance(kept, Filed):
        raise Elsewhere(url_for("filing.receipt", token=token))
    work.draft = kept.draft
    entry = work.entry
    checked = work.check(now.names)
    ticked = set(request.form.getlist(CONFIRM))
    # A tick answers the very doubt that it stood beside, not another one.
    sure = {
        name
        for name, said in checked.warnings.items()
        if name in ticked and before.warnings.get(name) == said
    }
    entry.sure = (entry.sure - now.names) | sure
    entry.save()
    open_doubts = {name: said for name, said in checked.warnings.items() if name not in sure}
    if checked.errors or open_doubts:
        return _ask(work, now, say_all(checked.errors), say_all(checked.warnings)), 422
    if _from_review(work):
        return redirect(url_for("filing.review", token=token), 303)
    if number < len(work.steps):
        return redirect(url_for("filing.step", token=token, number=number + 1), 303)
    return redirect(url_for("photos.index", token=token), 303)


def _from_review(work: Work) -> bool:
    """Whether one part is mended, rather than all filled in one after the other."""
    return work.target is not None or request.values.get("kembali") == "periksa"


def _changed(
    work: Work, now: Step, before: portal.Checked, typed: dict[str, str]
) -> frozenset[str]:
    """Fields whose meaning is another one now: `12-5-1995` is no change of `1995-05-12`."""
    after = portal.check(the_edge(), work.draft, {**work.typed, **typed}, now.names)
    return frozenset(
        name
        for name in now.names
        if name in after.errors or after.values.get(name) != before.values.get(name)
    )


def _doubts(work: Work, now: Step) -> dict[str, list[str]]:
    return say_all(work.check(now.names).warnings)


def _ask(
    work: Work, now: Step, errors: dict[str, list[str]], warnings: dict[str, list[str]]
) -> str:
    back = (
        url_for("filing.step", token=work.token, number=now.number - 1)
        if now.number > 1
        else url_for("home.index")
    )
    to_review = _from_review(work)
    return render_template(
        "portal/step.html",
        step=now,
        fields=now.shown(),
        typed=work.typed,
        errors=errors,
        warnings=warnings,
        date_parts=date_parts,
        months=months(),
        to_review=to_review,
        back_url=url_for("filing.review", token=work.token) if to_review else back,
        **work.head(now.number),
    )


@blueprint.route("/isi/<token>/periksa", methods=["GET", "POST"])
def review(token: str) -> str | Response | tuple[str, int, dict[str, str]]:
    """Everything once more on one page, then it is sent."""
    work = open_work(token)
    if request.method == "GET":
        return _review(work)
    checked = work.check()
    work.entry.sure |= set(request.form.getlist(CONFIRM)) & checked.warnings.keys()
    work.entry.save()
    if checked.errors or checked.warnings.keys() - work.entry.sure or work.lacking():
        return _review(work, tried=True), 422, {}
    wait = limits().sent.take(phone())
    if wait > 0:
        too_often = gettext(
            "Dari HP ini sudah banyak permohonan. Isian tersimpan; coba lagi %(count)s menit lagi.",
            count=minutes(wait),
        )
        return _review(work, too_often=too_often), 429, {"Retry-After": str(int(wait) + 1)}
    if work.target is not None:
        return _resubmit(work)
    sent = portal.send(the_edge(), work.draft, frozenset(work.entry.sure))
    if not isinstance(sent, Filed):
        # The day may have changed between the check and now.
        return _review(work, tried=True), 422, {}
    work.entry.filed = True
    work.entry.save()
    return redirect(url_for("filing.receipt", token=token), 303)


def _resubmit(work: Work) -> Response | tuple[str, int, dict[str, str]]:
    entry = work.entry
    if entry.target is None:
        raise not_here()
    try:
        portal.resubmit(
            the_edge(), entry.record, entry.target, entry.touched, frozenset(entry.sure)
        )
    except portal.NothingChanged:
        return _review(work, unchanged=True), 422, {}
    except FormInvalid:
        return _review(work, tried=True), 422, {}
    except IllegalAct:
        # A petugas was quicker.
        return redirect(url_for("following.result"), 303)
    entry.forget()
    return redirect(url_for("following.result", baru="perbaikan"), 303)


def _review(
    work: Work, *, tried: bool = False, too_often: str = "", unchanged: bool = False
) -> str:
    checked = work.check()
    token = work.token

    def address(number: int) -> str:
        return url_for("filing.step", token=token, number=number, kembali="periksa")

    parts = [
        {
            "title": step.title,
            "url": address(step.number),
            "rows": [(t(one.label), work.shown(one.name, checked.values)) for one in step.fields],
        }
        for step in work.steps
    ]
    amiss = []
    for name, said in say_all(checked.errors).items():
        step = step_of(work.steps, name)
        where = f"{address(step.number)}#f-{name}" if step else address(1)
        amiss += [(one, where) for one in said]
    for document in work.lacking():
        sentence = gettext("%(document)s belum ada.", document=t(document.label))
        where = url_for("photos.index", token=token) + f"#f-berkas.{document.code}"
        amiss.append((sentence, where))
    shown = by_document(work.draft.scans)
    before = by_document(work.filed_scans)
    papers: list[dict[str, Any]] = [
        {
            "label": t(one.label),
            "new": len(shown.get(one.code, ())),
            "old": len(before.get(one.code, ())),
            "bring": one.code in work.entry.bring,
        }
        for one in work.case.documents
        if one.required or one.code in shown or one.code in before
    ]
    return render_template(
        "portal/review.html",
        parts=parts,
        papers=papers,
        photos_url=url_for("photos.index", token=token),
        amiss=amiss,
        warnings=say_all(
            {n: said for n, said in checked.warnings.items() if n not in work.entry.sure}
        ),
        labels={one.name: t(one.label) for one in work.case.fields},
        tried=tried,
        too_often=too_often,
        unchanged=unchanged,
        back_url=url_for("photos.index", token=token),
        **work.head(len(work.steps) + 2),
    )


@blueprint.get("/isi/<token>/tanda-terima")
def receipt(token: str) -> str:
    """The code, large, to be photographed."""
    entry = entry_of(token)
    found = portal.progress(the_edge(), entry.record) if entry.target is None else None
    if found is None:
        raise not_here()
    code = found.record.value("kode")
    picture = BytesIO()
    address = f"{request.host_url}cek?kode={code}"
    segno.make(address, error="m", micro=False).save(
        picture, kind="svg", xmldecl=False, svgns=True, scale=5, border=0, omitsize=True
    )
    return render_template(
        "portal/receipt.html",
        title=t(found.case.title),
        code=code,
        # Made here from an address that we wrote: nothing in it is a visitor's.
        svg=Markup(picture.getvalue().decode()),  # noqa: S704
        expected=long_date(found.expected, lang()) if found.expected else "",
        why=t(WHY_QUEUED) if found.queued else "",
        bring=[t(found.case.document(one).label) for one in found.lacking],
        waits=found.waits_for_line,
        cut=line_is_cut(),
        follow_url=url_for("following.ask", kode=code),
    )


@blueprint.route("/isi/<token>/hapus", methods=["GET", "POST"])
def drop(token: str) -> str | Response:
    """Leave nothing on a shared phone."""
    work = open_work(token)
    if request.method == "POST":
        portal.discard(the_edge(), work.entry.record)
        work.entry.forget()
        return redirect(url_for("following.result" if work.target else "home.index"), 303)
    return render_template(
        "portal/drop.html", back_url=url_for("filing.resume", token=token), **work.head(0)
    )

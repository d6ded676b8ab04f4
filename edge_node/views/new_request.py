"""A new request: choose what it is about, fill in the form, photograph the papers."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from edge_node.once import REQUESTS
from edge_node.store.drafts import Draft
from edge_node.views import form_page, paper_forms
from edge_node.views.current import author, the_edge
from edge_node.views.phone import PHONE, panel
from edge_node.views.words import safe_sentence, say, say_all
from edge_node.workflows import lookup
from edge_node.workflows.filing import (
    Filed,
    NotYet,
    file_request,
    filed_before,
    new_record,
    read_draft,
)
from edge_node.workflows.prefilling import fill_in
from registration.catalogue import SCAN, SERVICES, Case, Service, missing_documents, service
from registration.errors import FormFromFuture, UnknownService
from registration.lifecycle import Act, Role, Status, may
from web.app import allow_camera
from web.problems import Problem
from web.session import requires_role

blueprint = Blueprint("baru", __name__, template_folder="../templates")


def form_of(service_code: str, case_code: str, version: int | None = None) -> tuple[Service, Case]:
    """The form as a version asks it; the newest unless said otherwise."""
    try:
        known = service(service_code)
        return known, known.case(case_code, version)
    except UnknownService as unknown:
        raise Problem(
            404, "layanan-tidak-ada", gettext("Layanan ini tidak ada"), say(unknown.sentence)
        ) from None


@blueprint.get("/permohonan/baru")
@requires_role()
def choose() -> Any:
    return render_template("edge/pilih_layanan.html", services=SERVICES)


@blueprint.get("/permohonan/baru/<service_code>/<case_code>")
@requires_role()
def blank(service_code: str, case_code: str) -> Any:
    """An empty form, or (`lanjut`) a draft again."""
    known, case = form_of(service_code, case_code)
    token = request.args.get("lanjut")
    record = REQUESTS.named_by(token) if token else new_record(the_edge())
    if token and (filed := filed_before(the_edge(), record)) is not None:
        # The back button, or a reload: what was sent is not asked for again.
        flash(gettext("Permohonan %(code)s sudah diterima.", code=filed.code), "good")
        return redirect(url_for("tanda_terima.page", record=record.hex()), 303)
    draft = read_draft(the_edge(), record) if token else None
    if draft is not None:
        known, case = form_of(service_code, case_code, draft.version)
    return _page(known, case, draft or Draft(record, known.code, case.code, version=known.version))


@blueprint.post("/permohonan/baru/<service_code>/<case_code>")
@requires_role()
def submit(service_code: str, case_code: str) -> Any:
    edge = the_edge()
    known, case = form_of(service_code, case_code, form_page.version_of())
    record = REQUESTS.named_by(request.form.get("token", ""))
    typed = form_page.typed_of(case)
    gone = request.args.get("hapus")
    fill = form_page.FILL in request.form
    by_phone = PHONE in request.form
    file_now = gone is None and not fill and not by_phone and "foto_dulu" not in request.form
    if fill:
        typed = _filled_in(case, typed)
    by = author()
    file_it = partial(
        file_request,
        edge,
        record,
        known.code,
        case.code,
        typed,
        form_page.uploads_of(case),
        by=by,
        confirmed=form_page.confirmed(),
        removed=[gone] if gone else (),
        originals_seen=form_page.ORIGINALS in request.form
        and may(Act.VERIFIKASI, Role(by.role), Status.DIAJUKAN),
    )
    try:
        result = file_it(version=form_page.version_of(), file_now=file_now)
    except FormFromFuture as newer:
        # We cannot check what it asks, but what was typed and photographed is kept.
        result = file_it(version=known.version, file_now=False)
        if isinstance(result, NotYet):
            said = {"_form": [say(newer.sentence)]}
            return _page(known, case, result.draft, errors=said, status=409)
    if isinstance(result, Filed):
        return _filed(result, case)
    if file_now:
        return _refused(known, case, result)
    where: dict[str, Any] = {"_anchor": None if fill else "berkas"}
    if by_phone:
        where[PHONE] = "1"
    return _kept(known, case, result, where)


def _filled_in(case: Case, typed: dict[str, str]) -> dict[str, str]:
    """What was typed, with what the counter holds of the same people; says what came of it."""
    found = fill_in(the_edge(), case, typed)
    if not found.values:
        flash(
            gettext(
                "Belum ada data lama dengan NIK atau nomor KK yang diketik. Isi seperti biasa."
            ),
            "wait",
        )
        return typed
    labels = [gettext(field.label) for field in case.fields if field.name in found.values]
    flash(
        gettext(
            "Terisi dari %(codes)s: %(fields)s. Cocokkan dengan pemohon sebelum disimpan.",
            codes=", ".join(found.codes),
            fields=", ".join(labels),
        ),
        "good",
    )
    shown = {
        name: form_page.shown_value(case.field(name), value) for name, value in found.values.items()
    }
    return {**typed, **shown}


def _kept(known: Service, case: Case, result: NotYet, where: dict[str, Any]) -> Any:
    """The form is not finished and nobody said so: only photos can be wrong."""
    errors = say_all({name: said for name, said in result.errors.items() if name.startswith(SCAN)})
    if errors:
        return _page(known, case, result.draft, errors=errors, status=422)
    token = REQUESTS.token(result.draft.record)
    page = url_for(
        "baru.blank", service_code=known.code, case_code=case.code, lanjut=token, **where
    )
    return redirect(page, 303)


def _refused(known: Service, case: Case, result: NotYet) -> Any:
    errors, warnings = say_all(dict(result.errors)), say_all(dict(result.warnings))
    return _page(known, case, result.draft, errors=errors, warnings=warnings, status=422)


def _filed(filed: Filed, case: Case) -> Response:
    edge = the_edge()
    flash(safe_sentence(edge.line.link.line), "good")
    record = lookup.read(edge, filed.record)
    if form_page.ORIGINALS in request.form and record.status == Status.DIAJUKAN:
        held = {one["jenis"] for one in record.scans.values()}
        lacking = ", ".join(gettext(one.label) for one in missing_documents(case, held))
        if lacking:
            flash(
                gettext("Belum diverifikasi, karena belum ada: %(documents)s.", documents=lacking),
                "wait",
            )
    return redirect(url_for("tanda_terima.page", record=filed.record.hex()), 303)


def _page(
    known: Service,
    case: Case,
    draft: Draft,
    *,
    errors: dict[str, list[str]] | None = None,
    warnings: dict[str, list[str]] | None = None,
    status: int = 200,
) -> Any:
    token = REQUESTS.token(draft.record)
    action = url_for("baru.submit", service_code=known.code, case_code=case.code)
    role = current_role()
    allow_camera()
    page = render_template(
        "edge/formulir.html",
        known=known,
        case=case,
        title=gettext(case.title),
        action=action,
        draft_url=url_for("draf.keep", service_code=known.code, case_code=case.code),
        token=token,
        resume_url=url_for(
            "baru.blank", service_code=known.code, case_code=case.code, lanjut=token
        ),
        versi=draft.version,
        groups=form_page.groups(case, {}),
        papers=[
            form_page.paper(document, _stored(draft, document.code, token, action))
            for document in case.documents
        ],
        typed=draft.typed,
        errors=form_page.ordered(case, errors or {}),
        warnings=warnings or {},
        confirmed=form_page.confirmed(),
        may_verify=may(Act.VERIFIKASI, role, Status.DIAJUKAN),
        originals=form_page.ORIGINALS in request.form,
        forms=paper_forms.links(
            case,
            "formulir.of_draft",
            service_code=known.code,
            case_code=case.code,
            lanjut=token,
        ),
        phone=panel(draft.record) if PHONE in request.args else None,
    )
    return page, status


def current_role() -> Role:
    return Role(author().role)


def _stored(draft: Draft, jenis: str, token: str, action: str) -> list[form_page.Stored]:
    found = [(scan, held) for scan, held in draft.scans.items() if held["jenis"] == jenis]
    shown = []
    for number, (scan, held) in enumerate(found, start=1):
        url = url_for("berkas.of_draft", token=token, scan=scan)
        shown.append(
            form_page.Stored(
                scan,
                gettext("Foto %(number)s", number=number),
                form_page.note_of(held),
                url,
                url if held["mime"].startswith("image/") else None,
                f"{action}?hapus={scan}",
            )
        )
    return shown

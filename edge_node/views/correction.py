"""Correcting a request: the same form, prefilled; what others changed meanwhile stays theirs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext

from edge_node.edge import Edge
from edge_node.views import form_page
from edge_node.views.current import author, the_edge
from edge_node.views.paths import record_id
from edge_node.views.request_page import papers_of, render_request
from edge_node.views.words import form_of, lang, safe_sentence, say, say_all
from edge_node.workflows import acts, lookup
from registration.catalogue import DATA, Case
from registration.display import show
from registration.errors import FormInvalid, IllegalAct
from registration.lifecycle import Act, Role, Status, apply, may
from registration.texts import N_, Sentence
from vault.read import Record
from web.app import allow_camera
from web.session import requires_role

blueprint = Blueprint("perbaikan", __name__, template_folder="../templates")

_BEFORE = "semula."
"""Opens the name of the hidden box that carries a field as it stood when the form was opened."""
_AGAIN = "ajukan_kembali"


@blueprint.get("/permohonan/<record>/perbaiki")
@requires_role()
def form(record: str) -> Any:
    known = lookup.know(the_edge(), record_id(record))
    found = known.record
    try:
        apply(Act.PERBAIKI, Role(author().role), Status(found.status))
        return _page(known, _typed_in(found))
    except IllegalAct as refused:
        return render_request(found.id, status=409, notice=say(refused.sentence))


@blueprint.post("/permohonan/<record>/perbaiki")
@requires_role()
def submit(record: str) -> Any:
    edge, one, by = the_edge(), record_id(record), author()
    found = lookup.read(edge, one)
    errors: dict[str, list[str]] = {}
    typed: dict[str, str] = {}
    photos = 0
    try:
        case = _case(found)
        typed = form_page.typed_of(case)
        photos = _add_photos(edge, one, case, errors)
        merged, crossed = _merge(found, case, typed)
        if crossed:
            return _page(lookup.know(edge, one), merged, crossed=crossed, status=409)
        acts.correct(edge, one, merged, [], by, confirmed=form_page.confirmed())
    except IllegalAct as refused:
        return render_request(one, status=409, notice=say(refused.sentence))
    except FormInvalid as invalid:
        errors |= say_all(invalid.errors)
    except acts.FormDoubtful as doubtful:
        warnings = say_all(dict(doubtful.warnings))
        known = lookup.know(edge, one)
        return _page(known, typed, errors=errors, warnings=warnings, status=422)
    if errors:
        return _page(lookup.know(edge, one), typed, errors=errors, photos=photos, status=422)
    return _saved(edge, one, _AGAIN in request.form)


def _saved(edge: Edge, one: bytes, again: bool) -> Any:
    safe = safe_sentence(edge.line.link.line)
    if again:
        try:
            acts.verify(edge, one, author())
        except IllegalAct as refused:
            # The correction itself stands; only handing it in again was not possible.
            notice = gettext("Perbaikan tersimpan, tetapi belum diajukan kembali.")
            return render_request(one, status=409, notice=f"{notice} {say(refused.sentence)}")
        done = gettext("Diajukan kembali ke Disdukcapil.")
    else:
        done = gettext("Perbaikan tersimpan.")
    flash(f"{done} {safe}", "good")
    return redirect(url_for("permohonan.page", record=one.hex()), 303)


def _add_photos(edge: Edge, one: bytes, case: Case, errors: dict[str, list[str]]) -> int:
    """Photos first, one by one: those that are good stay, whatever the form still lacks."""
    kept = 0
    for upload in form_page.uploads_of(case):
        try:
            acts.correct(edge, one, {}, [upload], author())
            kept += 1
        except FormInvalid as invalid:
            for name, said in say_all(invalid.errors).items():
                errors.setdefault(name, []).extend(said)
    return kept


def _case(found: Record) -> Case:
    known = form_of(found)
    if known is None or known[0].is_newer(found.value("versi")):
        raise IllegalAct(
            Sentence(
                N_("Formulir ini dari versi yang lebih baru; loket ini perlu diperbarui dulu.")
            )
        )
    return known[1]


def _undecided(found: Record, name: str) -> bool:
    held = found.fields.get(DATA + name)
    return held is not None and held.conflicted


def _typed_in(found: Record) -> dict[str, str]:
    return {
        one.name: form_page.shown_value(one, found.value(DATA + one.name))
        for one in _case(found).fields
    }


def _merge(
    found: Record, case: Case, typed: Mapping[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """What to write, and which fields somebody else changed while this form was open.

    A field that was not touched here keeps what stands now, also where that is news. One that was
    touched on both sides is shown again with the other's value: nothing is overwritten unseen.
    """
    now = _typed_in(found)
    merged: dict[str, str] = {}
    crossed: dict[str, str] = {}
    for one in case.fields:
        before = request.form.get(_BEFORE + one.name, now[one.name])
        mine = typed.get(one.name, now[one.name])
        if mine == before:
            merged[one.name] = now[one.name]
            continue
        merged[one.name] = mine
        # Of what waits for a decision nothing is written: where the form still asked for it, that
        # must not be called saved.
        asked = _BEFORE + one.name in request.form
        waits = asked and _undecided(found, one.name) and mine != now[one.name]
        if waits or now[one.name] not in (before, mine):
            crossed[one.name] = now[one.name]
    return merged, crossed


def _page(
    known: lookup.Known,
    typed: Mapping[str, str],
    *,
    errors: Mapping[str, list[str]] | None = None,
    warnings: Mapping[str, list[str]] | None = None,
    crossed: Mapping[str, str] | None = None,
    photos: int = 0,
    status: int = 200,
) -> Any:
    found = known.record
    case = _case(found)
    undecided = {
        one.name: say(show(DATA + one.name, found.value(DATA + one.name), lang()))
        for one in case.fields
        if _undecided(found, one.name)
    }
    role = Role(author().role)
    allow_camera()
    page = render_template(
        "edge/perbaiki.html",
        record=found.id.hex(),
        code=str(found.value("kode", "")),
        title=gettext(case.title),
        reason=str(found.value("alasan", "") or "") if found.status == "dikembalikan" else "",
        groups=form_page.groups(case, undecided),
        papers=papers_of(known, case),
        typed=typed,
        before=_typed_in(found),
        errors=form_page.ordered(case, errors or {}),
        warnings=warnings or {},
        crossed={name: [_told(value)] for name, value in (crossed or {}).items()},
        confirmed=form_page.confirmed(),
        photos=photos,
        may_again=found.status == "dikembalikan" and may(Act.VERIFIKASI, role, Status.DIKEMBALIKAN),
        again=_AGAIN in request.form or request.method == "GET",
    )
    return page, status


def _told(value: str) -> str:
    told = gettext(
        "Sementara formulir ini terbuka, orang lain mengubahnya menjadi “%(value)s”. "
        "Pastikan mana yang benar, lalu simpan lagi.",
        value=value,
    )
    return str(told)

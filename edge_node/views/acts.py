"""The buttons of a request's page: each posts here and comes back with one plain sentence."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, flash, redirect, request, url_for
from flask_babel import gettext

from edge_node.views import form_page, phone_signature
from edge_node.views.current import author, the_edge
from edge_node.views.paths import record_id
from edge_node.views.request_page import render_request
from edge_node.views.words import form_of, safe_sentence, say, say_all
from edge_node.workflows import acts, lookup
from registration.acts_schema import (
    ON_SCREEN,
    REASON,
    RECEIVER,
    RELATION,
    SIGNATURE,
    SIGNING,
    load_cancel,
    load_drop,
    load_hand_over,
)
from registration.errors import FormInvalid, IllegalAct
from registration.lifecycle import Act
from web.session import requires_role

blueprint = Blueprint("tindakan", __name__, template_folder="../templates")


def _done(record: bytes, sentence: str) -> Any:
    flash(f"{sentence} {safe_sentence(the_edge().line.link.line)}", "good")
    return redirect(url_for("permohonan.page", record=record.hex()), 303)


def _try(record: bytes, act: Callable[[], object], sentence: str, opened: str = "") -> Any:
    """Do the act; where it is refused, the page again with the reason and what was typed."""
    try:
        act()
    except IllegalAct as refused:
        return render_request(record, status=409, notice=say(refused.sentence))
    except FormInvalid as invalid:
        return render_request(
            record,
            status=422,
            opened=opened,
            typed=request.form.to_dict(),
            errors=say_all(invalid.errors),
        )
    return _done(record, sentence)


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "") for name in names}


@blueprint.post("/permohonan/<record>/verifikasi")
@requires_role()
def verify(record: str) -> Any:
    one, by = record_id(record), author()
    return _try(one, lambda: acts.verify(the_edge(), one, by), gettext("Sudah diverifikasi."))


@blueprint.post("/permohonan/<record>/dokumen-tiba")
@requires_role()
def arrived(record: str) -> Any:
    one, by = record_id(record), author()
    return _try(
        one,
        lambda: acts.document_arrived(the_edge(), one, by),
        gettext("Dokumen tercatat sudah di loket."),
    )


@blueprint.post("/permohonan/<record>/serahkan")
@requires_role()
def hand_over(record: str) -> Any:
    one, by = record_id(record), author()
    if phone_signature.PHONE in request.form:
        typed = {**request.form.to_dict(), SIGNING.name: ON_SCREEN}
        return render_request(one, opened=Act.SERAHKAN, typed=typed, by_phone=True)

    def act() -> None:
        typed = _typed(RECEIVER.name, RELATION.name, SIGNING.name, SIGNATURE.name)
        to = load_hand_over(typed)
        acts.hand_over(the_edge(), one, by, to)

    return _try(one, act, gettext("Penyerahan tercatat."), Act.SERAHKAN)


@blueprint.post("/permohonan/<record>/batalkan")
@requires_role()
def cancel(record: str) -> Any:
    one, by = record_id(record), author()

    def act() -> None:
        acts.cancel(the_edge(), one, by, load_cancel(_typed(REASON.name)).alasan)

    return _try(one, act, gettext("Permohonan dibatalkan."), Act.BATALKAN)


@blueprint.post("/permohonan/<record>/berkas")
@requires_role()
def add_scans(record: str) -> Any:
    one, by, edge = record_id(record), author(), the_edge()
    form = form_of(lookup.read(edge, one))
    uploads = form_page.uploads_of(form[1]) if form else []
    if not uploads:
        message = gettext("Pilih dulu foto atau PDF yang mau ditambahkan.")
        return render_request(one, status=422, opened=Act.TAMBAH_BERKAS, notice=message)
    return _try(
        one,
        lambda: acts.correct(edge, one, {}, uploads, by),
        gettext("Foto tersimpan."),
        Act.TAMBAH_BERKAS,
    )


@blueprint.post("/permohonan/<record>/berkas/<scan>/tarik")
@requires_role()
def drop_scan(record: str, scan: str) -> Any:
    one, by = record_id(record), author()

    def act() -> None:
        acts.drop_scan(the_edge(), one, scan, by, load_drop(_typed(REASON.name)))

    return _try(one, act, gettext("Foto ditarik."), f"{Act.LEPAS_BERKAS}-{scan}")


@blueprint.get("/permohonan/<record>/berkas/<scan>/tarik")
@requires_role()
def back_from_drop(record: str, scan: str) -> Any:
    """A reload of the page that a refused act came back with."""
    return redirect(url_for("permohonan.page", record=record_id(record).hex()), 303)


@blueprint.get(
    "/permohonan/<record>/<any(verifikasi, 'dokumen-tiba', serahkan, batalkan, berkas):act>"
)
@requires_role()
def back(record: str, act: str) -> Any:
    """A reload of the page that a refused act came back with."""
    return redirect(url_for("permohonan.page", record=record_id(record).hex()), 303)

"""Taking a server's word away, and the record of who did what to nodes, keys and data."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.frame import go
from central.views.people import ACTS as ACTS_ON_ACCOUNTS
from central.views.scope import READERS
from central.views.texts import gettext, ngettext
from central.views.words import REFUSALS, clock, moment
from central.workflows.consent import SHORTEST_REASON, Consent, NotAllowed, names
from central.workflows.record import record_of_acts
from central.workflows.revoking import NoSuchNode, find_node, revoke
from central.workflows.watching import KnownNode
from registration.lifecycle import Role
from registration.texts import N_
from web.problems import Problem
from web.session import requires_role

custody = Blueprint("custody", __name__, url_prefix="/node")

ACTS = {
    "revoke": N_("mencabut izin server"),
    "api-client-add": N_("memberi akses API"),
    "api-client-revoke": N_("mencabut akses API"),
    "enrol-code": N_("membuat kode pendaftaran"),
    "replace": N_("mengganti perangkat server"),
    "alert-rules": N_("mengubah aturan peringatan"),
    "shred": N_("memusnahkan satu permohonan"),
    "escrow-key": N_("membuat kunci pemulihan"),
    "escrow-open": N_("membuka kunci server yang mati"),
    "new-sealing-key": N_("mengganti kunci segel pusat"),
    "new-signing-key": N_("mengganti kunci tanda tangan pusat"),
    "former-keys-forgotten": N_("memusnahkan kunci pusat yang lama"),
    "retention-approve": N_("menyetujui jadwal retensi"),
    "claim-over": N_("mengambil alih permohonan dari rekan"),
    "desk-reason": N_("menyimpan alasan siap pakai"),
    "desk-reason-retired": N_("menarik alasan siap pakai"),
    "desk-rules": N_("mengubah aturan meja verifikasi"),
    "retention-run": N_("memusnahkan menurut jadwal retensi"),
    **ACTS_ON_ACCOUNTS,
}


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the record."""

    when: str
    what: str
    about: str
    who: str
    why: str


def known_node(name: str) -> KnownNode:
    """:raises Problem: there is no such server."""
    try:
        return find_node(the_centre(), name)
    except NoSuchNode as error:
        raise Problem(
            404,
            "tidak-ada",
            N_("Server ini tidak ada"),
            N_("Server dengan nomor itu tidak terdaftar. Pilih dari daftar loket."),
        ) from error


def _form(node: KnownNode, reason: str = "", error: str = "", status: int = 200) -> Response:
    page = render_template(
        "central/node_revoke.html",
        place=node.name,
        stream=node.stream,
        replica=node.replica.hex(),
        reason=reason,
        error=error,
    )
    return Response(page, status)


@custody.get("/<name>/cabut")
@requires_role(Role.ADMIN)
def ask(name: str) -> Response:
    return _form(known_node(name))


@custody.post("/<name>/cabut")
@requires_role(Role.ADMIN)
def act(name: str) -> Response:
    node = known_node(name)
    reason = request.form.get("alasan", "").strip()
    try:
        revoke(the_centre(), node.replica, Consent((author(),), reason))
    except NotAllowed:
        said = gettext(
            "Tulis alasannya dengan %(count)s huruf atau lebih; alasan itu tercatat bersama "
            "nama Anda.",
            count=SHORTEST_REASON,
        )
        return _form(node, reason, said, 422)
    flash(gettext("Izin server Loket %(place)s dicabut.", place=node.name), "good")
    return go(url_for("nodes.listing"))


@custody.get("/catatan")
@requires_role(*READERS)
def record() -> str:
    centre = the_centre()
    today = centre.today()
    acts, refused = record_of_acts(centre)
    return render_template(
        "central/node_record.html",
        auditor=author().role == Role.AUDITOR,
        acts=[
            Line(
                clock(moment(one.at_ms), today),
                gettext(ACTS.get(one.act, one.act)),
                one.subject,
                names(one.by) or gettext("jadwal"),
                one.reason,
            )
            for one in acts
        ],
        refused=[
            Line(
                clock(moment(one.last_ms), today),
                ngettext("%(num)s bundel ditolak", "%(num)s bundel ditolak", one.count),
                one.place or gettext("server yang tidak dikenal"),
                one.replica.hex()[:12],
                gettext(REFUSALS.get(one.slug, one.slug)),
            )
            for one in refused
        ],
    )

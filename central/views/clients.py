"""Systems that may call the API: the list, letting one in, shutting one out."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.frame import go
from central.views.texts import gettext, ngettext
from central.views.words import Tag, ago, clock, moment
from central.workflows import api_clients
from central.workflows.api_clients import PER_MINUTE, Client, Scope
from registration.lifecycle import Role
from registration.texts import N_
from web.problems import Problem
from web.session import requires_role

clients = Blueprint("clients", __name__, url_prefix="/sambungan/api")

SCOPES = {
    Scope.STATUS: N_("Membaca status permohonan"),
    Scope.REQUEST: N_("Membaca seluruh isi permohonan, termasuk NIK"),
    Scope.CHANGES: N_("Mengikuti permohonan yang berubah"),
    Scope.DECIDE: N_("Memutuskan: menerbitkan, mengembalikan, menolak"),
    Scope.NODES: N_("Membaca keadaan server kelurahan"),
}


@dataclass(frozen=True, slots=True)
class Row:
    """One client."""

    id: str
    name: str
    tag: Tag
    scopes: list[str]
    limit: str
    made: str
    used: str
    revocable: bool


def _row(one: Client) -> Row:
    centre = the_centre()
    today = centre.today()
    return Row(
        one.id,
        one.name,
        Tag("stop", gettext("dicabut")) if one.revoked_ms else Tag("good", gettext("aktif")),
        [gettext(label) for scope, label in SCOPES.items() if scope in one.scopes],
        ngettext("%(num)s panggilan semenit", "%(num)s panggilan semenit", one.per_minute),
        clock(moment(one.made_ms), today),
        ago(one.used_ms, centre.clock(), today),
        not one.revoked_ms,
    )


@clients.get("")
@requires_role(Role.ADMIN)
def listing() -> str:
    rows = [_row(one) for one in api_clients.listed(the_centre())]
    return render_template("central/clients.html", rows=rows)


def _form(
    name: str = "", chosen: list[str] | None = None, errors: tuple[str, str] = ("", "")
) -> Response:
    page = render_template(
        "central/client_new.html",
        name=name,
        chosen=chosen,
        scopes=[(str(scope), gettext(label)) for scope, label in SCOPES.items()],
        name_error=errors[0],
        scope_error=errors[1],
        per_minute=PER_MINUTE,
    )
    return Response(page, 422 if any(errors) else 200)


@clients.get("/baru")
@requires_role(Role.ADMIN)
def new() -> Response:
    return _form()


@clients.post("/baru")
@requires_role(Role.ADMIN)
def make() -> Response:
    """The token stands on this page and in no address, session or log."""
    name = " ".join(request.form.get("nama", "").split())
    chosen = [one for one in request.form.getlist("cakupan") if one in tuple(Scope)]
    errors = (
        "" if 3 <= len(name) <= 60 else gettext("Tulis nama sistemnya, 3 sampai 60 huruf."),
        "" if chosen else gettext("Pilih setidaknya satu hal yang boleh dilakukan."),
    )
    if any(errors):
        return _form(name, chosen, errors)
    made = api_clients.add(the_centre(), name, chosen, author())
    page = render_template("central/client_token.html", name=made.client.name, token=made.token)
    return Response(page)


@clients.get("/<client>/cabut")
@requires_role(Role.ADMIN)
def ask(client: str) -> str:
    found = next((one for one in api_clients.listed(the_centre()) if one.id == client), None)
    if found is None:
        raise _unknown()
    return render_template("central/client_revoke.html", row=_row(found))


@clients.post("/<client>/cabut")
@requires_role(Role.ADMIN)
def revoke(client: str) -> Response:
    try:
        found = api_clients.revoke(the_centre(), client, author())
    except LookupError:
        raise _unknown() from None
    flash(gettext("Akses API %(name)s dicabut.", name=found.name), "good")
    return go(url_for(".listing"))


def _unknown() -> Problem:
    return Problem(
        404,
        "klien-tidak-ada",
        N_("Klien API ini tidak ada"),
        N_("Klien dengan nomor itu tidak terdaftar. Pilih dari daftar."),
    )

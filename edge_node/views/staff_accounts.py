"""Accounts of this counter: for the penyelia all of them, for everybody the own password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from edge_node.edge import Edge
from edge_node.views.current import author, the_edge
from edge_node.views.words import Tag, at_ms, say, say_all
from edge_node.workflows import staff, staff_accounts
from edge_node.workflows.staff_accounts import Known
from registration import staff as law
from registration.errors import FormInvalid, IllegalAct
from registration.lifecycle import ROLE_LABELS, Role
from registration.retention import DAY_MS
from registration.staff import Login
from sync.hlc import ms_of
from vault.one_time import SHORTEST_PASSWORD
from web.session import current_account, requires_role

blueprint = Blueprint("akun", __name__, url_prefix="/akun", template_folder="../templates")

_OPEN = ("masuk", "cuaca")
"""Blueprints that are there also for who has not chosen a password yet."""


def password_first() -> Response | None:
    """Who came in by a one-time code chooses a password before anything else."""
    name = request.blueprint
    endpoint = request.endpoint or ""
    if name is None or name in _OPEN or endpoint.endswith("static"):
        return None
    if endpoint in ("akun.password", "akun.change_password"):
        return None
    if current_account() is None or not g.get("must_change"):
        return None
    return redirect(url_for("akun.password"), 303)


@dataclass(frozen=True, slots=True)
class Row:
    """An account as the list and its own page show it."""

    url: str
    name: str
    username: str
    role: str
    active: bool
    tag: Tag
    note: str


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an account's history."""

    when: str
    sentence: str
    note: str


def _row(one: Known) -> Row:
    who = one.login.account
    if not who.active:
        tag = Tag("plain", gettext("ditutup"))
    elif who.password.once:
        tag = Tag("wait", gettext("menunggu masuk pertama"))
    else:
        tag = Tag("good", gettext("aktif"))
    return Row(
        url_for("akun.one", account=who.id),
        who.name,
        one.login.username,
        gettext(ROLE_LABELS[who.role]),
        who.active,
        tag,
        _renamed(one.login),
    )


def _renamed(login: Login) -> str:
    if not login.renamed:
        return ""
    said: str = gettext(
        "“%(asked)s” dibuat di dua tempat; akun ini masuk dengan %(username)s.",
        asked=login.account.username,
        username=login.username,
    )
    return said


def _events(edge: Edge, one: Known) -> list[Event]:
    labels = {str(act): label for act, label in law.ACT_LABELS.items()}
    told = [entry for entry in one.record.told if entry.body is not None]
    return [
        Event(
            at_ms(ms_of(entry.change.hlc), edge.today()),
            f"{entry.body.by.name} {gettext(labels.get(entry.body.act, entry.body.act))}.",
            entry.body.note,
        )
        for entry in reversed(told)
        if entry.body is not None
    ]


def _roles() -> list[tuple[str, str, str]]:
    return [
        (role.value, gettext(ROLE_LABELS[role]), gettext(law.ROLE_NOTES[role]))
        for role in law.ROLES
    ]


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "") for name in names}


@blueprint.get("")
@requires_role(Role.PENYELIA)
def index() -> Any:
    edge = the_edge()
    staff_accounts.carry_over(edge)
    rows = [_row(one) for one in staff_accounts.list_accounts(edge)]
    return render_template("edge/akun.html", rows=rows)


def _new_page(typed: dict[str, str], errors: dict[str, list[str]], status: int = 200) -> Any:
    page = render_template("edge/akun_baru.html", typed=typed, errors=errors, roles=_roles())
    return page, status


@blueprint.get("/baru")
@requires_role(Role.PENYELIA)
def new() -> Any:
    return _new_page({}, {})


@blueprint.post("/baru")
@requires_role(Role.PENYELIA)
def add() -> Any:
    typed = _typed("username", "nama", "peran")
    try:
        made, code = staff_accounts.add(
            the_edge(), author(), typed["username"], typed["nama"], typed["peran"]
        )
    except FormInvalid as invalid:
        return _new_page(typed, say_all(invalid.errors), 422)
    return _code_page(made, code)


def _code_page(one: Login, code: str) -> Any:
    edge = the_edge()
    until = at_ms(edge.stamp().now_ms + law.CODE_DAYS * DAY_MS, edge.today())
    return render_template(
        "edge/akun_kode.html",
        name=one.account.name,
        username=one.username,
        code=code,
        until=until,
    )


def _one_page(
    account: str,
    asked: str = "",
    typed: dict[str, str] | None = None,
    errors: dict[str, list[str]] | None = None,
    notice: str = "",
    status: int = 200,
) -> Any:
    edge = the_edge()
    known = staff_accounts.one_of(edge, account)
    page = render_template(
        "edge/akun_satu.html",
        row=_row(known),
        own=known.login.account.id == author().id,
        urls={
            "change": url_for("akun.change", account=account),
            "close": url_for("akun.close", account=account),
            "code": url_for("akun.new_code", account=account),
        },
        roles=_roles(),
        asked=asked,
        typed={
            "nama": known.login.account.name,
            "peran": known.login.account.role,
            "alasan": "",
            **(typed or {}),
        },
        errors=errors or {},
        notice_text=notice,
        events=_events(edge, known),
    )
    return page, status


@blueprint.get("/<account>")
@requires_role(Role.PENYELIA)
def one(account: str) -> Any:
    return _one_page(account)


@blueprint.post("/<account>")
@requires_role(Role.PENYELIA)
def change(account: str) -> Any:
    typed = _typed("nama", "peran")
    try:
        staff_accounts.change(the_edge(), author(), account, typed["nama"], typed["peran"])
    except FormInvalid as invalid:
        return _one_page(account, "ubah", typed, say_all(invalid.errors), status=422)
    except IllegalAct as error:
        return _one_page(account, notice=say(error.sentence), status=409)
    flash(gettext("Perubahan akun tersimpan."), "good")
    return redirect(url_for("akun.one", account=account), 303)


@blueprint.post("/<account>/tutup")
@requires_role(Role.PENYELIA)
def close(account: str) -> Any:
    typed = _typed("alasan")
    try:
        staff_accounts.close(the_edge(), author(), account, typed["alasan"])
    except FormInvalid as invalid:
        return _one_page(account, "tutup", typed, say_all(invalid.errors), status=422)
    except IllegalAct as error:
        return _one_page(account, notice=say(error.sentence), status=409)
    flash(gettext("Akun ditutup; orangnya sudah dikeluarkan dari loket ini."), "good")
    return redirect(url_for("akun.one", account=account), 303)


@blueprint.post("/<account>/kode")
@requires_role(Role.PENYELIA)
def new_code(account: str) -> Any:
    typed = _typed("alasan")
    try:
        found, code = staff_accounts.new_password(the_edge(), author(), account, typed["alasan"])
    except FormInvalid as invalid:
        return _one_page(account, "kode", typed, say_all(invalid.errors), status=422)
    except IllegalAct as error:
        return _one_page(account, notice=say(error.sentence), status=409)
    return _code_page(found, code)


@blueprint.get("/<account>/<act>")
@requires_role(Role.PENYELIA)
def back(account: str, act: str) -> Any:
    """A reload of the page that a form came back with."""
    return redirect(url_for("akun.one", account=account), 303)


def _password_page(errors: dict[str, list[str]], status: int = 200) -> Any:
    found = staff.account(the_edge(), author().id)
    page = render_template(
        "edge/akun_sandi.html",
        username=found[0].username if found else "",
        must_change=found is not None and found[1],
        errors=errors,
        shortest=SHORTEST_PASSWORD,
    )
    return page, status


@blueprint.get("/sandi")
@requires_role()
def password() -> Any:
    return _password_page({})


@blueprint.post("/sandi")
@requires_role()
def change_password() -> Any:
    try:
        staff_accounts.choose_password(
            the_edge(),
            author(),
            request.form.get("lama", ""),
            request.form.get("baru", ""),
            request.form.get("ulang", ""),
        )
    except FormInvalid as invalid:
        return _password_page(say_all(invalid.errors), 422)
    flash(gettext("Kata sandi sudah diganti."), "good")
    return redirect(url_for("loket.hari_ini"), 303)

"""Accounts of the centre's people, for admins; and what every admin must read of emergencies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Flask, Response, flash, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.frame import go
from central.views.texts import gettext
from central.views.words import Tag, ago, clock, moment, say, says
from central.workflows import emergency
from central.workflows import people as acts
from central.workflows.people import NoSuchPerson, NotPossible, Person
from central.workflows.signing_in import ROLES
from registration.errors import FormInvalid
from registration.lifecycle import ROLE_LABELS, Role
from registration.regions import all_kelurahan, place_name
from registration.texts import N_
from vault.accounts import StaffAccount
from web.problems import Problem
from web.session import current_account, requires_role

people = Blueprint("people", __name__, url_prefix="/petugas")

ACTS = {
    "account-add": N_("menambah akun"),
    "account-change": N_("mengubah akun"),
    "account-deactivate": N_("menonaktifkan akun"),
    "account-reactivate": N_("mengaktifkan akun lagi"),
    "account-reset": N_("mengatur ulang kata sandi"),
    "account-second-off": N_("melepas pengaman kedua sebuah akun"),
    "second-demand": N_("mengatur peran yang wajib pengaman kedua"),
    "counter-account-add": N_("menambah akun loket"),
    "counter-account-change": N_("mengubah akun loket"),
    "counter-account-close": N_("menutup akun loket"),
    "counter-account-open": N_("membuka lagi akun loket"),
    "counter-account-code": N_("membuat kode sekali pakai akun loket"),
    "own-password": N_("mengganti kata sandi sendiri"),
    "own-codes-on": N_("memasang kode HP"),
    "own-codes-off": N_("melepas kode HP"),
    "own-recovery-codes": N_("membuat kode cadangan baru"),
    "own-passkey-on": N_("memasang kunci sandi"),
    "own-passkey-off": N_("menghapus kunci sandi"),
    "emergency-code": N_("membuat kode akses darurat"),
    "emergency-enter": N_("masuk lewat akses darurat"),
    "emergency-read": N_("membaca kabar akses darurat"),
}
"""The acts of this matter, as the record of acts calls them."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    url: str
    name: str
    username: str
    role: str
    place: str
    tag: Tag
    second: str
    seen: str


def _row(one: Person) -> Row:
    centre = the_centre()
    if not one.account.active:
        tag = Tag("plain", gettext("nonaktif"))
    elif one.must_change:
        tag = Tag("wait", gettext("menunggu masuk pertama"))
    else:
        tag = Tag("good", gettext("aktif"))
    kinds = [gettext("kode HP")] if one.codes else []
    if one.passkeys:
        kinds.append(gettext("kunci sandi"))
    return Row(
        url_for("people.one", account=one.account.id),
        one.account.name,
        one.account.username,
        role_name(one.account.role),
        place_name(one.stream) if one.stream else "",
        tag,
        ", ".join(kinds),
        ago(one.seen_ms, centre.clock(), centre.today()) if one.seen_ms else "–",
    )


def role_name(role: str) -> str:
    return gettext(ROLE_LABELS[Role(role)]) if role in tuple(Role) else role


def _roles() -> list[tuple[str, str, str]]:
    """(value, label, what it may do)."""
    told = {
        Role.VERIFIKATOR: gettext("Mengerjakan permohonan dan memutuskan perbedaan."),
        Role.ADMIN: gettext("Sama seperti verifikator, ditambah mengelola akun dan server."),
        Role.PENYELIA: gettext("Hanya melihat permohonan, pengaduan, dan angka satu kelurahan."),
        Role.AUDITOR: gettext(
            "Melihat siapa membuka data siapa, tindakan, dan laporan; bukan data pemohon."
        ),
    }
    return [(role.value, gettext(ROLE_LABELS[role]), told[role]) for role in ROLES]


def _places() -> list[tuple[str, list[tuple[str, str]]]]:
    districts: dict[str, list[tuple[str, str]]] = {}
    for one in all_kelurahan():
        districts.setdefault(one.kecamatan, []).append((one.code, one.name))
    return list(districts.items())


def _errors(invalid: FormInvalid) -> dict[str, list[str]]:
    return {name: says(said) for name, said in invalid.errors.items()}


@people.get("/")
@requires_role(Role.ADMIN)
def listing() -> str:
    centre = the_centre()
    return render_template(
        "central/people.html",
        rows=[_row(one) for one in acts.list_people(centre)],
        roles=_roles(),
        demanded=acts.demands(centre),
    )


@people.post("/wajib")
@requires_role(Role.ADMIN)
def demand() -> Response:
    acts.demand(the_centre(), author(), request.form.getlist("peran"))
    flash(gettext("Tersimpan. Yang belum punya pengaman kedua diminta memasangnya."), "good")
    return go(url_for("people.listing"))


def _new_page(typed: dict[str, str], errors: dict[str, list[str]], status: int = 200) -> Response:
    page = render_template(
        "central/person_new.html", typed=typed, errors=errors, roles=_roles(), places=_places()
    )
    return Response(page, status)


@people.get("/baru")
@requires_role(Role.ADMIN)
def new() -> Response:
    return _new_page({}, {})


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "") for name in names}


@people.post("/baru")
@requires_role(Role.ADMIN)
def add() -> Response | str:
    typed = _typed("username", "nama", "peran", "kelurahan")
    try:
        made, code = acts.add(
            the_centre(),
            author(),
            typed["username"],
            typed["nama"],
            typed["peran"],
            typed["kelurahan"],
        )
    except FormInvalid as invalid:
        return _new_page(typed, _errors(invalid), 422)
    return _code_page(made, code)


def _code_page(one: StaffAccount, code: str) -> str:
    centre = the_centre()
    until = clock(moment(centre.clock() + acts.CODE_MS), centre.today())
    return render_template(
        "central/person_code.html", name=one.name, username=one.username, code=code, until=until
    )


def _find(account: str) -> Person:
    try:
        return acts.one_of(the_centre(), account)
    except NoSuchPerson as error:
        raise _no_such() from error


def _no_such() -> Problem:
    return Problem(
        404,
        "akun-tidak-ada",
        N_("Akun ini tidak ada"),
        N_("Pilih dari daftar akun."),
    )


def _one_page(
    account: str,
    typed: dict[str, str] | None = None,
    errors: dict[str, list[str]] | None = None,
    notice: str = "",
    status: int = 200,
) -> Response:
    found = _find(account)
    here = current_account()
    page = render_template(
        "central/person.html",
        row=_row(found),
        id=found.account.id,
        active=found.account.active,
        second=found.codes or found.passkeys > 0,
        own=here is not None and here.id == found.account.id,
        typed=typed
        or {"nama": found.account.name, "peran": found.account.role, "kelurahan": found.stream},
        errors=errors or {},
        notice_text=notice,
        roles=_roles(),
        places=_places(),
    )
    return Response(page, status)


@people.get("/<account>")
@requires_role(Role.ADMIN)
def one(account: str) -> Response:
    return _one_page(account)


@people.post("/<account>")
@requires_role(Role.ADMIN)
def change(account: str) -> Response:
    typed = _typed("nama", "peran", "kelurahan")
    try:
        acts.change(
            the_centre(), author(), account, typed["nama"], typed["peran"], typed["kelurahan"]
        )
    except FormInvalid as invalid:
        return _one_page(account, typed, _errors(invalid), status=422)
    except NotPossible as error:
        return _one_page(account, typed, notice=say(error.sentence), status=409)
    except NoSuchPerson as error:
        raise _no_such() from error
    flash(gettext("Perubahan akun tersimpan."), "good")
    return go(url_for("people.one", account=account))


def _do(account: str, act: Callable[[], Any], done: str) -> Response:
    try:
        act()
    except NotPossible as error:
        return _one_page(account, notice=say(error.sentence), status=409)
    except NoSuchPerson as error:
        raise _no_such() from error
    flash(done, "good")
    return go(url_for("people.one", account=account))


@people.post("/<account>/nonaktif")
@requires_role(Role.ADMIN)
def deactivate(account: str) -> Response:
    return _do(
        account,
        lambda: acts.set_active(the_centre(), author(), account, active=False),
        gettext("Akun dinonaktifkan dan dikeluarkan dari semua perangkat."),
    )


@people.post("/<account>/aktif")
@requires_role(Role.ADMIN)
def reactivate(account: str) -> Response:
    return _do(
        account,
        lambda: acts.set_active(the_centre(), author(), account, active=True),
        gettext("Akun aktif lagi. Kata sandinya tetap yang dulu."),
    )


@people.post("/<account>/lepas-pengaman")
@requires_role(Role.ADMIN)
def drop_second(account: str) -> Response:
    return _do(
        account,
        lambda: acts.drop_second(the_centre(), author(), account),
        gettext("Kode HP dan kunci sandi akun ini dilepas. Sekarang cukup kata sandi."),
    )


@people.post("/<account>/kode")
@requires_role(Role.ADMIN)
def reset(account: str) -> Response | str:
    try:
        found, code = acts.reset_password(the_centre(), author(), account)
    except NotPossible as error:
        return _one_page(account, notice=say(error.sentence), status=409)
    except NoSuchPerson as error:
        raise _no_such() from error
    return _code_page(found, code)


@people.post("/darurat/dibaca")
@requires_role(Role.ADMIN)
def read_emergency() -> Response:
    emergency.note_read(the_centre(), author(), request.form.get("sampai", 0, int))
    return go(url_for("people.listing"))


def install_notices(app: Flask) -> None:
    """On every page of every admin, until that admin has read it."""

    @app.context_processor
    def notices() -> dict[str, Any]:
        account = current_account()
        if account is None or account.role != Role.ADMIN:
            return {}
        centre = the_centre()
        unread = emergency.unread(centre, account.id)
        if not unread:
            return {}
        today = centre.today()
        return {
            "banner": "central/_emergency.html",
            "emergencies": [(one.name, clock(moment(one.used_ms), today)) for one in unread],
            "emergencies_upto": unread[0].used_ms,
        }

"""Accounts of the counters' staff: admins manage them, a penyelia of that kelurahan reads."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.frame import go
from central.views.scope import own_stream
from central.views.texts import gettext, ngettext
from central.views.words import Tag, clock, moment, says
from central.workflows import counter_staff as acts
from central.workflows.counter_staff import Known, NoSuchAccount, Reach
from registration import staff as law
from registration.errors import FormInvalid
from registration.lifecycle import ROLE_LABELS, Role
from registration.regions import all_kelurahan, kelurahan
from registration.retention import DAY_MS
from registration.staff import Login
from registration.texts import N_
from sync.hlc import ms_of
from web.problems import Problem
from web.session import current_account, requires_role

counter_staff = Blueprint("counter_staff", __name__, url_prefix="/akun-loket")


@dataclass(frozen=True, slots=True)
class Place:
    """A kelurahan to choose."""

    url: str
    name: str
    count: str


@dataclass(frozen=True, slots=True)
class Row:
    """An account as the list and its own page show it."""

    url: str
    name: str
    username: str
    role: str
    active: bool
    tag: Tag
    reach: Tag
    note: str


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an account's history."""

    when: str
    sentence: str
    note: str


def _place(stream: str) -> str:
    try:
        return kelurahan(stream).name
    except KeyError as error:
        raise _no_such() from error


def _no_such() -> Problem:
    return Problem(404, "akun-tidak-ada", N_("Akun ini tidak ada"), N_("Pilih dari daftar akun."))


def _may_act() -> bool:
    account = current_account()
    return account is not None and account.role == Role.ADMIN


def _row(stream: str, one: Known) -> Row:
    who, login = one.login.account, one.login
    if not who.active:
        tag = Tag("plain", gettext("ditutup"))
    elif who.password.once:
        tag = Tag("wait", gettext("menunggu masuk pertama"))
    else:
        tag = Tag("good", gettext("aktif"))
    note = ""
    if login.renamed:
        note = gettext(
            "“%(asked)s” dibuat di dua tempat; akun ini masuk dengan %(username)s.",
            asked=who.username,
            username=login.username,
        )
    return Row(
        url_for("counter_staff.one", stream=stream, account=who.id),
        who.name,
        login.username,
        gettext(ROLE_LABELS[who.role]),
        who.active,
        tag,
        _reach(one),
        note,
    )


def _reach(one: Known) -> Tag:
    if one.reach is Reach.OWN:
        return Tag("plain", gettext("Dari loket"))
    if one.reach is Reach.NO_SERVER:
        return Tag("wait", gettext("Menunggu server loket didaftarkan"))
    if one.reach is Reach.WAITS:
        return Tag("wait", gettext("Menunggu kontak berikutnya"))
    if not one.reached_ms:
        return Tag("sent", gettext("Sampai di loket"))
    when = clock(moment(one.reached_ms), the_centre().today())
    return Tag("sent", gettext("Sampai di loket %(when)s", when=when))


def _events(one: Known) -> list[Event]:
    labels = {str(act): label for act, label in law.ACT_LABELS.items()}
    today = the_centre().today()
    return [
        Event(
            clock(moment(ms_of(told.change.hlc)), today),
            f"{told.body.by.name} {gettext(labels.get(told.body.act, told.body.act))}.",
            told.body.note,
        )
        for told in reversed(one.record.told)
        if told.body is not None
    ]


def _roles() -> list[tuple[str, str, str]]:
    return [
        (role.value, gettext(ROLE_LABELS[role]), gettext(law.ROLE_NOTES[role]))
        for role in law.ROLES
    ]


def _typed(*names: str) -> dict[str, str]:
    return {name: request.form.get(name, "") for name in names}


def _errors(invalid: FormInvalid) -> dict[str, list[str]]:
    return {name: says(said) for name, said in invalid.errors.items()}


@counter_staff.get("")
@requires_role(Role.ADMIN, Role.PENYELIA)
def places() -> Response | str:
    if own_stream():
        return go(url_for("counter_staff.listing", stream=own_stream()))
    active = acts.count_active(the_centre())
    districts: dict[str, list[Place]] = {}
    for one in all_kelurahan():
        count = active.get(one.code, 0)
        said = ngettext("%(num)s akun aktif", "%(num)s akun aktif", count) if count else ""
        url = url_for("counter_staff.listing", stream=one.code)
        districts.setdefault(one.kecamatan, []).append(Place(url, one.name, said))
    return render_template("central/counter_staff_places.html", districts=list(districts.items()))


@counter_staff.get("/<stream>")
@requires_role(Role.ADMIN, Role.PENYELIA)
def listing(stream: str) -> str:
    place = _place(stream)
    return render_template(
        "central/counter_staff.html",
        stream=stream,
        place=place,
        rows=[_row(stream, one) for one in acts.list_accounts(the_centre(), stream)],
        may_act=_may_act(),
    )


def _new_page(
    stream: str, typed: dict[str, str], errors: dict[str, list[str]], status: int = 200
) -> Response:
    page = render_template(
        "central/counter_staff_new.html",
        stream=stream,
        place=_place(stream),
        typed=typed,
        errors=errors,
        roles=_roles(),
    )
    return Response(page, status)


@counter_staff.get("/<stream>/baru")
@requires_role(Role.ADMIN)
def new(stream: str) -> Response:
    return _new_page(stream, {}, {})


@counter_staff.post("/<stream>/baru")
@requires_role(Role.ADMIN)
def add(stream: str) -> Response | str:
    _place(stream)
    typed = _typed("username", "nama", "peran", "alasan")
    try:
        made, code = acts.add(
            the_centre(),
            author(),
            stream,
            typed["username"],
            typed["nama"],
            typed["peran"],
            typed["alasan"],
        )
    except FormInvalid as invalid:
        return _new_page(stream, typed, _errors(invalid), 422)
    return _code_page(stream, made, code)


def _code_page(stream: str, one: Login, code: str) -> str:
    """The code stands on this page and in no address, session or log."""
    centre = the_centre()
    until = moment(centre.clock() + law.CODE_DAYS * DAY_MS)
    return render_template(
        "central/counter_staff_code.html",
        stream=stream,
        place=_place(stream),
        name=one.account.name,
        username=one.username,
        code=code,
        until=clock(until, centre.today()),
    )


def _one_page(
    stream: str,
    account: str,
    asked: str = "",
    typed: dict[str, str] | None = None,
    errors: dict[str, list[str]] | None = None,
    status: int = 200,
) -> Response:
    place = _place(stream)
    known = _find(stream, account)
    page = render_template(
        "central/counter_staff_one.html",
        stream=stream,
        place=place,
        row=_row(stream, known),
        may_act=_may_act(),
        urls={
            "change": url_for("counter_staff.change", stream=stream, account=account),
            "close": url_for("counter_staff.close", stream=stream, account=account),
            "code": url_for("counter_staff.new_code", stream=stream, account=account),
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
        events=_events(known),
    )
    return Response(page, status)


def _find(stream: str, account: str) -> Known:
    try:
        return acts.one_of(the_centre(), stream, account)
    except NoSuchAccount as error:
        raise _no_such() from error


@counter_staff.get("/<stream>/<account>")
@requires_role(Role.ADMIN, Role.PENYELIA)
def one(stream: str, account: str) -> Response:
    return _one_page(stream, account)


@counter_staff.post("/<stream>/<account>")
@requires_role(Role.ADMIN)
def change(stream: str, account: str) -> Response:
    typed = _typed("nama", "peran")
    _find(stream, account)
    try:
        acts.change(the_centre(), author(), stream, account, typed["nama"], typed["peran"])
    except FormInvalid as invalid:
        return _one_page(stream, account, "ubah", typed, _errors(invalid), 422)
    flash(gettext("Perubahan tersimpan; loketnya mendengarnya pada kontak berikutnya."), "good")
    return go(url_for("counter_staff.one", stream=stream, account=account))


@counter_staff.post("/<stream>/<account>/tutup")
@requires_role(Role.ADMIN)
def close(stream: str, account: str) -> Response:
    typed = _typed("alasan")
    _find(stream, account)
    try:
        acts.close(the_centre(), author(), stream, account, typed["alasan"])
    except FormInvalid as invalid:
        return _one_page(stream, account, "tutup", typed, _errors(invalid), 422)
    flash(gettext("Akun ditutup; orangnya dikeluarkan pada kontak loket berikutnya."), "good")
    return go(url_for("counter_staff.one", stream=stream, account=account))


@counter_staff.post("/<stream>/<account>/kode")
@requires_role(Role.ADMIN)
def new_code(stream: str, account: str) -> Response | str:
    typed = _typed("alasan")
    _find(stream, account)
    try:
        found, code = acts.new_password(the_centre(), author(), stream, account, typed["alasan"])
    except FormInvalid as invalid:
        return _one_page(stream, account, "kode", typed, _errors(invalid), 422)
    return _code_page(stream, found, code)

"""The page "Akun saya": password, codes by phone, passkeys, and where one is signed in."""

from __future__ import annotations

from dataclasses import dataclass

import segno
from flask import Blueprint, Response, flash, render_template, request, url_for
from markupsafe import Markup

from central.views import scope
from central.views.current import the_centre
from central.views.frame import go
from central.views.texts import gettext
from central.views.words import ago, clock, moment, says
from central.workflows import own_account
from registration.errors import FormInvalid
from registration.lifecycle import ROLE_LABELS, Role
from registration.regions import place_name
from vault.one_time import SHORTEST_PASSWORD
from web.session import requires_role

own = Blueprint("own", __name__, url_prefix="/akun")


@dataclass(frozen=True, slots=True)
class Key:
    id: str
    label: str
    when: str


@dataclass(frozen=True, slots=True)
class Place:
    """Where somebody is signed in."""

    id: str
    browser: str
    when: str
    seen: str
    here: bool


def _errors(invalid: FormInvalid) -> dict[str, list[str]]:
    return {name: says(said) for name, said in invalid.errors.items()}


def _page(
    asked: str = "", errors: dict[str, list[str]] | None = None, status: int = 200
) -> Response:
    centre, who = the_centre(), scope.signed_in()
    today, now = centre.today(), centre.clock()
    found = own_account.read(centre, who, scope.token())
    html = render_template(
        "central/own.html",
        who=who,
        role=gettext(ROLE_LABELS[Role(who.role)]),
        place=place_name(who.stream) if who.stream else "",
        codes=found.codes,
        recovery_codes=found.recovery_codes,
        keys=[
            Key(
                one.id.hex(),
                one.label,
                gettext("dipakai %(when)s", when=clock(moment(one.used_ms), today))
                if one.used_ms
                else gettext("dipasang %(when)s", when=clock(moment(one.made_ms), today)),
            )
            for one in found.passkeys
        ],
        places=[
            Place(
                one.digest.hex(),
                one.browser or gettext("Peramban lain"),
                clock(moment(one.since_ms), today),
                ago(one.seen_ms, now, today),
                one.digest == found.here,
            )
            for one in found.sessions
        ],
        passkeys=scope.site() is not None,
        needs_second=who.demanded and not who.second,
        asked=asked,
        errors=errors or {},
    )
    return Response(html, status)


@own.get("/")
@requires_role()
def page() -> Response:
    return _page()


def _password_page(errors: dict[str, list[str]], status: int = 200) -> Response:
    html = render_template(
        "central/own_password.html",
        who=scope.signed_in(),
        errors=errors,
        shortest=SHORTEST_PASSWORD,
    )
    return Response(html, status)


@own.get("/sandi")
@requires_role()
def password() -> Response:
    return _password_page({})


@own.post("/sandi")
@requires_role()
def change_password() -> Response:
    form = request.form
    try:
        own_account.change_password(
            the_centre(),
            scope.signed_in(),
            scope.token(),
            form.get("lama", ""),
            form.get("baru", ""),
            form.get("ulang", ""),
        )
    except FormInvalid as invalid:
        return _password_page(_errors(invalid), 422)
    flash(gettext("Kata sandi diganti. Di perangkat lain Anda harus masuk lagi."), "good")
    return go(url_for("own.page"))


def _codes_page(error: str = "", status: int = 200) -> Response:
    secret, address = own_account.begin_codes(the_centre(), scope.signed_in())
    svg = segno.make_qr(address, error="l").svg_inline(
        border=2, omitsize=True, dark="#000", light="#fff"
    )
    html = render_template(
        "central/own_codes.html",
        picture=Markup(svg),  # noqa: S704 - made here, of an address of our own
        secret=" ".join(secret[at : at + 4] for at in range(0, len(secret), 4)),
        error=error,
    )
    return Response(html, status)


@own.get("/kode-hp")
@requires_role()
def codes() -> Response:
    return _codes_page()


@own.post("/kode-hp")
@requires_role()
def confirm_codes() -> Response | str:
    made = own_account.confirm_codes(
        the_centre(), scope.signed_in(), scope.token(), request.form.get("kode", "")[:20]
    )
    if made is None:
        said = gettext("Kodenya belum cocok. Ketik kode 6 angka yang sekarang tampil di HP.")
        return _codes_page(said, 422)
    return _recovery(made, gettext("Kode HP terpasang"))


def _recovery(made: list[str], title: str) -> str:
    return render_template("central/own_recovery.html", made=made, title=title)


@own.post("/kode-cadangan")
@requires_role()
def renew_recovery_codes() -> Response | str:
    try:
        made = own_account.renew_recovery_codes(
            the_centre(), scope.signed_in(), request.form.get("sandi", "")
        )
    except FormInvalid as invalid:
        return _page("cadangan", _errors(invalid), 422)
    return _recovery(made, gettext("Kode cadangan baru"))


@own.post("/kode-hp/lepas")
@requires_role()
def stop_codes() -> Response:
    try:
        own_account.stop_codes(the_centre(), scope.signed_in(), request.form.get("sandi", ""))
    except FormInvalid as invalid:
        return _page("kode", _errors(invalid), 422)
    flash(gettext("Kode HP dilepas."), "good")
    return go(url_for("own.page"))


@own.post("/kunci/<key>/hapus")
@requires_role()
def drop_passkey(key: str) -> Response:
    try:
        own_account.drop_passkey(
            the_centre(), scope.signed_in(), _bytes(key), request.form.get("sandi", "")
        )
    except FormInvalid as invalid:
        return _page(key, _errors(invalid), 422)
    flash(gettext("Kunci sandi dihapus."), "good")
    return go(url_for("own.page"))


@own.post("/sesi/<digest>/akhiri")
@requires_role()
def end_session(digest: str) -> Response:
    own_account.end_session(the_centre(), scope.signed_in(), _bytes(digest))
    flash(gettext("Perangkat itu sudah dikeluarkan."), "good")
    return go(url_for("own.page"))


@own.post("/sesi/lain")
@requires_role()
def end_others() -> Response:
    own_account.end_others(the_centre(), scope.signed_in(), scope.token())
    flash(gettext("Semua perangkat lain sudah dikeluarkan."), "good")
    return go(url_for("own.page"))


def _bytes(text: str) -> bytes:
    try:
        return bytes.fromhex(text)
    except ValueError:
        return b""

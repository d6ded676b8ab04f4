"""Signing in and out."""

from __future__ import annotations

import time

from flask import Blueprint, Flask, Response, render_template, request, url_for

from central.views.current import the_centre
from central.views.frame import go
from central.views.texts import gettext
from central.views.words import says
from central.workflows import lookup
from registration.acts_schema import load_login
from registration.errors import FormInvalid
from vault.accounts import StaffAccount
from web.rate import TokenBuckets, limit
from web.session import Account, current_account, install_login, safe_next, sign_in, sign_out

login = Blueprint("login", __name__)

_BUCKETS = "loket.login-buckets"


def install(app: Flask) -> None:
    app.register_blueprint(login)
    app.extensions[_BUCKETS] = (
        # An office behind one address has many hands; a name has two.
        TokenBuckets(capacity=30, seconds_per_token=10, clock=time.monotonic),
        TokenBuckets(capacity=6, seconds_per_token=60, clock=time.monotonic),
    )

    def load(account_id: str) -> Account | None:
        found = lookup.account(the_centre(), account_id)
        return _account(found) if found else None

    install_login(app, load, "login.enter")


def _account(found: StaffAccount) -> Account:
    return Account(found.id, found.name, found.role)


def _page(error: str = "", username: str = "", status: int = 200) -> Response:
    html = render_template(
        "web/login.html",
        office="",
        login_url=url_for("login.enter"),
        error=error,
        username=username,
        next=safe_next(request.values.get("next"), ""),
        note=gettext("Untuk verifikator dan admin Disdukcapil."),
    )
    return Response(html, status)


@login.get("/masuk")
def enter() -> Response:
    if current_account() is not None:
        return go(url_for("queue.listing"))
    return _page()


@login.post("/masuk")
def check() -> Response:
    from flask import current_app

    typed = request.form.get("username", "")
    by_address, by_name = current_app.extensions[_BUCKETS]
    limit(by_address, request.remote_addr or "")
    try:
        asked = load_login({"pengguna": typed, "sandi": request.form.get("password", "")})
    except FormInvalid as invalid:
        sentences = [one for said in invalid.errors.values() for one in says(said)]
        return _page(" ".join(sentences), typed, 422)
    limit(by_name, asked.pengguna)
    found = lookup.log_in(the_centre(), asked.pengguna, asked.sandi)
    if found is None:
        return _page(
            gettext("Nama pengguna atau kata sandi salah. Periksa huruf besar dan kecilnya."),
            typed,
            422,
        )
    by_name.forget(asked.pengguna)
    sign_in(_account(found))
    target = safe_next(request.form.get("next"), url_for("queue.listing"))
    return go(target)


@login.post("/keluar")
def leave() -> Response:
    sign_out()
    return go(url_for("login.enter"))

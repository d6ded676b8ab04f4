"""Signing in and out: password, then the second step; or a passkey alone; or in an emergency."""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, Flask, Response, current_app, flash, render_template, request, url_for
from flask import session as cookie

from central.browsers import kind_of
from central.views import scope
from central.views.current import the_centre
from central.views.frame import go
from central.views.texts import gettext
from central.views.words import says
from central.workflows import emergency, lookup, signing_in
from central.workflows.signing_in import Verdict
from registration.acts_schema import load_login
from registration.errors import FormInvalid
from vault.accounts import StaffAccount
from web.rate import TokenBuckets, limit
from web.session import Account, current_account, install_login, safe_next, sign_out

login = Blueprint("login", __name__)

_BUCKETS = "loket.login-buckets"
_HALF = "langkah"
_HALF_S = 10 * 60
"""How long the first step counts while the second one is awaited."""


def install(app: Flask) -> None:
    app.register_blueprint(login)
    app.extensions[_BUCKETS] = (
        # An office behind one address has many hands; a name has two.
        TokenBuckets(capacity=30, seconds_per_token=10, clock=time.monotonic),
        TokenBuckets(capacity=6, seconds_per_token=60, clock=time.monotonic),
    )
    install_login(app, scope.load, "login.enter")
    scope.install_scope(app)


def slow_down(name: str = "") -> TokenBuckets:
    """Count a try of this address, and of this name; the bucket of names forgets on success."""
    by_address, by_name = current_app.extensions[_BUCKETS]
    limit(by_address, request.remote_addr or "")
    if name:
        limit(by_name, name)
    return by_name  # type: ignore[no-any-return]


def _wanted() -> str:
    return safe_next(request.values.get("next"), "")


def _page(error: str = "", username: str = "", status: int = 200) -> Response:
    html = render_template(
        "central/login.html",
        office="",
        login_url=url_for("login.enter"),
        error=error,
        username=username,
        next=_wanted(),
        note=gettext("Untuk petugas, penyelia, dan auditor Disdukcapil."),
        passkeys=scope.site() is not None,
    )
    return Response(html, status)


@login.get("/masuk")
def enter() -> Response:
    if current_account() is not None:
        return go(url_for("queue.listing"))
    return _page()


@login.post("/masuk")
def check() -> Response:
    typed = request.form.get("username", "")
    slow_down()
    try:
        asked = load_login({"pengguna": typed, "sandi": request.form.get("password", "")})
    except FormInvalid as invalid:
        sentences = [one for said in invalid.errors.values() for one in says(said)]
        return _page(" ".join(sentences), typed, 422)
    _, by_name = current_app.extensions[_BUCKETS]
    limit(by_name, asked.pengguna)
    found = signing_in.check_password(the_centre(), asked.pengguna, asked.sandi)
    if found is None:
        return _page(
            gettext("Nama pengguna atau kata sandi salah. Periksa huruf besar dan kecilnya."),
            typed,
            422,
        )
    if found.stale:
        said = gettext("Kode ini sudah lewat waktunya. Minta admin membuat kode yang baru.")
        return _page(said, typed, 422)
    by_name.forget(asked.pengguna)
    if found.second:
        cookie[_HALF] = {"id": found.account.id, "at": int(time.time()), "next": _wanted()}
        return go(url_for("login.second"))
    return let_in(found.account, _wanted())


def let_in(found: StaffAccount, wanted: str) -> Response:
    """All steps are done."""
    token = signing_in.begin(the_centre(), found.id, kind_of(request.user_agent.string))
    scope.enter(Account(found.id, found.name, found.role), token)
    return go(safe_next(wanted, url_for("queue.listing")))


def half() -> dict[str, Any] | None:
    """Who has done the first step lately, and where they want to go."""
    found = cookie.get(_HALF)
    if not isinstance(found, dict) or not 0 <= time.time() - found.get("at", 0) < _HALF_S:
        return None
    return found


def half_account() -> StaffAccount | None:
    begun = half()
    return lookup.account(the_centre(), begun["id"]) if begun else None


def _second_page(found: StaffAccount, error: str = "", status: int = 200) -> Response:
    html = render_template(
        "central/login_second.html",
        office="",
        error=error,
        ways=signing_in.ways(the_centre(), found.id),
        passkeys=scope.site() is not None,
        next=(half() or {}).get("next", ""),
    )
    return Response(html, status)


@login.get("/masuk/kode")
def second() -> Response:
    found = half_account()
    return _second_page(found) if found else go(url_for("login.enter"))


@login.post("/masuk/kode")
def check_second() -> Response:
    found = half_account()
    if found is None:
        flash(gettext("Terlalu lama menunggu. Masuk sekali lagi."), "wait")
        return go(url_for("login.enter"))
    slow_down()
    verdict = signing_in.second_step(the_centre(), found.id, request.form.get("kode", "")[:40])
    if verdict is Verdict.RIGHT:
        return let_in(found, str((half() or {}).get("next", "")))
    said = {
        Verdict.WRONG: gettext(
            "Kode ini salah atau sudah dipakai. Tunggu sampai HP menampilkan kode berikutnya."
        ),
        Verdict.WAIT: gettext("Terlalu sering salah. Tunggu satu menit, lalu coba lagi."),
    }[verdict]
    return _second_page(found, said, 429 if verdict is Verdict.WAIT else 422)


@login.get("/masuk/darurat")
def emergency_form() -> str:
    return render_template("central/login_emergency.html", office="", error="", username="")


@login.post("/masuk/darurat")
def check_emergency() -> Response:
    username = request.form.get("username", "").strip()[:40]
    slow_down(username.casefold() or "-")
    code = request.form.get("kode", "")[:40]
    done = emergency.enter(the_centre(), username, code, kind_of(request.user_agent.string))
    if done is None:
        said = gettext(
            "Kode tidak cocok, sudah dipakai, atau lewat waktunya. Minta pengelola server "
            "membuat yang baru."
        )
        page = render_template(
            "central/login_emergency.html", office="", error=said, username=username
        )
        return Response(page, 422)
    account_id, token = done
    found = lookup.account(the_centre(), account_id)
    if found is None:
        return go(url_for("login.enter"))
    scope.enter(Account(found.id, found.name, found.role), token)
    return go(url_for("own.page"))


@login.post("/keluar")
def leave() -> Response:
    if current_account() is not None:
        who = scope.signed_in()
        signing_in.leave(the_centre(), who.id, scope.token())
    sign_out()
    return go(url_for("login.enter"))

"""Logging in and out."""

from __future__ import annotations

import math
import time
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    current_app,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext
from werkzeug.wrappers import Response

from edge_node.views.current import the_edge
from edge_node.workflows import staff
from registration.acts_schema import PASSPHRASE, USER, load_login
from registration.errors import FormInvalid
from web.rate import TokenBuckets
from web.session import Account, current_account, safe_next, sign_in, sign_out

blueprint = Blueprint("masuk", __name__, template_folder="../templates")

_TRIES = "loket.login"


@dataclass(frozen=True, slots=True)
class _Tries:
    """One app's memory of tries: few for a user name, more for an address that many share."""

    by_user: TokenBuckets
    by_address: TokenBuckets

    def take(self, user: str, address: str) -> float:
        return max(self.by_user.take(user), self.by_address.take(address))


@blueprint.record
def _remember(state: BlueprintSetupState) -> None:
    clock = time.monotonic
    state.app.extensions[_TRIES] = _Tries(
        TokenBuckets(capacity=5, seconds_per_token=20, clock=clock),
        TokenBuckets(capacity=30, seconds_per_token=5, clock=clock),
    )


def _page(status: int, error: str = "", wait_s: float = 0.0) -> Response:
    page = render_template(
        "edge/masuk.html",
        error=error,
        typed=request.form.get(USER.name, ""),
        next=request.values.get("next", ""),
        user=USER,
        passphrase=PASSPHRASE,
        place=the_edge().node.name,
    )
    response = make_response(page, status)
    if wait_s:
        response.headers["Retry-After"] = str(max(1, math.ceil(wait_s)))
    return response


@blueprint.get("/masuk")
def form() -> Any:
    if current_account() is not None:
        return redirect(safe_next(request.args.get("next"), url_for("loket.hari_ini")), 303)
    return _page(200)


@blueprint.post("/masuk")
def come_in() -> Any:
    tries: _Tries = current_app.extensions[_TRIES]
    typed = {name: request.form.get(name, "") for name in (USER.name, PASSPHRASE.name)}
    user = typed[USER.name].strip().casefold()[:80]
    wait_s = tries.take(user, request.remote_addr or "")
    if wait_s > 0:
        return _page(
            429, gettext("Terlalu sering mencoba. Tunggu sebentar, lalu coba lagi."), wait_s
        )
    try:
        login = load_login(typed)
    except FormInvalid:
        return _page(422, gettext("Isi nama pengguna dan kata sandi."))
    entered = staff.log_in(the_edge(), login.pengguna, login.sandi)
    if entered is None:
        # The same words for both: nobody learns which user names exist.
        return _page(422, gettext("Nama pengguna atau kata sandi tidak cocok."))
    tries.by_user.forget(user)
    if entered.stale:
        return _page(
            422, gettext("Kode sekali pakai ini sudah lewat waktunya. Minta kode yang baru.")
        )
    found = entered.account
    sign_in(Account(found.id, found.name, found.role))
    if found.username.casefold() != user:
        flash(
            gettext(
                "“%(asked)s” juga dipakai orang lain. Mulai sekarang nama pengguna Anda: "
                "%(username)s.",
                asked=user,
                username=found.username,
            ),
            "wait",
        )
    return redirect(safe_next(request.form.get("next"), url_for("loket.hari_ini")), 303)


@blueprint.post("/keluar")
def out() -> Any:
    sign_out()
    return redirect(url_for("masuk.form"), 303)

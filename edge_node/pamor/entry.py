"""Who hands over: a staff account, for as long as the app is open.

The answer to a right password is a token that the app keeps in its memory and nowhere else. So a
resident's own session on the same phone is untouched, and a phone that is lost is signed in
nowhere.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Blueprint, current_app, g, jsonify, request
from flask.blueprints import BlueprintSetupState
from flask_babel import force_locale, gettext
from itsdangerous import BadSignature, URLSafeTimedSerializer
from werkzeug.wrappers import Response

from edge_node.portal.current import the_edge
from edge_node.workflows import staff
from registration.acts_schema import PASSPHRASE, USER, load_login
from registration.errors import FormInvalid
from registration.lifecycle import Act, Role, may
from sync.body import Author
from vault.accounts import StaffAccount
from web.i18n import LANGUAGES
from web.problems import Problem
from web.rate import TokenBuckets
from web.session import SESSION_LIFETIME

blueprint = Blueprint("pamor_masuk", __name__, url_prefix="/pamor/api")

_TRIES = "loket.pamor.login"
_SALT = "loket pamor token 1"
P = ParamSpec("P")
R = TypeVar("R")


@blueprint.record
def _remember(state: BlueprintSetupState) -> None:
    def buckets(capacity: int, seconds: float) -> TokenBuckets:
        return TokenBuckets(capacity=capacity, seconds_per_token=seconds, clock=time.monotonic)

    # As on the staff's own page: few for a user name, more for an address that many share.
    state.app.extensions[_TRIES] = (buckets(5, 20), buckets(30, 5))


def in_their_language(view: Callable[P, R]) -> Callable[P, R]:
    """The app says which language it is in; a cookie it has none."""

    @wraps(view)
    def spoken(*args: P.args, **kwargs: P.kwargs) -> R:
        asked = request.headers.get("Accept-Language", "")
        with force_locale(asked if asked in LANGUAGES else "id"):
            return view(*args, **kwargs)

    return spoken


def refusal(status: int, slug: str, said: str, **headers: str) -> Problem:
    """:param said: a sentence, translated already."""
    return Problem(status, slug, said, headers=headers)


@blueprint.post("/masuk")
@in_their_language
def come_in() -> Response:
    told = request.get_json(silent=True)
    typed = {
        name: str(told.get(name, "")) if isinstance(told, dict) else ""
        for name in (USER.name, PASSPHRASE.name)
    }
    by_user, by_address = current_app.extensions[_TRIES]
    user = typed[USER.name].strip().casefold()[:80]
    wait_s = max(by_user.take(user), by_address.take(request.remote_addr or ""))
    if wait_s > 0:
        said = gettext("Terlalu sering mencoba. Tunggu sebentar, lalu coba lagi.")
        raise refusal(
            429, "terlalu-sering", said, **{"Retry-After": str(max(1, math.ceil(wait_s)))}
        )
    try:
        login = load_login(typed)
    except FormInvalid:
        said = gettext("Isi nama pengguna dan kata sandi.")
        raise refusal(422, "masuk-kurang", said) from None
    entered = staff.log_in(the_edge(), login.pengguna, login.sandi)
    if entered is None or not _may_file(entered.account):
        # The same words for all: nobody learns which user names exist.
        said = gettext("Nama pengguna atau kata sandi tidak cocok.")
        raise refusal(422, "masuk-salah", said)
    by_user.forget(user)
    if entered.must_change:
        said = gettext("Ini kode sekali pakai. Masuk dulu di komputer loket dan pilih kata sandi.")
        raise refusal(422, "masuk-ganti", said)
    return jsonify(tanda=_signer().dumps(entered.account.id), nama=entered.account.name)


def _may_file(account: StaffAccount) -> bool:
    return may(Act.AJUKAN, Role(account.role), None)


def _signer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or b"", salt=_SALT)


def signed_in(view: Callable[P, R]) -> Callable[P, Any]:
    """Only for who holds a token of an account that is still active; `whoever` says whose."""

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        try:
            lifetime = int(SESSION_LIFETIME.total_seconds())
            account_id = str(_signer().loads(token if kind == "Bearer" else "", max_age=lifetime))
        except BadSignature:
            account_id = ""
        found = staff.account(the_edge(), account_id) if account_id else None
        if found is None or found[1] or not _may_file(found[0]):
            raise refusal(401, "belum-masuk", gettext("Silakan masuk dulu"))
        account = found[0]
        g.pamor = Author(account.id, account.name, account.role)
        return view(*args, **kwargs)

    return guarded


def whoever() -> Author:
    """Who is signed in. Only behind `signed_in`."""
    found: Author = g.pamor
    return found

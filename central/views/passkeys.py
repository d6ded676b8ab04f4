"""What the script for passkeys asks: it gets JSON, and a sentence where something went wrong."""

from __future__ import annotations

import json
from typing import Any

from flask import Blueprint, Response, flash, request, session, url_for
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url

from central.views import scope
from central.views.current import the_centre
from central.views.login import half, half_account, let_in, slow_down
from central.views.texts import gettext
from central.views.words import says
from central.workflows import lookup, passkeys
from central.workflows.passkeys import NoPasskey, Site
from registration.errors import FormInvalid
from registration.texts import N_
from web.problems import Problem
from web.session import requires_role

blueprint = Blueprint("passkeys", __name__)

_ASKED = "kunci"


def _site() -> Site:
    found = scope.site()
    if found is None:
        raise Problem(
            404,
            "kunci-sandi-mati",
            N_("Kunci sandi belum bisa dipakai"),
            N_("Alamat server ini belum diatur oleh pengelola."),
        )
    return found


def _asked(challenge: bytes, options: str) -> Response:
    session[_ASKED] = bytes_to_base64url(challenge)
    return Response(options, content_type="application/json")


def _challenge() -> bytes:
    return base64url_to_bytes(str(session.pop(_ASKED, "")))


def _answer() -> Any:
    try:
        return json.loads(request.form.get("jawaban", ""))
    except ValueError:
        return None


def _said(sentence: str, status: int = 422) -> Response:
    return Response(json.dumps({"said": sentence}), status, content_type="application/json")


def _on(url: str) -> Response:
    return Response(json.dumps({"go": url}), content_type="application/json")


@blueprint.post("/akun/kunci/mulai")
@requires_role()
def begin_adding() -> Response:
    try:
        challenge, options = passkeys.begin_adding(
            the_centre(), _site(), scope.signed_in(), request.form.get("sandi", "")
        )
    except FormInvalid as invalid:
        return _said(" ".join(one for said in invalid.errors.values() for one in says(said)))
    return _asked(challenge, options)


@blueprint.post("/akun/kunci/selesai")
@requires_role()
def finish_adding() -> Response:
    label = request.form.get("nama", "") or gettext("Kunci sandi")
    try:
        passkeys.finish_adding(
            the_centre(), _site(), scope.signed_in(), _challenge(), _answer(), label
        )
    except NoPasskey:
        return _said(gettext("Kunci sandi tidak jadi dipasang. Coba sekali lagi."))
    flash(gettext("Kunci sandi terpasang. Lain kali bisa masuk tanpa kata sandi."), "good")
    return _on(url_for("own.page"))


@blueprint.post("/masuk/kunci/mulai")
def begin_entering() -> Response:
    slow_down()
    begun = half_account()
    return _asked(*passkeys.begin_entering(the_centre(), _site(), begun.id if begun else ""))


@blueprint.post("/masuk/kunci/selesai")
def finish_entering() -> Response:
    slow_down()
    try:
        account_id = passkeys.finish_entering(the_centre(), _site(), _challenge(), _answer())
    except NoPasskey:
        return _said(gettext("Kunci sandi ini tidak dikenal di sini. Masuk dengan kata sandi."))
    found = lookup.account(the_centre(), account_id)
    if found is None:
        return _said(gettext("Kunci sandi ini tidak dikenal di sini. Masuk dengan kata sandi."))
    wanted = request.form.get("next", "") or str((half() or {}).get("next", ""))
    return _on(let_in(found, wanted).headers["Location"])

"""Who may see what: readers who change nothing, a penyelia's one kelurahan, what comes first.

The rules stand here and not in each view, so that a new page cannot forget them.
"""

from __future__ import annotations

from typing import cast
from urllib.parse import urlsplit

from flask import Flask, Response, g, redirect, request, session, url_for

from central.views.current import the_centre
from central.workflows import signing_in
from central.workflows.passkeys import Site
from central.workflows.signing_in import SignedIn
from registration.lifecycle import Role
from registration.texts import N_
from web.problems import Problem
from web.session import Account, current_account, sign_in

READERS = (Role.VERIFIKATOR, Role.ADMIN, Role.AUDITOR)
"""Who may look at what is no person's data: servers, acts, sums. The auditor checks who saw whose
data, and needs nobody's for it."""
WATCHERS = (Role.VERIFIKATOR, Role.ADMIN, Role.PENYELIA)
"""Who may look at requests; the penyelia at those of one kelurahan: see `own_stream`."""

FIGURES = (*READERS, Role.PENYELIA)
"""Who may look at sums; the penyelia at those of one kelurahan: see `own_stream`."""

_SESSION = "sesi"
_OWN = ("own", "passkeys", "login")
"""Blueprints about the account itself: open to everybody who is signed in, whatever is missing."""


def load(account_id: str) -> Account | None:
    """Who holds the session of this request; the server decides, not the cookie."""
    token = session.get(_SESSION)
    who = signing_in.who_is(the_centre(), token) if isinstance(token, str) else None
    if who is None or who.id != account_id:
        return None
    g.signed_in = who
    return Account(who.id, who.name, who.role)


def signed_in() -> SignedIn:
    """Only behind `requires_role`."""
    if current_account() is None:
        raise RuntimeError("a view without requires_role asked who is there")
    return cast(SignedIn, g.signed_in)


def token() -> str:
    return str(session[_SESSION])


def enter(account: Account, session_token: str) -> None:
    """Let somebody in whose session has begun."""
    sign_in(account)
    session[_SESSION] = session_token


def own_stream() -> str:
    """The one kelurahan that a penyelia sees; "": all of them."""
    who = signed_in()
    return (who.stream or "-") if who.role == Role.PENYELIA else ""


def site() -> Site | None:
    """What passkeys are bound to; None: the address is not set, so none can be used.

    The address comes from the settings and not from the request, which anybody can write.
    """
    address = the_centre().settings.public_url or request.host_url
    parts = urlsplit(address)
    if not the_centre().settings.public_url and parts.hostname != "localhost":
        return None
    return Site(f"{parts.scheme}://{parts.netloc}", parts.hostname or "")


def install_scope(app: Flask) -> None:
    @app.before_request
    def guard() -> Response | None:
        endpoint = request.endpoint or ""
        if request.blueprint in (None, "sync") or endpoint.endswith("static"):
            return None
        if current_account() is None or request.blueprint in _OWN:
            return None
        who = signed_in()
        if not who.emergency:
            if who.must_change:
                return cast(Response, redirect(url_for("own.password"), 303))
            if who.demanded and not who.second:
                return cast(Response, redirect(url_for("own.page"), 303))
        _keep_to(own_stream())
        return None


def _keep_to(stream: str) -> None:
    """Another kelurahan's requests are not there for a penyelia."""
    named = (request.view_args or {}).get("stream")
    if stream and named is not None and named != stream:
        raise Problem(
            404,
            "permohonan-tidak-ada",
            N_("Permohonan tidak ditemukan"),
            N_("Permohonan ini tidak ada di kelurahan yang Anda awasi."),
        )

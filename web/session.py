"""Who is at the screen: login, roles, sessions of twelve hours."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask, current_app, redirect, request, session, url_for
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from werkzeug.wrappers import Response

from web.i18n import N_
from web.problems import Problem, wants_machine_answer
from web.urls import safe_next

__all__ = [
    "SESSION_LIFETIME",
    "Account",
    "current_account",
    "install_login",
    "requires_role",
    "safe_next",
    "sign_in",
    "sign_out",
]

SESSION_LIFETIME = timedelta(hours=12)
# Kept when a session is emptied at login and logout: it says nothing about who was there.
_KEPT = ("lang",)

P = ParamSpec("P")
R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Account(UserMixin):  # type: ignore[misc, unused-ignore]
    id: str
    name: str
    role: str

    def get_id(self) -> str:
        return self.id


def install_login(
    app: Flask,
    load: Callable[[str], Account | None],
    login_endpoint: str,
    *,
    clock: Callable[[], float] = time.time,
) -> None:
    """Wire Flask-Login: `load` finds an account by id, `login_endpoint` shows the login page."""
    manager = LoginManager()
    manager.init_app(app)
    app.extensions["loket.clock"] = clock

    def find(account_id: str) -> Account | None:
        # The cookie's age slides with every change of the session; this does not.
        since = session.get("since")
        age = clock() - since if isinstance(since, int) else None
        if age is None or not 0 <= age < SESSION_LIFETIME.total_seconds():
            return None
        return load(account_id)

    def ask() -> Response:
        if wants_machine_answer():
            raise Problem(401, "belum-masuk", N_("Silakan masuk dulu"))
        # The path only: a query may hold a NIK that someone searched for.
        back = request.script_root + request.path if request.method == "GET" else None
        target = url_for(login_endpoint, next=back)
        if request.headers.get("HX-Request") == "true":
            return Response(status=204, headers={"HX-Redirect": url_for(login_endpoint)})
        return redirect(target, 303)

    manager.user_loader(find)
    manager.unauthorized_handler(ask)


def current_account() -> Account | None:
    if not hasattr(current_app, "login_manager"):
        return None
    account = current_user._get_current_object()
    return account if isinstance(account, Account) else None


def _empty_session() -> None:
    kept = {key: session[key] for key in _KEPT if key in session}
    session.clear()
    session.update(kept)


def sign_in(account: Account) -> None:
    """Begin a new session: nothing of the visitor's former session survives."""
    _empty_session()
    session.permanent = True
    session["since"] = int(current_app.extensions["loket.clock"]())
    login_user(account)


def sign_out() -> None:
    logout_user()
    _empty_session()


def requires_role(*roles: str) -> Callable[[Callable[P, R]], Callable[P, Any]]:
    """Only accounts with one of `roles` (any account, when none is named)."""

    def decorate(view: Callable[P, R]) -> Callable[P, Any]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Any:
            account = current_account()
            if account is None:
                return current_app.login_manager.unauthorized()  # type: ignore[attr-defined]
            if roles and account.role not in roles:
                raise Problem(
                    403,
                    "bukan-wewenang",
                    N_("Halaman ini bukan untuk peran Anda"),
                    N_("Akun yang sedang dipakai tidak berwenang membuka halaman ini."),
                )
            return view(*args, **kwargs)

        return guarded

    return decorate

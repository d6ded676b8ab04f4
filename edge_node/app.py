"""The two web apps of a counter: staff pages, and the residents' portal without one of them."""

from __future__ import annotations

from functools import partial

from flask import Flask
from sqlalchemy import text

from edge_node.edge import Edge
from edge_node.full_disk import problem_of
from edge_node.practice.mount import Room, mount
from registration.texts import N_
from vault.engine import reading
from web.app import create_app
from web.health import install_health
from web.problems import translate_failures
from web.settings import MIB, WebSettings

EXTENSION = "loket.edge"
_STAFF_BODY = 48 * MIB
_PORTAL_BODY = 20 * MIB
"""One large photo, or several usual ones: anonymous bodies are held in memory."""


_AFTER_SESSION = N_(
    "Masuk lagi dari halaman awal. Yang sudah diketik ada di sana, di bawah “Belum selesai diisi”."
)


def _base(
    edge: Edge, name: str, cookie: str, title: str, max_body: int, after_session: str = ""
) -> Flask:
    settings = WebSettings(
        secret_key=edge.vault.keyring.session + cookie.encode(),
        cookie_name=cookie,
        secure_cookies=edge.settings.secure_cookies,
        max_body_bytes=max_body,
        title=title,
        trusted_proxies=edge.settings.trusted_proxies,
        after_session=after_session,
    )
    app = create_app(name, settings)
    app.extensions[EXTENSION] = edge
    translate_failures(app, problem_of)
    return app


def _can_read(edge: Edge) -> dict[str, bool]:
    with reading(edge.vault.engine) as connection:
        return {"store": connection.execute(text("SELECT 1")).scalar() == 1}


def create_staff_app(edge: Edge, *, practice: bool = False) -> Flask:
    """The staff pages."""
    from edge_node.views import register

    title = f"Loket {edge.node.name}"
    cookie = "loket_latihan" if practice else "loket_staff"
    app = _base(edge, "edge_node", cookie, title, _STAFF_BODY, _AFTER_SESSION)
    register(app)
    if practice:
        from edge_node.practice.views import install_practice

        install_practice(app)
    install_health(app, lambda: _can_read(edge))
    return app


def create_portal_app(edge: Edge, *, practice: bool = False) -> Flask:
    """The residents' portal."""
    from edge_node.portal import register

    cookie = "loket_latihan_warga" if practice else "loket_warga"
    app = _base(edge, "edge_node", cookie, f"Kelurahan {edge.node.name}", _PORTAL_BODY)
    # The field app is not practised: a phone would not tell invented drafts from others.
    register(app, "" if practice else edge.settings.portal_url, field_app=not practice)
    if practice:
        from edge_node.practice.views import install_marking

        install_marking(app)
    install_health(app, lambda: _can_read(edge), metrics=False)
    return app


def create_apps(edge: Edge) -> tuple[Flask, Flask]:
    """Staff pages and portal, each with practice below `/latihan`."""
    staff, portal = create_staff_app(edge), create_portal_app(edge)
    room = Room(
        edge,
        partial(create_staff_app, practice=True),
        partial(create_portal_app, practice=True),
    )
    mount(room, staff, portal)
    return staff, portal

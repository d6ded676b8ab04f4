"""Halo Pamor: an app for the field, served with the portal. It works with no network, and what it
keeps only this server can open."""

from __future__ import annotations

from flask import Flask

from edge_node.pamor import entry, handing, shell
from web.app import exempt_from_csrf


def register(app: Flask) -> None:
    """Mount the app and what it hands over to."""
    app.register_blueprint(shell.blueprint)
    for blueprint in (entry.blueprint, handing.blueprint):
        app.register_blueprint(blueprint)
        # Who is there is said by a header that no other page can send: there is no cookie.
        exempt_from_csrf(app, blueprint)

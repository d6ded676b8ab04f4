"""Pages of the centre. No SQL, no crypto: views call workflows."""

from __future__ import annotations

from flask import Flask

from web.app import exempt_from_csrf


def register(app: Flask) -> None:
    """Mount all blueprints of the centre."""
    from central.views.sync import sync

    app.register_blueprint(sync)
    # Nodes sign what they send and hold no cookie.
    exempt_from_csrf(app, sync)

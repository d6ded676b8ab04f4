"""The web app of the centre: officers' pages, and the machines' entrance `/sync/v1/`."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text

from central.admission import Slots
from central.centre import Centre
from central.workflows.folding import Folder
from vault.engine import reading
from web.app import create_app
from web.health import install_health
from web.settings import MIB, WebSettings

CENTRE = "loket.centre"
SLOTS = "loket.slots"
FOLDER = "loket.folder"
_MAX_BODY = 16 * MIB


def create_central_app(centre: Centre, folder: Folder | None) -> Flask:
    """The app; `folder` is woken after each ingest where folding happens in this process."""
    from central.views import register

    settings = WebSettings(
        secret_key=centre.vault.keyring.session,
        cookie_name="loket_pusat",
        secure_cookies=centre.settings.secure_cookies,
        max_body_bytes=_MAX_BODY,
        title="Loket Disdukcapil",
        trusted_proxies=centre.settings.trusted_proxies,
    )
    app = create_app("central", settings)
    app.extensions[CENTRE] = centre
    app.extensions[SLOTS] = Slots(centre.settings.ingest_slots)
    app.extensions[FOLDER] = folder
    register(app)
    install_health(app, lambda: _can_read(centre))
    return app


def _can_read(centre: Centre) -> dict[str, bool]:
    with reading(centre.vault.engine) as connection:
        return {"store": connection.execute(text("SELECT 1")).scalar() == 1}

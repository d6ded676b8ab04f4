"""The web app of the centre: officers' pages, and the machines' entrance `/sync/v1/`."""

from __future__ import annotations

from flask import Flask
from sqlalchemy import text

from central.admission.gate import Gate
from central.centre import Centre
from central.database_away import problem_of
from central.siak.http import LOOK_UP_S, HttpSiak
from central.turns import Turns
from central.workflows.folding import Folder
from vault.engine import reading
from web.app import create_app
from web.health import install_health
from web.problems import translate_failures
from web.settings import MIB, WebSettings

CENTRE = "loket.centre"
GATE = "loket.gate"
TURNS = "loket.turns"
FOLDER = "loket.folder"
SIAK = "loket.siak"
"""The line to SIAK for look-ups; not there where none is set."""
_MAX_BODY = 16 * MIB
_GIVE_WAY_S = 0.5
"""How long a batch of folding waits for exchanges: an acknowledgement is owed, a view is not."""


def create_central_app(centre: Centre, *, fold_here: bool) -> Flask:
    """The app; with `fold_here` its folder is woken after each ingest (the server starts it)."""
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
    translate_failures(app, problem_of)
    app.extensions[CENTRE] = centre
    gate = app.extensions[GATE] = Gate(centre.settings.threads)
    app.extensions[TURNS] = Turns()
    app.extensions[FOLDER] = (
        Folder(centre, give_way=lambda: gate.wait_idle(_GIVE_WAY_S)) if fold_here else None
    )
    if centre.settings.siak_url:
        app.extensions[SIAK] = HttpSiak(
            centre.settings.siak_url, centre.settings.siak_token, LOOK_UP_S
        )
    register(app)
    install_health(app, lambda: _can_read(centre))
    return app


def _can_read(centre: Centre) -> dict[str, bool]:
    with reading(centre.vault.engine) as connection:
        return {"store": connection.execute(text("SELECT 1")).scalar() == 1}

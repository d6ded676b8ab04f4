"""The residents' portal: its own app at its own address, without one staff page."""

from __future__ import annotations

from typing import Any

from flask import Flask, url_for

from edge_node import pamor
from edge_node.portal import (
    complaining,
    correcting,
    filing,
    following,
    home,
    my_data,
    phone,
    phone_signature,
    photos,
    screen,
    survey,
    tickets,
)
from edge_node.portal.captive import lead_newcomers
from edge_node.portal.current import LIMITS, t, the_edge
from edge_node.portal.limits import usual_limits
from registration.texts import N_


def register(app: Flask, portal_url: str = "", *, field_app: bool = False) -> None:
    """Mount all blueprints of the portal.

    :param portal_url: its public address, where new phones of the Wi-Fi are led; none: nowhere.
    :param field_app: whether Pamor officers find their app here.
    """
    app.extensions[LIMITS] = usual_limits()
    for blueprint in (
        home.blueprint,
        filing.blueprint,
        photos.blueprint,
        following.blueprint,
        correcting.blueprint,
        phone.blueprint,
        phone_signature.blueprint,
        tickets.blueprint,
        screen.blueprint,
        complaining.blueprint,
        survey.blueprint,
        my_data.blueprint,
    ):
        app.register_blueprint(blueprint)
    if field_app:
        pamor.register(app)
    if portal_url:
        lead_newcomers(app, portal_url)

    @app.context_processor
    def shared() -> dict[str, Any]:
        return {
            "office": f"Kelurahan {the_edge().node.name}",
            "for_staff": (t(N_("Untuk petugas Pamor")), url_for("pamor.page")) if field_app else (),
            "footer_text": t(N_("Gratis. Tidak ada biaya.")),
            "help_text": t(N_("Butuh bantuan? Datang ke loket kelurahan, petugas akan membantu.")),
        }

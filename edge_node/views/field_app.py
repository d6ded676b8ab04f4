"""Where a Pamor gets the app for the field: a code for the phone's camera, and how to begin."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, render_template
from werkzeug.exceptions import NotFound

from edge_node.practice.mount import EXTENSION as PRACTICE
from edge_node.views.current import the_edge
from edge_node.views.phone import address_qr
from web.session import requires_role

blueprint = Blueprint("pamor", __name__, template_folder="../templates")


def is_here() -> bool:
    """The app is not practised with: a phone would not tell invented drafts from others."""
    return PRACTICE not in current_app.extensions


@blueprint.get("/halo-pamor")
@requires_role()
def page() -> Any:
    if not is_here():
        raise NotFound
    address = f"{the_edge().portal_url}/pamor/"
    return render_template("edge/halo_pamor.html", address=address, qr_svg=address_qr(address))

"""The QR code that lets a phone sign for the hand-over on this screen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, render_template, url_for
from markupsafe import Markup

from edge_node.views.current import the_edge
from edge_node.views.paths import record_id
from edge_node.views.phone import address_qr
from edge_node.workflows.phone_signature import GOOD_FOR_MINUTES, signed_for, ticket_for
from web.session import requires_role

blueprint = Blueprint("ttd", __name__, template_folder="../templates")
PHONE = "hp"
"""The button that shows the code."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands beside the box while a phone signs."""

    address: str
    qr_svg: Markup
    minutes: int
    poll_url: str
    strokes: str
    """What came; "" before."""


def panel(record: bytes) -> Panel:
    edge = the_edge()
    address = f"{edge.portal_url}/ttd/{ticket_for(edge, record)}"
    return Panel(
        address,
        address_qr(address),
        GOOD_FOR_MINUTES,
        url_for("ttd.came", record=record.hex()),
        signed_for(edge, record),
    )


@blueprint.get("/permohonan/<record>/tanda-tangan-hp")
@requires_role()
def came(record: str) -> Any:
    """What came by phone so far, for the screen that shows the code."""
    return render_template("edge/_ttd_hp.html", phone=panel(record_id(record)))

"""The QR code that lets a phone send photos into the form on this screen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

import segno
from flask import Blueprint, render_template, url_for
from flask_babel import gettext
from markupsafe import Markup

from edge_node.once import REQUESTS
from edge_node.views.current import the_edge
from edge_node.workflows.filing import read_draft
from edge_node.workflows.phone_photos import GOOD_FOR_MINUTES, case_of, ticket_for
from web.session import requires_role

blueprint = Blueprint("hp", __name__, template_folder="../templates")
PHONE = "hp"
"""The button that shows the code, and the page that shows it."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands beside the papers while a phone takes photos."""

    address: str
    qr_svg: Markup
    minutes: int
    poll_url: str
    came: tuple[tuple[str, int], ...]
    """(document, photos that are here)."""


def panel(record: bytes) -> Panel | None:
    """None: there is no such unfinished form."""
    edge = the_edge()
    kept = read_draft(edge, record)
    if kept is None:
        return None
    here = Counter(manifest["jenis"] for manifest in kept.scans.values())
    address = f"{edge.portal_url}/hp/{ticket_for(edge, record)}"
    return Panel(
        address,
        address_qr(address),
        GOOD_FOR_MINUTES,
        url_for("hp.came", token=REQUESTS.token(record)),
        tuple(
            (gettext(one.label), here[one.code])
            for one in case_of(kept).documents
            if here[one.code]
        ),
    )


def address_qr(address: str) -> Markup:
    """An address as a picture for a phone's camera."""
    svg = segno.make_qr(address, error="l").svg_inline(
        border=2, omitsize=True, dark="#000", light="#fff"
    )
    return Markup(svg)  # noqa: S704 - made here, of an address of our own


@blueprint.get("/permohonan/draf/<token>/foto")
@requires_role()
def came(token: str) -> Any:
    """What came by phone so far, for the screen that shows the code."""
    return render_template("edge/_foto_hp.html", phone=panel(REQUESTS.named_by(token)))

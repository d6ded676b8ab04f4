"""The screen in the waiting room: who is called where, who comes next. Nobody logs in to it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from flask import Blueprint, render_template

from edge_node.edge import JAKARTA
from edge_node.portal.current import lang, the_edge
from edge_node.store.tickets import Ticket
from edge_node.workflows import queueing
from registration.format import long_date

blueprint = Blueprint("screen", __name__)

_REFRESH_S = 5
_FRESH_MS = 30_000
"""So long a call is shown in colour, for those who look up when they hear it."""
_LAYOUTS = ((0, "empty"), (1, "one"), (2, "two"), (4, "four"))
"""Up to so many desks share the screen in this way; the numbers are as large as fits."""


@blueprint.get("/layar")
def index() -> str:
    """Numbers only, large; asks for itself again."""
    shown = queueing.screen(the_edge())
    now = datetime.fromtimestamp(shown.now_ms / 1000, UTC).astimezone(JAKARTA)
    return render_template(
        "portal/screen.html",
        desks=[_desk(one, shown.now_ms) for one in shown.called],
        layout=next((name for most, name in _LAYOUTS if len(shown.called) <= most), "nine"),
        coming=[one.code for one in shown.coming],
        more=shown.waiting - len(shown.coming),
        clock=f"{now:%H.%M}" if lang() == "id" else f"{now:%H:%M}",
        day=long_date(now.date(), lang()),
        refresh=_REFRESH_S,
    )


def _desk(ticket: Ticket, now_ms: int) -> dict[str, Any]:
    fresh = ticket.called_ms is not None and 0 <= now_ms - ticket.called_ms < _FRESH_MS
    return {"number": ticket.desk, "code": ticket.code, "fresh": fresh}

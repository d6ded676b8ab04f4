"""What the search box suggests while somebody types. Without script nobody asks for it."""

from __future__ import annotations

import time
from typing import Any

from flask import Blueprint, current_app, jsonify, request
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext, ngettext

from edge_node.views.counter import entries
from edge_node.views.current import author, the_edge
from edge_node.workflows import lookup
from web.rate import TokenBuckets, limit
from web.session import requires_role

blueprint = Blueprint("saran", __name__)
_BUCKETS = "loket.suggestions"


@blueprint.record
def _remember(state: BlueprintSetupState) -> None:
    # As often as somebody types who pauses four times a second.
    state.app.extensions[_BUCKETS] = TokenBuckets(
        capacity=40, seconds_per_token=0.25, clock=time.monotonic
    )


@blueprint.post("/cari/saran")
@requires_role()
def suggest() -> Any:
    """The first few matches for what was typed so far."""
    edge = the_edge()
    limit(current_app.extensions[_BUCKETS], author().id)
    found = lookup.suggest(edge, request.form.get("q", "")[:200])
    shown = entries(found, edge.today())
    return jsonify(
        options=[
            {
                "url": one.url,
                "name": one.name,
                "what": one.what,
                "code": one.code,
                "status": gettext(one.tag.label),
            }
            for one in shown
        ],
        said=_said(len(shown)),
    )


def _said(count: int) -> Any:
    """For who does not see the list."""
    if not count:
        return gettext("Belum ada yang cocok.")
    return ngettext(
        "%(num)s saran. Pilih dengan panah, buka dengan Enter.",
        "%(num)s saran. Pilih dengan panah, buka dengan Enter.",
        count,
    )

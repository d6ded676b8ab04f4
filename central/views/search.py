"""Looking for a request by NIK, KK number, code or name."""

from __future__ import annotations

from flask import Response, render_template, request, url_for

from central.views.current import the_centre
from central.views.frame import go
from central.views.queue import queue, row_of
from central.views.scope import WATCHERS, own_stream
from central.views.seeing import Look, saw
from central.views.words import say
from central.workflows import lookup
from web.session import requires_role


@queue.get("/cari")
@requires_role(*WATCHERS)
def search_again() -> Response:
    """A reload of results: what was searched for is in no address, so start afresh."""
    return go(url_for(".listing"))


@queue.post("/cari")
@requires_role(*WATCHERS)
def search() -> str | Response:
    typed = request.form.get("q", "")[:200].strip()
    if not typed:
        return go(url_for(".listing"))
    centre = the_centre()
    found = lookup.search(centre, typed)
    saw(Look.CARI, found.records)
    today = centre.today()
    return render_template(
        "central/search.html",
        typed=typed,
        rows=[
            row_of(record, today) for record in found.records if own_stream() in ("", record.stream)
        ],
        note=say(found.note) if found.note else "",
    )

"""Taking a request to work on it: the next of a list, this one, letting go, taking over."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, session, url_for

from central.views.current import author, the_centre
from central.views.frame import OFFICERS, go
from central.views.queue import ORDERS, chosen
from central.views.request import act_refused, not_found, record_id, request_pages
from central.views.texts import gettext
from central.workflows import claiming
from central.workflows.worklists import Wanted
from registration.errors import IllegalAct
from registration.lifecycle import Role
from vault.errors import NoSuchRecord
from web.session import requires_role

desk_pages = Blueprint("desk", __name__, url_prefix="/meja")

_LIST = "meja"
"""In the session: the list that this officer takes from. About no person."""


def go_on() -> Response:
    """On to the next request of the officer's list, or to the list where there is none."""
    kept: dict[str, Any] = session.get(_LIST) or {}
    only = Wanted(
        stream=kept.get("kelurahan") or None,
        layanan=kept.get("layanan") or None,
        by_care=kept.get("urut") == "teliti",
        free=True,
    )
    found = claiming.take_next(the_centre(), only, author())
    if found is None:
        flash(gettext("Tidak ada lagi yang menunggu di daftar ini. Semua sudah diambil."), "good")
        return go(url_for("queue.listing", **{k: v for k, v in kept.items() if v}))
    stream, record = found
    return go(url_for("request.detail", stream=stream, record=record.hex()))


def in_a_row() -> bool:
    """Whether the officer works through a list."""
    return _LIST in session


@desk_pages.post("/berikutnya")
@requires_role(*OFFICERS)
def take_next() -> Response:
    asked = chosen()
    order = asked.order if asked.order in ORDERS else "janji"
    session[_LIST] = {"kelurahan": asked.place, "layanan": asked.layanan, "urut": order}
    return go_on()


@request_pages.post("/<record>/lepas")
@requires_role(*OFFICERS)
def release(stream: str, record: str) -> Response:
    try:
        claiming.release(the_centre(), stream, record_id(record), author())
    except IllegalAct as illegal:
        return act_refused(stream, record, "lepas", illegal)
    session.pop(_LIST, None)
    flash(gettext("Permohonan dilepas. Rekan lain bisa mengambilnya."), "good")
    return go(url_for("queue.listing"))


@request_pages.post("/<record>/ambil-alih")
@requires_role(Role.ADMIN)
def take_over(stream: str, record: str) -> Response:
    try:
        before = claiming.take_over(the_centre(), stream, record_id(record), author())
    except NoSuchRecord:
        raise not_found() from None
    if before is None:
        flash(gettext("Permohonan ini sekarang Anda kerjakan."), "good")
    else:
        said = gettext(
            "Permohonan ini Anda ambil alih dari %(name)s. Beri tahu rekan Anda; pengambilalihan "
            "ini tercatat.",
            name=before.name,
        )
        flash(said, "good")
    return go(url_for("request.detail", stream=stream, record=record))

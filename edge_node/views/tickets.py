"""The queue before the counter: calling, ending, and a number for whoever has no phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import (
    Blueprint,
    abort,
    flash,
    make_response,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext
from werkzeug.wrappers import Response

from edge_node.once import TICKETS
from edge_node.store.tickets import Ticket, TicketState
from edge_node.views.current import the_edge
from edge_node.views.paths import record_id
from edge_node.views.words import at_ms
from edge_node.workflows import queueing
from edge_node.workflows.queueing import MOST_DESKS, Board, DeskMoved, NobodyWaits
from registration.catalogue import SERVICES
from registration.texts import N_
from web.session import requires_role

blueprint = Blueprint("antrean", __name__, template_folder="../templates")

_DESK = "loket"
_HTTP_UNCHANGED = 204
_OTHER = N_("Keperluan lain")
_NOBODY = N_("Belum ada yang menunggu.")
_ENDED: dict[TicketState, str] = {
    TicketState.SELESAI: N_("%(code)s selesai dilayani."),
    TicketState.LEWAT: N_("%(code)s tidak datang. Nomornya tersimpan di daftar di bawah."),
    TicketState.BATAL: N_("%(code)s sudah dikembalikan oleh warga."),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """A number on the page."""

    id: str
    code: str
    about: str
    when: str
    desk: int | None


@dataclass(frozen=True, slots=True)
class Group:
    """Who waits for one service."""

    label: str
    rows: tuple[Shown, ...]


def _about(code: str | None) -> str:
    label = next((one.short for one in SERVICES if one.code == code), _OTHER)
    return str(gettext(label))


def _shown(ticket: Ticket) -> Shown:
    since = ticket.called_ms or ticket.taken_ms
    return Shown(
        ticket.id.hex(),
        ticket.code,
        _about(ticket.service),
        at_ms(since, ticket.day),
        ticket.desk,
    )


def _desk() -> int | None:
    """Where this person sits; chosen once a session."""
    kept = session.get(_DESK)
    return kept if isinstance(kept, int) and 1 <= kept <= MOST_DESKS else None


def _need_desk() -> int:
    desk = _desk()
    if desk is None:
        abort(_back())
    return desk


def _back() -> Response:
    return redirect(url_for("antrean.page"), 303)


def _list(board: Board) -> dict[str, Any]:
    """The left pane: who waits for what, and who is where."""
    codes = [one.code for one in SERVICES]
    groups = [
        Group(
            _about(code),
            tuple(
                _shown(one)
                for one in board.waiting
                if one.service == code or (code is None and one.service not in codes)
            ),
        )
        for code in (*codes, None)
    ]
    # Numbers only grow, so their count and the last of them tell whether others wait now.
    last = board.waiting[-1].number if board.waiting else 0
    desks = [f"{one.desk}.{one.number}" for one in board.called]
    return {
        "groups": [one for one in groups if one.rows],
        "count": len(board.waiting),
        "oldest": _shown(board.waiting[0]).when if board.waiting else "",
        "desks": [_shown(one) for one in board.called],
        "mark": "-".join((str(len(board.waiting)), str(last), *desks)),
    }


@blueprint.get("/antrean")
@requires_role()
def page() -> Any:
    board = queueing.board(the_edge())
    desk = _desk()
    here = board.at(desk)
    return render_template(
        "edge/antrean_loket.html",
        desk=desk,
        choosing=desk is None or "ganti" in request.args,
        numbers=range(1, MOST_DESKS + 1),
        here=_shown(here) if here is not None else None,
        present=here.id.hex() if here is not None else "",
        missed=[_shown(one) for one in board.missed],
        services=[(one.code, one.short) for one in SERVICES],
        other=_OTHER,
        token=TICKETS.new_token(),
        **_list(board),
    )


@blueprint.get("/antrean/daftar")
@requires_role()
def fragment() -> Response:
    """The left pane alone, where it is another one now."""
    shown = _list(queueing.board(the_edge()))
    if request.args.get("v") == shown["mark"]:
        return make_response("", _HTTP_UNCHANGED)
    return make_response(render_template("edge/_menunggu.html", **shown))


@blueprint.post("/antrean/loket")
@requires_role()
def sit() -> Response:
    """Where this person sits today."""
    chosen = request.form.get(_DESK, 0, type=int) or 0
    if not 1 <= chosen <= MOST_DESKS:
        abort(400)
    session[_DESK] = chosen
    return _back()


@blueprint.post("/antrean/panggil")
@requires_role()
def call() -> Response:
    desk, present = _need_desk(), _present()
    return _called(lambda: queueing.call_next(the_edge(), desk, present))


@blueprint.post("/antrean/<which>/datang")
@requires_role()
def call_missed(which: str) -> Response:
    """Somebody who was not there has come."""
    desk, present, back = _need_desk(), _present(), record_id(which)
    return _called(lambda: queueing.call_missed(the_edge(), desk, present, back))


def _present() -> bytes | None:
    """Who was at the desk when the page was made."""
    typed = request.form.get("sekarang", "")
    return record_id(typed) if typed else None


def _called(act: Callable[[], Ticket]) -> Response:
    try:
        ticket = act()
    except NobodyWaits:
        flash(gettext(_NOBODY), "info")
    except DeskMoved as moved:
        # A double click, or a page that stood open: the first call holds.
        if moved.now is not None:
            _say_called(moved.now)
    else:
        _say_called(ticket)
    return _back()


def _say_called(ticket: Ticket) -> None:
    flash(
        gettext("%(code)s dipanggil ke Loket %(desk)s.", code=ticket.code, desk=ticket.desk), "good"
    )


@blueprint.post("/antrean/<which>/<any(ulang, selesai, lewat):act>")
@requires_role()
def move(which: str, act: str) -> Response:
    """Call once more, or end: served, not there."""
    acts = {"ulang": queueing.call_again, "selesai": queueing.served, "lewat": queueing.absent}
    try:
        ticket = acts[act](the_edge(), record_id(which))
    except LookupError:
        abort(404)
    if ticket.state is TicketState.DIPANGGIL:
        _say_called(ticket)
    elif ticket.state in _ENDED:
        flash(gettext(_ENDED[ticket.state]) % {"code": ticket.code}, "good")
    return _back()


@blueprint.post("/antrean/beri")
@requires_role()
def give() -> Response:
    """A number for somebody without a phone. The form, sent twice, gives one."""
    which = TICKETS.named_by(request.form.get("token", ""))
    code = request.form.get("layanan") or None
    if code is not None and code not in {one.code for one in SERVICES}:
        abort(400)
    ticket, _ = queueing.take(the_edge(), which, code)
    flash(gettext("Nomor %(code)s. Tulis di kertas dan berikan.", code=ticket.code), "good")
    return _back()

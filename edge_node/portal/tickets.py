"""A number for the counter, taken on one's own phone: how many are before it, giving it back."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from edge_node.once import TICKETS
from edge_node.portal.access import forget_ticket, keep_ticket, my_place
from edge_node.portal.current import limits, t, the_edge
from edge_node.portal.home import service_of
from edge_node.portal.limits import hold
from edge_node.store.tickets import TicketState
from edge_node.workflows import queueing
from edge_node.workflows.queueing import Place
from registration.catalogue import SERVICES, service
from registration.texts import N_

blueprint = Blueprint("tickets", __name__)

_OTHER = N_("Keperluan lain")
_REFRESH_S = 15

_SAID: dict[TicketState, tuple[str, str]] = {
    TicketState.MENUNGGU: ("", N_("Loket akan memanggil nomor Anda. Tunggu di dekat loket, ya.")),
    TicketState.DIPANGGIL: ("", N_("Nomor Anda dipanggil. Bawa berkasnya ke sana.")),
    TicketState.LEWAT: (
        N_("Nomor Anda sudah dipanggil"),
        N_("Bila masih perlu, datang ke loket dan sebutkan nomor ini; petugas memanggil lagi."),
    ),
    TicketState.SELESAI: (N_("Sudah dilayani"), N_("Terima kasih sudah datang.")),
    TicketState.BATAL: (N_("Sudah dikembalikan"), N_("Nomor ini tidak dipanggil lagi.")),
}


def _about(code: str | None) -> str:
    """What somebody came for."""
    return t(service(code).title) if code else t(_OTHER)


@blueprint.get("/antrean")
def ask() -> str | Response:
    """What is it about? One touch gives the number."""
    place = my_place()
    if place is not None and place.ticket.open:
        return redirect(url_for("tickets.mine"), 303)
    choices = [(one.code, t(one.title), t(one.summary)) for one in SERVICES]
    return render_template(
        "portal/ticket_ask.html",
        token=TICKETS.new_token(),
        choices=[*choices, ("", t(_OTHER), t(N_("Bertanya, mengambil hasil, dan lainnya.")))],
    )


@blueprint.post("/antrean")
def take() -> Response:
    """The same form, sent twice, gives one number; another form gives none while one is open."""
    which = TICKETS.named_by(request.form.get("token", ""))
    code = request.form.get("layanan") or None
    if code is not None:
        service_of(code)
    place = my_place()
    if place is None or not place.ticket.open:
        if queueing.place_of(the_edge(), which) is None:
            hold(limits().numbers)
        ticket, _ = queueing.take(the_edge(), which, code)
        keep_ticket(ticket.id)
    return redirect(url_for("tickets.mine"), 303)


@blueprint.get("/antrean/nomor")
def mine() -> str | Response:
    """The number, large, and how many are before it."""
    place = my_place()
    if place is None:
        return redirect(url_for("tickets.ask"), 303)
    ticket = place.ticket
    headline, sentence = _SAID[ticket.state]
    return render_template(
        "portal/ticket.html",
        code=ticket.code,
        about=_about(ticket.service),
        state=ticket.state,
        headline=_headline(place) or t(headline),
        sentence=t(sentence),
        open=ticket.open,
        refresh=_REFRESH_S if ticket.open or ticket.state is TicketState.LEWAT else 0,
    )


def _headline(place: Place) -> str:
    if place.ticket.state is TicketState.DIPANGGIL:
        return str(gettext("Silakan ke Loket %(desk)s", desk=place.ticket.desk))
    if place.ticket.state is not TicketState.MENUNGGU:
        return ""
    if not place.ahead:
        return str(gettext("Setelah ini giliran Anda"))
    said = ngettext(
        "Masih %(num)s orang di depan Anda", "Masih %(num)s orang di depan Anda", place.ahead
    )
    return str(said)


@blueprint.route("/antrean/kembalikan", methods=["GET", "POST"])
def give_back() -> str | Response:
    """Ask once more: the place in the queue is lost."""
    place = my_place()
    if place is None or not place.ticket.open:
        return redirect(url_for("tickets.mine"), 303)
    if request.method == "GET":
        return render_template("portal/ticket_back.html", code=place.ticket.code)
    queueing.give_back(the_edge(), place.ticket.id)
    forget_ticket()
    flash(gettext("Nomor %(code)s sudah dikembalikan.", code=place.ticket.code), "good")
    return redirect(url_for("home.index"), 303)

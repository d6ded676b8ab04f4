"""What waits to be sent, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext

from edge_node.edge import Edge
from edge_node.views import weather
from edge_node.views.counter import entries, pager
from edge_node.views.current import the_edge
from edge_node.views.words import at_ms, at_seconds
from edge_node.workflows import lookup
from edge_node.workflows.outlook import Waiting, cut_for_s, outlook, with_neighbours
from registration.texts import N_
from sync.link import Cut, Line
from web.session import requires_role, safe_next

blueprint = Blueprint("sinkron", __name__, template_folder="../templates")

_STATES = {
    Line.UP: N_("Terhubung"),
    Line.CUT: N_("Jaringan terputus"),
    Line.BUSY: N_("Pusat sedang sibuk"),
    Line.REFUSED: N_("Ditolak pusat"),
    Line.UNTRIED: N_("Belum dicoba"),
}
_WORTH_A_WALK_S = 24 * 60 * 60
_WHY = {
    Line.UP: N_("Loket dan Disdukcapil saling terhubung. Yang baru dikirim dalam hitungan detik."),
    Line.CUT: N_(
        "Disdukcapil tidak menjawab. Loket mencoba sendiri terus-menerus; tidak ada yang hilang "
        "dan pelayanan tetap jalan. Bila internet kantor mati, laporkan seperti biasa."
    ),
    Line.BUSY: N_(
        "Disdukcapil sedang melayani banyak loket dan memberi kita giliran. Tidak ada yang hilang."
    ),
    Line.UNTRIED: N_("Loket baru dinyalakan dan segera mencoba."),
}


@blueprint.get("/sinkron")
@requires_role()
def page() -> Any:
    edge = the_edge()
    seen = outlook(edge)
    number = max(request.args.get("hal", 1, type=int) or 1, 1)
    waiting = lookup.waiting_page(edge, number)
    link, today = seen.link, edge.today()
    if link.line is Line.REFUSED:
        why = gettext(weather.REFUSALS.get(link.reason, weather.REFUSED))
    elif link.reason == Cut.STRANGER:
        why = gettext(
            "Yang menjawab bukan Disdukcapil, melainkan jaringan di antaranya; biasanya halaman "
            "login Wi-Fi. Masuk lewat peramban di perangkat loket, atau pakai jaringan lain. "
            "Tidak ada yang hilang."
        )
    else:
        why = gettext(_WHY[link.line])
    oldest = seen.waiting.oldest_ms
    facts = [
        (gettext("Keadaan"), gettext(_STATES[link.line]), _since(edge)),
        (
            gettext("Terakhir berhasil"),
            at_seconds(link.last_ok, today) if link.last_ok else gettext("belum pernah"),
        ),
        (gettext("Coba berikutnya"), _next_try(edge)),
        (
            gettext("Permohonan menunggu"),
            str(seen.waiting.requests),
            gettext("paling lama sejak %(time)s", time=at_ms(oldest, today)) if oldest else "",
        ),
        (gettext("Foto menunggu"), str(seen.waiting.scans)),
    ]
    if with_neighbours(edge):
        said = gettext("tersegel; hanya Disdukcapil yang dapat membukanya")
        facts.append((gettext("Titipan"), gettext("sedang dibawa loket tetangga"), said))
    return render_template(
        "edge/sinkron.html",
        facts=facts,
        why=why,
        refused=link.line is Line.REFUSED,
        rows=entries(waiting.rows, today),
        pager=pager(waiting, "sinkron.page") if waiting.count > lookup.PAGE else None,
        by_usb=_by_usb(edge, seen.waiting),
        may_send=link.line is not Line.BUSY,
    )


@dataclass(frozen=True, slots=True)
class _Usb:
    """What the admin types (see deploy/README.md)."""

    leave: str = "loket-admin edge export /media/usb/kelurahan.loket"
    come_back: str = "loket-admin edge import /media/usb/jawaban.loket"


def _by_usb(edge: Edge, waiting: Waiting) -> _Usb | None:
    """How to carry, where something waits and the line has been cut so long that it is worth it."""
    if cut_for_s(edge) < _WORTH_A_WALK_S or not (waiting.requests or waiting.scans):
        return None
    return _Usb()


def _since(edge: Edge) -> str:
    since = edge.line.link.since
    return gettext("sejak %(time)s", time=at_seconds(since, edge.today())) if since else ""


def _next_try(edge: Edge) -> str:
    link = edge.line.link
    if link.next_try <= edge.clock().wall_ms / 1000:
        return str(gettext("sekarang"))
    return at_seconds(link.next_try, edge.today())


@blueprint.post("/sinkron/kirim")
@requires_role()
def send() -> Any:
    """Ask for an exchange now; answers the bar alone where script asked, so no form is lost."""
    edge = the_edge()
    edge.ask_exchange()
    link = edge.line.link
    if link.line is Line.BUSY:
        turn = at_seconds(link.next_try, edge.today())
        said = gettext("Pusat meminta kita menunggu sampai %(time)s; dikirim saat itu.", time=turn)
    else:
        said = gettext("Sedang dicoba kirim sekarang. Hasilnya terlihat di atas halaman.")
    if request.headers.get("HX-Request") == "true":
        now = weather.weather(edge)
        return make_response(
            render_template("edge/_cuaca.html", weather=now, polling=True, said=said)
        )
    flash(said, "info")
    back = urlsplit(request.referrer or "").path
    return redirect(safe_next(back, url_for("sinkron.page")), 303)

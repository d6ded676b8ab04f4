"""The line's weather in words, on every page; it refreshes itself where script runs."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext, ngettext

from edge_node.edge import Edge
from edge_node.views.current import the_edge
from edge_node.views.words import at_ms, at_seconds
from edge_node.workflows.outlook import Outlook, Waiting, outlook
from registration.texts import N_
from sync.link import Cut, Line
from web.session import current_account

blueprint = Blueprint("cuaca", __name__, template_folder="../templates")

_HTMX_STOP = 286
"""htmx swaps the answer in and stops polling."""
_HTTP_UNCHANGED = 204

REFUSALS = {
    "unknown-sender": N_("Disdukcapil tidak mengenali loket ini. Hubungi admin Disdukcapil."),
    "revoked": N_(
        "Izin perangkat ini dicabut oleh Disdukcapil; kirimannya tidak diterima lagi. Hubungi "
        "admin Disdukcapil, dan jangan menerima permohonan baru di sini."
    ),
    "forked": N_(
        "Disdukcapil menemukan salinan loket ini di perangkat lain. Hubungi admin Disdukcapil."
    ),
    "wrong-stream": N_(
        "Disdukcapil mencatat loket ini untuk kelurahan lain. Hubungi admin Disdukcapil."
    ),
    "unspoken-protocol": N_(
        "Versi loket ini dan versi Disdukcapil tidak saling mengerti lagi. Yang tersimpan aman; "
        "hubungi admin untuk memperbarui loket."
    ),
    "failed-here": N_(
        "Pengiriman terganggu di perangkat ini, mungkin penyimpanannya penuh. Yang tersimpan aman; "
        "hubungi admin."
    ),
}
REFUSED = N_("Disdukcapil belum mau menerima kiriman loket ini. Hubungi admin Disdukcapil.")


@dataclass(frozen=True, slots=True)
class Weather:
    """What the bar shows. `mark` changes with every word of it."""

    state: str
    symbol: str
    sentence: str
    send: bool = False
    """Whether there is a button to try now."""
    conflicts: int = 0

    @property
    def mark(self) -> str:
        said = f"{self.state}{self.sentence}{self.send}{self.conflicts}"
        return f"{zlib.crc32(said.encode()):08x}"


def weather(edge: Edge) -> Weather:
    return tell(outlook(edge), edge.today(), edge.clock().wall_ms / 1000)


def tell(seen: Outlook, today: date, now: float) -> Weather:
    """The outlook in words."""
    link, left = seen.link, seen.waiting
    state, symbol, parts, send = "waiting", "○", list[str](), True
    if link.line is Line.UP:
        state, symbol, parts, send = _up(seen, today)
    elif link.line is Line.CUT:
        since = at_seconds(link.since, today)
        said = gettext("Jaringan terputus sejak %(time)s", time=since)
        if link.reason == Cut.STRANGER:
            said = gettext("Wi-Fi atau jaringan ini minta login dulu: buka peramban dan masuk")
        parts = [said, *_safe(left, today)]
        parts.append(_again(link.next_try, now, today))
    elif link.line is Line.BUSY:
        turn = gettext("giliran kita %(time)s", time=at_seconds(link.next_try, today))
        parts = [gettext("Pusat sedang sibuk"), turn, *_safe(left, today)]
        parts.append(gettext("pelayanan tetap jalan"))
        state, send = "busy", False
    elif link.line is Line.REFUSED:
        parts = [gettext(REFUSALS.get(link.reason, REFUSED)), *_safe(left, today)]
        state, symbol = "act", "▲"
    else:
        since = at_seconds(link.since, today)
        parts = [gettext("Belum tersambung sejak dinyalakan %(time)s", time=since)]
        parts += [*_safe(left, today), gettext("sedang dicoba")]
    return Weather(state, symbol, " · ".join(parts), send, seen.conflicts)


def _up(seen: Outlook, today: date) -> tuple[str, str, list[str], bool]:
    left = seen.waiting
    if seen.sending and left.requests:
        parts = [
            ngettext("Mengirim %(num)s permohonan", "Mengirim %(num)s permohonan", left.requests)
        ]
        if seen.sent:
            parts.append(
                gettext("%(sent)s dari %(total)s catatan", sent=seen.sent, total=seen.total)
            )
        if left.scans:
            parts.append(gettext("foto menyusul"))
        return "sending", "●", parts, False
    if left.requests:
        waits = ngettext(
            "%(num)s permohonan menunggu kirim", "%(num)s permohonan menunggu kirim", left.requests
        )
        return "sending", "●", [gettext("Terhubung"), waits], True
    if left.scans:
        photos = ngettext("%(num)s foto menyusul", "%(num)s foto menyusul", left.scans)
        return "sending", "●", [gettext("Terhubung"), gettext("data terkirim"), photos], False
    if left.others:
        return "sending", "●", [gettext("Terhubung"), *_others(left)], False
    last = gettext("terakhir %(time)s", time=at_seconds(seen.link.last_ok, today))
    return "connected", "●", [gettext("Terhubung"), gettext("semua terkirim"), last], False


def _safe(left: Waiting, today: date) -> list[str]:
    """What is kept here, and since when."""
    if not left.requests and not left.scans:
        return _others(left) or [gettext("tidak ada yang menunggu kirim")]
    if not left.requests:
        photos = ngettext("%(num)s foto aman di sini", "%(num)s foto aman di sini", left.scans)
        return [photos, *_others(left)]
    if left.scans:
        said = gettext(
            "%(requests)s permohonan dan %(scans)s foto aman di sini",
            requests=left.requests,
            scans=left.scans,
        )
    else:
        said = ngettext(
            "%(num)s permohonan aman di sini", "%(num)s permohonan aman di sini", left.requests
        )
    if left.oldest_ms is not None:
        since = at_ms(left.oldest_ms, today)
        said += gettext(", paling lama sejak %(time)s", time=since)
    return [said, *_others(left)]


def _others(left: Waiting) -> list[str]:
    """What waits beside requests, if anything does."""
    if not left.others:
        return []
    return [
        ngettext(
            "%(num)s pengaduan, survei, atau akun aman di sini",
            "%(num)s pengaduan, survei, atau akun aman di sini",
            left.others,
        )
    ]


def _again(next_try: float, now: float, today: date) -> str:
    if next_try <= now:
        return str(gettext("sedang dicoba lagi"))
    return str(gettext("coba lagi %(time)s", time=at_seconds(next_try, today)))


@blueprint.get("/cuaca")
def fragment() -> Response:
    """The bar alone. A login that ended must not throw away a half filled form."""
    if current_account() is None:
        ended = Weather("act", "▲", gettext("Sesi Anda sudah berakhir. Masuk lagi di tab baru."))
        page = render_template("edge/_cuaca.html", weather=ended, polling=False)
        return make_response(page, _HTMX_STOP)
    now = weather(the_edge())
    if request.args.get("v") == now.mark:
        return make_response("", _HTTP_UNCHANGED)
    return make_response(render_template("edge/_cuaca.html", weather=now, polling=True))

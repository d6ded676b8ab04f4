"""Alerts about servers: what is open, who looks after it, what was told to whom, and the rules."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, render_template, request, url_for

from central.alert_settings import MAIL, WEBHOOK
from central.store.alerts import Alert, Sent
from central.views.current import author, the_centre
from central.views.frame import OFFICERS, go
from central.views.server_rows import duration, trouble
from central.views.texts import gettext, ngettext
from central.views.words import clock, moment
from central.workflows import alert_rules, alerting
from central.workflows.alert_rules import CLOSES, DAYS_OFF, OPENS
from registration.lifecycle import Role
from registration.texts import N_
from web.problems import Problem
from web.session import current_account, requires_role

alerts = Blueprint("alerts", __name__, url_prefix="/node/peringatan")

_CHANNELS = {MAIL: N_("surel"), WEBHOOK: N_("webhook")}
_FIELDS: Mapping[str, tuple[str, str]] = {
    "silent_hours": (N_("Diam berapa jam kerja"), N_("Dihitung hanya selama loket buka.")),
    "growing_exchanges": (
        N_("Kiriman menumpuk berapa kontak berturut-turut"),
        N_("Yang belum terkirim bertambah setiap kali server itu menghubungi pusat."),
    ),
    "forked": (
        N_("Catatan bercabang"),
        N_("1: beri tahu bila disk disalin atau cadangan lama dipasang; 0: jangan."),
    ),
    "disk_percent": (N_("Penyimpanan kosong kurang dari berapa persen"), ""),
    "clock_minutes": (N_("Jam perangkat meleset berapa menit"), ""),
    "refused_a_day": (N_("Kiriman ditolak berapa kali sehari"), ""),
}


@dataclass(frozen=True, slots=True)
class Card:
    """One alert."""

    id: str
    what: str
    do: str
    since: str
    seen: str
    """By whom and when; empty: nobody looks after it yet."""
    over: str
    told: tuple[str, ...]
    url: str


@dataclass(frozen=True, slots=True)
class Answer:
    """One limit of the form."""

    name: str
    label: str
    help: str
    value: str
    error: str


def _card(alert: Alert, sent: list[Sent]) -> Card:
    today, about = the_centre().today(), trouble(alert)
    seen = over = ""
    if alert.seen_by is not None:
        when = clock(moment(alert.seen_ms), today)
        seen = gettext("%(name)s, %(when)s", name=alert.seen_by.name, when=when)
    if alert.closed_ms:
        lasted = duration((alert.closed_ms - alert.opened_ms) // 1000)
        over = gettext("selesai setelah %(time)s", time=lasted)
    return Card(
        alert.id,
        about.what,
        about.do,
        clock(moment(alert.opened_ms), today),
        seen,
        over,
        tuple(_told(one) for one in sent if one.alert == alert.id),
        url_for("servers.page", name=alert.replica.hex()),
    )


def _told(sent: Sent) -> str:
    today = the_centre().today()
    by = gettext(_CHANNELS.get(sent.channel, sent.channel))
    if sent.event == alerting.CLOSED:
        by = gettext("%(channel)s bahwa sudah beres", channel=by)
    if sent.accepted_ms:
        when = clock(moment(sent.accepted_ms), today)
        return gettext("%(channel)s: terkirim %(when)s", channel=by, when=when)
    if sent.attempts >= alerting.MOST_ATTEMPTS:
        return gettext("%(channel)s: gagal, tidak dicoba lagi", channel=by)
    if not sent.attempts:
        return gettext("%(channel)s: menunggu dikirim", channel=by)
    tries = ngettext("%(num)s kali dicoba", "%(num)s kali dicoba", sent.attempts)
    when = clock(moment(sent.next_ms), today)
    return gettext(
        "%(channel)s: belum diterima, %(tries)s, dicoba lagi %(when)s",
        channel=by,
        tries=tries,
        when=when,
    )


@alerts.get("")
@requires_role(*OFFICERS)
def listing() -> str:
    centre = the_centre()
    still, closed, sent = alerting.latest(centre)
    account = current_account()
    channels = [gettext(_CHANNELS[one]) for one in centre.settings.alert_channels]
    return render_template(
        "central/alerts.html",
        still=[_card(one, sent) for one in still],
        closed=[_card(one, sent) for one in closed],
        channels=", ".join(channels),
        may_set=account is not None and account.role == Role.ADMIN,
    )


@alerts.post("/<named>/lihat")
@requires_role(*OFFICERS)
def take_note(named: str) -> Response:
    if not alerting.take_note(the_centre(), named, author()):
        raise Problem(
            404,
            "tidak-ada",
            N_("Peringatan ini tidak ada"),
            N_("Mungkin alamatnya terpotong. Pilih dari daftar peringatan."),
        )
    flash(gettext("Tercatat: Anda yang menangani."), "good")
    return go(url_for("alerts.listing"))


def _form(typed: Mapping[str, str], errors: Mapping[str, str], status: int = 200) -> Response:
    html = render_template(
        "central/alert_rules.html",
        limits=[
            Answer(
                name,
                gettext(label),
                gettext(text) if text else "",
                typed.get(name, ""),
                errors.get(name, ""),
            )
            for name, (label, text) in _FIELDS.items()
        ],
        times=[
            Answer(
                OPENS, gettext("Loket buka jam"), "", typed.get(OPENS, ""), errors.get(OPENS, "")
            ),
            Answer(
                CLOSES,
                gettext("Loket tutup jam"),
                "",
                typed.get(CLOSES, ""),
                errors.get(CLOSES, ""),
            ),
        ],
        days=Answer(
            DAYS_OFF,
            gettext("Hari libur"),
            gettext("Satu tanggal per baris: tahun-bulan-tanggal. Sabtu dan Minggu sudah libur."),
            typed.get(DAYS_OFF, ""),
            errors.get(DAYS_OFF, ""),
        ),
        wrong=bool(errors),
    )
    return Response(html, status)


@alerts.get("/aturan")
@requires_role(Role.ADMIN)
def rules() -> Response:
    return _form(alert_rules.as_typed(alert_rules.limits(the_centre())), {})


@alerts.post("/aturan")
@requires_role(Role.ADMIN)
def save_rules() -> Response:
    mistakes = alert_rules.change(the_centre(), request.form, author())
    if mistakes:
        errors = {name: gettext(one.text, **one.params) for name, one in mistakes.items()}
        return _form(request.form, errors, 422)
    alerting.look(the_centre(), pause_ms=0)
    flash(gettext("Aturan disimpan dan berlaku mulai sekarang."), "good")
    return go(url_for("alerts.rules"))

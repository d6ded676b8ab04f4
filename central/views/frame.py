"""What stands around every officer's page: the weather of the lines, the menu, the roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Flask, Response, g, redirect, request, url_for

from central.views.current import the_centre
from central.views.scope import READERS, WATCHERS, own_stream
from central.views.texts import gettext, ngettext
from central.workflows.alerting import unseen
from central.workflows.lookup import Counts, counts
from central.workflows.watching import Watch, watch
from registration.lifecycle import Role, Status
from web.session import current_account

OFFICERS = (Role.VERIFIKATOR, Role.ADMIN)

_PART_OF = {
    **dict.fromkeys(("proposals", "desk", "desk_rules", "request"), "queue"),
    **dict.fromkeys(("servers", "alerts", "centre_keys", "custody"), "nodes"),
    **dict.fromkeys(("clients", "notices", "siak"), "connections"),
    "reports": "summary",
    "counter_staff": "people",
}
"""Pages that are found through an entry of the menu, by blueprint."""

frame = Blueprint("pusat", __name__)
"""Holds the stylesheet of these pages."""


def go(url: str) -> Response:
    """On to another page after a form; a reload there repeats nothing."""
    return cast(Response, redirect(url, 303))


@dataclass(frozen=True, slots=True)
class Weather:
    """As the component `weather_bar` wants it."""

    state: str
    symbol: str
    sentence: str
    action_url: str | None
    action_label: str


@dataclass(frozen=True, slots=True)
class NavItem:
    label: str
    url: str
    current: bool
    count: int | None


def weather_of(lines: Watch, work: Counts, role: str, alerts: int = 0) -> Weather:
    """E.g. "3 dari 3 loket terhubung · 12 permohonan menunggu · ▲ 1 perbedaan"."""
    all_here = lines.connected == lines.kelurahan
    parts = [
        gettext(
            "%(connected)s dari %(all)s loket terhubung",
            connected=lines.connected,
            all=lines.kelurahan,
        )
        if lines.kelurahan
        else gettext("Belum ada loket yang terdaftar")
    ]
    waiting = work.of(Status.DIVERIFIKASI)
    if waiting:
        parts.append(
            ngettext("%(num)s permohonan menunggu", "%(num)s permohonan menunggu", waiting)
        )
    else:
        parts.append(gettext("tidak ada yang menunggu"))
    # Who cannot settle a difference is not called to.
    to_settle = work.conflicts > 0 and role in OFFICERS
    if to_settle:
        parts.append("▲ " + ngettext("%(num)s perbedaan", "%(num)s perbedaan", work.conflicts))
    settle = url_for("differences.listing") if to_settle else None
    if alerts and role in OFFICERS:
        parts.append("▲ " + ngettext("%(num)s peringatan", "%(num)s peringatan", alerts))
        settle = settle or url_for("alerts.listing")
    return Weather(
        "act" if settle else "connected" if all_here else "waiting",
        "●" if all_here else "○",
        " · ".join(parts),
        settle,
        gettext("Lihat"),
    )


def _nav(work: Counts, alerts: int, role: str) -> list[NavItem]:
    here = request.endpoint or ""
    own = here.split(".")[0]
    open_now = work.of(Status.DIVERIFIKASI, Status.DIPROSES)

    def item(label: str, endpoint: str, count: int | None = None) -> NavItem:
        place = endpoint.split(".")[0]
        return NavItem(label, url_for(endpoint), place in (own, _PART_OF.get(own)), count)

    items = [item(gettext("Permohonan"), "queue.listing", open_now)] if role in WATCHERS else []
    if role in OFFICERS:
        items += [
            item(gettext("Perbedaan data"), "differences.listing", work.conflicts),
            item(gettext("Mungkin ganda"), "duplicates.listing", work.alike),
        ]
    if role in WATCHERS:
        items.append(item(gettext("Pengaduan"), "complaints.listing"))
    if role in READERS:
        items.append(item(gettext("Loket terhubung"), "nodes.listing", alerts))
    items.append(item(gettext("Ringkasan"), "summary.page"))
    if role == Role.ADMIN:
        items += [
            item(gettext("Sambungan"), "connections.overview"),
            item(gettext("Akun"), "people.listing"),
        ]
    if role == Role.PENYELIA:
        items.append(item(gettext("Akun loket"), "counter_staff.places"))
    if role in (Role.ADMIN, Role.AUDITOR):
        items.append(item(gettext("Jejak akses"), "trail.listing"))
    return items


def all_work() -> Counts:
    """How much work there is, for who looks; counted once a page."""
    if "work" not in g:
        g.work = counts(the_centre(), own_stream() or None)
    return cast(Counts, g.work)


def install_frame(app: Flask) -> None:
    app.register_blueprint(frame)

    @app.context_processor
    def around() -> dict[str, Any]:
        account = current_account()
        if account is None:
            return {"home_url": "/"}
        centre = the_centre()
        work, alerts = all_work(), unseen(centre)
        return {
            "home_url": url_for("queue.listing"),
            "logout_url": url_for("login.leave"),
            "account_url": url_for("own.page"),
            "weather": weather_of(watch(centre), work, account.role, alerts),
            "nav": _nav(work, alerts, account.role),
        }

"""What stands around every officer's page: the weather of the lines, the menu, the roles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Flask, Response, redirect, request, url_for

from central.views.current import the_centre
from central.views.texts import gettext, ngettext
from central.workflows.lookup import Counts, counts
from central.workflows.watching import Watch, watch
from registration.lifecycle import Role, Status
from web.session import current_account

OFFICERS = (Role.VERIFIKATOR, Role.ADMIN)

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


def weather_of(lines: Watch, work: Counts) -> Weather:
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
    if work.conflicts:
        parts.append("▲ " + ngettext("%(num)s perbedaan", "%(num)s perbedaan", work.conflicts))
    settle = url_for("differences.listing") if work.conflicts else None
    return Weather(
        "act" if work.conflicts else "connected" if all_here else "waiting",
        "●" if all_here else "○",
        " · ".join(parts),
        settle,
        gettext("Lihat"),
    )


def _nav(work: Counts) -> list[NavItem]:
    here = request.endpoint or ""
    open_now = work.of(Status.DIVERIFIKASI, Status.DIPROSES)

    def item(label: str, endpoint: str, count: int | None = None) -> NavItem:
        place = endpoint.split(".")[0]
        return NavItem(label, url_for(endpoint), here.split(".")[0] == place, count)

    connected = NavItem(
        gettext("Sambungan"),
        url_for("connections.overview"),
        here.split(".")[0] in ("connections", "clients", "notices"),
        None,
    )
    account = current_account()
    admin = account is not None and account.role == Role.ADMIN
    return [
        item(gettext("Permohonan"), "queue.listing", open_now),
        item(gettext("Perbedaan data"), "differences.listing", work.conflicts),
        item(gettext("Mungkin ganda"), "duplicates.listing", work.alike),
        item(gettext("Pengaduan"), "complaints.listing"),
        item(gettext("Loket terhubung"), "nodes.listing"),
        *([connected] if admin else []),
    ]


def install_frame(app: Flask) -> None:
    app.register_blueprint(frame)

    @app.context_processor
    def around() -> dict[str, Any]:
        if current_account() is None:
            return {"home_url": "/"}
        centre = the_centre()
        work = counts(centre)
        return {
            "home_url": url_for("queue.listing"),
            "logout_url": url_for("login.leave"),
            "weather": weather_of(watch(centre), work),
            "nav": _nav(work),
        }

"""The counter: left the queues, right the matter; search by NIK, name or code."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext

from edge_node.edge import Edge
from edge_node.views.complaints import waiting_words
from edge_node.views.current import author, the_edge
from edge_node.views.register import READERS as REGISTER_READERS
from edge_node.views.unfinished import unfinished
from edge_node.views.words import Tag, at_ms, name_of, say, tag_of, what
from edge_node.workflows import lookup, news
from edge_node.workflows.lookup import Group, Page, Row
from registration.catalogue import SERVICES
from registration.texts import N_
from vault.read import Record
from web.session import requires_role

blueprint = Blueprint(
    "loket",
    __name__,
    template_folder="../templates",
)


_MOST_NEWS = 5


@dataclass(frozen=True, slots=True)
class Heading:
    """How a queue is called. `kind` as in the component `queue_group`."""

    kind: str
    symbol: str
    label: str
    empty: str


HEADINGS: dict[Group, Heading] = {
    Group.DIKEMBALIKAN: Heading("act", "▲", N_("Dikembalikan"), N_("Tidak ada yang dikembalikan.")),
    Group.PERIKSA: Heading("act", "▢", N_("Perlu diverifikasi"), N_("Semua sudah diverifikasi.")),
    Group.MENUNGGU: Heading("wait", "○", N_("Menunggu kirim"), N_("Semua sudah terkirim.")),
    Group.PUSAT: Heading("sent", "●", N_("Di Disdukcapil"), N_("Tidak ada yang di Disdukcapil.")),
    Group.SIAP: Heading("good", "✓", N_("Terbit / siap diambil"), N_("Belum ada yang siap.")),
    Group.SELESAI: Heading("plain", "·", N_("Selesai"), N_("Belum ada yang selesai.")),
    Group.BEDA: Heading("act", "▲", N_("Menunggu keputusan pusat"), N_("Tidak ada perbedaan.")),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a list."""

    url: str
    name: str
    what: str
    code: str
    when: str
    tag: Tag
    conflicted: bool
    note: str
    current: bool


def entry_of(row: Row, today: date, current: bytes | None, **place: Any) -> Entry:
    record = row.record
    returned = record.status == "dikembalikan"
    return Entry(
        url_for("permohonan.page", record=record.id.hex(), **place),
        name_of(record),
        what(record),
        str(record.value("kode", "")),
        at_ms(record.changed_ms if returned else record.opened_ms, today),
        tag_of(row),
        record.conflicts > 0,
        str(record.value("alasan", "")) if returned else "",
        record.id == current,
    )


def entries(
    rows: Iterable[Row], today: date, current: bytes | None = None, **place: Any
) -> list[Entry]:
    return [entry_of(row, today, current, **place) for row in rows]


def sidebar(edge: Edge, current: Record | None = None) -> dict[str, Any]:
    """The left pane: one whole queue where one is chosen, else the first few of each."""
    group = _chosen_group()
    layanan = _chosen_service()
    today = edge.today()
    here = current.id if current is not None else None
    queues = lookup.queues(edge, layanan)
    shown: dict[str, Any] = {
        "queues": [
            {
                "group": one,
                "heading": HEADINGS[one],
                "count": page.count,
                "url": url_for("loket.hari_ini", kelompok=one, layanan=layanan),
                "entries": entries(page.rows, today, here, layanan=layanan),
                "more": page.count > len(page.rows),
                "current": one is group,
            }
            for one, page in queues.items()
            if one is not Group.BEDA or page.count or group is Group.BEDA
        ],
        "services": [(one.code, one.short) for one in SERVICES],
        "layanan": layanan,
        "chosen": group,
        "today": today,
    }
    if group is not None:
        shown |= _one_queue(edge, group, layanan, here)
    return shown


def _one_queue(edge: Edge, group: Group, layanan: str | None, here: bytes | None) -> dict[str, Any]:
    number = max(request.args.get("hal", 1, type=int) or 1, 1)
    page = lookup.queue(edge, group, layanan, number)
    place = {"kelompok": group, "layanan": layanan, "hal": number if number > 1 else None}
    return {
        "heading": HEADINGS[group],
        "entries": entries(page.rows, edge.today(), here, **place),
        "pager": pager(page, "loket.hari_ini", kelompok=group, layanan=layanan),
        "count": page.count,
    }


def pager(page: Page, endpoint: str, **place: Any) -> dict[str, str | None]:
    """ "1–25 dari 310" with the way back and on."""
    first = (page.number - 1) * lookup.PAGE + 1

    def at(number: int) -> str:
        return url_for(endpoint, hal=number if number > 1 else None, **place)

    return {
        "sentence": gettext(
            "%(first)s–%(last)s dari %(count)s",
            first=min(first, page.count),
            last=first + len(page.rows) - 1 if page.rows else page.count,
            count=page.count,
        ),
        "prev": at(page.number - 1) if page.number > 1 else None,
        "next": at(page.number + 1) if page.more else None,
    }


def _chosen_group() -> Group | None:
    try:
        return Group(request.args.get("kelompok", ""))
    except ValueError:
        return None


def _chosen_service() -> str | None:
    chosen = request.args.get("layanan")
    return chosen if chosen in {one.code for one in SERVICES} else None


@blueprint.get("/")
@requires_role()
def hari_ini() -> Any:
    """Where am I, what waits, what do I do next."""
    edge = the_edge()
    return render_template(
        "edge/hari_ini.html",
        unfinished=unfinished(edge),
        may_register=author().role in REGISTER_READERS,
        heard=waiting_words(edge, author().role),
        news=[_news(one, edge.today()) for one in news.news(edge, _MOST_NEWS)],
        **sidebar(edge),
    )


@dataclass(frozen=True, slots=True)
class Heard:
    """A decision of Disdukcapil."""

    url: str
    name: str
    code: str
    sentence: str
    when: str


def _news(one: news.News, today: date) -> Heard:
    return Heard(
        url_for("permohonan.page", record=one.record.id.hex()),
        name_of(one.record),
        str(one.record.value("kode", "")),
        say(one.sentence),
        at_ms(one.at_ms, today),
    )


@blueprint.post("/cari")
@requires_role()
def find() -> Any:
    edge = the_edge()
    typed = request.form.get("q", "")[:200]
    found = lookup.find(edge, typed)
    if len(found.rows) == 1:
        only = found.rows[0].record
        return redirect(url_for("permohonan.page", record=only.id.hex()), 303)
    return render_template(
        "edge/cari.html",
        typed=typed,
        hint=say(found.hint) if found.hint else "",
        hits=entries(found.rows, edge.today()),
        full=len(found.rows) == lookup.MOST_HITS,
    )


@blueprint.get("/cari")
@requires_role()
def find_again() -> Any:
    """What was searched for stands in no address: a reload begins anew."""
    return redirect(url_for("loket.hari_ini"), 303)

"""The verifier's queue: the oldest first, with its age against the service standard in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.frame import OFFICERS, go
from central.views.seeing import Look, saw
from central.views.texts import gettext
from central.views.words import Due, Tag, case_title, clock, due, moment, say, status_tag
from central.workflows import lookup
from central.workflows.watching import watch
from registration.catalogue import SERVICES
from registration.format import in_fours, title_name
from registration.lifecycle import Role, Status
from registration.regions import all_kelurahan, place_name
from registration.texts import N_
from vault.read import Filter, Record
from web.session import requires_role

queue = Blueprint("queue", __name__)

PAGE_SIZE = 25
_S = Status
_WORK = (_S.DIVERIFIKASI, _S.DIPROSES)
GROUPS: dict[str, tuple[str, tuple[Status, ...] | None]] = {
    "kerja": (N_("Perlu dikerjakan"), _WORK),
    "menunggu": (N_("Menunggu"), (_S.DIVERIFIKASI,)),
    "dikerjakan": (N_("Sedang dikerjakan"), (_S.DIPROSES,)),
    "dikembalikan": (N_("Dikembalikan"), (_S.DIKEMBALIKAN,)),
    "terbit": (N_("Terbit"), (_S.TERBIT, _S.SIAP_DIAMBIL, _S.DISERAHKAN)),
    "semua": (N_("Semua"), None),
}
_EMPTY = {
    "kerja": N_("Tidak ada yang menunggu. Semua permohonan yang lengkap sudah dikerjakan."),
    "menunggu": N_("Tidak ada yang menunggu dikerjakan."),
    "dikerjakan": N_("Tidak ada yang sedang dikerjakan."),
    "dikembalikan": N_("Tidak ada yang sedang dikembalikan ke loket."),
}
_EMPTY_ELSE = N_("Belum ada permohonan di sini.")


@dataclass(frozen=True, slots=True)
class Row:
    """One request in a list."""

    url: str
    name: str
    nik: str
    code: str
    case: str
    place: str
    since: str
    due: Due | None
    tag: Tag
    conflicts: int


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    current: bool
    count: int


def record_url(record: Record) -> str:
    return url_for("request.detail", stream=record.stream, record=record.id.hex())


def row_of(record: Record, today: date) -> Row:
    return Row(
        record_url(record),
        title_name(str(record.value("data.nama", "–"))),
        in_fours(str(record.value("data.nik", ""))),
        str(record.value("kode", "")),
        case_title(record),
        place_name(record.stream),
        clock(moment(record.verified_ms), today) if record.verified_ms else gettext("belum"),
        due(record, today),
        status_tag(record.status),
        record.conflicts,
    )


def _chosen() -> tuple[str, str, str]:
    """(status group, kelurahan, service) of the address; what is not known counts as none."""
    group = request.args.get("kelompok", "kerja")
    place = request.args.get("kelurahan", "")
    layanan = request.args.get("layanan", "")
    known = {one.code for one in all_kelurahan()}
    return (
        group if group in GROUPS else "kerja",
        place if place in known else "",
        layanan if layanan in {one.code for one in SERVICES} else "",
    )


@queue.get("/")
@requires_role(*OFFICERS, Role.AUDITOR)
def listing() -> str | Response:
    if author().role == Role.AUDITOR:
        return go(url_for("trail.listing"))
    centre = the_centre()
    group, place, layanan = _chosen()
    statuses = GROUPS[group][1]
    only = Filter(
        stream=place or None,
        statuses=statuses,
        layanan=layanan or None,
        oldest_verified_first=group in ("kerja", "menunggu", "dikerjakan"),
    )
    found = lookup.queue(centre, only, request.args.get("halaman", 1, int), PAGE_SIZE)
    kept: dict[str, Any] = {"kelurahan": place or None, "layanan": layanan or None}
    work = lookup.counts(centre, place or None, layanan or None)
    all_work = work if not (place or layanan) else lookup.counts(centre)
    tabs = [
        Tab(
            gettext(label),
            url_for(".listing", kelompok=key if key != "kerja" else None, **kept),
            key == group,
            sum(work.by_status.values()) if wanted is None else work.of(*wanted),
        )
        for key, (label, wanted) in GROUPS.items()
    ]

    def page_url(number: int) -> str:
        return url_for(".listing", kelompok=group, halaman=number, **kept)

    saw(Look.DAFTAR, found.records)
    first = (found.page - 1) * PAGE_SIZE + 1
    today = centre.today()
    return render_template(
        "central/queue.html",
        rows=[row_of(record, today) for record in found.records],
        group=group,
        group_label=gettext(GROUPS[group][0]),
        timed=statuses is not None and set(statuses) <= set(_WORK),
        empty=gettext(_EMPTY.get(group, _EMPTY_ELSE)),
        tabs=tabs,
        place=place,
        layanan=layanan,
        places=_places(),
        services=[(one.code, gettext(one.short)) for one in SERVICES],
        head=_head(all_work, watch(centre).silent_kelurahan),
        where=gettext(
            "%(first)s–%(last)s dari %(total)s",
            first=first,
            last=first + len(found.records) - 1,
            total=found.total,
        ),
        prev_url=page_url(found.page - 1) if found.page > 1 else None,
        next_url=page_url(found.page + 1) if found.more else None,
    )


def _places() -> list[tuple[str, list[tuple[str, str]]]]:
    """Kelurahan by kecamatan."""
    districts: dict[str, list[tuple[str, str]]] = {}
    for one in all_kelurahan():
        districts.setdefault(one.kecamatan, []).append((one.code, one.name))
    return list(districts.items())


@dataclass(frozen=True, slots=True)
class Figure:
    number: int
    label: str
    url: str
    act: bool


def _head(work: lookup.Counts, silent: int) -> list[Figure]:
    """What is there today, before anything is filtered."""
    return [
        Figure(
            work.of(_S.DIVERIFIKASI),
            gettext("menunggu"),
            url_for(".listing", kelompok="menunggu"),
            False,
        ),
        Figure(
            work.of(_S.DIPROSES),
            gettext("sedang dikerjakan"),
            url_for(".listing", kelompok="dikerjakan"),
            False,
        ),
        Figure(
            work.conflicts,
            gettext("perbedaan belum diputuskan"),
            url_for("differences.listing"),
            work.conflicts > 0,
        ),
        Figure(silent, gettext("loket diam"), url_for("nodes.listing"), silent > 0),
    ]


@queue.get("/cari")
@requires_role(*OFFICERS)
def search_again() -> Response:
    """A reload of results: what was searched for is in no address, so start afresh."""
    return go(url_for(".listing"))


@queue.post("/cari")
@requires_role(*OFFICERS)
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
        rows=[row_of(record, today) for record in found.records],
        note=say(found.note) if found.note else "",
    )

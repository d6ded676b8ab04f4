"""The verifier's queue: the oldest first, with its age against the service standard in words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.frame import OFFICERS, all_work, go
from central.views.scope import WATCHERS, own_stream
from central.views.seeing import Look, saw
from central.views.texts import gettext
from central.views.words import (
    Due,
    Tag,
    case_title,
    clock,
    due,
    lang,
    moment,
    promised_day,
    says,
    span_of,
    status_tag,
)
from central.workflows import lookup, proposing
from central.workflows.watching import watch
from central.workflows.worklists import Wanted, Work, loads, open_work, signs_of
from registration.catalogue import SERVICES
from registration.format import in_fours, long_date, title_name
from registration.lifecycle import Role, Status
from registration.regions import all_kelurahan, place_name
from registration.risk import CARE_LABELS, Care, Sign, care_for, explain, weigh
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
_EMPTY_FREE = N_("Semua yang di sini sudah ada yang mengerjakan.")
_EMPTY_MINE = N_("Anda belum mengambil permohonan di sini.")
ORDERS = {"janji": N_("Janji terdekat dulu"), "teliti": N_("Yang perlu teliti dulu")}
OWNERS = {
    "": N_("Siapa saja"),
    "bebas": N_("Belum ada yang mengerjakan"),
    "saya": N_("Yang saya kerjakan"),
}


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
    care: Tag | None = None
    """How much care it asks for, where it is more than usual."""
    signs: list[str] = field(default_factory=list)
    """Why."""
    taken: str = ""
    """Who works on it, or waits for whom."""
    told: str = ""
    """The day to tell, where a quota moves it behind the promised one."""


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    current: bool
    count: int | None


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


def chosen_place() -> str:
    """The kelurahan of the address; one that is not known counts as none."""
    place = request.args.get("kelurahan", "")
    return place if place in {one.code for one in all_kelurahan()} else ""


_CARE_KINDS = {Care.TELITI: "wait", Care.SANGAT: "act"}


def care_tag(signs: Collection[Sign]) -> Tag | None:
    """How much care a request asks for, in words; None: as usual."""
    care = care_for(weigh(signs))
    return Tag(_CARE_KINDS[care], gettext(CARE_LABELS[care])) if care in _CARE_KINDS else None


def work_row(record: Record, today: date, work: Work) -> Row:
    """As `row_of`, with what the desk knows of it."""
    key = record.stream, record.id
    signs = signs_of(record, paired=record.id in work.paired)
    claim = work.claims.get(key)
    taken = ""
    if key in work.proposed:
        taken = gettext("menunggu petugas kedua")
    elif claim is not None:
        mine = claim.account == author().id
        taken = (
            gettext("Anda kerjakan") if mine else gettext("dikerjakan %(name)s", name=claim.name)
        )
    plain = row_of(record, today)
    return replace(
        plain,
        care=care_tag(signs),
        signs=says(explain(signs)),
        taken=taken,
        told=told_day(record, work.promises.get(key)),
    )


def told_day(record: Record, day: date | None) -> str:
    """The day in words where it is behind the promised one; else nothing is to be said."""
    promised = promised_day(record)
    if day is None or promised is None or day <= promised:
        return ""
    return long_date(day, lang())


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the address asks for; what is not known counts as not asked."""

    group: str
    place: str
    layanan: str
    order: str
    owner: str
    day: date | None
    """Only those that were filed on this day."""

    @property
    def timed(self) -> bool:
        """Whether it shows open work only."""
        statuses = GROUPS[self.group][1]
        return statuses is not None and set(statuses) <= set(_WORK)

    def address(self, **other: Any) -> str:
        """The list with something else chosen."""
        asked: dict[str, Any] = {
            "kelompok": self.group if self.group != "kerja" else None,
            "kelurahan": self.place or None,
            "layanan": self.layanan or None,
            "urut": self.order if self.order != "janji" else None,
            "milik": self.owner or None,
            "tanggal": self.day.isoformat() if self.day else None,
        }
        return url_for("queue.listing", **(asked | other))

    def wanted(self) -> Wanted:
        return Wanted(
            GROUPS[self.group][1] or _WORK,
            self.place or None,
            self.layanan or None,
            by_care=self.order == "teliti",
            free=self.owner == "bebas",
            account=author().id if self.owner == "saya" else None,
        )


def _known(name: str, among: Collection[str], default: str = "") -> str:
    asked = request.values.get(name, default)
    return asked if asked in among else default


def chosen() -> Chosen:
    return Chosen(
        _known("kelompok", GROUPS, "kerja"),
        own_stream() or _known("kelurahan", {one.code for one in all_kelurahan()}),
        _known("layanan", {one.code for one in SERVICES}),
        _known("urut", ORDERS, "janji"),
        _known("milik", OWNERS),
        _day_in(request.values.get("tanggal", "")),
    )


def _day_in(typed: str) -> date | None:
    """What is no date counts as not asked."""
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class _Listed:
    rows: list[Row]
    total: int
    page: int
    before: bool
    more: bool
    between: bool = False


def _listed(asked: Chosen) -> _Listed:
    centre = the_centre()
    today = centre.today()
    page = request.args.get("halaman", 1, int)
    if asked.timed:
        work = open_work(centre, asked.wanted(), page, PAGE_SIZE)
        saw(Look.DAFTAR, work.records)
        rows = [work_row(record, today, work) for record in work.records]
        return _Listed(rows, work.total, work.page, work.page > 1, work.more)
    only = Filter(
        stream=asked.place or None,
        statuses=GROUPS[asked.group][1],
        layanan=asked.layanan or None,
        born=span_of(asked.day) if asked.day else None,
    )
    found = lookup.queue(centre, only, page, PAGE_SIZE)
    saw(Look.DAFTAR, found.records)
    rows = [row_of(record, today) for record in found.records]
    return _Listed(rows, found.total, found.page, found.before, found.more, found.between)


@queue.get("/")
@requires_role(*WATCHERS, Role.AUDITOR)
def listing() -> str | Response:
    if author().role == Role.AUDITOR:
        return go(url_for("trail.listing"))
    centre = the_centre()
    asked = chosen()
    found = _listed(asked)
    place, layanan = asked.place, asked.layanan
    by_status = lookup.statuses(centre, place or None, layanan or None)
    tabs = [
        Tab(
            gettext(label),
            asked.address(kelompok=key if key != "kerja" else None),
            key == asked.group,
            sum(by_status.values()) if wanted is None else lookup.total_of(by_status, *wanted),
        )
        for key, (label, wanted) in GROUPS.items()
    ]
    seconds = proposing.count(centre)
    tabs.insert(3, Tab(gettext("Petugas kedua"), url_for("proposals.listing"), False, seconds))
    first = (found.page - 1) * PAGE_SIZE + 1
    return render_template(
        "central/queue.html",
        rows=found.rows,
        asked=asked,
        group=asked.group,
        group_label=gettext(GROUPS[asked.group][0]),
        timed=asked.timed,
        empty=_empty(asked),
        tabs=tabs,
        place=place,
        layanan=layanan,
        places=[] if own_stream() else places(),
        services=[(one.code, gettext(one.short)) for one in SERVICES],
        orders=[(key, gettext(label)) for key, label in ORDERS.items()],
        owners=[(key, gettext(label)) for key, label in OWNERS.items()],
        loads=_loads(),
        may_take=author().role in OFFICERS,
        may_set=author().role == Role.ADMIN,
        head=_head(all_work(), watch(centre).silent_kelurahan),
        where=gettext(
            "%(first)s–%(last)s dari %(total)s",
            first=first,
            last=first + len(found.rows) - 1,
            total=found.total,
        ),
        prev_url=asked.address(halaman=found.page - 1) if found.before else None,
        next_url=asked.address(halaman=found.page + 1) if found.more else None,
        between=found.between,
    )


def _empty(asked: Chosen) -> str:
    if asked.timed and asked.owner:
        said = _EMPTY_FREE if asked.owner == "bebas" else _EMPTY_MINE
        return gettext(said)
    return gettext(_EMPTY.get(asked.group, _EMPTY_ELSE))


def _loads() -> list[str]:
    """What each quota means for who comes now."""
    names = {one.code: gettext(one.short) for one in SERVICES}
    return [
        gettext(
            "%(service)s: jatah %(daily)s sehari, hari ini selesai %(done)s, menunggu %(waiting)s. "
            "Yang masuk sekarang diperkirakan selesai %(day)s.",
            service=names[one.layanan],
            daily=one.daily,
            done=one.done,
            waiting=one.waiting,
            day=long_date(one.new, lang()),
        )
        for one in loads(the_centre())
    ]


def places() -> list[tuple[str, list[tuple[str, str]]]]:
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
    figures = [
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
    # What leads to a page that is not for this role is not offered.
    if own_stream():
        return figures[:2]
    return figures if author().role in OFFICERS else [*figures[:2], figures[3]]

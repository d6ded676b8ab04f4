"""Who saw whose data: all looks, those at one request, and the file an auditor takes along."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, stream_with_context, url_for

from central.centre import JAKARTA
from central.evidence.trail import ACT, Look
from central.views.current import author, the_centre
from central.views.custody import ACTS
from central.views.frame import go
from central.views.request import record_id
from central.views.texts import gettext
from central.views.words import clock, moment, say
from central.workflows import evidence, seeing
from central.workflows.seeing import Only, Page, Seen
from registration.errors import InvalidCode
from registration.format import title_name
from registration.lifecycle import ROLE_LABELS, Role
from registration.regions import all_kelurahan, place_name
from registration.texts import N_
from web.session import requires_role

trail = Blueprint("trail", __name__, url_prefix="/jejak")

AUDITORS = (Role.AUDITOR, Role.ADMIN)
PAGE_SIZE = 50
_MOST_TOLD = 3
LOOKS = {
    Look.PERMOHONAN: N_("membuka permohonan"),
    Look.BERKAS: N_("membuka foto berkas"),
    Look.DAFTAR: N_("melihat daftar"),
    Look.CARI: N_("melihat hasil pencarian"),
    Look.PERBAIKAN: N_("membuka formulir perbaikan"),
    Look.PERBEDAAN: N_("membandingkan isi yang berbeda"),
    Look.SEKALIGUS: N_("melihat perbedaan sekaligus"),
    Look.GANDA: N_("membandingkan permohonan yang mirip"),
    Look.PENGADUAN: N_("melihat pengaduan"),
    Look.EKSPOR: N_("mengambil berkas untuk auditor"),
    Look.API: N_("mengambil lewat sambungan komputer"),
    ACT: N_("tindakan pengelolaan"),
}


@dataclass(frozen=True, slots=True)
class Place:
    """A request that an entry names: a number that says nothing of the person."""

    text: str
    url: str


@dataclass(frozen=True, slots=True)
class Row:
    """One entry of the trail."""

    number: int
    when: str
    who: str
    role: str
    what: str
    why: str
    places: list[Place]
    more: int
    """How many requests are not named in the row."""


def _row(one: Seen, today: date) -> Row:
    entry = one.entry
    shown = entry.things if len(entry.things) <= _MOST_TOLD else entry.things[: _MOST_TOLD - 1]
    return Row(
        entry.seq,
        clock(moment(entry.at_ms), today),
        title_name(one.name) or gettext("jadwal"),
        gettext(ROLE_LABELS[Role(entry.role)]) if entry.role in tuple(Role) else entry.role,
        gettext(LOOKS.get(entry.kind, entry.kind)),
        gettext(ACTS.get(one.why, one.why)) if entry.kind == ACT and one.why else one.why,
        [
            Place(
                f"{place_name(stream)} {record.hex()[-8:]}",
                url_for(".of_one", stream=stream, record=record.hex()),
            )
            for stream, record in shown
        ],
        len(entry.things) - len(shown),
    )


def _day(typed: str) -> date | None:
    try:
        return date.fromisoformat(typed)
    except ValueError:
        return None


def _ms(day: date) -> int:
    """The day's first moment in Jakarta."""
    begin = datetime.combine(day, time(), JAKARTA)
    return int((begin - datetime.fromtimestamp(0, UTC)) / timedelta(milliseconds=1))


def _turning(found: Page, endpoint: str, **kept: Any) -> dict[str, Any]:
    first = (found.number - 1) * PAGE_SIZE + 1

    def at(number: int) -> str:
        return url_for(endpoint, halaman=number, **kept)

    return {
        "where": gettext(
            "%(first)s–%(last)s dari %(total)s",
            first=first,
            last=first + len(found.seen) - 1,
            total=found.total,
        ),
        "prev_url": at(found.number - 1) if found.number > 1 else None,
        "next_url": at(found.number + 1) if found.more(PAGE_SIZE) else None,
    }


def _listing(
    *, status: int = 200, typed: str = "", code_errors: list[str] | None = None
) -> Response:
    centre = the_centre()
    asked = request.args.get("hari", "")
    day = _day(asked)
    account = request.args.get("petugas", "")[:40]
    place = request.args.get("kelurahan", "")
    stream = place if place in {one.code for one in all_kelurahan()} else ""
    only = Only(
        account=account,
        stream=stream,
        from_ms=_ms(day) if day else 0,
        until_ms=_ms(day + timedelta(days=1)) if day else 0,
    )
    found = seeing.seen(centre, only, request.args.get("halaman", 1, int), PAGE_SIZE)
    today = centre.today()
    districts: dict[str, list[tuple[str, str]]] = {}
    for one in all_kelurahan():
        districts.setdefault(one.kecamatan, []).append((one.code, one.name))
    kept = {"hari": asked or None, "petugas": account or None, "kelurahan": stream or None}
    html = render_template(
        "central/trail.html",
        rows=[_row(one, today) for one in found.seen],
        asked=asked,
        day_wrong=bool(asked) and day is None,
        officer=account,
        people=[(one, title_name(name)) for one, name in seeing.people(centre)],
        place=stream,
        places=list(districts.items()),
        narrowed=bool(day or account or stream),
        typed=typed,
        code_errors=code_errors or [],
        **_turning(found, ".listing", **kept),
    )
    return Response(html, status)


@trail.get("")
@requires_role(*AUDITORS)
def listing() -> Response:
    return _listing()


@trail.post("/kode")
@requires_role(*AUDITORS)
def by_code() -> Response:
    """From the code on a receipt to who saw that request. The request itself is not shown."""
    typed = request.form.get("kode", "")[:40].strip()
    try:
        found = seeing.find_code(the_centre(), typed)
    except InvalidCode as invalid:
        return _listing(status=422, typed=typed, code_errors=[say(invalid.sentence)])
    if not found:
        said = gettext("Tidak ada permohonan dengan kode ini, atau datanya sudah dihapus.")
        return _listing(status=422, typed=typed, code_errors=[said])
    stream, record = found[0]
    return go(url_for(".of_one", stream=stream, record=record.hex()))


@trail.get("/kode")
@requires_role(*AUDITORS)
def by_code_again() -> Response:
    """A reload: the code is in no address, so start afresh."""
    return go(url_for(".listing"))


@trail.get("/permohonan/<stream>/<record>")
@requires_role(*AUDITORS)
def of_one(stream: str, record: str) -> str:
    """Who saw this one: what a resident has a right to know."""
    centre = the_centre()
    only = Only(record=record_id(record))
    found = seeing.seen(centre, only, request.args.get("halaman", 1, int), PAGE_SIZE)
    today = centre.today()
    return render_template(
        "central/trail_record.html",
        rows=[_row(one, today) for one in found.seen],
        place=place_name(stream),
        number=record[-8:],
        back=url_for("request.detail", stream=stream, record=record)
        if author().role == Role.ADMIN
        else None,
        **_turning(found, ".of_one", stream=stream, record=record),
    )


@trail.post("/ekspor")
@requires_role(*AUDITORS)
def export() -> Response:
    """One file with all chains; that it was taken is in it."""
    centre = the_centre()
    made = evidence.begin(centre, author())
    response = Response(
        stream_with_context(evidence.parts(centre, made)), content_type="application/x-tar"
    )
    response.headers["Content-Disposition"] = f'attachment; filename="{made.file_name}"'
    return response

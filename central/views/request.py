"""One request: form beside scans, what can be done with it now, and its history."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from flask import Blueprint, Response, flash, render_template, request, session, url_for

from central.views.current import author, the_centre
from central.views.frame import OFFICERS, go
from central.views.queue import care_tag, told_day
from central.views.scope import WATCHERS
from central.views.seeing import Look, saw, saw_one
from central.views.shown import data_groups, shelf, still_coming, story, value_text
from central.views.standing import standing_of
from central.views.texts import gettext
from central.views.words import case_title, due, say, says, status_tag
from central.workflows import desk, desk_rules, duplicates, lookup, proposing
from central.workflows.late import late_in
from central.workflows.seen import ChangedMeanwhile, came_after, read_token, seen_token
from central.workflows.worklists import promise, signs_of
from registration.acts_schema import DOCUMENT_NUMBER, REASON, load_issue, load_reject, load_return
from registration.errors import FormInvalid, IllegalAct
from registration.gate import FORM
from registration.lifecycle import Act, Role, acts_for
from registration.regions import place_name
from registration.risk import explain
from registration.signature import drawn_in
from registration.texts import N_
from vault.errors import NoSuchRecord, ScanIncomplete
from web.problems import Problem
from web.session import requires_role

request_pages = Blueprint("request", __name__, url_prefix="/permohonan/<stream>")

_SHOWN = {Act.PERBAIKI, Act.PROSES, Act.KEMBALIKAN, Act.TOLAK, Act.TERBITKAN}
"""The acts that the page offers; settling has its own, and scans come from the counter."""


def record_id(text: str) -> bytes:
    """The id in an address; what is none is not found."""
    try:
        found = bytes.fromhex(text)
    except ValueError:
        found = b""
    if len(found) != 16:
        raise not_found()
    return found


def open_or_404(stream: str, record: str) -> lookup.Opened:
    try:
        return lookup.open_request(the_centre(), stream, record_id(record))
    except NoSuchRecord:
        raise not_found() from None


def not_found() -> Problem:
    return Problem(
        404,
        "permohonan-tidak-ada",
        N_("Permohonan tidak ditemukan"),
        N_("Permohonan ini tidak ada di sini, atau datanya sudah dihapus."),
    )


@dataclass(frozen=True, slots=True)
class Refused:
    """An act that did not happen: what was typed stays, and the reason stands beside it."""

    act: str
    typed: str = ""
    picked: str = ""
    """The kept reason that was chosen."""
    errors: list[str] = field(default_factory=list)
    notice: str = ""
    seen: str = ""
    """What the page showed, where something else came meanwhile."""


def _page(stream: str, record: str, refused: Refused | None = None, status: int = 200) -> Response:
    centre = the_centre()
    opened = open_or_404(stream, record)
    found = opened.record
    saw(Look.PERMOHONAN, [found])
    today = centre.today()
    seen = read_token(refused.seen) if refused and refused.seen else None
    lines = story(opened, today, came_after(opened.told, seen) if seen is not None else ())
    scans = shelf(opened, request.args.get("berkas", ""))
    may_settle = author().role in OFFICERS
    acts = set(acts_for(Role(author().role), opened_status(found.status)))
    from central.views.siak import panel

    siak = panel(found)
    alike = duplicates.alike(centre, found.id) if may_settle else []
    standing = standing_of(opened)
    if standing.locked:
        acts -= _SHOWN
    signs = signs_of(found, paired=bool(alike)) if acts & _SHOWN or standing.locked else frozenset()
    layanan = str(found.value("layanan", ""))
    html = render_template(
        "central/request.html",
        siak=siak,
        record=found,
        ids={"stream": stream, "record": record},
        name=str(found.value("data.nama", "–")),
        code=str(found.value("kode", "")),
        title=case_title(found),
        place=place_name(stream),
        tag=status_tag(found.status),
        due=due(found, today),
        reason=found.value("alasan") if found.status in ("dikembalikan", "ditolak") else None,
        number=found.value("nomor_dokumen"),
        received=value_text("penerima", found.value("penerima")),
        signature=drawn_in(found.value("penerima")),
        groups=data_groups(found, scans),
        conflicts=found.conflicts,
        late=may_settle and late_in(centre, found) is not None,
        alike=[
            url_for("duplicates.pair", first=found.id.hex(), second=other.hex()) for other in alike
        ],
        may_settle=may_settle,
        scans=scans,
        worker=standing.worker,
        standing=standing,
        care=care_tag(signs),
        signs=says(explain(signs)),
        told=told_day(found, promise(centre, found)),
        in_a_row="meja" in session,
        coming=still_coming(scans),
        lines=lines,
        fresh=[line for line in lines if line.fresh],
        acts=acts,
        can_act=bool(acts & _SHOWN),
        opened_act=refused.act if refused else request.args.get("buka", ""),
        refused=refused,
        return_reasons=desk_rules.reasons(centre, Act.KEMBALIKAN, layanan),
        reject_reasons=desk_rules.reasons(centre, Act.TOLAK, layanan),
        reason_field=REASON,
        number_field=DOCUMENT_NUMBER,
        seen=seen_token(found),
        watchable=author().role == Role.ADMIN,
    )
    return Response(html, status)


def opened_status(status: str) -> Any:
    """The status for the law of the lifecycle; one of a newer version allows nothing here."""
    from registration.lifecycle import Status

    return Status(status) if status in tuple(Status) else None


@request_pages.get("/<record>")
@requires_role(*WATCHERS)
def detail(stream: str, record: str) -> Response:
    return _page(stream, record)


@request_pages.get("/<record>/berkas/<scan>")
@requires_role(*WATCHERS)
def scan(stream: str, record: str, scan: str) -> Response:
    """A scan itself, to look at it large."""
    try:
        found = lookup.open_scan(the_centre(), stream, record_id(record), scan)
    except NoSuchRecord:
        raise not_found() from None
    except ScanIncomplete:
        raise Problem(
            404,
            "foto-menyusul",
            N_("Foto ini belum sampai"),
            N_("Foto masih di loket dan menyusul begitu jaringannya kuat."),
            headers={"Retry-After": "60"},
        ) from None
    except lookup.ScanDamaged:
        raise Problem(
            500,
            "foto-rusak",
            N_("Foto ini tidak utuh"),
            N_("Isinya tidak sama dengan yang dikirim loket. Minta loket memfoto ulang."),
        ) from None
    saw_one(Look.BERKAS, stream, record_id(record))
    response = Response(found.data, content_type=found.mime)
    response.headers["Content-Disposition"] = "inline; filename=berkas"
    # What was sent in may be made to attack whoever opens it.
    response.headers["Content-Security-Policy"] = (
        "sandbox" if found.mime == "application/pdf" else "default-src 'none'; sandbox"
    )
    return response


Do = Callable[..., object]


def _done(code: str, stream: str, act: str) -> str:
    told = {
        "kembalikan": N_("%(code)s dikembalikan. %(place)s melihatnya begitu terhubung."),
        "tolak": N_("%(code)s ditolak. %(place)s melihatnya begitu terhubung."),
        "terbitkan": N_("%(code)s terbit. %(place)s melihatnya begitu terhubung."),
    }
    place = gettext("Loket %(place)s", place=place_name(stream))
    return gettext(told[act]) % {"code": code, "place": place}


def act_refused(
    stream: str, record: str, act: str, illegal: IllegalAct, typed: str = ""
) -> Response:
    """Back to the page: the act is not possible (any more), and why."""
    seen = request.form.get("dilihat", "")
    return _page(stream, record, Refused(act, typed, notice=say(illegal.sentence), seen=seen), 409)


def page_again(stream: str, record: str, act: str, typed: str, errors: list[str]) -> Response:
    """Back to the page: what was typed will not do."""
    return _page(stream, record, Refused(act, typed, errors=errors), 422)


def act_stale(stream: str, record: str, act: str, notice: str) -> Response:
    """Back to the page: something came meanwhile."""
    refused = Refused(act, notice=notice, seen=request.form.get("dilihat", ""))
    return _page(stream, record, refused, 409)


@request_pages.post("/<record>/proses")
@requires_role(*OFFICERS)
def start(stream: str, record: str) -> Response:
    try:
        desk.start(the_centre(), stream, record_id(record), author())
    except NoSuchRecord:
        raise not_found() from None
    except IllegalAct as illegal:
        return act_refused(stream, record, "proses", illegal)
    flash(gettext("Permohonan ini sekarang Anda kerjakan. Loket melihatnya juga."), "good")
    return go(url_for(".detail", stream=stream, record=record))


@request_pages.post("/<record>/kembalikan")
@requires_role(*OFFICERS)
def give_back(stream: str, record: str) -> Response:
    return _act(
        stream,
        record,
        Act.KEMBALIKAN,
        "alasan",
        lambda typed: load_return(typed).alasan,
        desk.give_back,
    )


@request_pages.post("/<record>/tolak")
@requires_role(*OFFICERS)
def reject(stream: str, record: str) -> Response:
    return _act(
        stream, record, Act.TOLAK, "alasan", lambda typed: load_reject(typed).alasan, desk.reject
    )


@request_pages.post("/<record>/terbitkan")
@requires_role(*OFFICERS)
def issue(stream: str, record: str) -> Response:
    return _act(
        stream,
        record,
        Act.TERBITKAN,
        "nomor_dokumen",
        lambda typed: load_issue(typed).nomor_dokumen,
        desk.issue,
    )


def _with_kept(opened: lookup.Opened, act: Act, picked: str, typed: str) -> str:
    """The chosen reason, and what was typed beside it; an unknown one counts as none."""
    layanan = str(opened.record.value("layanan", ""))
    kept = {one.id: one.text for one in desk_rules.reasons(the_centre(), act, layanan)}
    return " ".join(part for part in (kept.get(picked, ""), typed.strip()) if part)


def _act(
    stream: str,
    record: str,
    act: Act,
    name: str,
    load: Callable[[dict[str, str]], str],
    do: Do,
) -> Response:
    """An act with one answer: done, or back to the page with what was typed."""
    typed = request.form.get(name, "")
    picked = request.form.get("alasan_siap", "")
    seen = request.form.get("dilihat", "")
    context = read_token(seen)
    opened = open_or_404(stream, record)
    asked = _with_kept(opened, act, picked, typed) if picked else typed
    try:
        value = load({name: asked})
        do(the_centre(), stream, record_id(record), author(), value, seen=context)
    except NoSuchRecord:
        raise not_found() from None
    except FormInvalid as invalid:
        errors = says(invalid.errors.get(name) or invalid.errors.get(FORM, []))
        return _page(stream, record, Refused(act, typed, picked, errors), 422)
    except IllegalAct as illegal:
        refused = Refused(act, typed, picked, [], say(illegal.sentence), seen)
        return _page(stream, record, refused, 409)
    except ChangedMeanwhile:
        notice = gettext(
            "Belum dilakukan: permohonan ini berubah sejak halaman dibuka. "
            "Baca dulu perubahannya, lalu putuskan lagi. Yang sudah diketik masih ada."
        )
        return _page(stream, record, Refused(act, typed, picked, [], notice, seen), 409)
    opened = open_or_404(stream, record)
    code = str(opened.record.value("kode", ""))
    if proposing.waits(the_centre(), opened.record, author()):
        flash(gettext("%(code)s diusulkan. Petugas kedua yang memutuskan.", code=code), "good")
    else:
        flash(_done(code, stream, act), "good")
    if request.form.get("lanjut"):
        from central.views.desk import go_on

        return go_on()
    return go(url_for("queue.listing"))

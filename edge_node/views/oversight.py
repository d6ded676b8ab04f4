"""Looking over the work: what waits and why, a day's summary, the penyelia's supervision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext
from werkzeug.wrappers import Response

from edge_node.edge import JAKARTA, Edge
from edge_node.views import form_page
from edge_node.views.complaints import waiting_words
from edge_node.views.counter import Entry, entries
from edge_node.views.current import author, the_edge
from edge_node.views.paths import record_id
from edge_node.views.register import READERS
from edge_node.views.words import form_of, lang, name_of, say_all, what
from edge_node.workflows import acts, lookup, pending, supervising
from edge_node.workflows.lookup import Row
from edge_node.workflows.pending import Reason
from edge_node.workflows.promising import promise
from edge_node.workflows.summary import summary
from registration.acts_schema import REMARK, SAMPLE, load_sample
from registration.catalogue import missing_documents
from registration.errors import FormInvalid
from registration.format import long_date, title_name
from registration.lifecycle import ROLE_LABELS, Act, Role
from registration.texts import N_
from vault.read import Record
from web.session import requires_role

blueprint = Blueprint("pengawasan", __name__, template_folder="../templates")

SPANS = (7, 30)
_LONG_ON_THE_SHELF = 7
"""Days after which somebody should call the owner of a finished document."""
_HOUR, _DAY = 60, 24 * 60


@dataclass(frozen=True, slots=True)
class _Heading:
    """What a reason is called, and what is to be done about it."""

    kind: str
    symbol: str
    label: str
    do: str


_REASONS: dict[Reason, _Heading] = {
    Reason.PERBAIKAN: _Heading(
        "act",
        "▲",
        N_("Menunggu diperbaiki di loket"),
        N_("Disdukcapil mengembalikannya. Baca alasannya, perbaiki, ajukan kembali."),
    ),
    Reason.PEMERIKSAAN: _Heading(
        "act",
        "▢",
        N_("Menunggu diperiksa petugas"),
        N_("Cocokkan dengan berkas asli; hubungi pemohon bila ada yang belum dibawa."),
    ),
    Reason.PENGAMBILAN: _Heading(
        "good",
        "✓",
        N_("Menunggu diambil pemohon"),
        N_("Dokumen ada di loket. Hubungi pemohon yang lama tidak datang."),
    ),
    Reason.JARINGAN: _Heading(
        "wait",
        "○",
        N_("Menunggu jaringan"),
        N_("Aman di kelurahan; dikirim sendiri begitu jaringan ada."),
    ),
    Reason.PUSAT: _Heading(
        "sent",
        "●",
        N_("Menunggu Disdukcapil"),
        N_("Sedang di sana. Yang lewat janji boleh ditanyakan ke Disdukcapil."),
    ),
    Reason.PUTUSAN: _Heading(
        "act",
        "▲",
        N_("Menunggu keputusan atas perbedaan isian"),
        N_("Disdukcapil yang memutuskan; tidak ada yang perlu dilakukan di sini."),
    ),
    Reason.PERJALANAN: _Heading(
        "sent",
        "●",
        N_("Dokumen dalam perjalanan ke kelurahan"),
        N_("Sudah terbit. Catat begitu tiba di loket."),
    ),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """One line of the page: the request, for how long, and why."""

    entry: Entry
    age: str
    why: str
    late: bool


@blueprint.get("/menunggu")
@requires_role()
def waiting() -> Any:
    """What waits, and why."""
    edge = the_edge()
    today = edge.today()
    groups = []
    for one in pending.pending(edge):
        shown = entries(one.rows, today)
        groups.append(
            {
                "heading": _REASONS[one.reason],
                "count": one.count,
                "lines": [
                    _waiting(one.reason, row, entry, today)
                    for row, entry in zip(one.rows, shown, strict=True)
                ],
                "url": url_for("loket.hari_ini", kelompok=one.group),
                "more": one.count > len(one.rows),
            }
        )
    return render_template("edge/menunggu.html", groups=groups)


def _waiting(reason: Reason, row: Row, entry: Entry, today: date) -> Waiting:
    record = row.record
    since = _day(_since_ms(reason, record))
    days = max((today - since).days, 0)
    why, late = _why(reason, record, since, today)
    return Waiting(entry, age_of(days), why, late)


def _since_ms(reason: Reason, record: Record) -> int:
    if reason is Reason.PUSAT:
        return record.verified_ms or record.opened_ms
    if reason in (Reason.PERBAIKAN, Reason.PENGAMBILAN, Reason.PERJALANAN):
        return record.changed_ms
    return record.opened_ms


def _why(reason: Reason, record: Record, since: date, today: date) -> tuple[str, bool]:
    """(what to say of this very request; "": the heading says it all, whether it is late)."""
    if reason is Reason.PERBAIKAN:
        return str(record.value("alasan", "") or ""), False
    if reason is Reason.PEMERIKSAAN:
        lacking = _lacking(record)
        if lacking:
            return gettext("Belum ada: %(documents)s.", documents=", ".join(lacking)), False
        return "", False
    if reason is Reason.PENGAMBILAN:
        late = (today - since).days > _LONG_ON_THE_SHELF
        return (gettext("Hubungi pemohon.") if late else ""), late
    if reason in (Reason.PUSAT, Reason.JARINGAN) and record.verified_ms:
        return _promise(record, today)
    return "", False


def _promise(record: Record, today: date) -> tuple[str, bool]:
    told = promise(record)
    late = (today - told.day).days if told else 0
    if late <= 0:
        return "", False
    said = ngettext("Lewat janji %(num)s hari.", "Lewat janji %(num)s hari.", late)
    return str(said), True


def _lacking(record: Record) -> list[str]:
    form = form_of(record)
    held = {manifest["jenis"] for manifest in record.scans.values()}
    return [gettext(one.label) for one in missing_documents(form[1], held)] if form else []


def age_of(days: int) -> str:
    if days == 0:
        return str(gettext("hari ini"))
    return str(ngettext("%(num)s hari", "%(num)s hari", days))


def _day(ms: int) -> date:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(JAKARTA).date()


_COUNTED = (
    Act.AJUKAN,
    Act.VERIFIKASI,
    Act.PERBAIKI,
    Act.TERIMA_DOKUMEN,
    Act.SERAHKAN,
    Act.BATALKAN,
)
_DONE = {
    Act.AJUKAN: N_("Diterima"),
    Act.VERIFIKASI: N_("Diverifikasi"),
    Act.PERBAIKI: N_("Diperbaiki"),
    Act.TERIMA_DOKUMEN: N_("Dokumen tiba"),
    Act.SERAHKAN: N_("Diserahkan"),
    Act.BATALKAN: N_("Dibatalkan"),
}


@blueprint.get("/ringkasan")
@requires_role(*READERS)
def of_day() -> Any:
    """What was done on a day, by whoever looks and by the whole counter."""
    edge = the_edge()
    day = _asked_day(edge)
    found = summary(edge, day, author().id)
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    queues = lookup.queues(edge)
    return render_template(
        "edge/ringkasan.html",
        who=title_name(author().name),
        day=long_date(day, lang()),
        is_today=day == edge.today(),
        lines=[
            (gettext(_DONE[act]), found.mine.get(act, 0), found.all.get(act, 0)) for act in _COUNTED
        ],
        returned=found.all.get(Act.KEMBALIKAN, 0),
        issued=found.all.get(Act.TERBITKAN, 0),
        served=found.served,
        absent=found.absent,
        unfinished=found.unfinished,
        left=[
            (gettext(label), queues[group].count, url_for("loket.hari_ini", kelompok=group))
            for group, label in _LEFT
        ],
        before=url_for("pengawasan.of_day", hari=before),
        after=url_for("pengawasan.of_day", hari=after) if after <= edge.today() else None,
    )


_LEFT = (
    (lookup.Group.DIKEMBALIKAN, N_("dikembalikan, belum diperbaiki")),
    (lookup.Group.PERIKSA, N_("belum diverifikasi")),
    (lookup.Group.MENUNGGU, N_("menunggu kirim")),
    (lookup.Group.SIAP, N_("terbit atau siap diambil")),
)


def _asked_day(edge: Edge) -> date:
    try:
        asked = date.fromisoformat(request.args.get("hari", ""))
    except ValueError:
        return edge.today()
    return min(asked, edge.today())


@blueprint.get("/pengawasan")
@requires_role(Role.PENYELIA)
def page() -> Any:
    """Who did what, how quickly, what is late, samples to look at."""
    return _page()


def _page(
    status: int = 200,
    opened: str = "",
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, list[str]] | None = None,
) -> Any:
    edge = the_edge()
    asked = request.args.get("hari", SPANS[0], type=int)
    days = asked if asked in SPANS else SPANS[0]
    seen = supervising.supervision(edge, days)
    unsent: list[Row] = [Row(one, False) for one in seen.late]
    rendered = render_template(
        "edge/pengawasan.html",
        days=days,
        spans=[(span, url_for("pengawasan.page", hari=span)) for span in SPANS],
        first=long_date(seen.first, lang()),
        last=long_date(seen.last, lang()),
        figures=[
            (gettext(_DONE[act]), seen.acts.get(act, 0))
            for act in (Act.AJUKAN, Act.VERIFIKASI, Act.SERAHKAN)
        ]
        + [(gettext("Dikembalikan Disdukcapil"), seen.acts.get(Act.KEMBALIKAN, 0))],
        columns=[gettext(_DONE[act]) for act in _COUNTED],
        people=[_person(one) for one in seen.people],
        pace=[
            (gettext("Dari diajukan sampai diverifikasi"), _minutes(seen.pace.to_verify)),
            (gettext("Dari diverifikasi sampai terbit"), _minutes(seen.pace.to_issue)),
            (gettext("Dari dikembalikan sampai diajukan lagi"), _minutes(seen.pace.to_mend)),
        ],
        samples=[_sample(one, edge.today()) for one in seen.samples],
        checked=seen.checked,
        late=[
            (entry, _promise(row.record, edge.today())[0])
            for row, entry in zip(unsent, entries(unsent, edge.today()), strict=True)
        ],
        more_late=seen.more_late,
        heard=waiting_words(edge, Role.PENYELIA),
        sample_field=form_page.question(SAMPLE),
        remark_field=form_page.question(REMARK),
        opened=opened,
        typed=typed or {},
        errors=errors or {},
    )
    return rendered, status


def _person(work: supervising.Work) -> dict[str, Any]:
    known = {str(role): label for role, label in ROLE_LABELS.items()}
    return {
        "name": title_name(work.name),
        "role": gettext(known[work.role]) if work.role in known else work.role,
        "counts": [work.acts[act] for act in _COUNTED],
        "given_back": work.given_back,
        "found_wrong": work.found_wrong,
    }


def _sample(record: Record, today: date) -> dict[str, str]:
    return {
        "record": record.id.hex(),
        "name": name_of(record),
        "what": what(record),
        "code": str(record.value("kode", "")),
        "age": age_of(max((today - _day(record.verified_ms or record.opened_ms)).days, 0)),
        "url": url_for("permohonan.page", record=record.id.hex()),
    }


def _minutes(span: float | None) -> str:
    """A length of time as people say it."""
    if span is None:
        return "–"
    if span < _HOUR:
        return str(ngettext("%(num)s menit", "%(num)s menit", max(round(span), 1)))
    if span < _DAY:
        return str(ngettext("%(num)s jam", "%(num)s jam", round(span / _HOUR)))
    return str(ngettext("%(num)s hari", "%(num)s hari", round(span / _DAY)))


@blueprint.post("/pengawasan/<record>")
@requires_role(Role.PENYELIA)
def check(record: str) -> Any:
    """A sample was looked at."""
    one = record_id(record)
    typed = {name: request.form.get(name, "") for name in (SAMPLE.name, REMARK.name)}
    try:
        found, remark = load_sample(typed)
    except FormInvalid as invalid:
        return _page(422, one.hex(), typed, say_all(invalid.errors))
    acts.spot_check(the_edge(), one, author(), found, remark)
    flash(gettext("Hasil pemeriksaan tercatat di riwayat permohonan."), "good")
    return redirect(url_for("pengawasan.page"), 303)


@blueprint.get("/pengawasan/<record>")
@requires_role(Role.PENYELIA)
def back(record: str) -> Response:
    """A reload of the page that a form came back with."""
    record_id(record)
    return redirect(url_for("pengawasan.page"), 303)

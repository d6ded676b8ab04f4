"""Complaints at the counter: who waits longest, one complaint with its history, and the answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext, ngettext

from edge_node.edge import Edge
from edge_node.views import form_page
from edge_node.views.current import author, the_edge
from edge_node.views.paths import record_id
from edge_node.views.words import Tag, at_ms, at_time, lang, safe_sentence, say, say_all
from edge_node.workflows import complaints
from edge_node.workflows.complaints import Heard
from registration.complaint_forms import ANSWER, load_answer
from registration.complaints import (
    ABOUT_STAFF,
    ANSWER_TIME,
    PHONE,
    STATUS_LABELS,
    SUBJECT_LABELS,
    WAITING,
    Status,
    Subject,
    readable_by,
)
from registration.errors import FormInvalid, IllegalAct
from registration.format import long_date
from registration.lifecycle import Role
from registration.phone import pretty
from registration.texts import N_
from web.session import requires_role

blueprint = Blueprint("complaints", __name__, template_folder="../templates")
READERS = tuple(role for role in Role if readable_by(role))
_SOON_DAYS = 3


class Group(StrEnum):
    """The lists, in the order in which they want a person."""

    MENUNGGU = "menunggu"
    DIJAWAB = "dijawab"
    SELESAI = "selesai"


_STATUSES: dict[Group, tuple[Status, ...]] = {
    Group.MENUNGGU: tuple(sorted(WAITING)),
    Group.DIJAWAB: (Status.DIJAWAB,),
    Group.SELESAI: (Status.SELESAI, Status.DITARIK),
}
_LABELS: dict[Group, str] = {
    Group.MENUNGGU: N_("Menunggu jawaban"),
    Group.DIJAWAB: N_("Sudah dijawab"),
    Group.SELESAI: N_("Selesai"),
}
_TAGS: dict[Status, Tag] = {
    Status.DITERIMA: Tag("act", STATUS_LABELS[Status.DITERIMA], "▢"),
    Status.DITANGANI: Tag("sent", STATUS_LABELS[Status.DITANGANI]),
    Status.DIJAWAB: Tag("good", STATUS_LABELS[Status.DIJAWAB]),
    Status.SELESAI: Tag("plain", STATUS_LABELS[Status.SELESAI], "✓"),
    Status.DITARIK: Tag("plain", STATUS_LABELS[Status.DITARIK], "✕"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the list."""

    url: str
    title: str
    begin: str
    code: str
    when: str
    left: str
    late: bool
    tag: Tag
    supervisor_only: bool


@dataclass(frozen=True, slots=True)
class WaitingWords:
    """What the first page says."""

    count: int
    title: str
    note: str


def waiting_words(edge: Edge, role: str) -> WaitingWords | None:
    """None for who reads no complaints."""
    if role not in READERS:
        return None
    found = complaints.waiting(edge, Role(role))
    if found.days_left is None:
        return WaitingWords(0, gettext("Tidak ada pengaduan yang menunggu."), "")
    title = ngettext(
        "%(num)s pengaduan menunggu jawaban", "%(num)s pengaduan menunggu jawaban", found.count
    )
    return WaitingWords(found.count, title, _left(found.days_left))


def _left(days: int) -> str:
    if days < 0:
        return str(ngettext("Terlambat %(num)s hari", "Terlambat %(num)s hari", -days))
    if days == 0:
        return str(gettext("Batasnya hari ini"))
    return str(ngettext("Sisa %(num)s hari", "Sisa %(num)s hari", days))


def _left_of(heard: Heard) -> str:
    if heard.waiting and heard.taken:
        return str(gettext("dijawab Disdukcapil"))
    return _left(heard.days_left) if heard.waiting else ""


def _subject(heard: Heard) -> str:
    return str(gettext(SUBJECT_LABELS[heard.subject or Subject.LAIN]))


def _tag(heard: Heard) -> Tag:
    tag = _TAGS[heard.status]
    return Tag(tag.kind, gettext(tag.label), tag.symbol)


def _entry(heard: Heard, today: date) -> Entry:
    return Entry(
        url_for("complaints.page", record=heard.record.id.hex()),
        _subject(heard),
        heard.text[:90] + ("…" if len(heard.text) > 90 else ""),
        heard.code,
        at_ms(heard.record.opened_ms, today),
        _left_of(heard),
        heard.waiting and not heard.taken and heard.days_left <= _SOON_DAYS,
        _tag(heard),
        heard.subject in ABOUT_STAFF,
    )


@blueprint.get("/pengaduan")
@requires_role(*READERS)
def index() -> Any:
    """Who waits longest stands first."""
    edge, role = the_edge(), Role(author().role)
    group = _chosen()
    number = max(request.args.get("hal", 1, type=int) or 1, 1)
    pages = {
        one: complaints.listed(edge, role, _STATUSES[one], number if one is group else 1)
        for one in Group
    }
    page = pages[group]
    first = (page.number - 1) * complaints.PAGE + 1

    def at(to: int) -> str:
        return url_for("complaints.index", kelompok=group, hal=to if to > 1 else None)

    return render_template(
        "edge/pengaduan.html",
        tabs=[
            {
                "label": gettext(_LABELS[one]),
                "url": url_for("complaints.index", kelompok=one),
                "current": one is group,
                "count": found.count,
            }
            for one, found in pages.items()
        ],
        group=group,
        entries=[_entry(heard, edge.today()) for heard in page.rows],
        sentence=gettext(
            "%(first)s–%(last)s dari %(count)s",
            first=min(first, page.count),
            last=first + len(page.rows) - 1 if page.rows else page.count,
            count=page.count,
        ),
        prev_url=at(number - 1) if number > 1 else None,
        next_url=at(number + 1) if page.more else None,
        days=ANSWER_TIME.days,
        basis=ANSWER_TIME.basis,
        all_seen=role is Role.PENYELIA,
    )


def _chosen() -> Group:
    try:
        return Group(request.args.get("kelompok", ""))
    except ValueError:
        return Group.MENUNGGU


@blueprint.get("/pengaduan/<record>")
@requires_role(*READERS)
def page(record: str) -> Any:
    return _render(record_id(record))


def _render(
    record: bytes,
    *,
    status: int = 200,
    notice: str = "",
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, list[str]] | None = None,
) -> Any:
    edge, role = the_edge(), Role(author().role)
    heard = complaints.know(edge, record, role)
    about = complaints.request_of(edge, heard)
    today = edge.today()
    phone = heard.record.value(PHONE)
    rendered = render_template(
        "edge/pengaduan_satu.html",
        record=record.hex(),
        title=_subject(heard),
        code=heard.code,
        tag=_tag(heard),
        text=heard.text,
        phone=pretty(str(phone)) if phone else "",
        about_code=heard.about_code,
        about_url=url_for("permohonan.page", record=about.hex()) if about else "",
        supervisor_only=heard.subject in ABOUT_STAFF,
        reopened=heard.reopened,
        taken=heard.taken,
        answer=heard.answer,
        left=_left(heard.days_left) if heard.waiting else "",
        due=long_date(ANSWER_TIME.due(heard.asked), lang()),
        late=heard.waiting and heard.days_left < 0,
        closable_from=long_date(complaints.quiet_until(heard), lang())
        if heard.status is Status.DIJAWAB
        else "",
        acts={str(act) for act in heard.acts(role)},
        answer_field=form_page.question(ANSWER),
        notice_text=notice,
        typed=typed or {},
        errors=errors or {},
        history=[
            {
                "when": at_time(line.at, today),
                "sentence": say(line.sentence),
                "notes": [say(note) for note in line.notes],
            }
            for line in reversed(heard.lines)
        ],
    )
    return rendered, status


def _try(record: bytes, act: Callable[[], object], sentence: str) -> Any:
    """Do the act; where it is refused, the page again with the reason and what was typed."""
    try:
        act()
    except IllegalAct as refused:
        typed = request.form.to_dict()
        return _render(record, status=409, notice=say(refused.sentence), typed=typed)
    except FormInvalid as invalid:
        typed, errors = request.form.to_dict(), say_all(invalid.errors)
        return _render(record, status=422, typed=typed, errors=errors)
    flash(f"{sentence} {safe_sentence(the_edge().line.link.line)}", "good")
    return redirect(url_for("complaints.page", record=record.hex()), 303)


@blueprint.post("/pengaduan/<record>/tangani")
@requires_role(*READERS)
def take_up(record: str) -> Any:
    one, by = record_id(record), author()
    return _try(
        one, lambda: complaints.take_up(the_edge(), one, by), gettext("Pengaduan ditangani.")
    )


@blueprint.post("/pengaduan/<record>/jawab")
@requires_role(*READERS)
def answer(record: str) -> Any:
    one, by = record_id(record), author()

    def act() -> None:
        text = load_answer({ANSWER.name: request.form.get(ANSWER.name, "")})
        complaints.answer(the_edge(), one, by, text)

    return _try(one, act, gettext("Jawaban tersimpan; warga bisa membacanya di portal."))


@blueprint.post("/pengaduan/<record>/tutup")
@requires_role(*READERS)
def close(record: str) -> Any:
    one, by = record_id(record), author()
    return _try(one, lambda: complaints.close(the_edge(), one, by), gettext("Pengaduan ditutup."))


@blueprint.get("/pengaduan/<record>/<any(tangani, jawab, tutup):act>")
@requires_role(*READERS)
def back(record: str, act: str) -> Any:
    """A reload of the page that a refused act came back with."""
    return redirect(url_for("complaints.page", record=record_id(record).hex()), 303)

"""One request: where it is, what happens next, what may be done now, and its history."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from flask import Blueprint, render_template, url_for
from flask_babel import gettext

from edge_node.edge import Edge
from edge_node.views import form_page, paper_forms, phone_signature
from edge_node.views.counter import sidebar
from edge_node.views.current import author, the_edge
from edge_node.views.paths import record_id
from edge_node.views.words import (
    at_time,
    form_of,
    lang,
    name_of,
    next_step,
    say,
    status_of,
    tag_of,
    what,
)
from edge_node.workflows import lookup
from edge_node.workflows.lookup import Known, Row
from registration.acts_schema import ON_SCREEN, REASON, RECEIVER, RELATION, SIGNING
from registration.catalogue import DATA, Case, label_of, missing_documents, policy_of
from registration.display import show
from registration.lifecycle import Role, acts_for
from registration.signature import drawn_in
from registration.texts import N_
from sync.hlc import trusted
from vault.read import Record
from vault.telling import timeline
from web.app import allow_camera
from web.session import requires_role

blueprint = Blueprint("permohonan", __name__, template_folder="../templates")

_MINUTE = 60
_OTHER = N_("Keterangan lain")
_USUAL_CHANNEL = "loket"
_DROP_REASON = replace(
    REASON,
    help=N_("Dibaca Disdukcapil di riwayat."),
    example="Foto KK orang lain ikut terunggah.",
)


@blueprint.get("/permohonan/<record>")
@requires_role()
def page(record: str) -> Any:
    return render_request(record_id(record))


def render_request(
    record: bytes,
    *,
    status: int = 200,
    notice: str = "",
    opened: str = "",
    typed: Mapping[str, str] | None = None,
    errors: Mapping[str, list[str]] | None = None,
    by_phone: bool = False,
) -> Any:
    """The page of a request; after a refused act with a sentence, or with its form open again.

    :param opened: the act whose form stands open.
    :param by_phone: with the code that lets a phone sign for the hand-over.
    :raises NoSuchRecord: it is not held here.
    """
    edge = the_edge()
    known = lookup.know(edge, record)
    found = known.record
    row = Row(found, known.unsent)
    role = Role(author().role)
    now = status_of(found)
    form = form_of(found)
    acts = acts_for(role, now) if now is not None else []
    lacking = _lacking(found, form[1] if form else None)
    allow_camera()
    rendered = render_template(
        "edge/permohonan.html",
        **sidebar(edge, found),
        record=record.hex(),
        name=name_of(found),
        what=what(found),
        code=str(found.value("kode", "")),
        status=tag_of(row),
        next_step=next_step(row, role, edge.line.link.line),
        returned=found.status == "dikembalikan",
        reason=str(found.value("alasan", "") or ""),
        acts={str(act) for act in acts},
        groups=_data(found, form[1] if form else None),
        about=_about(found),
        papers=_papers(known, form[1] if form else None),
        lacking=lacking,
        undecided=found.conflicts,
        name_undecided=_is_undecided(found, "data.nama"),
        history=_history(edge, known, edge.today()),
        notice_text=notice,
        opened=opened,
        typed=typed or {},
        errors=errors or {},
        reason_field=form_page.question(REASON),
        drop_reason_field=form_page.question(_DROP_REASON),
        receiver_field=form_page.question(RECEIVER),
        relation_field=form_page.question(RELATION),
        signing_field=form_page.question(SIGNING),
        on_screen=ON_SCREEN,
        phone=phone_signature.panel(record) if by_phone else None,
        receiver_is=str(found.value("data.nama", "")),
        forms=paper_forms.links(
            form[1] if form else None, "formulir.of_request", record=record.hex()
        ),
        handed_over="penerima" in found.fields,
        signature=drawn_in(found.value("penerima")),
    )
    return rendered, status


def _lacking(found: Record, case: Case | None) -> list[str]:
    if case is None:
        return []
    held = {manifest["jenis"] for manifest in found.scans.values()}
    return [gettext(one.label) for one in missing_documents(case, held)]


def _is_undecided(found: Record, name: str) -> bool:
    resolution = found.fields.get(name)
    return resolution is not None and resolution.conflicted


def _fact(found: Record, name: str) -> dict[str, Any]:
    empty = name not in found.fields
    return {
        "label": gettext(label_of(name)),
        "value": "" if empty else say(show(name, found.value(name), lang())),
        "undecided": _is_undecided(found, name),
    }


def _data(found: Record, case: Case | None) -> list[tuple[str, list[dict[str, Any]]]]:
    """The answers, in the groups of the form; what a newer form asked comes last."""
    asked: list[tuple[str, list[str]]] = []
    if case is not None:
        asked = [(one.title, [DATA + f.name for f in one.fields]) for one in case.groups]
    known = {name for _, names in asked for name in names}
    others = [name for name in found.fields if name.startswith(DATA) and name not in known]
    if others:
        asked.append((_OTHER, sorted(others)))
    return [(gettext(title), [_fact(found, name) for name in names]) for title, names in asked]


def _about(found: Record) -> list[tuple[str, str]]:
    facts = [
        (gettext(label_of(name)), say(show(name, found.value(name), lang())))
        for name in ("data.telepon", "kanal", "nomor_dokumen")
        if found.value(name) and found.value(name) != _USUAL_CHANNEL
    ]
    if "penerima" in found.fields:
        received = say(show("penerima", found.value("penerima"), lang()))
        facts.append((gettext("Diterima oleh"), received))
    return facts


def _papers(known: Known, case: Case | None) -> list[form_page.Paper]:
    held = known.record.scans
    stored: dict[str, list[form_page.Stored]] = {}
    for scan, manifest in held.items():
        of_kind = stored.setdefault(manifest["jenis"], [])
        of_kind.append(_stored(known, scan, manifest, len(of_kind) + 1))
    papers = []
    for document in case.documents if case is not None else ():
        papers.append(form_page.paper(document, stored.pop(document.code, [])))
    for jenis, rest in stored.items():
        papers.append(form_page.Paper("berkas." + jenis, jenis, "", False, tuple(rest)))
    return papers


def _stored(known: Known, scan: str, held: Mapping[str, Any], number: int) -> form_page.Stored:
    here = known.whole.get(scan, False)
    url = url_for("berkas.of_request", record=known.record.id.hex(), scan=scan)
    return form_page.Stored(
        scan,
        gettext("Foto %(number)s", number=number),
        form_page.note_of(held) if here else gettext("belum sampai di sini"),
        url if here else "",
        url if here and str(held["mime"]).startswith("image/") else None,
    )


def papers_of(known: Known, case: Case) -> list[form_page.Paper]:
    """The documents of a request's form, with the scans that are held."""
    return _papers(known, case)


def _history(edge: Edge, known: Known, today: date) -> list[dict[str, Any]]:
    undecided = [name for name, one in known.record.fields.items() if one.conflicted]
    lines = timeline(known.history, edge.place_of, policy_of, undecided)
    return [
        {
            "when": at_time(line.at, today),
            # A clock that was never compared says so in a sentence of its own.
            "doubt": -(-line.doubt_s // _MINUTE)
            if line.doubt_s >= _MINUTE and trusted(line.doubt_s)
            else 0,
            "sentence": say(line.sentence),
            "notes": [say(note) for note in line.notes],
        }
        for line in reversed(lines)
    ]

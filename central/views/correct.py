"""Correcting the data of a request: the form, filled in, with nothing lost on the way."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.forms import answers, as_typed, confirmed, question
from central.views.frame import OFFICERS, go
from central.views.request import open_or_404, opened_status, record_id, request_pages
from central.views.seeing import Look, saw
from central.views.shown import case_of, proofs, shelf, still_coming, story, value_text
from central.views.texts import gettext
from central.views.words import case_title, say, says, status_tag
from central.workflows import desk, proposing
from central.workflows.lookup import Opened
from central.workflows.seen import (
    ChangedMeanwhile,
    came_after,
    read_token,
    seen_token,
    values_seen,
)
from registration.catalogue import DATA, service
from registration.errors import FormInvalid, IllegalAct
from registration.gate import FORM
from registration.lifecycle import Act, Role, apply
from registration.regions import place_name
from registration.texts import N_, Sentence
from sync.change import Context
from vault.errors import NoSuchRecord
from web.problems import Problem
from web.session import requires_role


def _page(
    opened: Opened,
    typed: Mapping[str, str],
    *,
    status: int = 200,
    errors: Mapping[str, list[Sentence]] | None = None,
    warnings: Mapping[str, list[Sentence]] | None = None,
    notice: str = "",
    seen: Context | None = None,
    notes: Mapping[str, str] | None = None,
) -> Response:
    centre = the_centre()
    record = opened.record
    case = case_of(record)
    if case is None or service(record.value("layanan")).is_newer(record.value("versi")):
        raise Problem(
            409,
            "formulir-baru",
            N_("Formulir ini dari versi yang lebih baru"),
            N_("Server ini belum mengenal isiannya, jadi tidak bisa mengubahnya."),
        )
    saw(Look.PERBAIKAN, [record])
    scans = shelf(opened, request.args.get("berkas", ""))
    marks = came_after(opened.told, seen) if seen is not None else ()
    told = notes or {}
    ids = {"stream": record.stream, "record": record.id.hex()}
    undecided = {name: value_text(name, record.value(name)) for name in opened.undecided}
    html = render_template(
        "central/correct.html",
        ids=ids,
        name=str(record.value("data.nama", "–")),
        code=str(record.value("kode", "")),
        title=case_title(record),
        place=place_name(record.stream),
        tag=status_tag(record.status),
        groups=[
            (
                gettext(group.title),
                [
                    (question(one, told.get(one.name, "")), undecided.get(DATA + one.name))
                    for one in group.fields
                ],
            )
            for group in case.groups
        ],
        typed=typed,
        errors={name: says(said) for name, said in (errors or {}).items()},
        warnings={name: says(said) for name, said in (warnings or {}).items()},
        confirmed=confirmed(),
        notice_text=notice,
        fresh=[line for line in story(opened, centre.today(), marks) if line.fresh],
        scans=scans,
        papers=proofs(record, scans),
        coming=still_coming(scans),
        seen=seen_token(record),
    )
    return Response(html, status)


@request_pages.get("/<record>/perbaiki")
@requires_role(*OFFICERS)
def correct(stream: str, record: str) -> Response:
    opened = open_or_404(stream, record)
    try:
        apply(Act.PERBAIKI, Role(author().role), opened_status(opened.record.status))
    except IllegalAct as illegal:
        flash(say(illegal.sentence), "stop")
        return go(url_for(".detail", stream=stream, record=record))
    return _page(opened, as_typed(opened.record.named("data")))


@request_pages.post("/<record>/perbaiki")
@requires_role(*OFFICERS)
def save_correction(stream: str, record: str) -> Response:
    typed = answers()
    seen = read_token(request.form.get("dilihat", ""))
    try:
        _, doubts = desk.correct(
            the_centre(),
            stream,
            record_id(record),
            typed,
            author(),
            confirmed=confirmed(),
            seen=seen,
        )
    except FormInvalid as invalid:
        notice = " ".join(says(invalid.errors.get(FORM, [])))
        fields = {name: said for name, said in invalid.errors.items() if name != FORM}
        return _page(open_or_404(stream, record), typed, status=422, errors=fields, notice=notice)
    except IllegalAct as illegal:
        return _page(
            open_or_404(stream, record),
            typed,
            status=409,
            notice=say(illegal.sentence),
            seen=seen,
        )
    except ChangedMeanwhile:
        return _merged(open_or_404(stream, record), typed, seen or {})
    except NoSuchRecord:
        open_or_404(stream, record)
        raise
    if doubts:
        warnings: dict[str, list[Sentence]] = {}
        for name, sentence in doubts:
            warnings.setdefault(name, []).append(sentence)
        return _page(open_or_404(stream, record), typed, status=422, warnings=warnings)
    if proposing.waits(the_centre(), open_or_404(stream, record).record, author()):
        said = gettext("Perbaikan data diri ini diusulkan. Petugas kedua yang memutuskan.")
    else:
        said = gettext("Perbaikan tersimpan. Loket melihatnya begitu terhubung.")
    flash(said, "good")
    return go(url_for(".detail", stream=stream, record=record))


def _merged(opened: Opened, typed: Mapping[str, str], seen: Context) -> Response:
    """The form again: what the officer did not touch follows the record, the rest stays typed."""
    before = values_seen(opened.told, seen)
    kept = dict(typed)
    notes: dict[str, str] = {}
    for name, value in opened.record.named("data").items():
        old = before.get(DATA + name)
        if value == old:
            continue
        if typed.get(name, "") == ("" if old is None else str(old)):
            kept[name] = str(value)
            notes[name] = gettext(
                "Baru diubah; sebelumnya “%(old)s”.", old=value_text(DATA + name, old)
            )
        elif typed.get(name) != str(value):
            notes[name] = gettext(
                "Sementara itu diubah menjadi “%(new)s”.", new=value_text(DATA + name, value)
            )
    notice = gettext(
        "Belum disimpan: permohonan ini berubah sejak formulir dibuka. Yang tidak Anda ubah sudah "
        "mengikuti yang baru; yang Anda ketik masih ada. Periksa, lalu simpan lagi."
    )
    return _page(opened, kept, status=409, notice=notice, seen=seen, notes=notes)

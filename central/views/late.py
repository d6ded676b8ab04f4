"""A decision beside what came after it: it stands, or it is taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from flask import Response, flash, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.differences import REASONS, differences
from central.views.frame import OFFICERS, go
from central.views.request import open_or_404, opened_status, record_id
from central.views.seeing import Look, saw
from central.views.shown import shelf, still_coming, story, value_text
from central.views.texts import gettext
from central.views.words import case_title, say, says, status_tag
from central.workflows import late as workflow
from central.workflows.seen import ChangedMeanwhile, read_token, seen_token, values_seen
from registration.acts_schema import REASON, load_return
from registration.catalogue import DATA, label_of
from registration.errors import FormInvalid, IllegalAct
from registration.late import Late
from registration.lifecycle import Act, Role, may
from registration.regions import place_name
from registration.texts import N_
from sync.record import full_context
from vault.errors import NoSuchRecord
from vault.fold import Told
from web.problems import Problem
from web.session import requires_role


@dataclass(frozen=True, slots=True)
class Change:
    """One answer as it was when the decision was made, and as it came."""

    label: str
    before: str
    after: str


def _changes(late: Late, told: list[Told]) -> list[Change]:
    """What the decision was made on, beside what the counter had written by then."""
    known = values_seen(told, full_context(late.decision.write))
    listed = []
    for change in late.changes:
        for name, value in change.write.fields.items():
            if name.startswith(DATA):
                before = value_text(name, known.get(name))
                listed.append(Change(gettext(label_of(name)), before, value_text(name, value)))
    return listed


def _page(
    stream: str,
    record: str,
    *,
    status: int = 200,
    reason: str = "",
    errors: Mapping[str, list[str]] | None = None,
    notice: str = "",
) -> Response:
    centre = the_centre()
    opened = open_or_404(stream, record)
    found, late = workflow.late_of(centre, stream, record_id(record))
    saw(Look.PERBEDAAN, [found])
    today, told = centre.today(), errors or {}
    scans = shelf(opened, request.args.get("berkas", ""))
    lines = dict(
        zip((one.write.dot for one in opened.told), story(opened, today)[::-1], strict=True)
    )
    html = render_template(
        "central/late.html",
        ids={"stream": stream, "record": record},
        name=str(found.value("data.nama", "–")),
        code=str(found.value("kode", "")),
        title=case_title(found),
        place=place_name(stream),
        tag=status_tag(found.status),
        waits=late is not None,
        changes=_changes(late, opened.told) if late else [],
        decision=lines[late.decision.write.dot] if late else None,
        late=[lines[one.write.dot] for one in late.changes] if late else [],
        can_take_back=may(Act.BUKA_KEMBALI, Role(author().role), opened_status(found.status)),
        scans=scans,
        coming=still_coming(scans),
        reason=reason,
        reason_errors=told.get("alasan", []),
        reason_field=replace(REASON, help=N_("Dibaca loket dan pemohon di riwayat.")),
        reasons=REASONS,
        seen=seen_token(found),
        notice_text=notice,
    )
    return Response(html, status)


@differences.get("/<stream>/<record>/susulan")
@requires_role(*OFFICERS)
def late(stream: str, record: str) -> Response:
    return _page(stream, record)


@differences.post("/<stream>/<record>/susulan")
@requires_role(*OFFICERS)
def answer_late(stream: str, record: str) -> Response:
    form = request.form
    reason, seen = form.get("alasan", ""), read_token(form.get("dilihat", ""))
    stands = form.get("keputusan", "") != "tarik"
    act = workflow.confirm if stands else workflow.take_back
    try:
        asked = load_return({"alasan": reason})
        act(the_centre(), stream, record_id(record), author(), asked.alasan, seen=seen)
    except FormInvalid as invalid:
        errors = {name: says(said) for name, said in invalid.errors.items()}
        return _page(stream, record, status=422, reason=reason, errors=errors)
    except IllegalAct as illegal:
        return _page(stream, record, status=409, reason=reason, notice=say(illegal.sentence))
    except ChangedMeanwhile:
        notice = gettext("Belum tersimpan: ada yang baru sejak halaman dibuka. Lihat dulu.")
        return _page(stream, record, status=409, reason=reason, notice=notice)
    except NoSuchRecord:
        raise Problem(
            404,
            "permohonan-tidak-ada",
            N_("Permohonan tidak ditemukan"),
            N_("Permohonan ini tidak ada di sini, atau datanya sudah dihapus."),
        ) from None
    if stands:
        flash(gettext("Keputusan tetap. Loket melihatnya begitu terhubung."), "good")
        return go(url_for(".listing"))
    flash(gettext("Keputusan ditarik; permohonan dikerjakan lagi. Loket diberi tahu."), "good")
    return go(url_for("request.detail", stream=stream, record=record))

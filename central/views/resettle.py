"""Deciding again what was decided wrongly."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Response, flash, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.differences import REASONS, differences
from central.views.frame import OFFICERS, go
from central.views.request import open_or_404, record_id
from central.views.seeing import Look, saw
from central.views.settle import Base, Difference, options_of, who_and_when
from central.views.shown import shelf, still_coming, value_text
from central.views.texts import gettext
from central.views.words import case_title, say, says, status_tag
from central.workflows import resettling
from central.workflows.resettling import Settled
from central.workflows.settling import Side
from registration.acts_schema import PICK, REASON, load_settle
from registration.catalogue import label_of
from registration.errors import FormInvalid, IllegalAct
from registration.regions import place_name
from registration.texts import N_
from sync.record import Dot, Entry
from vault.errors import NoSuchRecord
from web.problems import Problem
from web.session import requires_role

_KEY_MOST = 40


def _find(settled: list[Settled], field: str, decision: str) -> Settled:
    for one in settled:
        if one.field == field and one.key == decision:
            return one
    raise Problem(
        404,
        "keputusan-tidak-ada",
        N_("Keputusan tidak ditemukan"),
        N_("Keputusan ini tidak ada di permohonan ini."),
    )


def _page(
    stream: str,
    record: str,
    field: str,
    decision: str,
    *,
    status: int = 200,
    picked: str = "",
    reason: str = "",
    errors: Mapping[str, list[str]] | None = None,
    notice: str = "",
) -> Response:
    centre = the_centre()
    opened = open_or_404(stream, record)
    found, settled = resettling.settled_of(centre, stream, record_id(record))
    one = _find(settled, field, decision)
    saw(Look.PERBEDAAN, [found])
    today, told = centre.today(), errors or {}
    scans = shelf(opened, request.args.get("berkas", ""))
    change, body = one.by.change, one.by.body
    entry = Entry(Dot(change.replica, change.seq), change.hlc, change.doubt, None)
    html = render_template(
        "central/resettle.html",
        ids={"stream": stream, "record": record, "field": field, "decision": decision},
        name=str(found.value("data.nama", "–")),
        code=str(found.value("kode", "")),
        title=case_title(found),
        place=place_name(stream),
        tag=status_tag(found.status),
        stands=one.stands,
        difference=Difference(
            field,
            PICK + field,
            gettext(label_of(field)),
            "",
            Base(
                value_text(field, body.writes.get(field) if body else None),
                gettext("yang berlaku sekarang") if one.stands else gettext("yang dulu diputuskan"),
            ),
            options_of(field, one.sides, opened, scans, today),
            "",
            picked or None,
            "",
            told.get(PICK + field, []),
        ),
        who=who_and_when(Side("", None, one.by, entry), today),
        because=body.note if body else "",
        scans=scans,
        coming=still_coming(scans),
        reason=reason,
        reason_errors=told.get("alasan", []),
        reason_field=replace(
            REASON, help=N_("Dibaca loket di riwayat. Tulis mengapa keputusan yang dulu keliru.")
        ),
        reasons=REASONS,
        notice_text=notice,
    )
    return Response(html, status)


@differences.get("/<stream>/<record>/ulang/<field>/<decision>")
@requires_role(*OFFICERS)
def again(stream: str, record: str, field: str, decision: str) -> Response:
    return _page(stream, record, field, decision)


@differences.post("/<stream>/<record>/ulang/<field>/<decision>")
@requires_role(*OFFICERS)
def decide_again(stream: str, record: str, field: str, decision: str) -> Response:
    form = request.form
    reason, picked = form.get("alasan", ""), form.get(PICK + field, "")[:_KEY_MOST]
    try:
        asked = load_settle(
            {PICK + field: picked, "alasan": reason} if picked else {"alasan": reason},
            options={field: {picked}},
        )
        resettling.settle_again(
            the_centre(),
            stream,
            record_id(record),
            field,
            decision,
            picked,
            author(),
            asked.alasan,
        )
    except FormInvalid as invalid:
        errors = {name: says(said) for name, said in invalid.errors.items()}
        if not picked:
            errors[PICK + field] = [gettext("Pilih dulu isi mana yang benar.")]
        return _page(
            stream, record, field, decision, status=422, picked=picked, reason=reason, errors=errors
        )
    except IllegalAct as illegal:
        notice = say(illegal.sentence)
        return _page(
            stream, record, field, decision, status=409, picked=picked, reason=reason, notice=notice
        )
    except NoSuchRecord:
        raise Problem(
            404,
            "permohonan-tidak-ada",
            N_("Permohonan tidak ditemukan"),
            N_("Permohonan ini tidak ada di sini, atau datanya sudah dihapus."),
        ) from None
    flash(gettext("Diputuskan ulang. Semua loket melihat hal yang sama begitu terhubung."), "good")
    return go(url_for("request.detail", stream=stream, record=record))

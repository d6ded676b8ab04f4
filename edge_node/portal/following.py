"""Following a request by its code and the birth date."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import gettext
from werkzeug.wrappers import Response

from edge_node.portal.access import allow_look, end_look, looked_up
from edge_node.portal.current import lang, limits, say, say_all, t, the_edge
from edge_node.portal.fields import date_parts, months, read_typed, view_field
from edge_node.portal.home import line_is_cut
from edge_node.portal.limits import minutes, phone
from edge_node.workflows import portal, survey
from edge_node.workflows.promising import WHY_QUEUED
from registration.acts_schema import BIRTH_DATE, CODE, Track, load_track
from registration.duplicates import replaced_sentence
from registration.errors import FormInvalid
from registration.format import long_date, short_when
from registration.lifecycle import STATUS_LABELS, Status, status_sentence
from registration.regions import by_abbr, kelurahan
from registration.texts import N_, Sentence

blueprint = Blueprint("following", __name__)

_UNKNOWN = N_(
    "Kode dan tanggal lahir ini tidak cocok. Periksa keduanya: kode ada di tanda terima, "
    "tanggal lahir adalah tanggal lahir pemohon."
)
_ELSEWHERE = N_("Kode ini dari kelurahan %(name)s. Cek di portal kelurahan itu.")
_KINDS = {
    Status.DIAJUKAN: "wait",
    Status.DIVERIFIKASI: "sent",
    Status.DIPROSES: "sent",
    Status.DIKEMBALIKAN: "act",
    Status.DITOLAK: "stop",
    Status.TERBIT: "good",
    Status.SIAP_DIAMBIL: "good",
    Status.DISERAHKAN: "good",
    Status.DIBATALKAN: "plain",
}
_WITH_REASON = frozenset({Status.DIKEMBALIKAN, Status.DITOLAK})


@blueprint.route("/cek", methods=["GET", "POST"])
def ask() -> str | Response | tuple[str, int, dict[str, str]]:
    """Code and birth date. Only the code may come with the address, from the QR."""
    if request.method == "GET":
        typed = {CODE.name: request.args.get("kode", "")[:20], BIRTH_DATE.name: ""}
        return _form(typed, again=request.args.get("lagi") == "1")
    typed = read_typed((CODE, BIRTH_DATE), request.form)
    try:
        track = load_track(typed, today=the_edge().today())
        _of_this_counter(track)
    except FormInvalid as invalid:
        return _form(typed, say_all(invalid.errors)), 422, {}
    wait = max(limits().looked.take(phone()), limits().codes.take(track.kode))
    if wait > 0:
        too_often = gettext(
            "Sudah terlalu sering dicoba. Tunggu %(count)s menit, lalu coba lagi.",
            count=minutes(wait),
        )
        return _form(typed, notice=too_often), 429, {"Retry-After": str(int(wait) + 1)}
    record = portal.find(the_edge(), track)
    if record is None:
        return _form(typed, notice=t(_UNKNOWN)), 422, {}
    limits().codes.forget(track.kode)
    allow_look(record)
    return redirect(url_for("following.result"), 303)


def _of_this_counter(track: Track) -> None:
    """The code itself names its kelurahan: nothing is looked up to say this."""
    abbr = track.kode[:3]
    if abbr != kelurahan(the_edge().stream).abbr:
        raise FormInvalid({CODE.name: [Sentence(_ELSEWHERE, {"name": by_abbr(abbr).name})]})


def _form(
    typed: dict[str, str],
    errors: dict[str, list[str]] | None = None,
    *,
    notice: str = "",
    again: bool = False,
) -> str:
    return render_template(
        "portal/ask.html",
        fields=[view_field(CODE), view_field(BIRTH_DATE)],
        typed=typed,
        errors=errors or {},
        warnings={},
        refused=notice,
        again=again,
        date_parts=date_parts,
        months=months(),
    )


@blueprint.get("/cek/hasil")
def result() -> str | Response:
    """How it stands, in sentences."""
    record = looked_up()
    found = portal.progress(the_edge(), record) if record is not None else None
    if found is None:
        return redirect(url_for("following.ask", lagi=1), 303)
    status = found.status
    fresh = request.args.get("baru", "")
    replaced = replaced_sentence(found.record.shown) if status is Status.DIBATALKAN else None
    return render_template(
        "portal/result.html",
        title=t(found.case.title),
        code=found.record.value("kode"),
        kind=_KINDS[status],
        label=t(STATUS_LABELS[status]),
        sentence=say(replaced or status_sentence(status)),
        reason=found.record.value("alasan", "") if status in _WITH_REASON else "",
        when=_when(found),
        why=t(WHY_QUEUED) if found.queued and not found.overdue else "",
        bring=[t(found.case.document(one).label) for one in found.lacking],
        waits=found.waits_for_line,
        cut=line_is_cut(),
        corrected=fresh == "perbaikan",
        withdrawn=fresh == "batal",
        must_correct=status is Status.DIKEMBALIKAN,
        can_correct=found.can_correct,
        can_withdraw=portal.can_withdraw(status),
        ask_survey=survey.standing(the_edge(), found.record.id) is survey.Standing.OPEN,
        events=[
            {"when": short_when(line.at, lang()), "sentence": say(line.sentence), "note": ""}
            for line in reversed(found.lines)
        ],
    )


def _when(found: portal.Progress) -> str:
    if found.expected is None or found.status is Status.DIKEMBALIKAN:
        return ""
    day: dict[str, Any] = {"day": long_date(found.expected, lang())}
    if found.overdue:
        return str(
            gettext("Seharusnya selesai %(day)s. Maaf, ini lebih lama; tanyakan ke loket.", **day)
        )
    if found.lacking:
        return str(gettext("Perkiraan selesai %(day)s, bila berkas segera lengkap.", **day))
    return str(gettext("Perkiraan selesai: %(day)s.", **day))


@blueprint.post("/cek/selesai")
def leave() -> Response:
    """Close the door on a shared phone."""
    end_look()
    return redirect(url_for("home.index"), 303)

"""Admins' pages about the desk: kept reasons; acts for two officers, and quotas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, flash, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.frame import go
from central.views.standing import act_label
from central.views.texts import gettext
from central.views.words import say
from central.workflows import desk_rules as rules_of
from registration.catalogue import SERVICES
from registration.errors import IllegalAct
from registration.lifecycle import Act, Role
from registration.texts import N_
from web.session import requires_role

desk_rules = Blueprint("desk_rules", __name__, url_prefix="/meja")

_HINTS = {
    Act.TERBITKAN: N_("Dokumen jadi."),
    Act.TOLAK: N_("Permohonan ditolak untuk selamanya."),
    Act.KEMBALIKAN: N_("Kembali ke loket untuk diperbaiki."),
    Act.PERBAIKI: N_("Hanya data diri: NIK, nomor KK, nama, tempat dan tanggal lahir, orang tua."),
}


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form that was refused."""

    form: str
    layanan: str
    text: str
    error: str


@dataclass(frozen=True, slots=True)
class Kept:
    """One kept reason on the page."""

    id: str
    layanan: str
    service: str
    text: str
    active: bool


def _services() -> list[tuple[str, str]]:
    return [(one.code, gettext(one.short)) for one in SERVICES]


def _reasons_page(refused: Typed | None = None, status: int = 200) -> Response:
    names = {"": gettext("Semua layanan"), **dict(_services())}
    groups = [
        (
            act,
            act_label(act),
            [
                Kept(one.id, one.layanan, names.get(one.layanan, one.layanan), one.text, one.active)
                for one in found
            ],
        )
        for act, found in rules_of.all_reasons(the_centre()).items()
    ]
    html = render_template(
        "central/desk_reasons.html",
        groups=groups,
        services=list(names.items()),
        refused=refused,
        longest=rules_of.LONGEST,
    )
    return Response(html, status)


@desk_rules.get("/alasan")
@requires_role(Role.ADMIN)
def reasons() -> Response:
    return _reasons_page()


@desk_rules.post("/alasan")
@requires_role(Role.ADMIN)
def save_reason() -> Response:
    """Add one, change one, retire one or offer it again."""
    number, what = request.form.get("id", ""), request.form.get("lakukan", "simpan")
    act, layanan = request.form.get("tindakan", ""), request.form.get("layanan", "")
    text = request.form.get("teks", "")
    centre, by = the_centre(), author()
    try:
        if what in ("tarik", "pakai"):
            rules_of.set_active(centre, number, what == "pakai", by)
        elif number:
            rules_of.change_reason(centre, number, layanan, text, by)
        else:
            rules_of.add_reason(centre, act, layanan, text, by)
    except IllegalAct as illegal:
        refused = Typed(number or f"baru-{act}", layanan, text, say(illegal.sentence))
        return _reasons_page(refused, 422)
    saved = N_("Alasan tersimpan.")
    told = {
        "tarik": N_("Alasan ditarik. Yang sudah memakainya tidak berubah."),
        "pakai": N_("Alasan dipakai lagi."),
    }
    flash(gettext(told.get(what, saved)), "good")
    return go(url_for(".reasons"))


def _rules_page(
    seconded: set[tuple[str, str]],
    daily: Mapping[str, str],
    errors: Mapping[str, str],
    status: int = 200,
) -> Response:
    html = render_template(
        "central/desk_rules.html",
        services=_services(),
        acts=[(act.value, act_label(act), gettext(_HINTS[act])) for act in rules_of.SECONDED],
        seconded=seconded,
        daily=daily,
        errors=errors,
    )
    return Response(html, status)


@desk_rules.get("/aturan")
@requires_role(Role.ADMIN)
def rules() -> Response:
    centre = the_centre()
    daily = {layanan: str(number) for layanan, number in rules_of.quotas(centre).items()}
    return _rules_page(rules_of.four_eyes(centre), daily, {})


@desk_rules.post("/aturan")
@requires_role(Role.ADMIN)
def save_rules() -> Response:
    ticked = (one.split("|", 1) for one in request.form.getlist("dua") if "|" in one)
    seconded = {(act, layanan) for act, layanan in ticked}
    typed = {code: request.form.get(f"jatah-{code}", "").strip() for code, _ in _services()}
    errors, daily = {}, {}
    for code, text in typed.items():
        number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0
        if text and not 0 < number <= rules_of.MOST_A_DAY:
            errors[code] = gettext(
                "Isi angka dari 1 sampai %(most)s, atau kosongkan bila tanpa jatah.",
                most=rules_of.MOST_A_DAY,
            )
        elif text:
            daily[code] = number
    if errors:
        return _rules_page(seconded, typed, errors, 422)
    try:
        rules_of.save(the_centre(), seconded, daily, author())
    except IllegalAct as illegal:
        return _rules_page(seconded, typed, {"": say(illegal.sentence)}, 422)
    flash(gettext("Aturan meja tersimpan dan berlaku mulai sekarang."), "good")
    return go(url_for(".rules"))

"""The centre's own keys: what there is, and changing them, on pages that say what will happen."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, flash, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.frame import go
from central.views.texts import gettext, ngettext
from central.views.words import ago, clock, moment
from central.workflows import centre_keys as acts
from central.workflows.consent import SHORTEST_REASON, Consent, NotAllowed
from registration.lifecycle import Role
from registration.texts import N_
from web.problems import Problem
from web.session import requires_role

centre_keys = Blueprint("centre_keys", __name__, url_prefix="/node/kunci")

SEALING, SIGNING, FORGET = "segel", "tanda-tangan", "lupakan"
_KEPT_DAYS = 60


@dataclass(frozen=True, slots=True)
class Change:
    """A change of keys: its page's title, what will happen, and the word on its button."""

    title: str
    what: tuple[str, ...]
    button: str
    done: str


_CHANGES = {
    SEALING: Change(
        N_("Ganti kunci segel pusat"),
        (
            N_("Loket menyegel kiriman barunya dengan kunci baru setelah kontak berikutnya."),
            N_("Kiriman yang sudah disegel dengan kunci lama tetap bisa dibuka."),
            N_("Pelayanan tidak berhenti, dan tidak ada yang perlu dilakukan di loket."),
        ),
        N_("Ganti kunci segel"),
        N_("Kunci segel diganti. Loket mendengarnya pada kontak berikutnya."),
    ),
    SIGNING: Change(
        N_("Ganti kunci tanda tangan pusat"),
        (
            N_("Pusat menandatangani dengan kunci baru mulai sekarang."),
            N_("Loket yang menghubungi dengan kunci lama masih dijawab, lalu memakai yang baru."),
            N_(
                "Bila kunci lama dicuri: pastikan semua loket sudah menghubungi pusat. Yang belum, "
                "disebut di halaman Kunci pusat."
            ),
        ),
        N_("Ganti kunci tanda tangan"),
        N_("Kunci tanda tangan diganti. Loket mendengarnya pada kontak berikutnya."),
    ),
    FORGET: Change(
        N_("Musnahkan kunci pusat yang lama"),
        (
            N_("Kunci yang sudah diganti lebih dari 60 hari yang lalu dimusnahkan."),
            N_(
                "Loket yang belum menghubungi sejak itu tidak bisa dijawab lagi dan harus "
                "didaftarkan ulang."
            ),
            N_("Ini tidak bisa dibatalkan."),
        ),
        N_("Musnahkan kunci lama"),
        N_("Kunci lama yang sudah lewat 60 hari dimusnahkan."),
    ),
}


def _change(which: str) -> Change:
    found = _CHANGES.get(which)
    if found is None:
        raise Problem(404, "tidak-ada", N_("Halaman ini tidak ada"))
    return found


@centre_keys.get("")
@requires_role(Role.ADMIN)
def page() -> str:
    centre = the_centre()
    today, found = centre.today(), acts.look(centre)

    def when(ms: int | None) -> str:
        return clock(moment(ms), today) if ms else gettext("belum pernah diganti")

    return render_template(
        "central/centre_keys.html",
        facts=[
            (gettext("Nomor pusat"), found.replica.hex()),
            (gettext("Kunci segel terakhir diganti"), when(found.sealing_ms)),
            (gettext("Kunci tanda tangan terakhir diganti"), when(found.signing_ms)),
            (
                gettext("Kunci lama yang masih disimpan"),
                ngettext("%(num)s kunci", "%(num)s kunci", found.former),
            ),
        ],
        behind=[
            (
                one.name,
                url_for("servers.page", name=one.replica.hex()),
                ago(one.last_contact_ms, centre.clock(), today),
            )
            for one in found.behind
        ],
        acts=[
            (url_for("centre_keys.ask", which=which), gettext(one.title))
            for which, one in _CHANGES.items()
            if which != FORGET or found.former
        ],
    )


def _form(
    which: str, generation: int, reason: str = "", error: str = "", status: int = 200
) -> Response:
    change = _change(which)
    html = render_template(
        "central/centre_key_change.html",
        which=which,
        title=gettext(change.title),
        what=[gettext(line) for line in change.what],
        button=gettext(change.button),
        stop=which == FORGET,
        generation=generation,
        reason=reason,
        error=error,
    )
    return Response(html, status)


@centre_keys.get("/<which>")
@requires_role(Role.ADMIN)
def ask(which: str) -> Response:
    _change(which)
    return _form(which, acts.look(the_centre()).generation)


@centre_keys.post("/<which>")
@requires_role(Role.ADMIN)
def act(which: str) -> Response:
    change, centre = _change(which), the_centre()
    reason = request.form.get("alasan", "").strip()
    seen = request.form.get("dilihat", -1, type=int)
    consent = Consent((author(),), reason)
    try:
        if which == FORGET:
            acts.forget_former_keys(centre, consent, _KEPT_DAYS)
        elif which == SEALING:
            acts.change_sealing_key(centre, consent, seen)
        else:
            acts.change_signing_key(centre, consent, seen)
    except NotAllowed:
        said = gettext(
            "Tulis alasannya dengan %(count)s huruf atau lebih; alasan itu tercatat bersama "
            "nama Anda.",
            count=SHORTEST_REASON,
        )
        return _form(which, seen, reason, said, 422)
    except acts.KeysChanged:
        said = gettext(
            "Kunci sudah diganti sejak halaman ini dibuka, mungkin oleh Anda sendiri barusan. "
            "Periksa catatan pengelolaan; bila memang perlu diganti sekali lagi, tekan tombolnya."
        )
        return _form(which, acts.look(centre).generation, reason, said, 409)
    flash(gettext(change.done), "good")
    return go(url_for("centre_keys.page"))

"""What practice adds to the counter's pages: who to be, the pretended centre, guided tours."""

from __future__ import annotations

import random
from typing import Any, cast

from flask import (
    Blueprint,
    Flask,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    session,
    url_for,
)
from flask_babel import gettext
from werkzeug.wrappers import Response

from edge_node.once import REQUESTS
from edge_node.practice import centre, tours
from edge_node.practice.counter import Counter, invent, papers
from edge_node.practice.mount import EXTENSION, Room
from edge_node.views.current import author, the_edge
from edge_node.views.new_request import form_of
from edge_node.views.paths import record_id
from edge_node.views.phone import address_qr
from edge_node.views.words import say
from edge_node.workflows.filing import file_request, new_record
from registration.errors import IllegalAct
from registration.lifecycle import Act
from registration.texts import N_
from vault.errors import NoSuchRecord
from web.session import Account, current_account, requires_role, sign_in

blueprint = Blueprint("latihan", __name__, template_folder="../templates")

_TOUR = "tour"
_REDIRECT, _WRONG = 300, 400
_ACTS = {
    Act.PROSES: N_("Mulai memproses"),
    Act.TERBITKAN: N_("Terbitkan dokumen"),
    Act.KEMBALIKAN: N_("Kembalikan"),
    Act.TOLAK: N_("Tolak"),
}
_NOTES = {
    Act.KEMBALIKAN: N_("Foto KK buram; mohon difoto ulang di tempat terang."),
    Act.TOLAK: N_("Data tidak cocok dengan catatan kependudukan."),
}


def room() -> Room:
    return cast(Room, current_app.extensions[EXTENSION])


def _counter() -> Counter:
    return room().the_counter()


def install_practice(app: Flask) -> None:
    """Mark the app's pages as practice; staff pages get doors, tours and the pretended centre."""
    app.register_blueprint(blueprint)
    app.before_request(_before)
    app.after_request(_after)
    app.context_processor(_shown)


def install_marking(app: Flask) -> None:
    """Mark the portal's pages as practice."""
    app.before_request(lambda: centre.exchange(the_edge()))
    app.context_processor(lambda: {"banner": "practice/portal.html"})


def _before() -> None:
    if request.endpoint == "web.static":
        return
    centre.exchange(the_edge())
    # A page shows the step after the one that it fulfils.
    if request.method == "GET":
        _step_on()


def _after(response: Response) -> Response:
    if request.method == "POST" and _REDIRECT <= response.status_code < _WRONG:
        _step_on()
    return response


def _step_on() -> None:
    known, step = _on_tour()
    if known is None:
        return
    now = tours.after(step, known, request.endpoint or "")
    # Only where it changes: a cookie has no place on what browsers keep for good.
    if now != step:
        session[_TOUR] = [known.code, now]


def _on_tour() -> tuple[tours.Tour | None, int]:
    code, step = session.get(_TOUR, ("", 0))
    return tours.tour(code), step


def _shown() -> dict[str, Any]:
    """What stands above every page of practice."""
    account = current_account()
    if account is None:
        return {"banner": "practice/banner.html", "practice": None, "doors": _counter().staff}
    known, step = _on_tour()
    form = request.view_args or {}
    return {
        "banner": "practice/banner.html",
        "doors": (),
        "practice": {
            "cut": centre.is_cut(the_edge()),
            "tour": known,
            "step": min(step + 1, len(known.steps)) if known else 0,
            "now": known.steps[step] if known and step < len(known.steps) else None,
            "centre": _centre_acts(),
            "form": form if request.endpoint in ("baru.blank", "baru.submit") else None,
            "record": form.get("record", ""),
        },
    }


def _centre_acts() -> list[tuple[str, str]]:
    if request.endpoint != "permohonan.page":
        return []
    try:
        legal = _counter().centre.acts(record_id((request.view_args or {})["record"]))
    except NoSuchRecord:
        return []
    return [(act, gettext(_ACTS[act])) for act in legal]


@blueprint.post("/peran/<account_id>")
def enter(account_id: str) -> Response:
    """Be one of the three who work here; nobody needs a passphrase to practise."""
    one = next((a for a in _counter().staff if a.id == account_id), None)
    if one is None:
        return redirect(url_for("masuk.form"), 303)
    sign_in(Account(one.id, one.name, one.role))
    return redirect(url_for("latihan.tours_page"), 303)


@blueprint.get("/tur")
@requires_role()
def tours_page() -> Any:
    portal = f"{the_edge().portal_url}/"
    return render_template(
        "practice/tours.html", tours=tours.TOURS, portal=portal, qr=address_qr(portal)
    )


@blueprint.post("/tur/<code>")
@requires_role()
def begin(code: str) -> Response:
    if tours.tour(code) is not None:
        session[_TOUR] = [code, 0]
    return redirect(url_for("loket.hari_ini"), 303)


@blueprint.post("/tur/lewati")
@requires_role()
def skip() -> Response:
    known, step = _on_tour()
    if known is not None:
        session[_TOUR] = [known.code, min(step + 1, len(known.steps))]
    return _back()


@blueprint.post("/tur/akhiri")
@requires_role()
def end() -> Response:
    session.pop(_TOUR, None)
    return redirect(url_for("latihan.tours_page"), 303)


@blueprint.post("/jaringan")
@requires_role()
def line() -> Response:
    """Cut the line of practice, or join it."""
    centre.turn_line(the_edge())
    return _back()


@blueprint.post("/pusat/<record>/<any(proses, terbitkan, kembalikan, tolak):act>")
@requires_role()
def as_centre(record: str, act: str) -> Response:
    """What Disdukcapil would do, at a press."""
    one, wanted = record_id(record), Act(act)
    counter = _counter()
    note = gettext(_NOTES[wanted]) if wanted in _NOTES else ""
    if wanted is Act.TERBITKAN:
        note = f"LATIHAN-{one.hex()[-6:].upper()}"
    try:
        counter.centre.act(one, wanted, note)
    except IllegalAct as refused:
        flash(say(refused.sentence), "wait")
    return redirect(url_for("permohonan.page", record=record), 303)


@blueprint.post("/karangan/<service_code>/<case_code>")
@requires_role()
def invented(service_code: str, case_code: str) -> Response:
    """Fill in a form for somebody who does not exist, papers and all."""
    known, case = form_of(service_code, case_code)
    edge, counter = the_edge(), _counter()
    record = new_record(edge)
    draw = random.Random(int.from_bytes(record[-6:], "big"))
    file_request(
        edge,
        record,
        known.code,
        case.code,
        invent(counter.people, known.code, case),
        papers(counter.people, case, draw),
        version=known.version,
        by=author(),
        file_now=False,
    )
    token = REQUESTS.token(record)
    page = url_for("baru.blank", service_code=known.code, case_code=case.code, lanjut=token)
    return redirect(page, 303)


@blueprint.post("/dari-awal")
@requires_role()
def anew() -> Response:
    """A fresh counter for the next one who practises."""
    room().begin_anew()
    return redirect(url_for("masuk.form"), 303)


def _back() -> Response:
    """The page that the button stood on."""
    back = request.form.get("kembali", "")
    inside = back.startswith(f"{request.script_root}/") and "//" not in back and "\\" not in back
    return redirect(back if inside else url_for("loket.hari_ini"), 303)

"""Many differences of one field decided at once: the same side, one reason, ticked row by row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask import Response, flash, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.differences import REASONS, differences
from central.views.frame import OFFICERS, go
from central.views.queue import record_url
from central.views.request import record_id
from central.views.seeing import Look, saw
from central.views.settle import who_and_when
from central.views.shown import value_text
from central.views.texts import gettext, ngettext
from central.views.words import says
from central.workflows import bulk, lookup
from central.workflows.bulk import Candidate, Chosen
from central.workflows.settling import Office
from registration.acts_schema import REASON, load_bulk
from registration.catalogue import label_of
from registration.errors import FormInvalid
from registration.format import title_name
from registration.regions import place_name
from registration.texts import N_
from vault.errors import NoSuchRecord
from web.session import requires_role

_MOST = 25
"""So many stand on a page: each is looked at before it is decided."""
_SEEN = "terlihat."
_TICKED = "pilih"


@dataclass(frozen=True, slots=True)
class Row:
    """One request of the page."""

    key: str
    url: str
    name: str
    code: str
    place: str
    counter: str
    counter_who: str
    centre: str
    centre_who: str
    seen: str
    ticked: bool


def _row(one: Candidate, today: date, ticked: frozenset[str] | None) -> Row:
    record, name = one.record, one.conflict.field
    key = f"{record.stream}/{record.id.hex()}"
    return Row(
        key,
        record_url(record),
        title_name(str(record.value("data.nama", "–"))),
        str(record.value("kode", "")),
        place_name(record.stream),
        value_text(name, one.counter.value),
        who_and_when(one.counter, today),
        value_text(name, one.centre.value),
        who_and_when(one.centre, today),
        " ".join(sorted(side.key for side in one.conflict.sides)),
        ticked is None or key in ticked,
    )


def _page(
    name: str,
    *,
    status: int = 200,
    side: str = "",
    reason: str = "",
    ticked: frozenset[str] | None = None,
    errors: Mapping[str, list[str]] | None = None,
) -> Response:
    centre = the_centre()
    today, told = centre.today(), errors or {}
    found = bulk.candidates(centre, name, _MOST)
    saw(Look.SEKALIGUS, [one.record for one in found])
    rows = [_row(one, today, ticked) for one in found]
    html = render_template(
        "central/bulk.html",
        name=name,
        label=gettext(label_of(name)),
        rows=rows,
        most=_MOST,
        side=side,
        side_errors=told.get("sisi", []),
        tick_errors=told.get(_TICKED, []),
        reason=reason,
        reason_errors=told.get("alasan", []),
        reason_field=replace(REASON, help=N_("Satu alasan untuk semua; dibaca loket di riwayat.")),
        reasons=REASONS,
    )
    return Response(html, status)


@differences.get("/sekaligus/<name>")
@requires_role(*OFFICERS)
def many(name: str) -> Response:
    return _page(name)


@differences.post("/sekaligus/<name>")
@requires_role(*OFFICERS)
def decide_many(name: str) -> Response:
    form = request.form
    ticked = form.getlist(_TICKED)[:_MOST]
    errors: dict[str, list[str]] = {}
    side, reason = form.get("sisi", ""), form.get("alasan", "")
    try:
        side, why = load_bulk({"sisi": side, "alasan": reason})
    except FormInvalid as invalid:
        errors = {one: says(said) for one, said in invalid.errors.items()}
    if not ticked:
        errors[_TICKED] = [gettext("Centang dulu permohonan yang mau diputuskan.")]
    if errors:
        return _page(
            name,
            status=422,
            side=side,
            reason=reason,
            ticked=frozenset(ticked),
            errors=errors,
        )
    chosen = [_chosen(key, form.get(_SEEN + key, "")) for key in ticked]
    outcome = bulk.settle_many(the_centre(), name, Office(side), chosen, author(), why)
    if outcome.settled:
        flash(
            ngettext(
                "%(num)s permohonan diputuskan. Loket melihatnya begitu terhubung.",
                "%(num)s permohonan diputuskan. Loket melihatnya begitu terhubung.",
                outcome.settled,
            ),
            "good",
        )
    if outcome.skipped:
        flash(
            ngettext(
                "%(num)s dilewati karena berubah sejak halaman dibuka: %(codes)s. "
                "Lihat lagi satu per satu.",
                "%(num)s dilewati karena berubah sejak halaman dibuka: %(codes)s. "
                "Lihat lagi satu per satu.",
                len(outcome.skipped),
                codes=", ".join(map(_code, outcome.skipped)),
            ),
            "wait",
        )
    return go(url_for(".listing"))


def _chosen(key: str, seen: str) -> Chosen:
    stream, _, record = key.partition("/")
    return Chosen(stream, record_id(record), seen.split())


def _code(one: Chosen) -> str:
    try:
        found = lookup.open_request(the_centre(), one.stream, one.record)
    except NoSuchRecord:
        # Destroyed meanwhile, by law: it has no code any more.
        return "–"
    return str(found.record.value("kode", ""))

"""One request's differences side by side, what each choice leads to, and the decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask import Response, flash, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.differences import REASONS, differences
from central.views.frame import OFFICERS, go
from central.views.request import open_or_404, opened_status, record_id
from central.views.seeing import Look, saw
from central.views.shown import Scan, shelf, still_coming, value_text
from central.views.texts import gettext, ngettext
from central.views.words import case_title, clock_with_doubt, say, says, status_tag
from central.workflows import settling
from central.workflows.lookup import Opened
from central.workflows.settling import Conflict, Office, Side, side_of
from registration.acts_schema import PICK, REASON, load_settle
from registration.catalogue import SCAN, label_of
from registration.deciding import Claim, consequence, suggest
from registration.errors import FormInvalid, IllegalAct
from registration.format import title_name
from registration.gate import FORM
from registration.lifecycle import Act, Role, may
from registration.regions import place_name
from registration.signature import drawn_in
from registration.texts import N_
from sync.hlc import when
from vault.errors import NoSuchRecord
from web.problems import Problem
from web.session import requires_role

SEEN = "terlihat."
"""Opens the name of a hidden field: the keys of all sides that the page showed."""
_KEY_MOST = 40
_WHOLE = "semua"
"""Of the button that takes all values of one office."""


@dataclass(frozen=True, slots=True)
class Base:
    value: str
    note: str


@dataclass(frozen=True, slots=True)
class Option:
    """As the component `compare` wants it."""

    key: str
    title: str
    value: str
    who: str
    evidence: str
    evidence_url: str | None
    drawing: str = ""
    """A signature that belongs to the value, as an SVG path."""
    then: str = ""
    """What this choice leads to."""
    suggested: str = ""
    """What speaks for it, where something does."""


@dataclass(frozen=True, slots=True)
class Difference:
    """One field to decide."""

    field: str
    name: str
    legend: str
    step: str
    base: Base
    options: list[Option]
    current: str
    chosen: str | None
    seen: str
    errors: list[str]


def who_and_when(side: Side, today: date) -> str:
    at = clock_with_doubt(when(side.entry.hlc), side.entry.doubt, today)
    body = side.told.body
    person = title_name(body.by.name) if body and body.by.name else ""
    return f"{person}, {at}" if person else at


def options_of(
    name: str, sides: tuple[Side, ...], opened: Opened, scans: list[Scan], today: date
) -> list[Option]:
    """The values that stand against each other; the one that something speaks for says so."""
    claims = [
        Claim(
            side.key,
            side.value,
            side.told.body.by.role if side.told.body else "",
            bool(_added(side)),
        )
        for side in sides
    ]
    advice = suggest(name, claims, opened.record.shown, today)
    options = [_option(name, side, opened, scans, today) for side in sides]
    if len({one.then for one in options}) == 1:
        # What follows from each alike is said once, by the page.
        options = [replace(one, then="") for one in options]
    return [
        replace(one, suggested=say(advice.reason)) if advice and one.key == advice.key else one
        for one in options
    ]


def _added(side: Side) -> list[str]:
    """The scans that came in the same act."""
    writes = side.told.body.writes if side.told.body else {}
    return [name.removeprefix(SCAN) for name in writes if name.startswith(SCAN)]


def _option(name: str, side: Side, opened: Opened, scans: list[Scan], today: date) -> Option:
    role = side.told.body.by.role if side.told.body else ""
    if role in OFFICERS:
        title = gettext("Disdukcapil")
    elif role == Role.PEMOHON:
        title = gettext("Pemohon, lewat portal")
    else:
        title = gettext("Loket %(place)s", place=opened.place_of(side.entry.dot.replica))
    added = _added(side)
    evidence = next((scan for scan in scans if scan.id in added), None)
    return Option(
        side.key,
        title,
        value_text(name, side.value),
        who_and_when(side, today),
        evidence.label if evidence else "",
        # To its place on the shelf: another page would lose what is typed on this one.
        f"#berkas-{evidence.id}" if evidence else None,
        drawn_in(side.value) if name == "penerima" else "",
        say(consequence(name, side.value)),
    )


def _difference(
    number: int,
    conflicts: list[Conflict],
    opened: Opened,
    scans: list[Scan],
    picked: Mapping[str, str],
    errors: Mapping[str, list[str]],
    today: date,
) -> Difference:
    one = conflicts[number]
    keys = [side.key for side in one.sides]
    chosen = picked.get(one.field)
    return Difference(
        one.field,
        PICK + one.field,
        gettext(label_of(one.field)),
        gettext("%(number)s dari %(all)s perbedaan", number=number + 1, all=len(conflicts))
        if len(conflicts) > 1
        else "",
        Base(value_text(one.field, one.base), gettext("yang dilihat keduanya")),
        options_of(one.field, one.sides, opened, scans, today),
        value_text(one.field, one.provisional),
        chosen if chosen in keys else None,
        " ".join(sorted(keys)),
        errors.get(PICK + one.field, []),
    )


def _page(
    stream: str,
    record: str,
    *,
    status: int = 200,
    picked: Mapping[str, str] | None = None,
    reason: str = "",
    errors: Mapping[str, list[str]] | None = None,
    notice: str = "",
) -> Response:
    centre = the_centre()
    opened = open_or_404(stream, record)
    found, conflicts = settling.conflicts_of(centre, stream, record_id(record))
    saw(Look.PERBEDAAN, [found])
    today = centre.today()
    told = errors or {}
    scans = shelf(opened, request.args.get("berkas", ""))
    role = Role(author().role)
    html = render_template(
        "central/settle.html",
        ids={"stream": stream, "record": record},
        name=str(found.value("data.nama", "–")),
        code=str(found.value("kode", "")),
        title=case_title(found),
        place=place_name(stream),
        tag=status_tag(found.status),
        differences=[
            _difference(number, conflicts, opened, scans, picked or {}, told, today)
            for number in range(len(conflicts))
        ],
        scans=scans,
        coming=still_coming(scans),
        reason=reason,
        reason_errors=told.get("alasan", []),
        reason_field=replace(
            REASON, help=N_("Dibaca loket di riwayat. Tulis dari mana Anda tahu mana yang benar.")
        ),
        reasons=REASONS,
        form_errors=told.get(FORM, []),
        notice_text=notice,
        offices=_offices(conflicts) if len(conflicts) > 1 else [],
        can_ask=may(Act.KEMBALIKAN, role, opened_status(found.status)),
    )
    return Response(html, status)


def _offices(conflicts: list[Conflict]) -> list[Office]:
    """Those whose word can be taken in all differences at once."""
    vault = the_centre().vault
    return [office for office in Office if all(side_of(vault, one, office) for one in conflicts)]


def _all_of(conflicts: list[Conflict], office: str) -> dict[str, str]:
    """{field: side} of an office, as the button for all of it means it."""
    if office not in tuple(Office):
        return {}
    vault = the_centre().vault
    sides = {one.field: side_of(vault, one, Office(office)) for one in conflicts}
    return {field: side.key for field, side in sides.items() if side is not None}


@differences.get("/<stream>/<record>")
@requires_role(*OFFICERS)
def settle(stream: str, record: str) -> Response:
    return _page(stream, record)


@differences.post("/<stream>/<record>")
@requires_role(*OFFICERS)
def decide(stream: str, record: str) -> Response:
    centre = the_centre()
    form = request.form
    reason = form.get("alasan", "")
    picked = {
        name.removeprefix(PICK): value
        for name, value in form.items()
        if name.startswith(PICK) and value
    }
    try:
        _, conflicts = settling.conflicts_of(centre, stream, record_id(record))
        picked |= _all_of(conflicts, form.get(_WHOLE, ""))
        seen = {name: form.get(SEEN + name, "").split() for name in picked}
        options = {one.field: {side.key for side in one.sides} for one in conflicts}
        # What the page offered may stand no more; `settle` says so better than the gate would.
        for name, key in picked.items():
            if len(key) <= _KEY_MOST:
                options.setdefault(name, set()).add(key)
        posted = {PICK + name: key for name, key in picked.items()}
        asked = load_settle({**posted, "alasan": reason}, options=options)
        left = settling.settle(
            centre,
            stream,
            record_id(record),
            asked.pilihan,
            author(),
            asked.alasan,
            seen=seen,
        )
    except NoSuchRecord:
        raise Problem(
            404,
            "permohonan-tidak-ada",
            N_("Permohonan tidak ditemukan"),
            N_("Permohonan ini tidak ada di sini, atau datanya sudah dihapus."),
        ) from None
    except FormInvalid as invalid:
        errors = {name: says(said) for name, said in invalid.errors.items()}
        if not picked:
            errors[FORM] = [gettext("Pilih dulu isi mana yang benar.")]
        return _page(stream, record, status=422, picked=picked, reason=reason, errors=errors)
    except IllegalAct as illegal:
        notice = say(illegal.sentence)
        return _page(stream, record, status=409, picked=picked, reason=reason, notice=notice)
    if left > 0:
        flash(
            ngettext(
                "Diputuskan. Masih ada %(num)s perbedaan di permohonan ini.",
                "Diputuskan. Masih ada %(num)s perbedaan di permohonan ini.",
                left,
            ),
            "good",
        )
        return go(url_for(".settle", stream=stream, record=record))
    flash(gettext("Diputuskan. Semua loket melihat hal yang sama begitu terhubung."), "good")
    return go(url_for("request.detail", stream=stream, record=record))

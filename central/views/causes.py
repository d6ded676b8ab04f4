"""Where differences come from, so that the cause is removed and not only the difference."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from flask import render_template, request, url_for

from central.views.current import the_centre
from central.views.differences import KINDS, differences
from central.views.frame import OFFICERS
from central.views.queue import Tab
from central.views.texts import gettext, ngettext
from central.workflows import reviewing
from central.workflows.reviewing import Cause
from registration.catalogue import label_of, service
from registration.errors import UnknownService
from registration.regions import place_name
from registration.texts import N_
from web.session import requires_role

_SPANS = {7: N_("7 hari"), 30: N_("30 hari"), 90: N_("90 hari"), 365: N_("Setahun")}
_USUAL = 30
_MOST = 20
_HOUR_MS = 3_600_000


@dataclass(frozen=True, slots=True)
class Row:
    """What one cause came to."""

    label: str
    opened: int
    waiting: int
    loket: int
    pusat: int
    took: str
    """How long a decision took on average, in words."""


def _sum(found: Iterable[Cause], label_by: Callable[[Cause], str]) -> list[Row]:
    """Causes put together by what they are called, the most frequent first."""
    together: dict[str, list[Cause]] = {}
    for one in found:
        together.setdefault(label_by(one), []).append(one)
    rows = [
        Row(
            label,
            sum(one.opened for one in some),
            sum(one.waiting for one in some),
            sum(one.loket for one in some),
            sum(one.pusat for one in some),
            _took(sum(one.spent_ms for one in some), sum(one.opened - one.waiting for one in some)),
        )
        for label, some in together.items()
    ]
    return sorted(rows, key=lambda row: (-row.opened, row.label))


def _took(spent_ms: int, settled: int) -> str:
    if not settled:
        return "–"
    hours = spent_ms / settled / _HOUR_MS
    if hours < 1:
        return gettext("kurang dari satu jam")
    if hours < 48:
        return ngettext("%(num)s jam", "%(num)s jam", round(hours))
    return ngettext("%(num)s hari", "%(num)s hari", round(hours / 24))


def _field(one: Cause) -> str:
    kind = gettext(KINDS[one.kind])
    return f"{gettext(label_of(one.field))} · {kind}" if one.field else kind


def _service(one: Cause) -> str:
    try:
        return gettext(service(one.layanan).short)
    except UnknownService:
        return one.layanan


@differences.get("/sebab")
@requires_role(*OFFICERS)
def causes() -> str:
    asked = request.args.get("hari", _USUAL, int)
    days = asked if asked in _SPANS else _USUAL
    found = reviewing.causes(the_centre(), days)
    return render_template(
        "central/causes.html",
        tabs=[
            Tab(gettext(label), url_for(".causes", hari=span), span == days, None)
            for span, label in _SPANS.items()
        ],
        tables=[
            (gettext("Isian"), _sum(found, _field)[:_MOST]),
            (gettext("Kelurahan"), _sum(found, lambda one: place_name(one.stream))[:_MOST]),
            (gettext("Layanan"), _sum(found, _service)[:_MOST]),
        ],
        total=sum(one.opened for one in found),
        waiting=sum(one.waiting for one in found),
    )

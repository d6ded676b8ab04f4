"""In whose hands a request is, and what was proposed about it, as its page shows them."""

from __future__ import annotations

from dataclasses import dataclass

from central.views.current import author, the_centre
from central.views.shown import value_text
from central.views.texts import gettext
from central.views.words import clock, moment
from central.workflows import claiming, proposing
from central.workflows.lookup import Opened
from central.workflows.proposing import SENT_BACK, Found
from registration.catalogue import label_of
from registration.format import title_name
from registration.lifecycle import ACT_LABELS, Act, Role
from vault.read import Record

OPEN = ("diverifikasi", "diproses")


@dataclass(frozen=True, slots=True)
class Write:
    """One thing that a proposal would write."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Proposed:
    """A proposal for the eye."""

    id: str
    act: str
    who: str
    when: str
    mine: bool
    sent_back: bool
    stale: bool
    writes: list[Write]
    answer: str
    answered_by: str


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands around the acts of a request."""

    open: bool
    mine: bool
    worker: str
    """Who has it now, this officer too."""
    until: str
    can_take_over: bool
    taken_from_me: bool
    proposed: Proposed | None

    @property
    def locked(self) -> bool:
        """A colleague has it: nothing can be done here."""
        return bool(self.worker) and not self.mine


def standing_of(opened: Opened) -> Standing:
    centre = the_centre()
    record = opened.record
    by = author()
    today = centre.today()
    claim = claiming.holder(centre, record.stream, record.id)
    found = proposing.of(centre, record)
    return Standing(
        record.status in OPEN,
        claim is not None and not claim.keeps_out(by),
        title_name(claim.name) if claim else "",
        clock(moment(claim.until_ms), today) if claim else "",
        claim is not None and claim.keeps_out(by) and by.role == Role.ADMIN,
        claim is not None and claim.former == by.id,
        proposed(found) if found is not None else None,
    )


def proposed(found: Found) -> Proposed:
    one = found.proposal
    return Proposed(
        one.id,
        act_label(one.act),
        title_name(one.by.name),
        clock(moment(one.at_ms), the_centre().today()),
        one.by.id == author().id,
        one.state == SENT_BACK,
        found.stale,
        [_write(found.record, name, value) for name, value in one.writes.items()],
        one.answer,
        title_name(one.answered_by),
    )


def act_label(act: str) -> str:
    return gettext(ACT_LABELS[Act(act)]) if act in tuple(Act) else act


def _write(record: Record, name: str, value: object) -> Write:
    before = value_text(name, record.value(name)) if name.startswith("data.") else ""
    return Write(gettext(label_of(name)), before, value_text(name, value))

"""Destroying by rule what was kept long enough; listing it first.

The schedule works only once two persons have approved exactly this one: a version that says
something else waits for a new approval, and destroys nothing meanwhile.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

import structlog

from central.centre import Centre
from central.store import audit
from central.workflows.consent import Consent
from central.workflows.shredding import PERSONS, shred_many
from registration.retention import DAY_MS, Rule, Schedule
from registration.retention import schedule as shipped_schedule
from vault import shredding
from vault.ended import Ended, ended_before
from vault.engine import reading, writing
from vault.errors import VaultError

_log = structlog.get_logger()
APPROVED, RAN = "retention-approve", "retention-run"
_AT_ONCE = 100
EPOCH_DAYS = 60
"""Longer than any bundle is on its way, by whatever carrier."""


class NotApproved(VaultError):
    """Two persons have not approved this schedule yet."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a run of the schedule came to, or would come to."""

    due: Mapping[Rule, list[Ended]] = field(default_factory=dict)
    uncertain: Mapping[Rule, list[Ended]] = field(default_factory=dict)
    """Some clock that told their age was not to be trusted: a person must look."""

    @property
    def count(self) -> int:
        return sum(map(len, self.due.values()))


def due(centre: Centre, ahead_days: int = 0, plan: Schedule | None = None) -> Report:
    """What is to be destroyed today, or would be in so many days. Changes nothing."""
    plan = plan or shipped_schedule()
    now_ms = centre.clock() + ahead_days * DAY_MS
    found: dict[Rule, list[Ended]] = {}
    uncertain: dict[Rule, list[Ended]] = {}
    with reading(centre.vault.engine) as connection:
        for rule in plan.rules:
            ended = ended_before(connection, rule.kind, rule.status, rule.ends_before(now_ms))
            found[rule] = [one for one in ended if one.certain]
            uncertain[rule] = [one for one in ended if not one.certain]
    return Report(found, uncertain)


def approve(centre: Centre, consent: Consent, plan: Schedule | None = None) -> None:
    """Let the schedule, as it stands now, be carried out every night.

    :raises NotAllowed: the consent does not suffice.
    """
    consent.require(PERSONS)
    plan = plan or shipped_schedule()
    with writing(centre.vault.engine) as connection:
        audit.note_act(
            connection,
            centre.vault,
            centre.clock(),
            APPROVED,
            plan.fingerprint,
            consent.by,
            consent.reason,
        )


def is_approved(centre: Centre, plan: Schedule | None = None) -> bool:
    with reading(centre.vault.engine) as connection:
        subject = (plan or shipped_schedule()).fingerprint
        return audit.last_act(connection, APPROVED, subject) is not None


def run(centre: Centre, plan: Schedule | None = None) -> Report:
    """Destroy what was kept long enough, here and by orders to the nodes.

    :raises NotApproved: nothing was destroyed.
    """
    plan = plan or shipped_schedule()
    if not is_approved(centre, plan):
        raise NotApproved(f"schedule {plan.fingerprint} is not approved by two persons")
    report = due(centre, plan=plan)
    for rule, ended in report.due.items():
        by_stream: dict[str, list[bytes]] = {}
        for one in ended:
            by_stream.setdefault(one.stream, []).append(one.record)
        for stream, records in by_stream.items():
            for start in range(0, len(records), _AT_ONCE):
                _destroy(centre, plan, rule, stream, records[start : start + _AT_ONCE])
    if report.count:
        shredding.sweep(centre.vault, centre.blobs)
    return report


def _destroy(centre: Centre, plan: Schedule, rule: Rule, stream: str, records: list[bytes]) -> None:
    with writing(centre.vault.engine) as connection:
        count = shred_many(centre, connection, stream, records)
        if count:
            said = f"{count} × {rule.kind} {rule.status}, {rule.days} hari: {rule.basis}"
            audit.note_act(
                connection,
                centre.vault,
                centre.clock(),
                RAN,
                f"{plan.fingerprint} {stream}",
                (),
                said,
            )


def nightly(centre: Centre) -> None:
    """What the scheduler does: the schedule if it is approved, and old epoch keys in any case."""
    with writing(centre.vault.engine) as connection:
        shredding.forget_epochs(connection, centre.clock() - EPOCH_DAYS * DAY_MS)
    try:
        report = run(centre)
    except NotApproved:
        waiting = due(centre)
        _log.warning("the retention schedule waits for approval", due=waiting.count)
        return
    counts = Counter({str(rule.status): len(found) for rule, found in report.due.items()})
    _log.info("retention", destroyed=dict(counts), uncertain=_count(report.uncertain))


def _count(found: Mapping[Rule, list[Ended]]) -> int:
    return sum(map(len, found.values()))

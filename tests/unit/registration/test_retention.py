"""The retention schedule as data."""

from __future__ import annotations

import pytest

from registration import complaints
from registration.kinds import FINAL
from registration.lifecycle import Status
from registration.retention import DAY_MS, read_schedule, schedule

HEAD = "kind,status,days,basis\n"


def test_every_final_status_has_a_rule_and_a_law() -> None:
    rules = schedule().rules

    assert {(rule.kind, rule.status) for rule in rules} == {
        (kind, status) for kind, statuses in FINAL.items() for status in statuses
    }
    assert all("UU" in rule.basis for rule in rules)


def test_what_somebody_waits_for_has_no_end() -> None:
    requests, heard = FINAL["permohonan"], FINAL["pengaduan"]
    assert frozenset({Status.DITOLAK, Status.DISERAHKAN, Status.DIBATALKAN}) == requests
    waited_for = [("permohonan", one) for one in set(Status) - requests]
    waited_for += [("pengaduan", one) for one in set(complaints.Status) - heard]
    waited_for += [("pengaduan", "diserahkan"), ("lamaran", "selesai")]
    for kind, status in waited_for:
        with pytest.raises(ValueError, match="waits"):
            read_schedule(f"{HEAD}{kind},{status},30,UU\n")


@pytest.mark.parametrize(
    "line",
    ["permohonan,ditolak,0,UU", "permohonan,ditolak,-5,UU", "permohonan,ditolak,30, "],
)
def test_a_rule_needs_a_time_and_a_law(line: str) -> None:
    with pytest.raises(ValueError, match="law"):
        read_schedule(f"{HEAD}{line}\n")


def test_a_rule_stands_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        read_schedule(HEAD + "permohonan,ditolak,30,UU\n" * 2)


def test_another_schedule_has_another_name() -> None:
    one, other = (read_schedule(f"{HEAD}permohonan,ditolak,{n},UU\n") for n in (30, 31))

    assert one.fingerprint != other.fingerprint
    assert one.rules[0].ends_before(31 * DAY_MS) == DAY_MS

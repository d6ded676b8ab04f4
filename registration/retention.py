"""How long what is kept, and by which law: data, so that it is easy to correct.

A record whose end has come is destroyed so many days after its last change. Nothing is said about
records that wait for somebody: those are never destroyed by rule.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from registration.kinds import FINAL

DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Rule:
    """One line of the schedule."""

    kind: str
    status: str
    days: int
    basis: str
    """The law it rests on, in words for the audit."""

    def ends_before(self, now_ms: int) -> int:
        """Records last changed before this time (Unix ms) have been kept long enough."""
        return now_ms - self.days * DAY_MS


@dataclass(frozen=True, slots=True)
class Schedule:
    """All rules, and a name for exactly these: what is approved is approved as it stands."""

    rules: tuple[Rule, ...]
    fingerprint: str


def read_schedule(text: str) -> Schedule:
    """A schedule from CSV with the columns kind, status, days, basis.

    :raises ValueError: a line that would destroy what is still wanted, or says not by which law.
    """
    rules: list[Rule] = []
    for line in csv.DictReader(io.StringIO(text)):
        rule = Rule(line["kind"], line["status"], int(line["days"]), line["basis"].strip())
        if rule.status not in FINAL.get(rule.kind, ()):
            raise ValueError(f"{rule.kind}, {rule.status}: somebody still waits for such a record")
        if rule.days < 1 or not rule.basis:
            raise ValueError(f"{rule.status}: a time of a day or more and a law are needed")
        if any((rule.kind, rule.status) == (one.kind, one.status) for one in rules):
            raise ValueError(f"{rule.kind}, {rule.status} stands there twice")
        rules.append(rule)
    return Schedule(tuple(rules), hashlib.sha256(text.encode()).hexdigest()[:16])


@cache
def schedule() -> Schedule:
    """The schedule that is shipped with this version."""
    path = files("registration").joinpath("data", "retention.csv")
    return read_schedule(path.read_text(encoding="utf-8"))

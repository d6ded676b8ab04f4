"""The kinds of records that travel: requests, complaints, answers to the survey, staff accounts.

They share streams, logs and keys, and nothing else: every list and every count is of one kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from registration import complaints, lifecycle, staff, survey
from registration.catalogue import KIND

REQUEST, COMPLAINT, SURVEY, STAFF = KIND, complaints.KIND, survey.KIND, staff.KIND

FIRST_ACTS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        REQUEST: frozenset({lifecycle.Act.AJUKAN}),
        COMPLAINT: frozenset({complaints.Act.ADUKAN}),
        SURVEY: frozenset({survey.FILL}),
        STAFF: frozenset({staff.Act.BUAT}),
    }
)
"""The acts that records of each kind begin with."""

FINAL: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        REQUEST: frozenset(lifecycle.Status) - lifecycle.UNFINISHED,
        COMPLAINT: complaints.FINAL,
        SURVEY: frozenset({survey.FILLED}),
    }
)
"""Where nothing more is to be done. No two kinds share a status. An account of staff is never done
with: a closed one keeps its name from being given again, and may be reopened."""

_REQUEST_STATUSES = frozenset(str(one) for one in lifecycle.Status)
_COMPLAINT_STATUSES = frozenset(str(one) for one in complaints.Status)
_STAFF_STATUSES = frozenset(str(one) for one in staff.Status)


def resolve_statuses(found: frozenset[str]) -> str | None:
    """The one status that concurrent ones come to, of whatever kind; None: a person decides.

    A status that this version does not know is a person's to decide.
    """
    if found <= _REQUEST_STATUSES:
        return lifecycle.resolve_statuses({lifecycle.Status(one) for one in found})
    if found <= _COMPLAINT_STATUSES:
        return complaints.resolve_statuses({complaints.Status(one) for one in found})
    if found <= _STAFF_STATUSES:
        return staff.resolve_statuses({staff.Status(one) for one in found})
    return None


def status_label(status: str) -> str | None:
    """What a status is called (a msgid); None: it is of a newer version."""
    if status in _REQUEST_STATUSES:
        return lifecycle.STATUS_LABELS[lifecycle.Status(status)]
    if status in _COMPLAINT_STATUSES:
        return complaints.STATUS_LABELS[complaints.Status(status)]
    if status in _STAFF_STATUSES:
        return staff.STATUS_LABELS[staff.Status(status)]
    return None

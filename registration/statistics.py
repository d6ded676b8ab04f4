"""What is counted of a record: by day, and never about whom.

Each record gives figures to the days on which something happened to it. Sums of them are all that
reports are made of. Pure: the same history gives the same figures, wherever and whenever counted.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from enum import StrEnum

from registration import complaints
from registration.catalogue import service
from registration.complaints import ANSWER_TIME
from registration.errors import UnknownService
from registration.format import JAKARTA
from registration.kinds import COMPLAINT, REQUEST, SURVEY
from registration.lifecycle import Act, Role, Status
from registration.standard import Standard, expected_date

ANSWERS = "answers"
"""How many filled in the survey; beside it stands, per element, what they add up to."""
_MINUTE_MS = 60_000


class Work(StrEnum):
    """What is counted of requests."""

    FILED = "filed"
    BY_PORTAL = "by_portal"
    BY_PAMOR = "by_pamor"
    VERIFIED = "verified"
    RETURNED = "returned"
    ISSUED = "issued"
    HANDED_OVER = "handed_over"
    REJECTED = "rejected"
    CANCELLED = "cancelled"
    FIRST_TIMED = "first_timed"
    """Of how many the time to the first act of staff is known; its sum follows."""
    FIRST_MINUTES = "first_minutes"
    ISSUE_TIMED = "issue_timed"
    """Likewise from complete papers to the finished document."""
    ISSUE_MINUTES = "issue_minutes"
    IN_TIME = "in_time"
    """Issued by the promised day."""
    RETURN_TIMED = "return_timed"
    RETURN_MINUTES = "return_minutes"
    WAITING = "waiting"
    """Complete and not issued; stands at the promised day, so that what is late needs no clock."""
    SETTLED = "settled"
    """Differences that an officer decided."""
    UNDECIDED = "undecided"
    """Differences that wait; stands at the day on which the request was filed."""
    CHECKED = "checked"
    """Looked at once more by the penyelia."""
    CHECKED_RIGHT = "checked_right"


class Voice(StrEnum):
    """What is counted of complaints."""

    MADE = "made"
    AGAIN = "again"
    ANSWERED = "answered"
    IN_TIME = "in_time"
    ANSWER_MINUTES = "answer_minutes"
    TAKEN = "taken"
    BY_CENTRE = "by_centre"
    ACCEPTED = "accepted"
    WITHDRAWN = "withdrawn"
    CLOSED = "closed"
    WAITING = "waiting"
    """Waits for an answer; stands at the last day for it."""


@dataclass(frozen=True, slots=True)
class Step:
    """One act in a history."""

    at_ms: int
    act: str
    role: str
    amiss: bool = False
    """A spot check that found something wrong."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What one record gives to the sums."""

    kind: str
    about: str
    """The service; of a complaint its subject."""
    figures: Mapping[tuple[int, str], int] = field(default_factory=dict)
    """(day as `date.toordinal`, what is counted) → how many."""


def day_of(ms: int) -> date:
    """The day in Bekasi of a moment."""
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(JAKARTA).date()


class _Sums:
    def __init__(self) -> None:
        self.found: Counter[tuple[int, str]] = Counter()

    def add(self, at_ms: int, what: str, count: int = 1) -> None:
        self.found[_day(at_ms), what] += count

    def took(self, start_ms: int, end_ms: int, timed: str, minutes: str) -> None:
        """Counts with the day on which it came to its end."""
        self.add(end_ms, timed)
        self.add(end_ms, minutes, max(0, end_ms - start_ms) // _MINUTE_MS)


def _day(ms: int) -> int:
    return day_of(ms).toordinal()


def of_request(
    steps: Sequence[Step], layanan: str, status: str, channel: str, undecided: int
) -> Facts:
    """:param steps: the history, oldest first."""
    sums = _Sums()
    filed = next((one for one in steps if one.act == Act.AJUKAN), None)
    if filed is not None:
        _count_filing(sums, filed, steps, channel)
        if undecided:
            sums.add(filed.at_ms, Work.UNDECIDED, undecided)
    verified = _count_acts(sums, steps, _standard(layanan))
    standard = _standard(layanan)
    if verified is not None and standard and status in (Status.DIVERIFIKASI, Status.DIPROSES):
        promised = expected_date(standard, day_of(verified))
        sums.found[promised.toordinal(), Work.WAITING] += 1
    return Facts(REQUEST, layanan, dict(sums.found))


def _standard(layanan: str) -> Standard | None:
    try:
        return service(layanan).standard
    except UnknownService:
        return None


def _count_filing(sums: _Sums, filed: Step, steps: Sequence[Step], channel: str) -> None:
    sums.add(filed.at_ms, Work.FILED)
    if filed.role == Role.PAMOR:
        sums.add(filed.at_ms, Work.BY_PAMOR)
    elif channel == "portal":
        sums.add(filed.at_ms, Work.BY_PORTAL)
    first = next((one for one in steps if one.role != Role.PEMOHON), None)
    if first is not None:
        sums.took(filed.at_ms, first.at_ms, Work.FIRST_TIMED, Work.FIRST_MINUTES)


_ONCE = {
    Act.TERBITKAN: Work.ISSUED,
    Act.SERAHKAN: Work.HANDED_OVER,
    Act.TOLAK: Work.REJECTED,
    Act.BATALKAN: Work.CANCELLED,
    Act.BATALKAN_GANDA: Work.CANCELLED,
}
"""What a request comes to once, even where two did it without knowing of each other."""
_EACH = {Act.VERIFIKASI: Work.VERIFIED, Act.KEMBALIKAN: Work.RETURNED, Act.PUTUSKAN: Work.SETTLED}


def _count_acts(sums: _Sums, steps: Sequence[Step], standard: Standard | None) -> int | None:
    """When the papers were complete last (Unix ms); None: never."""
    verified: int | None = None
    done: set[Work] = set()
    for one in steps:
        if one.act in _EACH:
            sums.add(one.at_ms, _EACH[Act(one.act)])
        if one.act in _ONCE and (what := _ONCE[Act(one.act)]) not in done:
            done.add(what)
            sums.add(one.at_ms, what)
            if what is Work.ISSUED and verified is not None:
                sums.took(verified, one.at_ms, Work.ISSUE_TIMED, Work.ISSUE_MINUTES)
                if standard and day_of(one.at_ms) <= expected_date(standard, day_of(verified)):
                    sums.add(one.at_ms, Work.IN_TIME)
        if one.act == Act.VERIFIKASI:
            verified = one.at_ms
        elif one.act == Act.KEMBALIKAN and verified is not None:
            sums.took(verified, one.at_ms, Work.RETURN_TIMED, Work.RETURN_MINUTES)
        elif one.act == Act.UJI_PETIK:
            sums.add(one.at_ms, Work.CHECKED)
            if not one.amiss:
                sums.add(one.at_ms, Work.CHECKED_RIGHT)
    return verified


_COMPLAINT_ACTS = {
    complaints.Act.ADUKAN: Voice.MADE,
    complaints.Act.BELUM_PUAS: Voice.AGAIN,
    complaints.Act.ALIHKAN: Voice.TAKEN,
    complaints.Act.PUAS: Voice.ACCEPTED,
    complaints.Act.TARIK: Voice.WITHDRAWN,
    complaints.Act.TUTUP: Voice.CLOSED,
}
_CENTRE = (Role.VERIFIKATOR, Role.ADMIN)


def of_complaint(steps: Sequence[Step], subject: str, status: str) -> Facts:
    """:param steps: the history, oldest first."""
    sums = _Sums()
    asked: int | None = None
    last_asked: int | None = None
    for one in steps:
        if one.act in _COMPLAINT_ACTS:
            sums.add(one.at_ms, _COMPLAINT_ACTS[complaints.Act(one.act)])
        if one.act in (complaints.Act.ADUKAN, complaints.Act.BELUM_PUAS):
            asked = last_asked = one.at_ms
        elif one.act == complaints.Act.JAWAB and asked is not None:
            # A second answer to the same question is none more.
            sums.took(asked, one.at_ms, Voice.ANSWERED, Voice.ANSWER_MINUTES)
            if ANSWER_TIME.days_left(day_of(asked), day_of(one.at_ms)) >= 0:
                sums.add(one.at_ms, Voice.IN_TIME)
            if one.role in _CENTRE:
                sums.add(one.at_ms, Voice.BY_CENTRE)
            asked = None
    if last_asked is not None and status in complaints.WAITING:
        due = ANSWER_TIME.due(day_of(last_asked))
        sums.found[due.toordinal(), Voice.WAITING] += 1
    return Facts(COMPLAINT, subject, dict(sums.found))


def of_answers(day: date, layanan: str, answers: Mapping[str, int]) -> Facts:
    """:param answers: whole answers to the survey."""
    there = day.toordinal()
    worth = {(there, element): value for element, value in answers.items()}
    return Facts(SURVEY, layanan, {(there, ANSWERS): 1, **worth})

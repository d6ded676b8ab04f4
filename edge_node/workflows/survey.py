"""The satisfaction survey: answered after hand-over, without a name; and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from enum import Enum, StrEnum, auto

from edge_node.edge import JAKARTA, Edge
from edge_node.store import drafts, surveyed
from edge_node.workflows.filing import RESIDENT
from registration import survey
from registration.lifecycle import Status
from registration.survey import Answers, Result
from sync.body import Body
from sync.ids import new_record_id
from vault.core import Vault
from vault.engine import Connection, reading, writing
from vault.errors import NoSuchRecord
from vault.read import Filter, Record, list_records, read_record
from vault.write import write

_AT_ONCE = 500


class NotOpen(Exception):
    """The survey is answered once for each request, after the document was handed over."""


class Standing(Enum):
    """What a request has to do with the survey."""

    OPEN = auto()
    """It may be answered now."""
    ANSWERED = auto()
    EARLY = auto()
    """The document was not handed over (yet)."""
    GONE = auto()
    """It is not here (any more)."""


def standing(edge: Edge, request: bytes) -> Standing:
    """Whether the survey is to be offered for this request."""
    with reading(edge.vault.engine) as connection:
        try:
            return _standing(connection, edge, read_record(connection, *_where(edge, request)))
        except NoSuchRecord:
            return Standing.GONE


def _where(edge: Edge, request: bytes) -> tuple[Vault, str, bytes]:
    return edge.vault, edge.stream, request


def _standing(connection: Connection, edge: Edge, found: Record) -> Standing:
    if found.status != Status.DISERAHKAN:
        return Standing.EARLY
    if surveyed.was_answered(connection, *_where(edge, found.id)):
        return Standing.ANSWERED
    return Standing.OPEN


def answer(edge: Edge, request: bytes, answers: Answers, comment: str) -> None:
    """Keep the answers as a record that names nobody.

    Of the request it takes the service alone, and its id carries the day instead of the moment.
    That this request has been heard stands in a list of its own (`store.surveyed`).

    :raises NotOpen, NoSuchRecord: nothing is written.
    """
    if not survey.is_whole(answers):
        raise ValueError("the survey wants all nine answers")
    with writing(edge.vault.engine) as connection:
        vault, stream = edge.vault, edge.stream
        found = read_record(connection, vault, stream, request)
        if _standing(connection, edge, found) is not Standing.OPEN:
            raise NotOpen
        surveyed.note_answered(connection, vault, stream, request)
        keep(connection, edge, str(found.value("layanan")), answers, comment)
    edge.ask_exchange()


def keep(
    connection: Connection, edge: Edge, service_code: str, answers: Answers, comment: str
) -> None:
    """Write an answer: what is said here is all that it knows."""
    writes = {
        "layanan": service_code,
        "kanal": drafts.PORTAL,
        "versi": survey.VERSION,
        "status": survey.FILLED,
        **{survey.VALUE + element: value for element, value in answers.items()},
        **({survey.COMMENT: comment} if comment else {}),
    }
    record, stamp = new_record_id(_ms(edge.today())), edge.stamp()
    body = Body(survey.FILL, RESIDENT, writes)
    write(connection, edge.vault, edge.stream, record, survey.KIND, body, stamp, new=True)


class Period(StrEnum):
    """Over which time answers are put together."""

    BULAN = "bulan"
    TRIWULAN = "triwulan"
    TAHUN = "tahun"


@dataclass(frozen=True, slots=True)
class Findings:
    """What the answers of a period come to."""

    start: date
    end: date
    """The last day."""
    count: int
    whole: Result | None
    """None: too few answers to be shown."""
    by_service: dict[str, Result]
    """Service, or `survey.OTHERS` for those that are too few to stand alone."""
    comments: tuple[str, ...]
    """In the order of their words, not of time; none while there are too few answers."""


def first_day(period: Period, today: date) -> date:
    """When the month, quarter or year of a day began."""
    if period is Period.BULAN:
        return today.replace(day=1)
    month = 3 * ((today.month - 1) // 3) + 1 if period is Period.TRIWULAN else 1
    return today.replace(month=month, day=1)


def findings(edge: Edge, period: Period) -> Findings:
    """The result of this month, quarter or year."""
    today = edge.today()
    start = first_day(period, today)
    answered: list[tuple[str, Answers]] = []
    comments: list[str] = []
    with reading(edge.vault.engine) as connection:
        # Ids carry the day as the node knew it; today's are the last.
        born = (_ms(start), _ms(today) + 1)
        for record in _records(connection, edge, born):
            answers = {one: record.value(survey.VALUE + one) for one in survey.ELEMENTS}
            if survey.is_whole(answers):
                answered.append((str(record.value("layanan", "")), answers))
                comments.append(str(record.value(survey.COMMENT, "")))
    whole = survey.result_of([answers for _, answers in answered])
    return Findings(
        start,
        today,
        len(answered),
        whole,
        survey.grouped(answered),
        tuple(sorted(filter(None, comments), key=str.casefold)) if whole else (),
    )


def _records(connection: Connection, edge: Edge, born: tuple[int, int]) -> Iterator[Record]:
    only, page, more = Filter(stream=edge.stream, kind=survey.KIND, born=born), 1, True
    while more:
        found, more = list_records(connection, edge.vault, only, page, _AT_ONCE)
        yield from found
        page += 1


def _ms(day: date) -> int:
    return int(datetime.combine(day, time(), JAKARTA).astimezone(UTC).timestamp() * 1000)

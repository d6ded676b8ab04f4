"""Numbers at the counter: one each, in order, from A001 every day."""

from __future__ import annotations

import secrets
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from threading import Barrier

import pytest
from sqlalchemy.exc import IntegrityError

from edge_node.edge import JAKARTA, Edge
from edge_node.store import tickets
from edge_node.store.tickets import Ticket, TicketState
from edge_node.workflows import queueing
from edge_node.workflows.queueing import DeskMoved, NobodyWaits
from sync.timekeeping import Comparison, Reading
from vault.engine import writing

MORNING = datetime(2026, 11, 24, 8, 0, tzinfo=JAKARTA)


@dataclass
class Clock:
    """What the counter's clock shows."""

    now: datetime = MORNING

    def __call__(self) -> Reading:
        wall_ms = int(self.now.timestamp() * 1000)
        return Reading(wall_ms, "boot", wall_ms - int(MORNING.timestamp() * 1000) + 60_000)


@pytest.fixture
def clock(edge: Edge) -> Clock:
    edge.clock = Clock()
    return edge.clock


def take(edge: Edge, service: str | None = None) -> Ticket:
    return queueing.take(edge, secrets.token_bytes(16), service)[0]


def codes(found: tuple[Ticket, ...]) -> list[str]:
    return [one.code for one in found]


def test_numbers_begin_at_a001_and_follow_each_other(edge: Edge, clock: Clock) -> None:
    given = [take(edge, "kk"), take(edge), take(edge, "kia")]

    assert [one.code for one in given] == ["A001", "A002", "A003"]
    assert {one.state for one in given} == {TicketState.MENUNGGU}
    assert given[0].taken_ms == int(MORNING.timestamp() * 1000)


@pytest.mark.parametrize(
    ("number", "code"), [(1, "A001"), (999, "A999"), (1000, "B001"), (8 * 999 + 1, "J001")]
)
def test_after_999_comes_the_next_letter_that_is_no_digit(number: int, code: str) -> None:
    one = Ticket(b"", date(2026, 11, 24), number, None, TicketState.MENUNGGU, None, 0)

    assert one.code == code


def test_numbers_begin_anew_at_midnight_in_jakarta(edge: Edge, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 24, 23, 59, 59, tzinfo=JAKARTA)
    evening = [take(edge), take(edge)]
    clock.now += timedelta(seconds=2)
    night = take(edge)

    assert [one.code for one in evening] == ["A001", "A002"]
    assert (night.code, night.day) == ("A001", date(2026, 11, 25))
    assert codes(queueing.board(edge).waiting) == ["A001"]
    assert queueing.place_of(edge, evening[0].id) is None


def test_many_at_the_same_moment_get_different_numbers(edge: Edge, clock: Clock) -> None:
    together = Barrier(8)

    def ask(_: int) -> int:
        together.wait()
        return take(edge).number

    with ThreadPoolExecutor(8) as threads:
        given = list(threads.map(ask, range(8)))

    assert sorted(given) == list(range(1, 9))


def test_a_form_sent_twice_gives_one_number(edge: Edge, clock: Clock) -> None:
    form = secrets.token_bytes(16)
    together = Barrier(4)

    def ask(_: int) -> tuple[Ticket, bool]:
        together.wait()
        return queueing.take(edge, form, "kk")

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(ask, range(4)))

    assert {ticket.code for ticket, _ in answers} == {"A001"}
    assert [new for _, new in answers].count(True) == 1
    assert take(edge).code == "A002"


def test_the_database_itself_holds_a_number_once_a_day(edge: Edge, clock: Clock) -> None:
    first, second = take(edge), take(edge)

    with pytest.raises(IntegrityError), writing(edge.vault.engine) as connection:
        connection.exec_driver_sql(
            "UPDATE ticket SET number = ? WHERE id = ?", (first.number, second.id)
        )


def test_whoever_came_first_is_called_first(edge: Edge, clock: Clock) -> None:
    first, second = take(edge), take(edge)

    called = queueing.call_next(edge, 2, None)

    assert (called.code, called.state, called.desk) == (first.code, TicketState.DIPANGGIL, 2)
    assert codes(queueing.board(edge).waiting) == [second.code]
    with pytest.raises(DeskMoved) as moved:
        queueing.call_next(edge, 2, None)
    assert moved.value.now == called


def test_the_next_call_ends_the_one_before(edge: Edge, clock: Clock) -> None:
    take(edge), take(edge)
    first = queueing.call_next(edge, 1, None)

    second = queueing.call_next(edge, 1, first.id)

    assert second.code == "A002"
    assert queueing.board(edge).called == (second,)
    with writing(edge.vault.engine) as connection:
        before = tickets.find(connection, first.id)
    assert before is not None
    assert before.state is TicketState.SELESAI
    assert before.ended_ms is not None


def test_where_nobody_waits_the_desk_keeps_whom_it_serves(edge: Edge, clock: Clock) -> None:
    take(edge)
    only = queueing.call_next(edge, 1, None)

    with pytest.raises(NobodyWaits):
        queueing.call_next(edge, 1, only.id)

    assert queueing.board(edge).called == (only,)


def test_two_desks_call_at_the_same_moment_and_get_different_people(
    edge: Edge, clock: Clock
) -> None:
    for _ in range(4):
        take(edge)
    together = Barrier(4)

    def call(desk: int) -> str:
        together.wait()
        return queueing.call_next(edge, desk, None).code

    with ThreadPoolExecutor(4) as threads:
        called = list(threads.map(call, range(1, 5)))

    assert sorted(called) == ["A001", "A002", "A003", "A004"]


def test_a_double_click_calls_one(edge: Edge, clock: Clock) -> None:
    take(edge), take(edge)
    together = Barrier(2)

    def call(_: int) -> bool:
        together.wait()
        try:
            queueing.call_next(edge, 1, None)
        except DeskMoved:
            return False
        return True

    with ThreadPoolExecutor(2) as threads:
        assert sorted(threads.map(call, range(2))) == [False, True]
    assert codes(queueing.board(edge).waiting) == ["A002"]


def test_who_was_not_there_can_be_called_when_he_comes(edge: Edge, clock: Clock) -> None:
    take(edge), take(edge)
    late = queueing.call_next(edge, 1, None)
    queueing.absent(edge, late.id)
    now = queueing.call_next(edge, 1, None)

    assert codes(queueing.board(edge).missed) == [late.code]
    back = queueing.call_missed(edge, 1, now.id, late.id)

    assert (back.code, back.state, back.ended_ms) == (late.code, TicketState.DIPANGGIL, None)
    assert queueing.board(edge).called == (back,)
    with pytest.raises(NobodyWaits):
        queueing.call_missed(edge, 2, None, now.id)


def test_calling_again_makes_the_call_new(edge: Edge, clock: Clock) -> None:
    take(edge)
    called = queueing.call_next(edge, 3, None)
    clock.now += timedelta(minutes=2)

    again = queueing.call_again(edge, called.id)

    assert called.called_ms is not None
    assert again.called_ms == called.called_ms + 120_000
    assert again.desk == 3
    queueing.served(edge, called.id)
    assert queueing.call_again(edge, called.id).state is TicketState.SELESAI


def test_what_has_ended_stays_as_it_ended(edge: Edge, clock: Clock) -> None:
    take(edge)
    called = queueing.call_next(edge, 1, None)
    queueing.served(edge, called.id)

    assert queueing.absent(edge, called.id).state is TicketState.SELESAI
    after = queueing.give_back(edge, called.id)
    assert after is not None
    assert after.state is TicketState.SELESAI


def test_a_number_given_back_lets_others_move_up_and_is_not_given_again(
    edge: Edge, clock: Clock
) -> None:
    first, second = take(edge), take(edge)
    before = queueing.place_of(edge, second.id)
    queueing.give_back(edge, first.id)
    after = queueing.place_of(edge, second.id)

    assert before is not None
    assert after is not None
    assert (before.ahead, after.ahead) == (1, 0)
    queueing.give_back(edge, second.id)
    assert take(edge).code == "A003"


def test_the_screen_shows_desks_in_their_order_and_who_comes_next(edge: Edge, clock: Clock) -> None:
    for _ in range(10):
        take(edge)
    queueing.call_next(edge, 3, None)
    queueing.call_next(edge, 1, None)

    shown = queueing.screen(edge)

    assert [(one.desk, one.code) for one in shown.called] == [(1, "A002"), (3, "A001")]
    assert codes(shown.coming) == ["A003", "A004", "A005", "A006", "A007", "A008"]
    assert shown.waiting == 8


@pytest.mark.parametrize("desk", [0, -1, 10])
def test_there_are_nine_desks(edge: Edge, desk: int) -> None:
    with pytest.raises(ValueError, match="there is no desk"):
        queueing.call_next(edge, desk, None)


def test_numbers_of_past_weeks_are_forgotten_unless_the_clock_is_in_doubt(
    edge: Edge, clock: Clock
) -> None:
    old = take(edge)
    clock.now += timedelta(days=8)
    new = take(edge)

    assert queueing.forget_old(edge) == 0, "a clock that was never compared may be years ahead"
    seen = clock()
    compared = Comparison(0, seen.wall_ms, 0, seen.boot, seen.up_ms)
    edge.standing = replace(edge.standing, clock=compared)
    assert queueing.forget_old(edge) == 1
    with writing(edge.vault.engine) as connection:
        assert tickets.find(connection, old.id) is None
        assert tickets.find(connection, new.id) == new

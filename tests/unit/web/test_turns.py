"""Staff pages are made at once; residents' one by one, when no staff page is being made."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import Any

from web.turns import Turns

_SOON = 5.0


class _Slow:
    """An app whose page is made for as long as the test wants."""

    def __init__(self) -> None:
        self.begun = threading.Semaphore(0)
        self.may_end = threading.Semaphore(0)

    def __call__(self, environ: Any, start: Any) -> Iterable[bytes]:
        self.begun.release()
        assert self.may_end.acquire(timeout=_SOON)
        return []


def _in_background(app: Callable[..., Any]) -> threading.Thread:
    thread = threading.Thread(target=app, args=({}, None), daemon=True)
    thread.start()
    return thread


def test_a_resident_waits_while_a_staff_page_is_made() -> None:
    turns, staff, portal = Turns(gives_way_s=60), _Slow(), _Slow()
    first = _in_background(turns.first(staff))
    assert staff.begun.acquire(timeout=_SOON)

    second = _in_background(turns.second(portal))

    assert not portal.begun.acquire(timeout=0.05)
    staff.may_end.release()
    first.join(_SOON)
    assert portal.begun.acquire(timeout=_SOON)
    portal.may_end.release()
    second.join(_SOON)
    assert not second.is_alive()


def test_residents_are_served_one_by_one_and_none_is_left_out() -> None:
    turns, portal = Turns(), _Slow()
    residents = [_in_background(turns.second(portal)) for _ in range(5)]

    for _ in residents:
        assert portal.begun.acquire(timeout=_SOON)
        assert not portal.begun.acquire(timeout=0.02)
        portal.may_end.release()

    for resident in residents:
        resident.join(_SOON)
        assert not resident.is_alive()


def test_staff_never_wait_for_residents() -> None:
    turns, staff, portal = Turns(), _Slow(), _Slow()
    resident = _in_background(turns.second(portal))
    assert portal.begun.acquire(timeout=_SOON)

    clerks = [_in_background(turns.first(staff)) for _ in range(3)]

    for _ in clerks:
        assert staff.begun.acquire(timeout=_SOON)
    for _ in clerks:
        staff.may_end.release()
    portal.may_end.release()
    for one in (resident, *clerks):
        one.join(_SOON)


def test_where_staff_pages_never_end_a_resident_waits_a_moment_only() -> None:
    turns, staff, portal = Turns(gives_way_s=0.05), _Slow(), _Slow()
    clerk = _in_background(turns.first(staff))
    assert staff.begun.acquire(timeout=_SOON)

    resident = _in_background(turns.second(portal))

    assert portal.begun.acquire(timeout=_SOON)
    portal.may_end.release()
    staff.may_end.release()
    for one in (resident, clerk):
        one.join(_SOON)


def test_a_page_that_fails_gives_its_turn_back() -> None:
    turns, portal = Turns(), _Slow()

    def fail(environ: Any, start: Any) -> Iterable[bytes]:
        raise ZeroDivisionError

    for app in (turns.first(fail), turns.second(fail)):
        try:
            app({}, lambda *_: lambda _: None)
        except ZeroDivisionError:
            continue
        raise AssertionError("it did not fail")

    _in_background(turns.second(portal))
    assert portal.begun.acquire(timeout=_SOON)
    portal.may_end.release()

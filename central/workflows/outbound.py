"""Working a queue for another system: leases, tries, and a breaker that all processes share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog

from central.centre import Centre
from central.outbound import breaker
from central.outbound.breaker import Breaker, Uniform
from central.outbound.errors import LineDown, Refused, WrongAnswer
from central.store import jobs
from central.store.jobs import DROPPED, FAILED, Job
from vault.engine import Connection, reading, writing

_log = structlog.get_logger()
LEASE_MS = 120_000
"""Longer than the calls of one job take at their worst; then another process takes it over."""
_AT_ONCE = 50
"""Jobs in one run: the scheduler comes again."""


class Gone(Exception):
    """There is nothing to be done any more; `why` is kept with the job."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Line:
    """A queue and the line that it goes over."""

    queue: str
    breaker: str
    patience: int
    """Tries after which a job waits for a person; 0: never, what waits is tried for ever."""


Step = Callable[[Job], Mapping[str, Any]]
"""Does a job's next step; what changes in its row. Opens its own transactions: a call to another
system must hold none."""


def work(centre: Centre, line: Line, step: Step, uniform: Uniform) -> int:
    """Do what is due; how many steps succeeded."""
    done = 0
    for _ in range(_AT_ONCE):
        held = _next(centre, line)
        if held is None:
            return done
        done += _one(centre, line, held, step, uniform)
    return done


def _next(centre: Centre, line: Line) -> Job | None:
    now = centre.clock()
    with writing(centre.vault.engine) as connection:
        state = jobs.read_breaker(connection, line.breaker, lock=True)
        if not state.lets_through(now):
            return None
        found = jobs.claim(connection, line.queue, now, LEASE_MS, 1)
        if found and state.down:
            jobs.save_breaker(connection, line.breaker, breaker.probing(state, now))
    return found[0] if found else None


def _one(centre: Centre, line: Line, held: Job, step: Step, uniform: Uniform) -> bool:
    try:
        changed = dict(step(held))
    except LineDown as down:
        _failed(centre, line, held, down, uniform, of_line=True)
        return False
    except WrongAnswer as wrong:
        # What cannot be read at all is the line's fault, what is about another one is this job's.
        _failed(centre, line, held, wrong, uniform, of_line=wrong.slug == "garbled")
        return False
    except Refused as refused:
        _save(centre, line, held, state=FAILED, **_trouble(centre, held, refused.slug))
        return False
    except Gone as gone:
        _save(centre, line, held, state=DROPPED, trouble=gone.why, sealed=b"")
        return False
    _save(centre, line, held, **{"attempts": 0, "trouble": "", "trouble_ms": 0, **changed})
    return True


def _trouble(centre: Centre, held: Job, slug: str) -> dict[str, Any]:
    return {
        "attempts": held.attempts + 1,
        "trouble": slug,
        "trouble_ms": held.trouble_ms or centre.clock(),
    }


def _failed(
    centre: Centre,
    line: Line,
    held: Job,
    error: LineDown | WrongAnswer,
    uniform: Uniform,
    *,
    of_line: bool,
) -> None:
    now = centre.clock()
    _log.warning("another system fails", queue=line.queue, trouble=error.slug)
    changed = _trouble(centre, held, error.slug)
    tired = line.patience and changed["attempts"] >= line.patience
    with writing(centre.vault.engine) as connection:
        delay = breaker.BASE_MS * 3 ** min(held.attempts, 4)
        due = now + max(breaker.longer(delay // 3, uniform), error.retry_after_ms)
        if of_line:
            before = jobs.read_breaker(connection, line.breaker, lock=True)
            state = breaker.failed(before, now, error.slug, uniform, error.retry_after_ms)
            jobs.save_breaker(connection, line.breaker, state)
        jobs.save(
            connection, held, now, due_ms=due, state=FAILED if tired else held.state,
            **changed,
        )  # fmt: skip


def _save(centre: Centre, line: Line, held: Job, **changed: Any) -> None:
    now = centre.clock()
    with writing(centre.vault.engine) as connection:
        before = jobs.read_breaker(connection, line.breaker, lock=True)
        if before.failures:
            # It answered, whatever it said.
            jobs.save_breaker(connection, line.breaker, Breaker())
        jobs.save(connection, held, now, **changed)


def state_of(centre: Centre, name: str) -> Breaker:
    """How the line is."""
    with reading(centre.vault.engine) as connection:
        return jobs.read_breaker(connection, name)


def tell(connection: Connection, centre: Centre, name: str, error: LineDown | WrongAnswer,
         uniform: Uniform) -> None:  # fmt: skip
    """A call outside the queue failed: the queue need not find that out by itself."""
    before = jobs.read_breaker(connection, name, lock=True)
    state = breaker.failed(before, centre.clock(), error.slug, uniform, error.retry_after_ms)
    jobs.save_breaker(connection, name, state)

"""Jobs go on at their intervals though somebody sets the machine's clock."""

from __future__ import annotations

import datetime as real
from collections.abc import Iterator
from queue import SimpleQueue

import apscheduler.schedulers.base
import pytest

from web import jobs
from web.jobs import SteadyScheduler

YEARS = real.timedelta(days=5 * 365)
IN_TIME_S = 20.0


class Clock(real.datetime):
    """The time of day, which a test sets."""

    off = real.timedelta()

    @classmethod
    def now(cls, tz: real.tzinfo | None = None) -> real.datetime:  # type: ignore[override]
        return real.datetime.now(tz) + cls.off


@pytest.fixture
def ran(monkeypatch: pytest.MonkeyPatch) -> Iterator[SimpleQueue[None]]:
    """Something is put in whenever the job runs."""
    monkeypatch.setattr(Clock, "off", real.timedelta())
    for module in (apscheduler.schedulers.base, jobs):
        monkeypatch.setattr(module, "datetime", Clock)
    done: SimpleQueue[None] = SimpleQueue()
    scheduler = SteadyScheduler(
        job_defaults={"coalesce": True, "misfire_grace_time": None}, timezone="UTC"
    )
    scheduler.add_job(done.put, "interval", seconds=0.1, args=[None])
    scheduler.start()
    yield done
    scheduler.shutdown()


@pytest.mark.parametrize("step", [-YEARS, YEARS], ids=["back", "forward"])
def test_jobs_go_on_when_the_clock_is_set_by_years(
    ran: SimpleQueue[None], monkeypatch: pytest.MonkeyPatch, step: real.timedelta
) -> None:
    ran.get(timeout=IN_TIME_S)

    monkeypatch.setattr(Clock, "off", step)

    for _ in range(30):
        ran.get(timeout=IN_TIME_S)


def test_jobs_go_on_when_a_wrong_clock_is_put_right(
    ran: SimpleQueue[None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Clock, "off", -YEARS)
    for _ in range(30):
        ran.get(timeout=IN_TIME_S)

    monkeypatch.setattr(Clock, "off", real.timedelta())

    for _ in range(30):
        ran.get(timeout=IN_TIME_S)


def test_a_job_at_an_hour_is_planned_by_the_clock_as_it_is_now(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(jobs, "datetime", Clock)
    monkeypatch.setattr(apscheduler.schedulers.base, "datetime", Clock)
    monkeypatch.setattr(Clock, "off", YEARS)
    scheduler = SteadyScheduler(timezone="UTC")
    nightly = scheduler.add_job(print, "cron", hour=2)
    scheduler.start(paused=True)

    monkeypatch.setattr(Clock, "off", real.timedelta())
    scheduler._follow(-YEARS)
    planned = nightly.next_run_time
    scheduler.shutdown()

    assert planned - real.datetime.now(real.UTC) <= real.timedelta(days=1)
    assert planned.hour == 2

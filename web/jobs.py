"""Jobs at intervals, on machines whose clock somebody may set."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.schedulers.base import STATE_STOPPED
from apscheduler.triggers.interval import IntervalTrigger

_LOOKS_S = 1.0
_STEP_S = 2.0
"""What a clock that is only corrected does not jump by."""


def _ahead() -> float:
    """The time of day before the clock that nobody sets; changes where the former is set."""
    return datetime.now(UTC).timestamp() - time.monotonic()


class SteadyScheduler(BackgroundScheduler):  # type: ignore[misc]
    """APScheduler's, whose jobs keep their intervals when the clock is set.

    It plans by the time of day. Set back by a year, its jobs would rest for a year, and go on
    resting when the clock is right again; set forward, it would list each second that it missed.
    """

    def _main_loop(self) -> None:
        wait_s, ahead = 0.0, _ahead()
        while self.state != STATE_STOPPED:
            self._event.wait(wait_s)
            self._event.clear()
            before, ahead = ahead, _ahead()
            if abs(ahead - before) > _STEP_S:
                self._follow(timedelta(seconds=ahead - before))
            due_in = self._process_jobs()
            wait_s = _LOOKS_S if due_in is None else min(due_in, _LOOKS_S)

    def _follow(self, step: timedelta) -> None:
        """Plan again what was planned by the clock as it was."""
        now = datetime.now(self.timezone)
        for job in self.get_jobs():
            planned: Any = job.next_run_time
            if planned is None:
                continue
            if isinstance(job.trigger, IntervalTrigger):
                job.modify(next_run_time=planned + step)
            else:
                # Its hour is meant by the clock on the wall.
                job.modify(next_run_time=job.trigger.get_next_fire_time(None, now))

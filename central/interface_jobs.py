"""The jobs that speak with other systems, where the settings name any."""

from __future__ import annotations

import random

from apscheduler.schedulers.background import BackgroundScheduler

from central.centre import Centre
from central.siak.http import HttpSiak
from central.workflows import siak

_EVERY_S = 3
_uniform = random.SystemRandom().uniform


def add_interface_jobs(scheduler: BackgroundScheduler, centre: Centre) -> None:
    """Every process has them; what one has taken the others leave alone."""
    settings = centre.settings
    if settings.siak_url:
        line = HttpSiak(settings.siak_url, settings.siak_token)
        scheduler.add_job(
            siak.work, "interval", seconds=_EVERY_S, id="siak", args=[centre, line, _uniform]
        )

"""The jobs of a process of the centre: minding the keys, and the retention schedule at night."""

from __future__ import annotations

import logging

from central.centre import JAKARTA, Centre
from central.interface_jobs import add_interface_jobs
from central.turns import Turns
from central.workflows import alerting
from central.workflows.counting import count_all
from central.workflows.making import make_next
from central.workflows.retention import nightly
from central.workflows.seeing import sign_end
from central.workflows.watching import keep_turns
from central.workflows.worklists import count_quota_days
from vault import upkeep
from vault.shredding import sweep
from web.jobs import SteadyScheduler

_KEYS_S = 3
_COUNT_S = 5
_REPORTS_S = 2
_ALERTS_S = 10
_TURNS_S = 3
_QUOTA_S = 30
_SIGN_S = 3600
_NIGHT = 2
"""The hour at which nobody waits for the centre."""


def start_jobs(centre: Centre, turns: Turns | None = None) -> SteadyScheduler:
    """Start the jobs; the caller shuts the scheduler down.

    :param turns: of the process, where it takes exchanges.

    Every process has them, but for what computes for long: that is of those who fold, as it would
    take Python's lock from whoever waits for a page or an acknowledgement. Two at once do nothing
    twice: each part is locked in the database.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = SteadyScheduler(
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": 3600},
        timezone=JAKARTA,
    )
    scheduler.add_job(_mind_keys, "interval", seconds=_KEYS_S, id="keys", args=[centre])
    scheduler.add_job(alerting.tick, "interval", seconds=_ALERTS_S, id="alerts", args=[centre])
    scheduler.add_job(sign_end, "interval", seconds=_SIGN_S, id="trail", args=[centre])
    if turns is None or centre.settings.fold_here:
        scheduler.add_job(_count, "interval", seconds=_COUNT_S, id="counts", args=[centre])
        scheduler.add_job(make_next, "interval", seconds=_REPORTS_S, id="reports", args=[centre])
        scheduler.add_job(nightly, "cron", hour=_NIGHT, jitter=600, id="retention", args=[centre])
    if turns is not None:
        scheduler.add_job(
            keep_turns, "interval", seconds=_TURNS_S, id="turns", args=[centre, turns]
        )
        scheduler.add_job(count_quota_days, "interval", seconds=_QUOTA_S, id="quota", args=[centre])
    add_interface_jobs(scheduler, centre)
    scheduler.start()
    return scheduler


def _mind_keys(centre: Centre) -> None:
    upkeep.tick(centre.vault)
    sweep(centre.vault, centre.blobs)


def _count(centre: Centre) -> None:
    count_all(centre, for_s=_COUNT_S / 5, wait_for_folding=True)

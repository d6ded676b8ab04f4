"""The one owner of this process's jobs: exchanging, files that were brought, what is old."""

from __future__ import annotations

import logging
import sys
import threading
from datetime import datetime, timedelta
from typing import Any

from apscheduler.executors.base import BaseExecutor, run_job

from edge_node.edge import Edge
from edge_node.store.drafts import forget_old_drafts
from edge_node.workflows.delivering import Deliverer
from edge_node.workflows.exchange import Courier
from edge_node.workflows.field_keys import forget_old as forget_field
from edge_node.workflows.neighbours import Neighbours
from edge_node.workflows.queueing import forget_old
from sync.hlc import trusted
from vault import upkeep
from vault.engine import writing
from vault.shredding import sweep
from web.jobs import SteadyScheduler

_TICK_S = 1
_KEYS_S = 3
DRAFT_LIFE = timedelta(days=14)


class _Daemons(BaseExecutor):  # type: ignore[misc]
    """Runs each job in a daemon thread.

    The interpreter waits at its end for the threads of a pool; one that reads from a hanging line
    would hold up a shutdown for the whole read timeout.
    """

    def _do_submit_job(self, job: Any, run_times: list[datetime]) -> None:
        threading.Thread(
            target=self._work, args=(job, run_times), name=f"job-{job.id}", daemon=True
        ).start()

    def _work(self, job: Any, run_times: list[datetime]) -> None:
        try:
            events = run_job(job, job._jobstore_alias, run_times, self._logger.name)
        except BaseException:  # noqa: BLE001 - told to the scheduler, as its own executors do
            self._run_job_error(job.id, *sys.exc_info()[1:])
        else:
            self._run_job_success(job.id, events)


def start_jobs(
    edge: Edge, courier: Courier, neighbours: Neighbours, deliverer: Deliverer
) -> SteadyScheduler:
    """Start the jobs; the caller shuts the scheduler down."""
    # A tick that falls into a long exchange is dropped; that is what it should do.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = SteadyScheduler(
        executors={"default": _Daemons()},
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        timezone="UTC",
    )
    scheduler.add_job(courier.run_if_due, "interval", seconds=_TICK_S, id="exchange")
    scheduler.add_job(_mind_keys, "interval", seconds=_KEYS_S, id="keys", args=[edge])
    scheduler.add_job(courier.take_brought, "interval", seconds=_TICK_S, id="brought")
    scheduler.add_job(neighbours.run_if_due, "interval", seconds=_TICK_S, id="neighbours")
    scheduler.add_job(deliverer.run_if_due, "interval", seconds=_TICK_S, id="deliver")
    scheduler.add_job(_forget_drafts, "interval", hours=6, args=[edge], id="drafts")
    scheduler.add_job(forget_old, "interval", hours=6, args=[edge], id="tickets")
    scheduler.add_job(forget_field, "interval", hours=6, args=[edge], id="field")
    scheduler.start()
    return scheduler


def _mind_keys(edge: Edge) -> None:
    upkeep.tick(edge.vault)
    sweep(edge.vault, None)
    if edge.vault.replica != edge.writes_as:
        edge.ask_exchange()


def _forget_drafts(edge: Edge) -> None:
    stamp = edge.stamp()
    if not trusted(stamp.doubt):
        # A clock that is years ahead would forget what somebody is typing.
        return
    before = stamp.now_ms - int(DRAFT_LIFE.total_seconds() * 1000)
    with writing(edge.vault.engine) as connection:
        forget_old_drafts(connection, edge.stream, before)

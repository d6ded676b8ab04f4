"""The one owner of this process's jobs: the exchange, and cleaning up old drafts."""

from __future__ import annotations

import logging
from datetime import timedelta

from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from edge_node.edge import Edge
from edge_node.store.drafts import forget_old_drafts
from edge_node.workflows.exchange import Courier
from vault.engine import writing

_TICK_S = 1
DRAFT_LIFE = timedelta(days=14)


def start_jobs(edge: Edge, courier: Courier) -> BackgroundScheduler:
    """Start the jobs; the caller shuts the scheduler down."""
    # A tick that falls into a long exchange is dropped; that is what it should do.
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    scheduler = BackgroundScheduler(
        executors={"default": ThreadPoolExecutor(2)},
        job_defaults={"max_instances": 1, "coalesce": True, "misfire_grace_time": None},
        timezone="UTC",
    )
    scheduler.add_job(courier.run_if_due, "interval", seconds=_TICK_S, id="exchange")
    scheduler.add_job(_forget_drafts, "interval", hours=6, args=[edge], id="drafts")
    scheduler.start()
    return scheduler


def _forget_drafts(edge: Edge) -> None:
    before = edge.clock() - int(DRAFT_LIFE.total_seconds() * 1000)
    with writing(edge.vault.engine) as connection:
        forget_old_drafts(connection, edge.stream, before)

"""Playing a plan against a running centre."""

from __future__ import annotations

import asyncio
import gc
import random
import resource
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from load import arrivals
from load.drips import drip
from load.edge import Group, LightEdge
from load.enrolling import NotEnough, enrol_all
from load.http import Place
from load.lines import EdgeLine, Run
from load.officers import Officer
from load.plan import Plan
from load.report import Report, make_report
from load.setting import set_up
from load.watching import Notes

_TICK_S = 0.2
_FILES_BESIDE = 64
"""Open files beside one for each connection."""
_SEAL_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Target:
    """The centre, and what it takes to be let in."""

    url: str
    codes: tuple[str, ...]
    """One-time codes, one for each node of the plan."""
    username: str = ""
    """Of the officers' account, where the plan has officers."""
    password: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it has come."""

    stage: str
    done: int
    total: int
    busy: int = 0
    """Refusals so far."""


Tell = Callable[[Progress], None]


def run(plan: Plan, target: Target, tell: Tell = lambda _: None) -> Report:
    """Enrol, seal, play, and report.

    :raises NotEnough: fewer codes than nodes.
    :raises CarrierError, SyncError, NotIn: the centre does not let them in.
    """
    if len(target.codes) < plan.nodes:
        raise NotEnough(f"{plan.nodes} codes are needed, {len(target.codes)} are there")
    _allow_files(plan.nodes + plan.officers + plan.drips + _FILES_BESIDE)
    return asyncio.run(_run(plan, target, tell))


def _allow_files(count: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < count:
        most = count if hard == resource.RLIM_INFINITY else min(count, hard)
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))


async def _run(plan: Plan, target: Target, tell: Tell) -> Report:
    place = Place.of(target.url)
    codes = target.codes[: plan.nodes]
    nodes = await enrol_all(
        place, codes, lambda done: tell(Progress("Enrolling", done, len(codes)))
    )
    edges = set_up(plan, nodes, int(time.time() * 1000))
    began = time.monotonic()
    if plan.precompute:
        _seal(edges, tell)
    prepare_s = time.monotonic() - began
    officers = await _officers(plan, target, place)
    notes = Notes()
    run = Run(
        place,
        notes,
        plan.interval_s,
        plan.seconds + plan.drain_s,
        rng=random.Random(f"{plan.seed} jitter"),
    )
    # What was made so far lives on: the collector need not look at it again and again.
    gc.collect()
    gc.freeze()
    try:
        cpu = time.process_time()
        run.started = time.monotonic()
        await _play(plan, run, edges, officers, tell)
        lasted_s, cpu_s = run.now(), time.process_time() - cpu
    finally:
        gc.unfreeze()
    return make_report(plan, edges, notes, lasted_s, cpu_s, prepare_s)


def _seal(edges: list[LightEdge], tell: Tell) -> None:
    total = sum(len(edge.arrivals) for edge in edges)
    done = 0
    for edge in edges:
        for upto in range(0, len(edge.arrivals) + 1, _SEAL_AT_ONCE):
            edge.book.write_to(upto)
            tell(Progress("Sealing", done + upto, total))
        edge.book.write_to(len(edge.arrivals))
        done += len(edge.arrivals)


async def _officers(plan: Plan, target: Target, place: Place) -> list[Officer]:
    officers = [
        Officer(place, random.Random(f"{plan.seed} officer {number}"))
        for number in range(plan.officers)
    ]
    try:
        for officer in officers:
            await officer.log_in(target.username, target.password)
    except BaseException:
        for officer in officers:
            officer.close()
        await asyncio.sleep(0)
        raise
    return officers


async def _play(
    plan: Plan, run: Run, edges: list[LightEdge], officers: list[Officer], tell: Tell
) -> None:
    def wall_ms() -> int:
        return int(time.time() * 1000)

    counters = [edge for edge in edges if edge.group is not Group.PROBES]
    probes = [edge for edge in edges if edge.group is Group.PROBES]
    main = [asyncio.create_task(EdgeLine(run, edge, wall_ms).live()) for edge in counters]
    beside = [asyncio.create_task(EdgeLine(run, edge, wall_ms).live()) for edge in probes]
    beside += [
        asyncio.create_task(officer.live(run, _page_times(plan, number, run.ends_s)))
        for number, officer in enumerate(officers)
    ]
    drips = [asyncio.create_task(drip(run, number, plan.drip_s)) for number in range(plan.drips)]
    window = asyncio.create_task(run.until(plan.seconds))
    telling = asyncio.create_task(_tell(run, edges, tell))
    helpers = [*beside, *drips, telling]
    try:
        await asyncio.gather(*main, window)
        if plan.measured_s is not None:
            # Their arrivals are over with the window, and each answer is a measurement.
            await asyncio.gather(*beside)
    finally:
        for task in (*main, window, *helpers):
            task.cancel()
        ended = await asyncio.gather(*main, window, *helpers, return_exceptions=True)
    # Connections are closed by the loop's next round.
    await asyncio.sleep(0)
    for one in ended:
        if isinstance(one, Exception):
            raise one


def _page_times(plan: Plan, number: int, ends_s: float) -> list[float]:
    lasts_s = plan.seconds if plan.measured_s is not None else ends_s
    rng = random.Random(f"{plan.seed} pages {number}")
    return arrivals.steady(plan.page_rate, lasts_s, rng)


async def _tell(run: Run, edges: list[LightEdge], tell: Tell) -> None:
    total = sum(len(edge.arrivals) for edge in edges)
    while True:
        acked = sum(edge.acked for edge in edges)
        tell(Progress("Playing", acked, total, run.notes.busy))
        await asyncio.sleep(_TICK_S)

"""Setting the edges up: their logs, when what arrives, and how they stand when the clock starts."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace

from load import arrivals
from load.edge import Enrolled, Group, LightEdge
from load.filing import filings
from load.plan import Plan, Shape
from load.writing import LogBook
from registration.bodies import body_dictionaries
from sync import way
from sync.body import BodyCodec
from sync.link import PROBE_AFTER, Line, Link

_OUTAGE_MS = 24 * 3600 * 1000


def set_up(plan: Plan, nodes: Sequence[Enrolled], start_ms: int) -> list[LightEdge]:
    """The edges of a plan, and behind them its probes.

    :param start_ms: about when the clock will start, Unix ms: the stamps of what arrives.
    """
    codec = BodyCodec(body_dictionaries())
    mates: dict[str, set[bytes]] = {}
    for node in nodes:
        mates.setdefault(node.stream, set()).add(node.identity.replica)
    back = _returns(plan)
    edges = []
    for number, node in enumerate(nodes[: plan.nodes]):
        rng = random.Random(f"{plan.seed} {number}")
        siblings = frozenset(mates[node.stream] - {node.identity.replica})
        if number >= plan.edges:
            group, backlog = Group.PROBES, 0
            times = _probe_times(plan, number - plan.edges)
        else:
            group = Group.FLOODER if number < plan.flooders else Group.EDGES
            backlog = plan.backlog
            times = sorted([back[number]] * backlog + _times(plan, group, rng))
        edges.append(
            LightEdge(
                number,
                group,
                node,
                _book(plan, node, codec, group, backlog, times, start_ms, rng),
                times,
                _link(plan, backlog, rng),
                siblings,
            )
        )
    return edges


def _returns(plan: Plan) -> list[float]:
    rng = random.Random(f"{plan.seed} returns")
    back = arrivals.spread(plan.edges, plan.return_s, rng)
    rng.shuffle(back)
    return back


def _times(plan: Plan, group: Group, rng: random.Random) -> list[float]:
    rate = plan.rate * (plan.flood_times if group is Group.FLOODER else 1.0)
    if not plan.seconds:
        return []
    drawn = arrivals.rush if plan.shape is Shape.RUSH else arrivals.steady
    return drawn(rate, plan.seconds, rng)


def _probe_times(plan: Plan, number: int) -> list[float]:
    """All probes together keep the rate; behind a backlog they go on until the edges are done."""
    lasts_s = plan.seconds if plan.measured_s is not None else plan.seconds + plan.drain_s
    times = arrivals.evenly(plan.probe_rate / plan.probes, lasts_s)
    return [at + number / plan.probe_rate for at in times]


def _link(plan: Plan, backlog: int, rng: random.Random) -> Link:
    """An edge that comes back after an outage begins with a probe. Who was on line asks for news
    every so often, each at a time of its own."""
    fresh = Link()
    if not backlog:
        return replace(fresh, line=Line.UP, next_try=rng.uniform(0.0, plan.interval_s))
    return replace(
        fresh,
        line=Line.CUT,
        failures=PROBE_AFTER,
        up=way.probe(fresh.up),
        down=way.probe(fresh.down),
    )


def _book(
    plan: Plan,
    node: Enrolled,
    codec: BodyCodec,
    group: Group,
    backlog: int,
    times: Sequence[float],
    start_ms: int,
    rng: random.Random,
) -> LogBook:
    apart = backlog // plan.backlog_scans if backlog and plan.backlog_scans else 0
    picked = random.Random(rng.random())

    def stamp_of(seq: int) -> int:
        at_ms = start_ms + int(times[seq - 1] * 1000)
        if seq > backlog:
            return at_ms
        # Written while the line was cut, one after the other.
        return at_ms - _OUTAGE_MS + _OUTAGE_MS * seq // (backlog + 1)

    def scan_bytes(seq: int) -> int:
        if seq <= backlog:
            number = seq - 1
            due = apart and number % apart == 0 and number // apart < plan.backlog_scans
            return plan.scan_bytes if due else 0
        if group is Group.PROBES:
            return 0
        return plan.scan_bytes if picked.random() < plan.scan_share else 0

    return LogBook(
        node.identity.replica,
        node.stream,
        node.centre_seal,
        codec,
        filings(node.stream, rng),
        stamp_of,
        scan_bytes,
        rng,
    )

"""What a run came to: pure data, made of what was noted."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate

from load.edge import Group, LightEdge
from load.figures import Latency, jain, latency, slowest_to_median
from load.plan import Plan
from load.watching import Notes, Outcome
from sync.way import SMALL_BYTES

_MOST_POINTS = 40
"""Of the series over time."""


@dataclass(frozen=True, slots=True)
class GroupReport:
    """Edges that are measured together. Seconds and bytes."""

    edges: int
    offered: int
    """Changes that arrived."""
    acked: int
    change: Latency
    """From a change's arrival to its acknowledgement, refusals and waiting and all."""
    exchange: Latency
    """Of exchanges that were admitted, from the call to the whole answer."""
    small: Latency
    """The same of those whose bundle has up to 4 KiB."""
    exchanges: int
    """Calls, answered or not."""
    busy: int
    """Answered with 503 or 429."""
    cut: int
    refused: int


@dataclass(frozen=True, slots=True)
class Fairness:
    """Jain's index over edges and flooder, probes left out: 1 is alike for all."""

    acked: float
    """Of acknowledged changes in the measured time."""
    share: float
    """Of what was acknowledged of what each had waiting or written, at the end of that time."""
    half_way: float
    """The same share when half of all had been acknowledged."""


@dataclass(frozen=True, slots=True)
class Point:
    """A span of the run."""

    at: float
    """When it begins."""
    offered: int
    """Changes that had arrived by its end."""
    acked: int
    """Changes that were acknowledged by its end."""
    acked_per_s: float
    """In this span."""
    busy_per_s: float


@dataclass(frozen=True, slots=True)
class Pages:
    """What the officers saw. From when a page was meant to be opened."""

    latency: Latency
    failed: int
    """Not answered with a page."""


@dataclass(frozen=True, slots=True)
class Generator:
    """Whether the generator itself was the bottleneck."""

    cpu_share: float
    """Of one core, over the run."""
    late: Latency
    """How much later than asked its own clock woke it."""
    prepare_s: float
    """Sealing before the clock started."""


@dataclass(frozen=True, slots=True)
class Report:
    """One run."""

    plan: Plan
    lasted_s: float
    measured_s: float
    """What rates are counted over."""
    offered: int
    """Changes of all groups that arrived."""
    acked: int
    """In the whole run."""
    unacked: int
    """Left when the run was over."""
    offered_per_s: float
    goodput_per_s: float
    """Changes acknowledged in the measured time, a second."""
    goodput_bytes_per_s: float
    """Sealed bodies and pieces of scans."""
    groups: Mapping[str, GroupReport]
    scan: Latency
    """From a scan's arrival to the acknowledgement of its last piece."""
    pieces_left: int
    """Pieces of scans that were not acknowledged."""
    served_after: Latency
    """From an edge's first refusal to its next answer."""
    mean_retry_after_s: float
    errors: Mapping[str, int]
    fairness: Fairness
    drain: Latency
    """From an edge's return to its last acknowledgement; of backlogs that came to their end."""
    undrained: int
    """Edges of which something was left when the run was over."""
    slowest_to_median: float
    """Of all backlogs; one that is left counts as if it had come to its end with the run."""
    pages: Pages
    drips_cut: int
    drips_open: Latency
    """How long the centre bore a dripping connection that it ended."""
    wrong: tuple[str, ...]
    """Watermarks that say less or more than was sent. Must be empty."""
    points: tuple[Point, ...]
    generator: Generator

    def as_json(self) -> str:
        return json.dumps(asdict(self), indent=1) + "\n"


def make_report(
    plan: Plan,
    edges: Sequence[LightEdge],
    notes: Notes,
    lasted_s: float,
    cpu_s: float,
    prepare_s: float,
) -> Report:
    last = max((at for at, *_ in notes.acked), default=0.0)
    measured = min(plan.measured_s or last or lasted_s, lasted_s)
    arrived = [edge.arrived(lasted_s) for edge in edges]
    counted = [edge.arrived(measured) for edge in edges]
    in_time = [(changes, size) for at, _, changes, size in notes.acked if at <= measured]
    waits = [one.retry_after_s for one in notes.exchanges if one.outcome is Outcome.BUSY]
    back = [edge for edge in edges if plan.backlog and edge.group is not Group.PROBES]
    drained = [edge.finished_at - edge.arrivals[0] for edge in back if edge.finished_at is not None]
    undrained = [lasted_s - edge.arrivals[0] for edge in back if edge.finished_at is None]
    return Report(
        plan,
        lasted_s,
        measured,
        sum(arrived),
        sum(edge.acked for edge in edges),
        sum(arrived) - sum(edge.acked for edge in edges),
        sum(counted) / measured if measured else 0.0,
        sum(changes for changes, _ in in_time) / measured if measured else 0.0,
        sum(size for _, size in in_time) / measured if measured else 0.0,
        {str(one): _group(one, edges, notes, lasted_s) for one in _present(edges)},
        latency(notes.scan_s),
        sum(len(edge.book.pieces) for edge in edges),
        latency(notes.served_after_s),
        sum(waits) / len(waits) if waits else 0.0,
        dict(notes.errors),
        _fairness(edges, notes, measured),
        latency(drained),
        len(undrained),
        slowest_to_median(drained + undrained),
        Pages(
            latency([one.took_s for one in notes.visits if one.status == 200]),
            sum(one.status != 200 for one in notes.visits),
        ),
        notes.drips_cut,
        latency(notes.drips_open_s),
        tuple(f"{edge.node.stream}: {said}" for edge in edges for said in edge.broken),
        _points(edges, notes, lasted_s),
        Generator(cpu_s / lasted_s if lasted_s else 0.0, latency(notes.late_s), prepare_s),
    )


def _present(edges: Iterable[LightEdge]) -> list[Group]:
    found = {edge.group for edge in edges}
    return [group for group in Group if group in found]


def _group(group: Group, edges: Sequence[LightEdge], notes: Notes, lasted_s: float) -> GroupReport:
    ours = [edge for edge in edges if edge.group is group]
    tries = [one for one in notes.exchanges if one.group is group]
    admitted = [one for one in tries if one.outcome is Outcome.ANSWERED]
    return GroupReport(
        len(ours),
        sum(edge.arrived(lasted_s) for edge in ours),
        sum(edge.acked for edge in ours),
        latency(notes.change_s[group]),
        latency([one.took_s for one in admitted]),
        latency([one.took_s for one in admitted if one.sent <= SMALL_BYTES]),
        len(tries),
        sum(one.outcome is Outcome.BUSY for one in tries),
        sum(one.outcome is Outcome.CUT for one in tries),
        sum(one.outcome is Outcome.REFUSED for one in tries),
    )


def _fairness(edges: Sequence[LightEdge], notes: Notes, measured: float) -> Fairness:
    ours = [edge for edge in edges if edge.group is not Group.PROBES]
    numbers = {edge.number for edge in ours}
    acks = [(at, edge, changes) for at, edge, changes, _ in notes.acked if edge in numbers]
    acked = _acked_by(acks, numbers, measured)
    total, half_at, so_far = sum(changes for *_, changes in acks), 0.0, 0
    for at, _, changes in acks:
        half_at, so_far = at, so_far + changes
        if so_far * 2 >= total:
            break
    half = _acked_by(acks, numbers, half_at)
    return Fairness(
        jain(list(acked.values())),
        jain(_shares(ours, acked, measured)),
        jain(_shares(ours, half, half_at)),
    )


def _acked_by(
    acks: Sequence[tuple[float, int, int]], numbers: Iterable[int], until: float
) -> dict[int, int]:
    found = dict.fromkeys(numbers, 0)
    for at, edge, changes in acks:
        if at <= until:
            found[edge] += changes
    return found


def _shares(edges: Sequence[LightEdge], acked: Mapping[int, int], until: float) -> list[float]:
    arrived = {edge.number: edge.arrived(until) for edge in edges}
    return [acked[number] / count for number, count in arrived.items() if count]


def _points(edges: Sequence[LightEdge], notes: Notes, lasted_s: float) -> tuple[Point, ...]:
    width = max(lasted_s / _MOST_POINTS, 1.0)
    count = int(lasted_s / width) + 1
    offered, acked, busy = [0] * count, [0] * count, [0] * count
    for edge in edges:
        for at in edge.arrivals[: edge.arrived(lasted_s)]:
            offered[min(int(at / width), count - 1)] += 1
    for at, _, changes, _ in notes.acked:
        acked[min(int(at / width), count - 1)] += changes
    for one in notes.exchanges:
        if one.outcome is Outcome.BUSY:
            busy[min(int(one.at / width), count - 1)] += 1
    return tuple(
        Point(number * width, arrived, taken, acked[number] / width, busy[number] / width)
        for number, (arrived, taken) in enumerate(
            zip(accumulate(offered), accumulate(acked), strict=True)
        )
    )

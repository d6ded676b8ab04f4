"""The report is made of what was noted, and of nothing else: cases that can be counted by hand."""

from __future__ import annotations

import io
import json
import xml.etree.ElementTree as ET

import pytest
from rich.console import Console

from crypto.identity import Identity
from crypto.recipient import Recipient
from load.chart import chart
from load.edge import Enrolled, Group, LightEdge
from load.plan import Plan
from load.report import Report, make_report
from load.setting import set_up
from load.table import show
from load.watching import Exchange, Notes, Outcome, Visit
from sync.exchange import Peer

CENTRE = Identity.from_seed(b"c" * 32)
SEAL = Recipient.from_secret(b"s" * 96)
PLAN = Plan(edges=2, seconds=10.0, rate=1.0, probes=1, drain_s=5.0)
STREAMS = ("32.75.02.1004", "32.75.02.1001", "32.75.04.1005")


def some_edges(plan: Plan = PLAN) -> list[LightEdge]:
    nodes = [
        Enrolled(
            Identity.from_seed(bytes([number]) * 32),
            STREAMS[number],
            Peer(CENTRE.replica, CENTRE.public),
            SEAL.public,
        )
        for number in range(plan.nodes)
    ]
    edges = set_up(plan, nodes, 1_795_000_000_000)
    for edge in edges:
        edge.arrivals = [float(second) for second in range(10)]
    return edges


def exchange(
    outcome: Outcome, took_s: float, sent: int, group: Group = Group.EDGES, retry: float = 0.0
) -> Exchange:
    return Exchange(0, group, 1.0, took_s, sent, outcome, 0, retry)


def report_of(edges: list[LightEdge], notes: Notes, plan: Plan = PLAN) -> Report:
    return make_report(plan, edges, notes, lasted_s=12.0, cpu_s=3.0, prepare_s=1.0)


def test_goodput_counts_what_was_acknowledged_while_changes_arrived() -> None:
    edges = some_edges()
    edges[0].acked, edges[1].acked = 10, 6
    notes = Notes(acked=[(5.0, 0, 10, 3_000), (9.0, 1, 4, 1_000), (11.0, 1, 2, 500)])

    report = report_of(edges, notes)

    assert (report.offered, report.acked, report.unacked) == (30, 16, 14)
    assert (report.measured_s, report.goodput_per_s) == (10.0, 1.4)
    assert (report.offered_per_s, report.goodput_bytes_per_s) == (3.0, 400.0)
    assert report.generator.cpu_share == 0.25


def test_fairness_is_of_shares_when_time_is_over_and_half_way_without_the_probes() -> None:
    edges = some_edges()
    notes = Notes(acked=[(1.0, 0, 2, 1), (4.0, 1, 3, 1), (5.0, 2, 6, 1), (9.0, 0, 3, 1)])

    report = report_of(edges, notes)

    # At the end 5 and 3 of 10; at 4 s, when 5 of 8 were in, 2 and 3 of 5.
    assert report.fairness.share == pytest.approx(0.8**2 / (2 * (0.5**2 + 0.3**2)))
    assert report.fairness.acked == pytest.approx(8**2 / (2 * (5**2 + 3**2)))
    assert report.fairness.half_way == pytest.approx(1.0 / (2 * (0.4**2 + 0.6**2)))


def test_a_group_tells_admitted_and_small_exchanges_and_what_was_refused() -> None:
    notes = Notes(
        exchanges=[
            exchange(Outcome.ANSWERED, 0.1, 900),
            exchange(Outcome.ANSWERED, 2.0, 90_000),
            exchange(Outcome.BUSY, 0.01, 900, retry=3.0),
            exchange(Outcome.BUSY, 0.01, 900, Group.PROBES, retry=5.0),
            exchange(Outcome.CUT, 30.0, 900),
            exchange(Outcome.REFUSED, 0.1, 900),
        ],
        change_s={Group.EDGES: [0.5, 1.5], Group.FLOODER: [], Group.PROBES: []},
    )

    report = report_of(some_edges(), notes)

    edges, probes = report.groups["edges"], report.groups["probes"]
    assert set(report.groups) == {"edges", "probes"}
    assert (edges.exchanges, edges.busy, edges.cut, edges.refused) == (5, 1, 1, 1)
    assert (edges.exchange.count, edges.exchange.most) == (2, 2.0)
    assert (edges.small.count, edges.small.most) == (1, 0.1)
    assert (edges.change.count, edges.change.most) == (2, 1.5)
    assert (probes.edges, probes.exchanges, probes.busy) == (1, 1, 1)
    assert report.mean_retry_after_s == 4.0


def test_backlogs_are_measured_until_the_last_is_in_and_drain_from_the_return() -> None:
    plan = Plan(edges=2, seconds=0.0, rate=0.0, backlog=10, drain_s=60.0)
    edges = some_edges(plan)
    for edge, finished in zip(edges, (4.0, 8.0), strict=True):
        edge.arrivals, edge.acked, edge.finished_at = [1.0] * 10, 10, finished
    notes = Notes(acked=[(4.0, 0, 10, 1), (8.0, 1, 10, 1)])

    report = report_of(edges, notes, plan)

    assert (report.measured_s, report.goodput_per_s) == (8.0, 2.5)
    assert (report.drain.p50, report.drain.most) == (3.0, 7.0)
    assert report.slowest_to_median == pytest.approx(7 / 3)


def test_a_backlog_that_is_left_is_counted_and_not_passed_over() -> None:
    plan = Plan(edges=3, seconds=0.0, rate=0.0, backlog=10, drain_s=60.0)
    edges = some_edges(plan)
    for edge, finished in zip(edges, (4.0, 4.0, None), strict=True):
        edge.arrivals, edge.finished_at = [0.0] * 10, finished

    report = report_of(edges, Notes(), plan)

    assert (report.drain.count, report.undrained) == (2, 1)
    assert report.slowest_to_median == 3.0


def test_points_add_up_to_what_was_offered_and_acknowledged() -> None:
    notes = Notes(
        exchanges=[exchange(Outcome.BUSY, 0.01, 900)],
        acked=[(5.0, 0, 10, 1), (11.0, 1, 2, 1)],
    )

    points = report_of(some_edges(), notes).points

    assert (points[-1].offered, points[-1].acked) == (30, 12)
    assert sum(point.acked_per_s for point in points) == 12
    assert [point.at for point in points if point.busy_per_s] == [1.0]


def test_a_page_that_did_not_come_is_no_latency() -> None:
    notes = Notes(visits=[Visit(0.0, 0.2, 200), Visit(1.0, 60.0, 0), Visit(2.0, 0.1, 503)])

    report = report_of(some_edges(), notes)

    assert (report.pages.latency.count, report.pages.latency.most) == (1, 0.2)
    assert report.pages.failed == 2


def test_a_wrong_watermark_is_named_in_table_and_json_and_a_busy_generator_warns() -> None:
    edges = some_edges()
    edges[1].broken.append("acknowledged 3, and 2 were sent")
    report = make_report(PLAN, edges, Notes(), lasted_s=10.0, cpu_s=9.0, prepare_s=0.0)
    printed = io.StringIO()
    show(report, Console(file=printed, width=100))

    assert json.loads(report.as_json())["wrong"] == [
        "32.75.02.1001: acknowledged 3, and 2 were sent"
    ]
    assert "WRONG: 32.75.02.1001" in printed.getvalue()
    assert "may have been the bottleneck" in printed.getvalue()


def test_the_chart_stands_by_itself_and_says_in_words_what_it_draws() -> None:
    notes = Notes(acked=[(5.0, 0, 10, 1)], served_after_s=[2.0])

    root = ET.fromstring(chart(report_of(some_edges(), notes), "a <herd>"))  # noqa: S314

    space = "{http://www.w3.org/2000/svg}"
    said = [one.text or "" for one in root.iter(f"{space}desc")]
    assert root.tag == f"{space}svg"
    assert len(list(root.iter(f"{space}rect"))) > 20
    assert any("after a refusal 2.00 s" in one for one in said)
    assert any((one.text or "").startswith("a <herd>") for one in root.iter(f"{space}text"))

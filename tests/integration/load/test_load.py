"""Small plans against a real centre process: what the generator counts is what the store holds."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

import load
from central.centre import Centre, open_centre
from central.settings import CentralSettings
from central.store import nodes
from central.workflows.folding import fold_all
from demo import processes
from demo.processes import PASSWORD, Server, Staff
from load.enrolling import NotEnough
from load.officers import NotIn
from loket import main
from registration.lifecycle import Role
from vault.engine import reading
from vault.read import Filter, count_records
from vault.scans import ChunkState
from vault.tables import chunk

SMALL = load.Plan(
    edges=4, seconds=1.5, rate=4.0, scan_share=0.3, scan_bytes=40_000, probes=1, drain_s=60.0
)
PIECES = 2
"""Of 40,000 bytes."""


def started(root: Path) -> Server:
    rudi = Staff("rudi", "Rudi", Role.VERIFIKATOR)
    return processes.make_centre(root, (rudi,)).start()


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[Server]:
    """A centre that holds nothing yet."""
    server = started(tmp_path)
    yield server
    server.stop()


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@pytest.fixture(scope="module")
def centre(root: Path) -> Iterator[Server]:
    """One that others have written to: new nodes take over from them."""
    server = started(root)
    yield server
    server.stop()


def codes(centre: Server, count: int) -> tuple[str, ...]:
    printed = processes.loket(
        "central", "enrol-codes", *centre.command[2:], str(count), env=centre.env
    )
    return tuple(line.split()[1] for line in printed.splitlines())


def target(centre: Server, count: int) -> load.Target:
    return load.Target(centre.addresses["centre"], codes(centre, count), "rudi", PASSWORD)


def opened(root: Path) -> Centre:
    return open_centre(CentralSettings(root / "central", root / "central.key"))


def held(centre: Centre) -> list[int]:
    """How many changes of each node the store holds."""
    with reading(centre.vault.engine) as connection:
        return sorted(node.held for node in nodes.list_nodes(connection))


def test_what_was_acknowledged_is_in_the_store_once_and_whole(
    fresh: Server, tmp_path: Path
) -> None:
    report = load.run(SMALL, target(fresh, SMALL.nodes))
    fresh.stop()

    store = opened(tmp_path)
    fold_all(store)
    with reading(store.vault.engine) as connection:
        records = count_records(connection, Filter())
        pieces = connection.execute(
            select(func.count()).where(chunk.c.state == ChunkState.HELD)
        ).scalar_one()
    assert (report.wrong, report.unacked, report.pieces_left) == ((), 0, 0)
    assert report.acked == report.offered == sum(held(store)) == records > SMALL.edges
    assert report.scan.count * PIECES == pieces > 0
    assert sum(group.change.count for group in report.groups.values()) == report.acked
    store.vault.engine.dispose()


def test_edges_that_come_back_together_drain_their_backlogs(centre: Server, root: Path) -> None:
    store = opened(root)
    before = held(store)
    plan = replace(
        load.PRESETS["herd"], edges=6, backlog=30, backlog_scans=2, scan_bytes=1_000, drain_s=120.0
    )

    report = load.run(plan, target(centre, 6))

    assert held(store) == sorted([*before, *[30] * 6])
    assert (report.acked, report.wrong, report.pieces_left) == (180, (), 0)
    assert report.drain.count == 6
    assert report.slowest_to_median >= 1.0
    assert report.fairness.share == pytest.approx(1.0)
    store.vault.engine.dispose()


def test_connections_that_drip_do_not_stop_the_others(centre: Server) -> None:
    plan = replace(SMALL, scan_share=0.0, drips=64, drip_s=0.2)

    report = load.run(plan, target(centre, plan.nodes))

    assert (report.unacked, report.wrong) == (0, ())
    assert report.acked == report.offered > plan.edges


def test_officers_pages_are_measured_beside_the_edges(centre: Server) -> None:
    plan = replace(SMALL, officers=2, page_rate=3.0)

    report = load.run(plan, target(centre, plan.nodes))

    assert report.pages.failed == 0
    assert report.pages.latency.count > 0
    assert report.pages.latency.p95 > 0


def test_an_officer_with_another_password_is_not_let_in(centre: Server) -> None:
    plan = replace(SMALL, officers=1)
    wrong = replace(target(centre, plan.nodes), password="something-else")

    with pytest.raises(NotIn):
        load.run(plan, wrong)


def test_too_few_codes_are_told_before_anything_is_asked() -> None:
    with pytest.raises(NotEnough):
        load.run(SMALL, load.Target("http://127.0.0.1:9", ("A",)))


def test_the_command_prints_tables_and_writes_json_and_a_chart(
    centre: Server, tmp_path: Path
) -> None:
    file, told, drawn = (tmp_path / name for name in ("codes", "r.json", "r.svg"))
    file.write_text("".join(f"32.75.01.1001 {code}  # one\n" for code in codes(centre, 4)))
    arguments = ["steady", "--url", centre.addresses["centre"], "--codes", str(file)]
    small = ["--edges", "3", "--probes", "1", "--seconds", "1", "--rate", "3"]

    done = CliRunner().invoke(
        main, ["simulate-load", *arguments, *small, "--json", str(told), "--svg", str(drawn)]
    )

    assert done.exit_code == 0, done.output
    assert "goodput" in done.stdout
    assert "no less and no more" in done.stdout
    report = json.loads(told.read_text())
    assert report["acked"] == report["offered"]
    assert report["plan"]["edges"] == 3
    assert ET.parse(drawn).getroot().tag == "{http://www.w3.org/2000/svg}svg"  # noqa: S314


def test_a_centre_that_is_not_there_is_told_by_its_exit_code(tmp_path: Path) -> None:
    file = tmp_path / "codes"
    file.write_text("AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA\n" * 60)

    done = CliRunner().invoke(
        main,
        ["simulate-load", "steady", "--url", "http://127.0.0.1:9", "--codes", str(file)],
    )

    assert done.exit_code == 3
    assert "cannot be reached" in done.stderr

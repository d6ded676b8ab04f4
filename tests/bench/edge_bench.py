"""The counter: commits beside bare SQLite, filing with the line cut or hanging, memory, start."""

from __future__ import annotations

import statistics
import tempfile
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any

from demo.client import Browser, csrf, file_at_counter
from demo.processes import Server, Staff, make_edge
from demo.relay import Mode, Relay
from edge_node.edge import Edge
from registration.invented.people import People
from tests.bench.harness import (
    LATER,
    STREAM,
    Figures,
    bare_inserts_per_s,
    enrolled_edge,
    file_one,
    filings,
    percentile,
    resident_mib,
    running_centre,
    timed,
)
from vault.engine import reading, writing
from vault.log import log_end, read_run
from vault.write import write

_ROUNDS = 5
_COMMITS = 1500
_FILINGS = 200
_ROW_BESIDE_BODY = 150
"""Stream, replica, record, kind, stamps and hash of a log row, in bytes."""


def commit_ratio(figures: Figures) -> None:
    """Changes through the store, one durable commit each, beside bare inserts of such rows.

    Two mixes: a request's whole life at the counter (filed, verified, corrected, arrived, handed
    over), and filings alone, which are the dearest: a new key, a new view, five search tokens.
    """
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as name:
        root = Path(name)
        with running_centre(root) as centre:
            edge = enrolled_edge(root, centre)
        writes = filings(1)

        def file_all(forms: list[dict[str, Any]]) -> list[bytes]:
            filed = []
            for form in forms:
                with writing(edge.vault.engine) as connection:
                    filed.append(file_one(edge, connection, form))
            return filed

        def live_all(forms: list[dict[str, Any]]) -> None:
            for record in file_all(forms):
                for body in LATER:
                    with writing(edge.vault.engine) as connection:
                        write(
                            connection, edge.vault, STREAM, record, "permohonan", body, edge.stamp()
                        )

        file_all(list(islice(writes, 200)))
        for name, act, requests in (
            ("edge.commit_ratio_sqlite", live_all, _COMMITS // 5),
            ("edge.commit_ratio_filing", file_all, _COMMITS),
        ):
            row = _row_bytes(edge, lambda: act(list(islice(writes, requests))))  # noqa: B023
            ours, bare = [], []
            for _ in range(_ROUNDS):
                # Inventing people and checking their forms takes as long as two commits.
                forms = list(islice(writes, requests))
                bare.append(bare_inserts_per_s(root, row, _COMMITS))
                ours.append(_COMMITS / timed(lambda: act(forms)))  # noqa: B023
            figures.add(
                name,
                statistics.median(a / b for a, b in zip(ours, bare, strict=True)),
                "ratio",
                ">= 0.5",
                f"{statistics.median(ours):.0f}/s of {statistics.median(bare):.0f}/s, {row} B rows",
            )
        edge.vault.engine.dispose()


def _row_bytes(edge: Edge, act: Callable[[], object]) -> int:
    """The average size of a log row that `act` writes."""
    with reading(edge.vault.engine) as connection:
        before = log_end(connection, STREAM, edge.vault.replica).seq
    act()
    with reading(edge.vault.engine) as connection:
        run, _ = read_run(connection, STREAM, edge.vault.replica, before, 8 << 20)
    bodies = [len(body) for body in run.bodies if body] if run else [0]
    return int(statistics.mean(bodies)) + _ROW_BESIDE_BODY


def file_some(browser: Browser, people: People, count: int) -> list[float]:
    """Seconds that each filing's POST took."""
    taken = []
    for _ in range(count):
        form = people.person().form("hilang")
        page = browser.get("/permohonan/baru/ktp-el/hilang")
        started = time.perf_counter()
        file_at_counter(browser, "hilang", form, {}, originals_seen=False, token_from=page)
        taken.append(time.perf_counter() - started)
    return taken


def with_the_line_cut(figures: Figures, filings_for_memory: int) -> None:
    """One real edge process behind a relay: p99 of filing per state of the line; memory; start."""
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as name:
        root = Path(name)
        with running_centre(root) as centre:
            host, port = centre.addresses["centre"].removeprefix("http://").rsplit(":", 1)
            relay = Relay("bench", host, int(port), 1)
            url = f"http://127.0.0.1:{relay.start()}"
            edge = make_edge(root, "edge", STREAM, centre, url, (Staff("siti", "Siti", "petugas"),))
            try:
                _first_page(figures, edge)
                figures.add("edge.rss_mib_start", resident_mib(edge.pid), "MiB", "<= 120")
                browser = Browser(edge.addresses["staff"]).log_in("siti")
                _ratios(figures, browser, relay)
                _memory(figures, browser, edge, relay, filings_for_memory)
            finally:
                edge.stop()
                relay.stop()


def _first_page(figures: Figures, edge: Server) -> None:
    taken = []
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        edge.start()
        csrf(Browser(edge.addresses["staff"]).get("/masuk"))
        taken.append(time.perf_counter() - started)
        edge.stop()
    edge.start()
    figures.add("edge.first_page_s", statistics.median(taken), "s", "<= 2")


def _ratios(figures: Figures, browser: Browser, relay: Relay) -> None:
    people = People(7)
    file_some(browser, people, 50)
    times: dict[Mode, list[float]] = {Mode.CONNECTED: [], Mode.CUT: [], Mode.HANG: []}
    for _ in range(_ROUNDS):
        for mode, taken in times.items():
            relay.set_mode(mode)
            time.sleep(0.5)
            taken += file_some(browser, people, _FILINGS)
    relay.set_mode(Mode.CONNECTED)
    up = percentile(times[Mode.CONNECTED], 0.99)
    for mode, name in ((Mode.CUT, "cut"), (Mode.HANG, "hang")):
        p99 = percentile(times[mode], 0.99)
        figures.add(
            f"edge.file_p99_ratio_{name}",
            p99 / up,
            "ratio",
            "<= 1.2",
            f"p99 {p99 * 1000:.1f} ms of {up * 1000:.1f} ms up, {len(times[mode])} each",
        )


def _memory(
    figures: Figures, browser: Browser, edge: Server, relay: Relay, filings_wanted: int
) -> None:
    relay.set_mode(Mode.CUT)
    people, done = People(8), 50 + 3 * _ROUNDS * _FILINGS
    file_some(browser, people, max(filings_wanted - done, 0))
    browser.get("/")
    figures.add(
        "edge.rss_mib_10000",
        resident_mib(edge.pid),
        "MiB",
        "<= 150",
        f"after {max(filings_wanted, done)} requests over HTTP",
    )

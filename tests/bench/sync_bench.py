"""The exchange: acknowledged, folded and searchable, growth with what is synced, bytes."""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from demo.relay import Relay
from edge_node.edge import Edge
from edge_node.workflows.exchange import Courier
from sync.carrier_http import Carried, HttpCarrier
from sync.link import MAX_BYTES, Terms
from tests.bench.bulk import KIND
from tests.bench.harness import (
    LATER,
    STREAM,
    Figures,
    enrolled_edge,
    file_one,
    filings,
    fill,
    plain_json_bytes,
    running_centre,
    timed,
)
from vault.engine import make_engine, reading, sqlite_url, writing
from vault.read import Filter, count_records
from vault.write import write


class CountingCarrier(HttpCarrier):
    """Counts the bytes that pass, both ways."""

    def __init__(self, base_url: str) -> None:
        super().__init__(base_url)
        self.bytes = 0

    def carry(self, raw: bytes, terms: Terms) -> Carried:
        carried = super().carry(raw, terms)
        self.bytes += len(raw) + len(carried.answer)
        return carried


def _wait_folded(root: Path, count: int, stream: str) -> None:
    engine = make_engine(sqlite_url(root / "central" / "central.sqlite3"))
    while True:
        with reading(engine) as connection:
            if count_records(connection, Filter(stream=stream)) >= count:
                break
        time.sleep(0.02)
    engine.dispose()


def throughput(figures: Figures, count: int, rounds: int = 3) -> None:
    """From the edge's log on disk to the centre: acknowledged durably, then searchable."""
    acked, folded, ratio = [], [], 0.0
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="loket-bench-") as name:
            root = Path(name)
            with running_centre(root) as centre:
                edge = enrolled_edge(root, centre)
                plain = fill(edge, filings(2), count)
                carrier = CountingCarrier(centre.addresses["centre"])
                courier = Courier(edge, carrier)
                _warm(edge)
                started = time.perf_counter()
                if not courier.run() or edge.standing.acked != count:
                    raise RuntimeError("the run was not acknowledged")
                acked.append(count / (time.perf_counter() - started))
                _wait_folded(root, count, edge.stream)
                folded.append(count / (time.perf_counter() - started))
                ratio = carrier.bytes / plain
                edge.vault.engine.dispose()
    average = f"~{plain // count} B plain JSON each"
    figures.add(f"sync.ack_per_s_{count}", statistics.median(acked), "changes/s", "high", average)
    if count >= 20_000:
        figures.add(
            f"sync.fold_per_s_{count}", statistics.median(folded), "changes/s", "high", average
        )
        figures.add("sync.bytes_ratio_json", ratio, "ratio", "<= 0.6", "both directions")


def acknowledged_per_s(count: int, seed: int) -> float:
    """Changes a second from the edge's log on disk to the centre's durable acknowledgement."""
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as name:
        root = Path(name)
        with running_centre(root) as centre:
            edge = enrolled_edge(root, centre)
            fill(edge, filings(seed), count)
            _warm(edge)
            courier = Courier(edge, HttpCarrier(centre.addresses["centre"]))
            taken = timed(courier.run)
            acked = edge.standing.acked
            edge.vault.engine.dispose()
    if acked != count:
        raise RuntimeError("the run was not acknowledged")
    return count / taken


def _warm(edge: Edge) -> None:
    """A line that was in use: the batch size is found, not to be found."""
    link = edge.line.link
    edge.line.link = replace(link, up=replace(link.up, budget=MAX_BYTES))


def growth(figures: Figures, small: int = 2_000, large: int = 200_000) -> None:
    """Ten new changes with little and with much synced before."""
    taken: dict[int, float] = {}
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as name:
        root = Path(name)
        with running_centre(root) as centre:
            edge = enrolled_edge(root, centre)
            courier = Courier(edge, HttpCarrier(centre.addresses["centre"]))
            writes, filed = filings(3), 0
            for size in (small, large):
                fill(edge, writes, size - filed)
                courier.run()
                filed = size
                _wait_folded(root, filed, edge.stream)
                times = []
                for _ in range(15):
                    fill(edge, writes, 10)
                    filed += 10
                    times.append(timed(courier.run))
                    _wait_folded(root, filed, edge.stream)
                taken[size] = statistics.median(times)
            edge.vault.engine.dispose()
    figures.add(
        "sync.growth_ratio",
        taken[large] / taken[small],
        "ratio",
        "<= 1.2",
        f"{taken[large] * 1000:.1f} ms at {large:,} of {taken[small] * 1000:.1f} ms at {small:,}",
    )


_AMORTISED = 100


def bytes_of_acts(figures: Figures) -> None:
    """Bytes of a filed request and of a status change on the wire, a hundred in one exchange.

    Both ways and everything: HTTP's own heads, signatures, keys, the epoch key of the day.
    """
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as name:
        root = Path(name)
        with running_centre(root) as centre:
            host, port = centre.addresses["centre"].removeprefix("http://").rsplit(":", 1)
            relay = Relay("bench", host, int(port), 1)
            url = f"http://127.0.0.1:{relay.start()}"
            edge = enrolled_edge(root, centre)
            courier = Courier(edge, HttpCarrier(url))
            try:
                plain, records = 0, []
                forms = (one for one in filings(4) if one["varian"] == "rusak")
                with writing(edge.vault.engine) as connection:
                    for _ in range(_AMORTISED):
                        # The form alone, as a counter files it.
                        writes = {k: v for k, v in next(forms).items() if k != "catatan"}
                        plain += plain_json_bytes(writes)
                        records.append(file_one(edge, connection, writes))
                filed = _exchanged(courier, relay)
                with writing(edge.vault.engine) as connection:
                    for record in records:
                        write(connection, edge.vault, STREAM, record, KIND, LATER[0], edge.stamp())
                changed = _exchanged(courier, relay)
            finally:
                courier.stop()
                relay.stop()
                edge.vault.engine.dispose()
    note = f"{plain // _AMORTISED} B of plain JSON"
    figures.add("sync.bytes_filed", filed / _AMORTISED, "B", "<= 300", note)
    figures.add("sync.bytes_status", changed / _AMORTISED, "B", "<= 160")


def _exchanged(courier: Courier, relay: Relay) -> int:
    """Bytes both ways of what is sent now."""
    before = relay.traffic
    if not courier.run():
        raise RuntimeError("the run was not acknowledged")
    after = relay.traffic
    return after.bytes_up + after.bytes_down - before.bytes_up - before.bytes_down

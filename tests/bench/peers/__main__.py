"""`make bench-peers`: Loket, Morango and PouchDB move the same records, in turn, in one run.

The ratio of the rates is what is kept: `build/bench-peers.json`, and the lines of
`build/bench.json` where that is there.
"""

from __future__ import annotations

import json
import logging
import os
import socket
import subprocess
import sys
import tempfile
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import structlog

from sync.ids import new_record_id
from tests.bench.harness import Figures, filings
from tests.bench.sync_bench import acknowledged_per_s

_HERE = Path(__file__).parent
_BUILT = Path("build/peers").absolute()
_COUNT = 20_000
_SEED = 2
_LONGEST_S = 900


class PeerFailed(Exception):
    """A peer did not bring all records over."""


def write_records(path: Path, count: int) -> None:
    """The records that Loket files in the same run, as plain JSON objects with an id each."""
    rows = [
        {"id": new_record_id(1_790_000_000_000 + number).hex(), **writes}
        for number, writes in enumerate(islice(filings(_SEED), count))
    ]
    path.write_text(json.dumps(rows, ensure_ascii=False))


def pouchdb(records: Path, folder: Path) -> float:
    """Records a second that PouchDB replicates to express-pouchdb."""
    said = subprocess.run(
        ["node", str(_HERE / "pouchdb_push.js"), str(records), str(folder)],
        env={**os.environ, "NODE_PATH": str(_BUILT / "pouchdb" / "node_modules")},
        cwd=folder,
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=_LONGEST_S,
    ).stdout
    result = json.loads(said.splitlines()[-1])
    _require_all(result["records"], result["arrived"])
    return float(result["records"] / result["seconds"])


def morango(records: Path, folder: Path) -> float:
    """Records a second that a Morango client pushes to a Morango server."""
    python = str(_BUILT / "morango" / "bin" / "python")
    script = str(_HERE / "morango_peer.py")
    # Morango tells the two sides of one machine apart by this name.
    sides = {
        side: {
            **os.environ,
            "LOKET_BENCH_DB": str(folder / f"{side}.sqlite3"),
            "MORANGO_SYSTEM_ID": side,
        }
        for side in ("centre", "counter")
    }
    port = str(_free_port())
    with subprocess.Popen(
        [python, script, "serve", port], env=sides["centre"], stdout=subprocess.PIPE, text=True
    ) as server:
        try:
            if server.stdout is None:
                raise PeerFailed("the Morango server has no output")
            root = server.stdout.readline().strip()
            said = subprocess.run(
                [python, script, "push", port, root, str(records)],
                env=sides["counter"],
                stdout=subprocess.PIPE,
                text=True,
                check=True,
                timeout=_LONGEST_S,
            ).stdout
        finally:
            server.terminate()
    result = json.loads(said.splitlines()[-1])
    arrived = subprocess.run(
        [python, script, "count"], env=sides["centre"], stdout=subprocess.PIPE, check=True
    ).stdout
    _require_all(result["records"], int(arrived))
    return float(result["records"] / result["seconds"])


def _require_all(sent: int, arrived: int) -> None:
    if sent != arrived:
        raise PeerFailed(f"{arrived} of {sent} records arrived")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


_PEERS: dict[str, tuple[Callable[[Path, Path], float], str]] = {
    "pouchdb": (pouchdb, ">= 12"),
    "morango": (morango, ">= 100"),
}


def measure(figures: Figures, count: int) -> None:
    """Ours before and after theirs, so that a machine that gets busier shows."""
    ours = [acknowledged_per_s(count, _SEED)]
    theirs: dict[str, float] = {}
    with tempfile.TemporaryDirectory(prefix="loket-peers-") as name:
        records = Path(name) / "records.json"
        write_records(records, count)
        for peer, (run, _) in _PEERS.items():
            folder = Path(name) / peer
            folder.mkdir()
            theirs[peer] = run(records, folder)
            ours.append(acknowledged_per_s(count, _SEED))
    mean = sum(ours) / len(ours)
    spread = ", ".join(f"{rate:.0f}" for rate in ours)
    for peer, (_, limit) in _PEERS.items():
        figures.add(
            f"peers.ratio_{peer}",
            mean / theirs[peer],
            "ratio",
            limit,
            f"{mean:.0f}/s ({spread}) of {theirs[peer]:.0f}/s, {count} records",
        )


def main() -> None:
    logging.disable(logging.INFO)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    figures = Figures()
    measure(figures, int(sys.argv[1]) if sys.argv[1:] else _COUNT)
    figures.add_to(Path("build/bench.json"))


if __name__ == "__main__":
    main()

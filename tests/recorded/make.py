"""Records this version's traffic: `python -m tests.recorded.make`, once, at a release.

A recording is never made again: it is what nodes of that version send for years.
"""

from __future__ import annotations

import json
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from edge_node.edge import Edge
from tests.recorded.script import STREAM, Recorder, centre_of, live, node_of, told
from vault.engine import reading
from vault.read import stream_hash

HERE = Path(__file__).parent


def record(folder: Path) -> dict[str, object]:
    centre = centre_of(folder / "central")
    line = Recorder(centre)
    edge = node_of(folder / "edge", line)
    records = live(edge, line)
    ending = told(centre, records)
    if told_by(edge) != ending["state"]:
        raise SystemExit("node and centre differ: there is nothing worth keeping")
    return {
        "version": version("loket"),
        "enrolment": line.enrolled.hex(),
        "exchanges": line.passed,
        "ending": ending,
    }


def told_by(edge: Edge) -> str:
    with reading(edge.vault.engine) as connection:
        return stream_hash(connection, edge.vault, STREAM).hex()


def main() -> None:
    target = HERE / version("loket") / "traffic.json"
    if target.exists():
        sys.exit(f"{target} is there; a recording is never made again")
    with tempfile.TemporaryDirectory() as folder:
        recorded = record(Path(folder))
    target.parent.mkdir()
    target.write_text(json.dumps(recorded, indent=1) + "\n")
    print(target)


if __name__ == "__main__":
    main()

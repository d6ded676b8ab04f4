"""`make demo-check`: the story of an outage, played headless against the real processes.

It plays by the pages that people use, and looks into the stores only to verify. One line a check;
the last line is `N passed, N failed`.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FrameType

from demo.processes import Server, lives
from demo.report import Checks
from demo.story import bundles, conflict, desks, outage, recovery, resident, traces
from demo.story.stage import Stage
from demo.town import Town
from registration.invented.people import People

_SEED = 2026
_REQUESTS = 50
_PORTAL = 3
_END_S = 15.0


def main(arguments: Sequence[str] | None = None) -> int:
    """Play the story; the exit status is 0 only where nothing failed."""
    parser = argparse.ArgumentParser(prog="python -m demo.check", description=__doc__)
    parser.add_argument(
        "--seed", type=int, default=_SEED, help="another story (default: %(default)s)"
    )
    seed: int = parser.parse_args(arguments).seed
    signal.signal(signal.SIGTERM, _interrupt)
    checks = Checks()
    started = time.monotonic()
    print(f"seed {seed}", flush=True)
    town: Town | None = None
    servers: list[Server] = []
    try:
        with checks.step("A centre and three kelurahan start"):
            town = Town.build(capture=True, seed=seed)
            servers = [town.centre, *(place.server for place in town.places)]
            town.start_counters()
            checks.check("the centre and three counters serve", all(s.process for s in servers))
        if town is not None:
            _play(Stage(town, checks, People(seed)))
    finally:
        if town is not None:
            town.close()
    if town is not None:
        checks.check(
            "nothing is left behind: the folder is gone", not town.root.exists(), town.root
        )
    print(f"\n{time.monotonic() - started:.0f} s, seed {seed}")
    return checks.summary()


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _play(stage: Stage) -> None:
    checks = stage.checks
    jobs = stage.jobs(_REQUESTS, _PORTAL)
    parts: list[tuple[str, Callable[[Stage], object]]] = [
        ("The lines are cut", outage.cut_all),
        (
            "The counters file on, through a power cut",
            lambda stage: outage.file_through_a_power_cut(stage, jobs[:-_PORTAL], jobs[-_PORTAL:]),
        ),
        ("What the counters say of it", outage.check_weather),
        (
            "The lines return, slow and lossy; the centre crashes while taking in",
            recovery.restore_through_a_crash,
        ),
        ("What has arrived", recovery.check_centre),
        ("The counters are calm again", recovery.check_calm),
        (
            "Both sides hold the same",
            lambda stage: recovery.check_hashes(stage, "after the outage"),
        ),
        ("Returned, corrected, issued, handed over", desks.return_correct_issue_hand_over),
        ("Another is issued", desks.issue_another),
        ("A photo at both desks", desks.same_photo),
        ("The same field changed on both sides", conflict.settle),
        ("A resident follows her request", resident.follow),
        ("Bad bundles", bundles.refuse_bad_bundles),
    ]
    try:
        for title, part in parts:
            with checks.step(title):
                part(stage)
    finally:
        stage.close()
    with checks.step("Everything stops"):
        _stop(stage)
    with checks.step("No trace of a person in files and on the wires"):
        _look_for_people(stage)


def _stop(stage: Stage) -> None:
    """All end cleanly but one counter, whose power fails: so its write-ahead log stays behind."""
    checks, town = stage.checks, stage.town
    dark, *others = [place.server for place in town.places]
    pids = [server.pid for server in (dark, *others, town.centre)]
    dark.kill()
    for server in (*others, town.centre):
        started = time.monotonic()
        process = server.process
        server.stop()
        took = time.monotonic() - started
        status = process.returncode if process is not None else None
        checks.check(
            f"{server.name} ends on SIGTERM ({took:.1f} s)",
            took < _END_S and status == 0,
            f"{took:.1f} s, exit status {status}",
        )
    left = [pid for pid in pids if lives(pid)]
    checks.check("no process is left", not left, left)


def _look_for_people(stage: Stage) -> None:
    checks, root = stage.checks, stage.town.root
    needles = traces.needles_of(stage.persons, stage.names)
    planted = root / "edge-0" / "planted"
    draw = random.Random(1)
    planted.write_bytes(b"".join(draw.randbytes(61) + one for one in sorted(needles)) + b"\0")
    found, _, _ = traces.search(planted.parent, needles)
    planted.unlink()
    checks.check(
        f"the search finds all {len(needles)} planted names and numbers",
        {one.needle.encode() for one in found} == needles,
        len(needles - {one.needle.encode() for one in found}),
    )
    found, files, size = traces.search(root, needles)
    checks.check(
        f"no name, NIK, KK number, phone or e-mail in {files} files, {size / 1e6:.0f} MB",
        not found,
        found[:5],
    )
    _checks_cover(checks, root)


def _checks_cover(checks: Checks, root: Path) -> None:
    """What was searched is what there is to search."""
    kinds = {
        "databases": list(root.rglob("*.sqlite3")),
        "write-ahead logs": [one for one in root.rglob("*-wal") if one.stat().st_size],
        "photos at the centre": list((root / "central" / "scans").rglob("*")),
        "captured wires": [one for one in root.glob("wire-*") if one.stat().st_size > 1_000_000],
        "server logs": list(root.glob("*.log")),
    }
    missing = [kind for kind, held in kinds.items() if not held]
    checks.check(f"among them {', '.join(kinds)}", not missing, missing)


if __name__ == "__main__":
    sys.exit(main())

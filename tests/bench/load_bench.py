"""`make bench-load`: the centre at ten times its load, when all come at once, when one floods.

Real processes on a durable PostgreSQL: a web process, a fold worker, and `load` with real keys, all
on this machine's cores. Each ratio is of two runs of the same process, one after the other.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import load
from demo.processes import PASSWORD, Server, Staff, loket, make_centre
from load.chart import chart
from load.report import Report
from registration.lifecycle import Role
from tests.bench.harness import Figures
from tests.bench.portal_bench import portal_load
from tests.postgres import new_database, running_postgres

IMAGES = Path("docs/images")
BENCH = Path("build/bench.json")
_SHORT = os.environ.get("LOKET_BENCH_SHORT", "") == "1"
"""A tenth of the work, to see whether it runs; its figures are not kept."""
HERD = replace(
    load.PRESETS["herd"],
    backlog=100 if _SHORT else 1_000,
    backlog_scans=1 if _SHORT else 5,
    drain_s=600.0,
)
STEADY = replace(
    load.PRESETS["steady"],
    seconds=5.0 if _SHORT else 40.0,
    rate=0.1,
    officers=2,
    page_rate=1.0,
)
_MULTIPLES = (1, 4, 10)
_ALONE = 8
_PHONES = 20 if _SHORT else 200


@dataclass(slots=True)
class Stage:
    """A centre that is there for one figure."""

    server: Server

    def run(self, plan: load.Plan) -> Report:
        """:raises SystemExit: a watermark was wrong."""
        codes = loket(
            *("central", "enrol-codes", *self.server.command[2:], str(plan.nodes)),
            env=self.server.env,
        )
        found = tuple(line.split()[1] for line in codes.splitlines())
        target = load.Target(self.server.addresses["centre"], found, "rudi", PASSWORD)
        report = load.run(plan, target)
        if report.wrong:
            raise SystemExit(f"acknowledged otherwise than sent: {report.wrong[:3]}")
        return report


@contextmanager
def stage(root: Path, url: str, processes: int = 1) -> Iterator[Stage]:
    root.mkdir(parents=True)
    settings = {"LOKET_DATABASE_URL": url, "LOKET_PROCESSES": str(processes)}
    server = make_centre(root, (Staff("rudi", "Rudi", Role.VERIFIKATOR),), settings).start()
    command = [sys.executable, "-m", "loket", "central", "worker", *server.command[2:]]
    # Folding waits for who waits for an acknowledgement, on the same cores.
    worker = subprocess.Popen(
        ["nice", "-n", "10", *command],
        env={**os.environ, **server.env},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield Stage(server)
    finally:
        worker.terminate()
        worker.wait(timeout=60)
        server.stop()


def overload(figures: Figures) -> None:
    """Goodput, latency and officers' pages from idle to ten times what one exchange each allows."""
    with _stages() as make, make("overload") as centre:
        idle = centre.run(STEADY)
        runs = {}
        # One exchange a change is what a quiet morning is; the machine does some sixty a second.
        for times in _MULTIPLES:
            runs[times] = centre.run(replace(STEADY, rate=times * 60.0 / STEADY.edges))
    peak = max(run.goodput_per_s for run in runs.values())
    ten = runs[_MULTIPLES[-1]]
    told = ", ".join(
        f"{times}x {run.offered_per_s:.0f}/s: {run.goodput_per_s:.0f}/s"
        for times, run in runs.items()
    )
    figures.add("load.goodput_10x", ten.goodput_per_s / peak, "ratio", ">= 0.95", told)
    before, after = (run.groups["edges"].small for run in (idle, ten))
    figures.add(
        "load.p99_ratio",
        after.p99 / before.p99,
        "ratio",
        "<= 3",
        f"small exchange, admitted: {after.p99 * 1000:.0f} ms of {before.p99 * 1000:.0f} ms idle",
    )
    figures.add(
        "load.officer_p95_ratio",
        ten.pages.latency.p95 / idle.pages.latency.p95,
        "ratio",
        "<= 2",
        f"{ten.pages.latency.p95 * 1000:.0f} ms of {idle.pages.latency.p95 * 1000:.0f} ms idle; "
        f"generator {ten.generator.cpu_share:.0%} of a core",
    )
    _draw("load-overload", ten, "Ten times what one exchange each allows")


def herd(figures: Figures) -> None:
    """56 edges back from a day without a line, beside some of them one after another."""
    with _stages() as make:
        with make("calm") as centre:
            alone = [centre.run(replace(HERD, edges=1, seed=seed)) for seed in range(_ALONE)]
        with make("herd") as centre:
            crowd = centre.run(HERD)
    rates = [
        sum(run.acked for run in runs) / sum(run.lasted_s for run in runs)
        for runs in (alone, [crowd])
    ]
    figures.add(
        "load.drain_ratio",
        rates[1] / rates[0],
        "ratio",
        ">= 0.8",
        f"{rates[1]:.0f}/s of {rates[0]:.0f}/s alone; {crowd.unacked} left, "
        f"{crowd.groups['edges'].busy} refusals",
    )
    figures.add(
        "load.slowest_to_median", crowd.slowest_to_median, "ratio", "<= 1.5", "of 56 backlogs"
    )
    figures.add("load.jain_herd", crowd.fairness.half_way, "index", "", "when half is done")
    _draw("load-herd", crowd, "56 edges come back at once")


def flood(figures: Figures) -> None:
    """One kelurahan sends a hundred times as much as the others."""
    plan = replace(load.PRESETS["flood"], seconds=STEADY.seconds, rate=1.0)
    with _stages() as make, make("flood") as centre:
        report = centre.run(plan)
    figures.add(
        "load.jain",
        report.fairness.share,
        "index",
        ">= 0.95",
        f"of what each had to send; {report.groups['edges'].acked} of "
        f"{report.groups['edges'].offered} of the others acknowledged",
    )
    _draw("load-flood", report, "One kelurahan floods")


def scale(figures: Figures) -> None:
    """One web process, then two, on the cores there are."""
    plan = replace(HERD, backlog_scans=0)
    rates = {}
    with _stages() as make:
        for processes in (1, 2):
            with make(f"scale-{processes}", processes) as centre:
                report = centre.run(plan)
            rates[processes] = report.acked / report.lasted_s
    figures.add(
        "load.scale_2",
        rates[2] / rates[1],
        "ratio",
        ">= 1.7",
        f"{rates[2]:.0f}/s of {rates[1]:.0f}/s; the database, the worker and the generator are on "
        f"the same {os.cpu_count()} cores",
    )


def phones(figures: Figures) -> None:
    """Two hundred phones against one counter."""
    portal_load(figures, _PHONES, "edge.flood")


Make = Callable[..., AbstractContextManager[Stage]]
"""A stage of this name, with so many web processes."""


@contextmanager
def _stages() -> Iterator[Make]:
    with tempfile.TemporaryDirectory(prefix="loket-bench-") as name, running_postgres() as cluster:

        @contextmanager
        def make(what: str, processes: int = 1) -> Iterator[Stage]:
            database = new_database(cluster, what.replace("-", "_"))
            with stage(Path(name) / what, database, processes) as made:
                yield made

        yield make


def _draw(name: str, report: Report, title: str) -> None:
    if not _SHORT:
        (IMAGES / f"{name}.svg").write_text(chart(report, title))


PARTS = {"overload": overload, "herd": herd, "flood": flood, "scale": scale, "phones": phones}


def main() -> None:
    figures = Figures()
    for part in sys.argv[1:] or PARTS:
        PARTS[part](figures)
    if not _SHORT:
        figures.add_to(BENCH)


if __name__ == "__main__":
    main()

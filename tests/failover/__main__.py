"""`python -m tests.failover [--without synchronous]`: lose the primary in the middle of ingest.

With --without, the cluster runs without that guard, and the command succeeds when something that
was acknowledged is missing: the proof that the run can fail.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from pathlib import Path

import structlog

from tests.failover.cluster import running_cluster
from tests.failover.stories import lose_a_primary_that_nobody_hears
from tests.failover.town import at_work, open_town

GUARDS = ("synchronous",)
_WARM = 5


def main() -> int:
    parser = argparse.ArgumentParser(prog="failover", description=__doc__)
    parser.add_argument("--without", choices=GUARDS, default="")
    without = parser.parse_args().without
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    with (
        tempfile.TemporaryDirectory(prefix="loket-failover-") as folder,
        running_cluster(without) as cluster,
        open_town(Path(folder), cluster.url) as town,
        at_work(town) as finish,
    ):
        before = cluster.primary()
        town.wait_for_acknowledgements(_WARM)
        print(f"{len(town.places)} counters send; {before} leads, and is lost now", flush=True)
        found = lose_a_primary_that_nobody_hears(cluster, town)
        print(f"{cluster.primary()} leads: {found}", flush=True)
        cluster.bring_back(before)
        finish()
        print(f"in the end: {town.reckon()}", flush=True)
    lost = found.missing > 0
    if without:
        print(f"without {without}: " + ("what was acknowledged is lost" if lost else "NOT NOTICED"))
        return 0 if lost else 1
    whole = not lost and not found.doubled
    print("1 passed, 0 failed" if whole else "0 passed, 1 failed")
    return 0 if whole else 1


if __name__ == "__main__":
    sys.exit(main())

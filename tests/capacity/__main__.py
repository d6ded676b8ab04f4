"""`make capacity`: what a city, a province and the country need, on paper and played out, from the
costs in build/bench.json (`python -m tests.bench costs` writes them)."""

from __future__ import annotations

import json
import sys
from pathlib import Path

from tests.capacity.needs import CITY, COUNTRY, FULL, PROVINCE, Costs, needs, rates
from tests.capacity.simulation import play

BENCH = Path("build/bench.json")
SECONDS = {CITY: 3600.0, PROVINCE: 600.0, COUNTRY: 120.0}
"""Of the busiest hour that are played out."""
SEED = 7


def costs_in(path: Path) -> Costs:
    """:raises SystemExit: they were not measured."""
    if not path.exists():
        raise SystemExit(f"no {path}: run `python -m tests.bench costs` first")
    figures = {one["name"]: one["value"] for one in json.loads(path.read_text())}
    try:
        return Costs(
            **{
                name: figures[f"cost.{name.removesuffix('_s')}_ms"] / 1000
                if name.endswith("_s")
                else figures[f"cost.{name}"]
                for name in Costs.__slots__
            }
        )
    except KeyError as missing:
        raise SystemExit(f"{path} lacks {missing}: run `python -m tests.bench costs`") from None


def main() -> None:
    costs = costs_in(BENCH)
    print(f"seed {SEED}")
    for place, seconds in SECONDS.items():
        of, found = rates(place), needs(place, costs)
        print(f"\n{place.name}: {place.kelurahan:,} kelurahan, {place.requests_a_day:,.0f} a day")
        print(
            f"  busiest hour: {of.polls:,.0f} polls/s, {of.exchanges:,.1f} exchanges/s, "
            f"{of.changes:,.1f} changes/s"
        )
        print(
            f"  cores busy: polls {found.polls_cores:.2f}, changes {found.ingest_cores:.2f}, "
            f"photos {found.photos_cores:.2f}, folding {found.fold_cores:.2f}, pages "
            f"{found.pages_cores:.2f}; to buy {found.cores} (busy {FULL:.0%}); first: "
            f"{found.largest}"
        )
        print(
            f"  {found.mbit_s:,.1f} Mbit/s; a year: database {found.database_gib_a_year:,.0f} GiB, "
            f"photos {found.photos_gib_a_year:,.0f} GiB"
        )
        played = play(place, costs, found.cores, seconds, SEED)
        on_paper = found.busy_cores / found.cores
        print(
            f"  played {seconds:,.0f} s on {played.cores} cores: busy {played.busy:.0%} (paper "
            f"{on_paper:.0%}), acknowledged p50 {played.p50_ms:.0f} ms, p99 {played.p99_ms:.0f} "
            f"ms, pages p95 {played.page_p95_ms:.0f} ms, {played.unfolded} waited to be folded"
        )
        if abs(played.busy - on_paper) > 0.1 * on_paper + 0.02:
            sys.exit("paper and simulation differ by more than a tenth")


if __name__ == "__main__":
    main()

"""`python -m tests.simulation 1..200 [--without NAME] [--jobs N]`: run seeds, shrink what fails.

With --without, the engine runs without one of its guards, and the command succeeds when a seed
fails: the proof that the simulation can.
"""

from __future__ import annotations

import argparse
import sys
from multiprocessing import get_context

from tests.simulation.mutations import MUTATIONS
from tests.simulation.seeds import one_seed, story


def main() -> int:
    parser = argparse.ArgumentParser(prog="simulate", description=__doc__)
    parser.add_argument("seeds", help="one seed, or the first and last: 1..200")
    parser.add_argument("--without", choices=sorted(MUTATIONS), default="")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--no-shrink", action="store_true")
    told = parser.parse_args()
    first, _, last = told.seeds.partition("..")
    seeds = range(int(first), int(last or first) + 1)
    failed: dict[int, list[str]] = {}
    jobs = [(seed, told.without) for seed in seeds]
    with get_context("spawn").Pool(min(told.jobs, len(jobs)), maxtasksperchild=25) as pool:
        for seed, found, took in pool.imap(one_seed, jobs):
            if found:
                failed[seed] = found
                print(f"seed {seed}: FAILED ({took:.1f} s)", *found[:5], sep="\n  ", flush=True)
                if told.without:
                    pool.terminate()
                    break
            else:
                print(f"seed {seed}: ok ({took:.1f} s)", flush=True)
    if failed and not told.no_shrink:
        seed, found = next(iter(failed.items()))
        print(f"shrinking seed {seed} …", flush=True)
        for number, event in enumerate(story(seed, told.without, found[0].split(":")[0]), 1):
            print(f"  {number}. {event}")
    if told.without:
        print(f"without {told.without}: " + (f"seed {seed} failed" if failed else "NOT NOTICED"))
        return 0 if failed else 1
    print(f"{len(seeds) - len(failed)} seeds passed, {len(failed)} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

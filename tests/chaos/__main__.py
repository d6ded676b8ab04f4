"""`python -m tests.chaos --minutes M --seed N [--faults kill,pause,…]`: a town under faults.

Real processes, namespaces, disks and clocks. At the end only two things are looked at: what clients
were told, and what the stores hold.
"""

from __future__ import annotations

import argparse
import random
import signal
import sys

from demo.report import Checks
from tests.chaos.plan import Kind
from tests.chaos.run import Terms, torture


def _kinds(text: str) -> tuple[Kind, ...]:
    return tuple(Kind(one.strip()) for one in text.split(","))


def main() -> int:
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--seed", type=int, default=None, help="drawn and printed without it")
    parser.add_argument("--faults", type=_kinds, default=tuple(Kind), metavar=",".join(Kind))
    parser.add_argument("--counters", type=int, choices=range(1, 5), default=3)
    parser.add_argument("--rate", type=float, default=12.0, help="faults a minute")
    told = parser.parse_args()
    seed = told.seed if told.seed is not None else random.SystemRandom().randrange(1 << 16)
    terms = Terms(told.minutes * 60, seed, told.faults, told.counters, told.rate)
    # Whoever ends it by SIGTERM wants no process, disk or namespace left behind either.
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    checks = Checks()
    try:
        with checks.step(f"chaos, seed {seed}"):
            torture(terms, checks)
    except KeyboardInterrupt:
        print("interrupted: everything was ended", file=sys.stderr)
        return 130
    return checks.summary()


if __name__ == "__main__":
    sys.exit(main())

"""All of one half in a real browser, against real processes: `make check-counter` and
`make check-central`. Ends with "N passed, N failed".

The counter's: the counter and the portal, from the first press to the document in somebody's hand.
The centre's: the days of the officer, the admin and the auditor, the centre on PostgreSQL.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

_HERE = Path(__file__).parent
_CENTRE = "test_centre*.py"


@dataclass(slots=True)
class Tally:
    """Counts tests; what was left out counts as failed, for it was not seen to work."""

    passed: int = 0
    failed: int = 0

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.passed += 1
        elif report.failed or report.skipped:
            self.failed += 1


def files_of(half: str) -> list[str]:
    """The tests of a half; together they are all there are."""
    centre = set(_HERE.glob(_CENTRE))
    found = {"centre": centre, "counter": set(_HERE.glob("test_*.py")) - centre}
    return sorted(map(str, found[half]))


def main(half: str, *arguments: str) -> int:
    tally = Tally()
    code = pytest.main(
        [*files_of(half), "-n", "2", "-q", "-m", "not soak", *arguments], plugins=[tally]
    )
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed or not tally.passed else int(code)


if __name__ == "__main__":
    raise SystemExit(main(*sys.argv[1:]))

"""The counter and the portal in a real browser, against real processes, from the first press to
the document in somebody's hand: `make check-counter`. Ends with "N passed, N failed".
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

_HERE = Path(__file__).parent


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


def main() -> int:
    tally = Tally()
    code = pytest.main(
        [str(_HERE), "-n", "2", "-q", "-m", "not soak", *sys.argv[1:]], plugins=[tally]
    )
    print(f"{tally.passed} passed, {tally.failed} failed")
    return 1 if tally.failed or not tally.passed else int(code)


if __name__ == "__main__":
    raise SystemExit(main())

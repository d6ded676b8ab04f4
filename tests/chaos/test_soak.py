"""The hour under faults."""

from __future__ import annotations

import os
import random

import pytest

from demo.report import Checks
from tests.chaos.run import Terms, torture

MINUTES = float(os.environ.get("LOKET_CHAOS_MINUTES", "60"))
pytestmark = [pytest.mark.soak, pytest.mark.timeout(MINUTES * 60 + 1800)]


def test_nothing_acknowledged_is_lost_doubled_or_diverged_in_an_hour_under_faults() -> None:
    checks = Checks()

    torture(Terms(MINUTES * 60, random.SystemRandom().randrange(1 << 16)), checks)

    assert checks.failed == 0
    assert checks.passed > 0

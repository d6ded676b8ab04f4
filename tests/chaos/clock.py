"""A clock that can be set while the program runs: Debian's libfaketime, preloaded.

Only the time of day is set; monotonic and boot-time clocks stay real, as on a machine whose clock
somebody sets.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

_LIBRARY = "faketime/libfaketimeMT.so.1"

_MENDED = Path(__file__).parent / "clocked"
"""Mends in each Python what libfaketime breaks."""


class NoFakeTime(Exception):
    """libfaketime is not installed; the message says what to do."""


def library() -> Path:
    """:raises NoFakeTime: it is not there."""
    for found in sorted(Path("/usr/lib").glob(f"*/{_LIBRARY}")):
        return found
    raise NoFakeTime("libfaketime is missing: apt-get install faketime")


@dataclass(frozen=True, slots=True)
class SetClock:
    """The clock of one machine, told through a file."""

    file: Path

    def env(self) -> dict[str, str]:
        """What a program must be started with."""
        paths = [str(_MENDED), *filter(None, [os.environ.get("PYTHONPATH")])]
        return {
            "LD_PRELOAD": str(library()),
            "FAKETIME_TIMESTAMP_FILE": str(self.file),
            "FAKETIME_CACHE_DURATION": "1",
            "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            "NO_FAKE_STAT": "1",
            "PYTHONPATH": os.pathsep.join(paths),
        }

    def step(self, seconds: float) -> None:
        """Set the clock to so much after the right time."""
        # A reader must never see half of it.
        whole = self.file.with_suffix(".new")
        whole.write_text(f"{seconds:+.0f}\n")
        whole.replace(self.file)

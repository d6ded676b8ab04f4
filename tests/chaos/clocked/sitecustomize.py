"""Loaded by each Python that runs under libfaketime, which refuses the sleep of `time.sleep`.

That one sleeps until a time of the monotonic clock; version 0.9.10 takes it for a faked one.
"""

from __future__ import annotations

import threading
import time


def _sleep(seconds: float) -> None:
    threading.Event().wait(seconds)


time.sleep = _sleep

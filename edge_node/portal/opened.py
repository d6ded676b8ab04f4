"""Which phones have opened the portal of late."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock

DAY_AT_OFFICE = 12 * 3600.0
"""Seconds. As long as the Wi-Fi lends an address, see deploy/captive-portal/dnsmasq.conf."""
MOST = 4096
"""Addresses: more than a kelurahan's Wi-Fi can lend. The one that was idle longest is forgotten."""


class Opened:
    """Addresses of phones, in memory alone: a list of who was here is kept nowhere."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST) -> None:
        self._clock = clock
        self._most = most
        self._at: OrderedDict[str, float] = OrderedDict()
        self._lock = Lock()

    def note(self, phone: str) -> None:
        """This phone shows a page of the portal now."""
        with self._lock:
            self._at[phone] = self._clock()
            self._at.move_to_end(phone)
            while len(self._at) > self._most:
                self._at.popitem(last=False)

    def left(self, phone: str) -> int:
        """Seconds until it is a newcomer again; 0: it is one."""
        with self._lock:
            at = self._at.get(phone)
            if at is None:
                return 0
            left = math.ceil(at + DAY_AT_OFFICE - self._clock())
            if left <= 0:
                del self._at[phone]
            return max(0, left)

"""Token buckets: so many tries at once, then one more every so often."""

from __future__ import annotations

import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock

from web.i18n import N_
from web.problems import Problem


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class TokenBuckets:
    """One bucket a key, for this process. Memory is bounded: the key idle longest is forgotten."""

    def __init__(
        self,
        *,
        capacity: int,
        seconds_per_token: float,
        clock: Callable[[], float],
        max_keys: int = 10_000,
    ) -> None:
        if capacity < 1 or seconds_per_token <= 0 or max_keys < 1:
            raise ValueError("capacity, seconds_per_token and max_keys must be positive")
        self._capacity = capacity
        self._seconds_per_token = seconds_per_token
        self._clock = clock
        self._max_keys = max_keys
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._buckets)

    def take(self, key: str) -> float:
        """Take one token: 0.0 when there was one, else the seconds until there will be."""
        with self._lock:
            now = self._clock()
            bucket = self._buckets.pop(key, None)
            if bucket is None:
                bucket = _Bucket(float(self._capacity), now)
                while len(self._buckets) >= self._max_keys:
                    self._buckets.popitem(last=False)
            self._buckets[key] = bucket
            grown = max(0.0, now - bucket.at) / self._seconds_per_token
            bucket.tokens = min(float(self._capacity), bucket.tokens + grown)
            bucket.at = now
            if bucket.tokens >= 1.0:
                bucket.tokens -= 1.0
                return 0.0
            return (1.0 - bucket.tokens) * self._seconds_per_token

    def forget(self, key: str) -> None:
        """Give a key its full bucket back, e.g. after a right password."""
        with self._lock:
            self._buckets.pop(key, None)


def limit(buckets: TokenBuckets, key: str) -> None:
    """Take a token or refuse with 429 and `Retry-After`."""
    wait = buckets.take(key)
    if wait > 0:
        raise Problem(
            429,
            "terlalu-sering",
            N_("Terlalu sering mencoba"),
            N_("Ada terlalu banyak percobaan dalam waktu singkat."),
            headers={"Retry-After": str(max(1, math.ceil(wait)))},
        )

"""How often one phone may do what: enough for a family, too little for a machine."""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

from flask import request

from web.i18n import N_
from web.problems import Problem
from web.rate import TokenBuckets

_HOUR = 3600.0


@dataclass(frozen=True, slots=True)
class Limits:
    """Buckets of this process; the keys are addresses of phones, and codes."""

    begun: TokenBuckets
    sent: TokenBuckets
    photos: TokenBuckets
    looked: TokenBuckets
    codes: TokenBuckets
    """Slow: whoever knows a code must not be able to try all birth dates."""
    numbers: TokenBuckets
    """Of the queue. Many: where phones share one address, the whole waiting room is behind it."""


def usual_limits(clock: Callable[[], float] = time.monotonic) -> Limits:
    def buckets(capacity: int, seconds: float) -> TokenBuckets:
        return TokenBuckets(capacity=capacity, seconds_per_token=seconds, clock=clock)

    return Limits(
        begun=buckets(20, _HOUR / 20),
        sent=buckets(10, _HOUR / 10),
        photos=buckets(60, _HOUR / 120),
        looked=buckets(10, 30),
        codes=buckets(10, 600),
        numbers=buckets(30, 60),
    )


def phone() -> str:
    """The caller's address; behind a proxy the app has put the phone's own here."""
    return request.remote_addr or ""


def minutes(wait: float) -> int:
    return max(1, math.ceil(wait / 60))


def hold(buckets: TokenBuckets) -> None:
    """Refuse the phone that asks too often, on a page of its own."""
    wait = buckets.take(phone())
    if wait > 0:
        raise Problem(
            429,
            "terlalu-sering",
            N_("Tunggu sebentar, ya"),
            N_("Dari HP ini sudah banyak sekali permintaan dalam waktu singkat."),
            headers={"Retry-After": str(math.ceil(wait))},
        )

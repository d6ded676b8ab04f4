from __future__ import annotations

import pytest
from flask import Flask

from web.problems import Problem
from web.rate import TokenBuckets, limit


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_passes_then_one_token_grows_every_so_often() -> None:
    clock = Clock()
    buckets = TokenBuckets(capacity=3, seconds_per_token=10, clock=clock)

    assert [buckets.take("a") for _ in range(4)] == [0.0, 0.0, 0.0, 10.0]
    clock.now = 4
    assert buckets.take("a") == pytest.approx(6)
    clock.now = 10
    assert buckets.take("a") == 0.0
    assert buckets.take("a") == pytest.approx(10)


def test_keys_do_not_share_and_a_bucket_does_not_overflow() -> None:
    clock = Clock()
    buckets = TokenBuckets(capacity=1, seconds_per_token=1, clock=clock)
    assert buckets.take("a") == 0.0

    assert buckets.take("b") == 0.0
    clock.now = 1000
    assert buckets.take("a") == 0.0
    assert buckets.take("a") > 0


def test_a_clock_that_steps_back_takes_nothing_away() -> None:
    clock = Clock()
    clock.now = 100
    buckets = TokenBuckets(capacity=2, seconds_per_token=1, clock=clock)
    buckets.take("a")

    clock.now = 0
    assert buckets.take("a") == 0.0


def test_memory_is_bounded_and_the_idlest_key_goes_first() -> None:
    buckets = TokenBuckets(capacity=1, seconds_per_token=1, clock=Clock(), max_keys=2)

    for key in ("a", "b", "a", "c"):
        buckets.take(key)

    assert len(buckets) == 2
    assert buckets.take("a") > 0  # b was idle longest


def test_a_forgotten_key_starts_afresh() -> None:
    buckets = TokenBuckets(capacity=1, seconds_per_token=60, clock=Clock())
    buckets.take("a")

    buckets.forget("a")

    assert buckets.take("a") == 0.0


def test_the_refusal_says_when_to_come_back(app: Flask) -> None:
    buckets = TokenBuckets(capacity=1, seconds_per_token=2.5, clock=Clock())

    @app.get("/sempit")
    def narrow() -> str:
        limit(buckets, "a")
        return "ok"

    client = app.test_client()
    assert client.get("/sempit").text == "ok"
    refused = client.get("/sempit")

    assert refused.status_code == 429
    assert refused.headers["Retry-After"] == "3"
    assert "Terlalu sering" in refused.text


def test_limit_raises_a_problem() -> None:
    buckets = TokenBuckets(capacity=1, seconds_per_token=1, clock=Clock())
    limit(buckets, "a")

    with pytest.raises(Problem) as refused:
        limit(buckets, "a")
    assert refused.value.status == 429

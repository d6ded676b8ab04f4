"""Days by service on the wire."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import cbor2
import pytest

from sync import wire
from sync.bundle import Bundle
from sync.errors import Malformed
from sync.quota import pack_quota_days, unpack_quota_days

BARE = Bundle("32.75.02.1004", b"c" * 16, b"n" * 16, 0, 1)


def test_a_day_is_a_number_from_1970() -> None:
    days = {"ktp-el": date(1970, 1, 2), "kia": date.max}

    packed = pack_quota_days(days)

    assert packed == {"ktp-el": 1, "kia": 2_932_896}
    assert unpack_quota_days(packed) == days


def test_that_nobody_waits_is_another_word_than_none() -> None:
    silent, none = wire.encode(BARE), wire.encode(replace(BARE, quota_days={}))

    assert 31 not in cbor2.loads(silent)
    assert cbor2.loads(none)[31] == {}
    assert wire.decode(silent).quota_days is None
    assert wire.decode(none).quota_days == {}


@pytest.mark.parametrize(
    "wrong",
    [
        [["ktp-el", 20_000]],
        {"ktp-el": "2026-12-18"},
        {"ktp-el": -1},
        {"ktp-el": True},
        {"ktp-el": 2_932_897},
        {7: 20_000},
        {"k" * 41: 20_000},
        {str(number): 1 for number in range(101)},
    ],
)
def test_nonsense_is_refused(wrong: object) -> None:
    plain = cbor2.loads(wire.encode(BARE))

    with pytest.raises(Malformed):
        wire.decode(cbor2.dumps({**plain, 31: wrong}, canonical=True))

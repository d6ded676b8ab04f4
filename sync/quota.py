"""The day on which the turn of a new request comes, by service, as it goes over the wire. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from sync.errors import Malformed

QuotaDays = Mapping[str, date]
"""{layanan: the day}; of a service that is not named, nobody waits for a turn."""

_EPOCH = date(1970, 1, 1)
_LAST = (date.max - _EPOCH).days
_LONGEST_CODE = 40
_MOST = 100


def pack_quota_days(days: QuotaDays) -> dict[str, int]:
    return {layanan: (day - _EPOCH).days for layanan, day in days.items()}


def unpack_quota_days(packed: Any) -> QuotaDays:
    """:raises Malformed: not days by service."""
    if not isinstance(packed, dict) or len(packed) > _MOST:
        raise Malformed("days by service are a map")
    found: dict[str, date] = {}
    for layanan, number in packed.items():
        if not isinstance(layanan, str) or len(layanan) > _LONGEST_CODE:
            raise Malformed("a service is named by its code")
        if type(number) is not int or not 0 <= number <= _LAST:
            raise Malformed("a day is counted from 1970")
        found[layanan] = _EPOCH + timedelta(days=number)
    return found

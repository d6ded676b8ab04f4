"""What time it is at the centre, by a clock that may be wrong by years. Pure.

At each exchange the wall clock is compared with the centre's (Cristian 1989). Until the next
reboot, time is counted from there by the machine's time since boot, which nobody can set. After a
reboot only the wall clock is left; a small box has no battery for it, so its word is in doubt until
the next comparison, unless the box is known to have one.
"""

from __future__ import annotations

from dataclasses import dataclass

from sync.hlc import UNKNOWN_DOUBT

DRIFT = 100e-6
"""What an uncorrected crystal may drift: seconds per second."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What this machine's clocks show."""

    wall_ms: int
    """Unix ms; set by hand, by a battery, or by nobody."""
    boot: str
    """Names this boot of the machine."""
    up_ms: int
    """Since boot, sleep included (CLOCK_BOOTTIME)."""

    def later(self, ms: int) -> Reading:
        """What a machine that stayed on shows `ms` later."""
        return Reading(self.wall_ms + ms, self.boot, self.up_ms + ms)


@dataclass(frozen=True, slots=True)
class Comparison:
    """Our wall clock against the centre's, once."""

    offset_ms: int
    """Centre's clock minus ours."""
    at_ms: int
    """Our wall clock then; 0: never compared."""
    doubt_ms: int
    boot: str
    up_ms: int


NEVER = Comparison(0, 0, 0, "", 0)


def compare(asked: Reading, answered: Reading, centre_ms: int) -> Comparison:
    """The centre's clock was read half-way through the round trip.

    The round trip is measured by time since boot: the wall clock may be set meanwhile.
    """
    half = max(answered.up_ms - asked.up_ms, 0) // 2
    return Comparison(
        centre_ms + half - answered.wall_ms, answered.wall_ms, half, answered.boot, answered.up_ms
    )


def now(clock: Comparison, read: Reading, *, has_battery: bool) -> tuple[int, int]:
    """(Unix ms as the centre's clock would show it, doubt in seconds)."""
    if not clock.at_ms:
        return read.wall_ms, UNKNOWN_DOUBT
    if read.boot == clock.boot:
        age = read.up_ms - clock.up_ms
        return clock.at_ms + clock.offset_ms + age, _doubt_s(clock.doubt_ms, age)
    # Whatever the wall clock shows, it is later than the comparison.
    wall = max(read.wall_ms, clock.at_ms) + clock.offset_ms
    if not has_battery or read.wall_ms < clock.at_ms:
        return wall, UNKNOWN_DOUBT
    return wall, _doubt_s(clock.doubt_ms, read.wall_ms - clock.at_ms)


def _doubt_s(at_comparison_ms: int, age_ms: int) -> int:
    return int((at_comparison_ms + abs(age_ms) * DRIFT) / 1000)

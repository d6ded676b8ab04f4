"""A network that delays, loses, repeats, reorders, cuts short and alters, as told by a seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from central.workflows.ingest import Refusal, note_refusal, slug_of, take_bundle, told_with
from sync.carrier_http import Carried, CentreBusy, LineCut, RefusedByCentre
from sync.link import Terms, Trip
from tests.simulation.machine import PowerCut


@dataclass(frozen=True, slots=True)
class Weather:
    """What may happen to one exchange; chances in percent."""

    cut: int = 0
    lose_answer: int = 0
    truncate: int = 0
    alter: int = 0
    repeat: int = 0
    late: int = 0
    busy: int = 0
    longest_delay_ms: int = 50


FAIR = Weather()
FOUL = Weather(
    cut=12, lose_answer=12, truncate=5, alter=5, repeat=6, late=8, busy=4, longest_delay_ms=4000
)


@dataclass(slots=True)
class Network:
    """Carries bundles to the centre; `centre` is asked each time, as it may have restarted."""

    centre: Callable[[], Any]
    centre_went_off: Callable[[], None]
    pass_ms: Callable[[int], None]
    rng: random.Random
    weather: Weather = FAIR
    cut_off: set[int] = field(default_factory=set)
    """Machines that reach nobody."""
    late: list[bytes] = field(default_factory=list)
    """Bundles that will still arrive, though their senders gave up."""
    wire: bytearray = field(default_factory=bytearray)
    """All bytes that passed."""
    took_ms: int = 0
    """How long the last answer was on its way, both ways."""

    def carrier(self, who: int) -> Carrier:
        return Carrier(self, who)

    def _happens(self, percent: int) -> bool:
        return self.rng.randrange(100) < percent

    def deliver_late(self) -> None:
        """What was on its way arrives, in any order, and nobody hears the answers."""
        self.rng.shuffle(self.late)
        for raw in self.late:
            self._hand_over(raw)
        self.late.clear()

    def _hand_over(self, raw: bytes) -> bytes | Exception:
        try:
            return self._taken(raw)
        except PowerCut:
            self.centre_went_off()
            return LineCut("the centre went off")

    def _taken(self, raw: bytes) -> bytes | Exception:
        try:
            return take_bundle(self.centre(), raw)
        except Refusal as refusal:
            note_refusal(self.centre(), raw, refusal)
            return refusal

    def post(self, who: int, raw: bytes) -> bytes:
        self.wire += raw
        weather = self.weather
        there_ms = self.rng.randint(1, weather.longest_delay_ms)
        self.pass_ms(there_ms)
        if who in self.cut_off or self._happens(weather.cut):
            raise LineCut("cut")
        if self._happens(weather.busy):
            raise CentreBusy(5)
        if self._happens(weather.late):
            self.late.append(raw)
            raise LineCut("no answer in time")
        sent = raw
        if self._happens(weather.truncate):
            sent = raw[: self.rng.randrange(len(raw))]
        if self._happens(weather.alter):
            sent = _flip(sent, self.rng)
        answer = self._hand_over(sent)
        if self._happens(weather.repeat):
            self._hand_over(sent)
        back_ms = self.rng.randint(1, weather.longest_delay_ms)
        self.pass_ms(back_ms)
        self.took_ms = there_ms + back_ms
        if isinstance(answer, Exception):
            raise _as_heard(answer)
        self.wire += answer
        if self._happens(weather.lose_answer):
            raise LineCut("the answer was lost")
        if self._happens(weather.truncate):
            return answer[: self.rng.randrange(len(answer))]
        return _flip(answer, self.rng) if self._happens(weather.alter) else answer


@dataclass(slots=True)
class Carrier:
    """One machine's way to the centre."""

    network: Network
    who: int

    def carry(self, raw: bytes, _terms: Terms) -> Carried:
        answer = self.network.post(self.who, raw)
        trip = Trip(len(raw), self.network.took_ms / 1000, len(answer))
        return Carried(answer, trip)

    def close(self) -> None:
        """Nothing is held."""


def _flip(raw: bytes, rng: random.Random) -> bytes:
    if not raw:
        return raw
    at = rng.randrange(len(raw))
    return raw[:at] + bytes([raw[at] ^ (1 << rng.randrange(8))]) + raw[at + 1 :]


def _as_heard(refusal: Exception) -> Exception:
    if isinstance(refusal, LineCut):
        return refusal
    _, slug = slug_of(refusal)
    problem = {"title": slug, "detail": str(refusal), **told_with(refusal)}
    return RefusedByCentre(slug, problem)

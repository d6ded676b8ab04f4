"""What is judged: what clients were told, and what the stores hold at the end. Values only."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum, auto


class Outcome(StrEnum):
    """What a client knows of what it asked for."""

    CONFIRMED = auto()
    """It was told that it is done."""
    REFUSED = auto()
    """It was told that it is not done."""
    UNKNOWN = auto()
    """No answer, or one that says neither."""


@dataclass(frozen=True, slots=True)
class Filing:
    """A form that was sent, perhaps several times."""

    stream: str
    form: str
    """What no other form carries: the resident's NIK."""
    outcome: Outcome
    code: str = ""
    record: str = ""
    """Id in hex, as the receipt's address names it."""
    photos: int | None = 0
    """How many were taken with it; None: the client cannot know."""


@dataclass(frozen=True, slots=True)
class Deed:
    """An act on a request that was sent, perhaps several times."""

    stream: str
    record: str
    act: str
    outcome: Outcome
    word: str = ""
    """What it wrote and no other act did; empty: it writes nothing of its own."""


@dataclass(frozen=True, slots=True)
class Look:
    """Somebody opened a request that a receipt was given for."""

    stream: str
    record: str
    found: bool


Event = Filing | Deed | Look


@dataclass(slots=True)
class Journal:
    """What all clients were told; safe to write from threads."""

    events: list[Event] = field(default_factory=list)
    troubles: Counter[str] = field(default_factory=Counter)
    """Answers that are no plain sentence: server errors, by where and which."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, event: Event) -> None:
        with self._lock:
            self.events.append(event)

    def trouble(self, what: str) -> None:
        with self._lock:
            self.troubles[what] += 1


@dataclass(frozen=True, slots=True)
class Held:
    """A request as a store holds it."""

    record: str
    code: str
    form: str
    unfinished: bool
    acts: Mapping[str, int]
    """How many changes of its history are which act."""
    words: Mapping[tuple[str, str], int]
    """How many changes of its history are which act and wrote which value or reason."""
    state: str
    """Hash of its folded state."""
    photos: int = 0
    whole_photos: int = 0


@dataclass(frozen=True, slots=True)
class StreamEnd:
    """One kelurahan at the end: its counter's store beside the centre's."""

    stream: str
    replaced: bool
    """The box was replaced: it took back what was unfinished then, and no more."""
    counter: Mapping[str, Held]
    centre: Mapping[str, Held]
    counter_hash: str
    centre_hash: str
    settled: bool = True
    """The counter said that all is sent, and the centre had folded all."""
    broken_chains: tuple[str, ...] = ()

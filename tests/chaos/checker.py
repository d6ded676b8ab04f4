"""The verdict, in the manner of Jepsen: from what clients were told and what the stores hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from registration.lifecycle import Act
from tests.chaos.history import Deed, Event, Filing, Held, Look, Outcome, StreamEnd


class Law(StrEnum):
    """What must hold."""

    LOST = "lost"
    """A receipt that was given, or an act that was confirmed, is not in the history."""
    DOUBLED = "doubled"
    """Something that was done once stands there twice."""
    DIVERGED = "diverged"
    """Counter and centre do not show the same."""
    BROKEN = "chains broken"
    """A log does not verify."""


@dataclass(frozen=True, slots=True)
class Violation:
    law: Law
    what: str

    def __str__(self) -> str:
        return f"{self.law}: {self.what}"


def violations(events: Sequence[Event], ends: Iterable[StreamEnd]) -> list[Violation]:
    """All that does not hold."""
    by_stream = {end.stream: end for end in ends}
    filings = [one for one in events if isinstance(one, Filing)]
    deeds = [one for one in events if isinstance(one, Deed)]
    looks = [one for one in events if isinstance(one, Look)]
    return [
        *_receipts(filings, by_stream),
        *_forms(filings, by_stream),
        *_deeds(deeds, by_stream),
        *_looks(looks, by_stream),
        *(found for end in by_stream.values() for found in _same(end)),
    ]


def acknowledged(events: Iterable[Event]) -> int:
    """How many receipts were given and acts confirmed."""
    return sum(
        isinstance(one, Filing | Deed) and one.outcome is Outcome.CONFIRMED for one in events
    )


def _stores(end: StreamEnd, record: str) -> Iterator[tuple[str, Held | None]]:
    """Where a request that was given a receipt must be, and what is there."""
    there = end.centre.get(record)
    yield "the centre", there
    if not end.replaced or record in end.counter or (there is not None and there.unfinished):
        yield f"the counter of {end.stream}", end.counter.get(record)


def _receipts(filings: Sequence[Filing], ends: Mapping[str, StreamEnd]) -> Iterator[Violation]:
    for one in filings:
        if one.outcome is not Outcome.CONFIRMED:
            continue
        for where, held in _stores(ends[one.stream], one.record):
            if held is None:
                yield Violation(Law.LOST, f"receipt {one.code} is not at {where}")
            elif (held.code, held.form) != (one.code, one.form):
                yield Violation(Law.LOST, f"receipt {one.code} is of another request at {where}")
        there = ends[one.stream].centre.get(one.record)
        if there is not None and one.photos is not None:
            yield from _photos(one, there)


def _photos(one: Filing, there: Held) -> Iterator[Violation]:
    if there.whole_photos < (one.photos or 0):
        yield Violation(
            Law.LOST, f"{there.whole_photos} of {one.photos} photos of {one.code} are whole"
        )
    if there.photos > (one.photos or 0):
        yield Violation(Law.DOUBLED, f"{there.photos} photos of {one.code}, sent {one.photos}")


def _forms(filings: Sequence[Filing], ends: Mapping[str, StreamEnd]) -> Iterator[Violation]:
    """One form is one request, whatever its client was told."""
    sent = Counter((one.stream, one.form) for one in filings)
    for end in ends.values():
        for where, store in (("the centre", end.centre), ("the counter", end.counter)):
            there = Counter(held.form for held in store.values())
            for form, times in there.items():
                if not sent[end.stream, form]:
                    yield Violation(Law.DOUBLED, f"{where} of {end.stream}: a form nobody sent")
                elif times > 1:
                    yield Violation(Law.DOUBLED, f"{where}: one form became {times} requests")
            for held in store.values():
                if (filed := held.acts.get(Act.AJUKAN, 0)) != 1:
                    law = Law.DOUBLED if filed else Law.LOST
                    yield Violation(law, f"{held.code} was filed {filed} times at {where}")


def _deeds(deeds: Sequence[Deed], ends: Mapping[str, StreamEnd]) -> Iterator[Violation]:
    """Each confirmed act stands in the history once; one without answer at most once."""
    asked: dict[tuple[str, str, str, str], Counter[Outcome]] = {}
    for one in deeds:
        key = one.stream, one.record, one.act, one.word
        asked.setdefault(key, Counter())[one.outcome] += 1
    for (stream, record, act, word), told in asked.items():
        least = told[Outcome.CONFIRMED]
        most = least + told[Outcome.UNKNOWN]
        for where, held in _stores(ends[stream], record):
            if held is None:
                if least:
                    yield Violation(Law.LOST, f"{act} on {record}: it is not at {where}")
                continue
            there = held.words.get((act, word), 0) if word else held.acts.get(act, 0)
            what = f"{act} {word} on {held.code} at {where}".replace("  ", " ")
            if there < least:
                yield Violation(Law.LOST, f"{what}: confirmed {least} times, {there} there")
            elif there > most:
                yield Violation(Law.DOUBLED, f"{what}: at most {most} times, {there} there")


def _looks(looks: Sequence[Look], ends: Mapping[str, StreamEnd]) -> Iterator[Violation]:
    for one in looks:
        # A replaced box shows what was unfinished; what was over then is the centre's.
        if not one.found and not ends[one.stream].replaced:
            yield Violation(Law.LOST, f"a request with a receipt did not open: {one.record}")


def _same(end: StreamEnd) -> Iterator[Violation]:
    if not end.settled:
        yield Violation(Law.DIVERGED, f"{end.stream} never came to rest: not all sent or folded")
    for chain in end.broken_chains:
        yield Violation(Law.BROKEN, f"{end.stream}: {chain}")
    if not end.replaced:
        if end.counter_hash != end.centre_hash:
            yield Violation(Law.DIVERGED, f"{end.stream}: the state hashes differ")
        return
    for record, held in end.counter.items():
        there = end.centre.get(record)
        if there is None or there.state != held.state:
            yield Violation(Law.DIVERGED, f"{end.stream}: {held.code} differs from the centre's")

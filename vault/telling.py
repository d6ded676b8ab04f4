"""A record's history as sentences, with a word where two people wrote without knowing it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from registration.catalogue import label_of
from registration.lifecycle import Role
from registration.story import Event, tell, time_note
from registration.texts import N_, Sentence, Words
from sync.hlc import trusted, when
from sync.policy import Policy
from sync.resolve import concurrent
from vault.fold import Told

PlaceOf = Callable[[bytes], str]
"""Replica → the kelurahan's name (not used for the centre's officers)."""

_BOOKKEEPING = frozenset({"status", "alasan"})


@dataclass(frozen=True, slots=True)
class Line:
    """One entry of the history."""

    at: datetime
    """Aware, UTC."""
    doubt_s: int
    """How far the time may be off, in seconds."""
    sentence: Sentence
    notes: tuple[Sentence, ...]


def timeline(
    told: Sequence[Told],
    place_of: PlaceOf,
    policy_of: Callable[[str], Policy],
    undecided: Collection[str],
) -> list[Line]:
    """The history, oldest first.

    :param undecided: record fields whose conflict waits for a person.
    """
    return [_line(one, told, place_of, policy_of, undecided) for one in told]


def _line(
    one: Told,
    told: Sequence[Told],
    place_of: PlaceOf,
    policy_of: Callable[[str], Policy],
    undecided: Collection[str],
) -> Line:
    change = one.change
    if one.body is None:
        sentence = Sentence(N_("Satu catatan belum bisa dibaca di sini."))
        return Line(when(change.hlc), change.doubt, sentence, ())
    event = Event(
        one.body.act,
        one.body.by.name,
        one.body.by.role,
        place_of(change.replica),
        tuple(one.body.writes),
        when(change.hlc),
        one.body.note,
        trusted(change.doubt),
    )
    notes = [note for note in (time_note(event),) if note is not None]
    for other in told:
        # Told once, on the later of the two.
        if other.body is None or (other.change.hlc, other.change.replica) >= (
            change.hlc,
            change.replica,
        ):
            continue
        shared = [
            name
            for name in one.body.writes
            if name in other.body.writes
            and name not in _BOOKKEEPING
            and policy_of(name) is not Policy.ADD
            and one.body.writes[name] != other.body.writes[name]
        ]
        if shared and concurrent(one.write, other.write):
            notes.append(_side_by_side(other, shared, place_of, undecided))
    return Line(when(change.hlc), change.doubt, tell(event), tuple(notes))


def _side_by_side(
    other: Told, shared: Sequence[str], place_of: PlaceOf, undecided: Collection[str]
) -> Sentence:
    params: dict[str, object] = {
        "fields": Words(tuple(dict.fromkeys(label_of(name) for name in shared))),
        "who": _office(other, place_of),
    }
    if any(name in undecided for name in shared):
        return Sentence(
            N_("%(who)s mengubah %(fields)s juga, tanpa saling tahu. Menunggu keputusan."), params
        )
    return Sentence(
        N_("%(who)s mengubah %(fields)s juga, tanpa saling tahu. Sudah digabung atau diputuskan."),
        params,
    )


def _office(one: Told, place_of: PlaceOf) -> Sentence:
    if one.body is not None and one.body.by.role in (Role.VERIFIKATOR, Role.ADMIN):
        return Sentence(N_("Disdukcapil"))
    return Sentence(N_("Loket %(place)s"), {"place": place_of(one.change.replica)})

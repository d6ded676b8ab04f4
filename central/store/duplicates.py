"""Candidates for duplicates: found through the blind index whenever a request is shown.

All requests that are about one matter carry one token (`registration.duplicates.matters`). When
one of them is folded or written, the pairs of its token are made anew, so nothing here is a source
of truth: it follows from the logs, and showing every record again rebuilds it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from typing import NamedTuple

from sqlalchemy import Connection, delete, func, or_, select, text

from central.store.tables import alike, compared
from registration.catalogue import VERDICT
from registration.duplicates import asked_for, can_be_cancelled, matters, verdict_of
from sync.record import RecordState, standing
from sync.resolve import Rules
from vault.core import Projection, Shown, Vault
from vault.prepared import PreparedAmong
from vault.projection import project_permohonan
from vault.sql import insert_new
from vault.tables import blind, view

KIND = "sama"
"""Of the tokens in the blind index that name a matter."""
_MOST = 5
"""Of one matter the oldest so many are held against each other: ten pairs, and not the square of
what a mistake or an attack files."""
_MANY = 400
_FEW = 300


class Pair(NamedTuple):
    """Two requests that look like the same; the older first."""

    record_a: bytes
    record_b: bytes
    stream_a: str
    stream_b: str


def project_with_matters(state: RecordState, rules: Rules) -> Projection:
    """As at a counter, found by its matters too; remarks are the records it was held against."""
    plain = project_permohonan(state, rules)
    answers = {name: standing(state, name) for name in asked_for(plain.layanan)}
    found = {(KIND, one) for one in matters(plain.layanan, plain.status, answers)}
    verdicts = [name for name in state.fields if name.startswith(VERDICT)]
    if not found and not verdicts:
        return plain
    return Projection(
        plain.layanan,
        plain.varian,
        plain.kanal,
        plain.status,
        plain.tokens | found,
        frozenset(_held_against(state, verdicts)) if verdicts else plain.remarks,
    )


def _held_against(state: RecordState, names: Iterable[str]) -> Iterable[bytes]:
    for name in names:
        for value in standing(state, name):
            verdict = verdict_of(name, value)
            if verdict is not None:
                yield verdict.other


def note(connection: Connection, vault: Vault, shown: Sequence[Shown]) -> None:
    """Bring the pairs of these records up to date."""
    judged = {pair for one in shown for pair in _judged(one)}
    insert_new(connection, compared, [{"record_a": a, "record_b": b} for a, b in sorted(judged)])
    tokens = tokens_of(vault, shown)
    lock(connection, tokens)
    shared = _shared(connection, tokens)
    before = _tokens_of_pairs(connection, [one.record for one in shown])
    if shared or before:
        _renew(connection, shared | before)


def tokens_of(vault: Vault, shown: Iterable[Shown]) -> frozenset[bytes]:
    """The blind tokens of the matters of these records."""
    token = vault.keyring.blind.token
    return frozenset(
        token(kind, value) for one in shown for kind, value in one.projection.tokens if kind == KIND
    )


def lock(connection: Connection, tokens: Collection[bytes]) -> None:
    """Until the transaction ends, nobody else looks at these matters.

    Two workers that show the two halves of a pair at once would else each miss the other's
    (SQLite has one writer anyway). In order, so that nobody waits in a circle.
    """
    if tokens and connection.dialect.name == "postgresql":
        numbers = sorted(int.from_bytes(one[:8], "big", signed=True) for one in tokens)
        connection.execute(
            text("SELECT pg_advisory_xact_lock(n) FROM unnest(cast(:numbers AS bigint[])) AS n"),
            {"numbers": numbers},
        )


def _judged(one: Shown) -> Iterable[tuple[bytes, bytes]]:
    for other in one.projection.remarks:
        yield min(one.record, other), max(one.record, other)


_SHARED = PreparedAmong(
    lambda tokens: (
        select(blind.c.token)
        .where(blind.c.token.in_(tokens))
        .group_by(blind.c.token)
        .having(func.count() > 1)
    )
)


def _shared(connection: Connection, tokens: Collection[bytes]) -> set[bytes]:
    """Those that more than one record carries."""
    return {token for (token,) in _SHARED.rows(connection, sorted(tokens))}


def _tokens_of_pairs(connection: Connection, records: Sequence[bytes]) -> set[bytes]:
    """The tokens of the pairs that these records stand in."""
    pairs = select(alike.c.token, alike.c.record_a, alike.c.record_b)
    # Few pairs wait at a time: reading them all is cheaper than asking about each record.
    rows = list(connection.execute(pairs.limit(_FEW)).tuples())
    if len(rows) == _FEW:
        rows = []
        for some in _parts(records):
            of_these = or_(alike.c.record_a.in_(some), alike.c.record_b.in_(some))
            rows += connection.execute(pairs.where(of_these)).tuples()
    shown = set(records)
    return {token for token, first, second in rows if first in shown or second in shown}


def _renew(connection: Connection, tokens: Collection[bytes]) -> None:
    for some in _parts(tokens):
        wanted = _wanted(connection, some)
        rows = connection.execute(select(alike).where(alike.c.token.in_(some)))
        standing = {(row.token, Pair(*row[1:])) for row in rows}
        for token, pair in sorted(standing - wanted):
            connection.execute(
                delete(alike).where(
                    alike.c.token == token,
                    alike.c.record_a == pair.record_a,
                    alike.c.record_b == pair.record_b,
                )
            )
        fresh = [{"token": token, **pair._asdict()} for token, pair in sorted(wanted - standing)]
        insert_new(connection, alike, fresh)


def _wanted(connection: Connection, tokens: Sequence[bytes]) -> set[tuple[bytes, Pair]]:
    """The pairs that an officer should look at: unjudged, and one of both can be cancelled."""
    place = func.row_number().over(partition_by=blind.c.token, order_by=blind.c.record)
    numbered = (
        select(blind.c.token, blind.c.stream, blind.c.record, view.c.status, place.label("place"))
        .join(view, (view.c.stream == blind.c.stream) & (view.c.record == blind.c.record))
        .where(blind.c.token.in_(tokens))
        .subquery()
    )
    query = select(numbered).where(numbered.c.place <= _MOST)
    members: dict[bytes, list[tuple[bytes, str, bool]]] = {}
    for token, stream, record, status, _ in connection.execute(query):
        members.setdefault(token, []).append((record, stream, can_be_cancelled(status)))
    pairs = {
        (token, Pair(first[0], second[0], first[1], second[1]))
        for token, found in members.items()
        for first, second in combinations(sorted(found), 2)
        if first[2] or second[2]
    }
    judged = _judged_among(connection, {pair for _, pair in pairs})
    return {(token, pair) for token, pair in pairs if pair[:2] not in judged}


def _judged_among(connection: Connection, pairs: Collection[Pair]) -> set[tuple[bytes, bytes]]:
    found: set[tuple[bytes, bytes]] = set()
    for some in _parts({pair.record_a for pair in pairs}):
        query = select(compared.c.record_a, compared.c.record_b)
        found.update(connection.execute(query.where(compared.c.record_a.in_(some))).tuples())
    return found


def _parts(values: Collection[bytes]) -> Iterable[list[bytes]]:
    ordered = sorted(values)
    for start in range(0, len(ordered), _MANY):
        yield ordered[start : start + _MANY]


_PAIRS = (
    select(alike.c.record_a, alike.c.record_b, alike.c.stream_a, alike.c.stream_b)
    .distinct()
    .order_by(alike.c.record_a, alike.c.record_b)
)


def count_pairs(connection: Connection) -> int:
    """How many pairs wait for an officer."""
    found = select(alike.c.record_a, alike.c.record_b).distinct().subquery()
    return int(connection.execute(select(func.count()).select_from(found)).scalar_one())


def list_pairs(connection: Connection, page: int, page_size: int) -> list[Pair]:
    """One page (from 1) of the waiting pairs, those with the oldest request first."""
    rows = connection.execute(_PAIRS.offset((page - 1) * page_size).limit(page_size))
    return [Pair(*row) for row in rows]


def pairs_of(connection: Connection, record: bytes) -> list[Pair]:
    """The waiting pairs of one request."""
    of_it = or_(alike.c.record_a == record, alike.c.record_b == record)
    return [Pair(*row) for row in connection.execute(_PAIRS.where(of_it))]


def pair_of(connection: Connection, first: bytes, second: bytes) -> Pair | None:
    """The waiting pair of two requests, in any order; None: it waits no (more)."""
    both = (alike.c.record_a == min(first, second)) & (alike.c.record_b == max(first, second))
    row = connection.execute(_PAIRS.where(both)).first()
    return Pair(*row) if row is not None else None

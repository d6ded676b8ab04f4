"""What one officer proposes and a second one confirms, sealed under the request's own key: where
that is destroyed, the proposal is too."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import cbor2
from sqlalchemy import Connection, delete, func, select

from central.store.desk_tables import proposal
from central.store.worklist import SENT_BACK, WAITS
from crypto import aead
from crypto.errors import CryptoError
from sync.body import Author
from sync.change import Context
from vault.core import Vault
from vault.data_keys import key_of
from vault.errors import KeyMissing
from vault.sql import upsert
from vault.tables import view

__all__ = ["SENT_BACK", "WAITS", "Proposal"]


@dataclass(frozen=True, slots=True)
class Proposal:
    """An act that waits for a second officer, or came back from one."""

    id: str
    stream: str
    record: bytes
    act: str
    state: str
    at_ms: int
    by: Author
    writes: Mapping[str, Any]
    """What the act will write, besides the status."""
    note: str
    seen: Context
    """What the record held: when it holds more, the proposal is off."""
    answer: str = ""
    answered_by: str = ""


def new_proposal(
    stream: str,
    record: bytes,
    act: str,
    at_ms: int,
    by: Author,
    writes: Mapping[str, Any],
    note: str,
    seen: Context,
) -> Proposal:
    return Proposal(
        uuid.uuid4().hex, stream, record, act, WAITS, at_ms, by, dict(writes), note, dict(seen)
    )


def _aad(stream: str, record: bytes, number: str) -> bytes:
    return b"proposal" + stream.encode() + record + number.encode()


def keep(connection: Connection, vault: Vault, one: Proposal) -> None:
    """Keep a proposal in place of any other about the request.

    :raises KeyMissing: the request cannot be read here.
    """
    key = key_of(connection, vault, one.stream, one.record)
    if key is None:
        raise KeyMissing(one.record.hex())
    plain = cbor2.dumps(
        [
            [one.by.id, one.by.name, one.by.role],
            dict(one.writes),
            one.note,
            dict(one.seen.items()),
            one.answer,
            one.answered_by,
        ]
    )
    upsert(
        connection,
        proposal,
        {
            "stream": one.stream,
            "record": one.record,
            "id": one.id,
            "account": one.by.id,
            "act": one.act,
            "state": one.state,
            "at_ms": one.at_ms,
            "sealed": aead.seal(key, plain, _aad(one.stream, one.record, one.id)),
        },
    )


def find(connection: Connection, vault: Vault, stream: str, record: bytes) -> Proposal | None:
    """The proposal about a request; None where there is none, or none that can be read."""
    row = connection.execute(
        select(proposal).where(proposal.c.stream == stream, proposal.c.record == record)
    ).first()
    key = key_of(connection, vault, stream, record)
    if row is None or key is None:
        return None
    try:
        plain = aead.unseal(key, row.sealed, _aad(stream, record, row.id))
    except CryptoError:
        return None
    by, writes, note, seen, answer, answered_by = cbor2.loads(plain)
    return Proposal(
        row.id,
        stream,
        record,
        row.act,
        row.state,
        row.at_ms,
        Author(*by),
        writes,
        note,
        seen,
        answer,
        answered_by,
    )


def send_back(one: Proposal, by: Author, answer: str, at_ms: int) -> Proposal:
    return replace(one, state=SENT_BACK, answer=answer, answered_by=by.name, at_ms=at_ms)


def drop(connection: Connection, stream: str, record: bytes) -> None:
    connection.execute(
        delete(proposal).where(proposal.c.stream == stream, proposal.c.record == record)
    )


def _standing(state: str) -> Any:
    # What was shredded has no view any more.
    return (proposal.c.state == state) & (
        select(view.c.record)
        .where(view.c.stream == proposal.c.stream, view.c.record == proposal.c.record)
        .exists()
    )


def count(connection: Connection, state: str, account: str | None = None) -> int:
    query = select(func.count()).select_from(proposal).where(_standing(state))
    if account is not None:
        query = query.where(proposal.c.account == account)
    return int(connection.execute(query).scalar_one())


def list_requests(
    connection: Connection, state: str, page: int, page_size: int, account: str | None = None
) -> Sequence[tuple[str, bytes]]:
    """One page (from 1) of requests with a proposal in this state, the oldest first."""
    query = select(proposal.c.stream, proposal.c.record).where(_standing(state))
    if account is not None:
        query = query.where(proposal.c.account == account)
    query = query.order_by(proposal.c.at_ms, proposal.c.record)
    rows = connection.execute(query.offset((page - 1) * page_size).limit(page_size + 1))
    return [(stream, record) for stream, record in rows.tuples()]


def waits_among(
    connection: Connection, requests: Sequence[tuple[str, bytes]]
) -> set[tuple[str, bytes]]:
    """Those of these that wait for a second officer."""
    if not requests:
        return set()
    query = select(proposal.c.stream, proposal.c.record).where(
        proposal.c.record.in_([record for _, record in requests]), proposal.c.state == WAITS
    )
    return {(stream, record) for stream, record in connection.execute(query).tuples()}

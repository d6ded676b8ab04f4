"""Drafts: what was typed and scanned but not filed yet, sealed under the record's own key."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cbor2
from sqlalchemy import Connection, delete, select

from crypto import aead
from crypto.keys import new_key
from edge_node.store.tables import draft
from vault.core import Vault
from vault.data_keys import add_key, key_of
from vault.scans import ChunkState, drop_scan
from vault.sql import upsert
from vault.tables import chunk, data_key


@dataclass(slots=True)
class Draft:
    """One unfinished form."""

    record: bytes
    service: str
    case: str
    typed: dict[str, str] = field(default_factory=dict)
    scans: dict[str, dict[str, Any]] = field(default_factory=dict)
    """Scan id → manifest."""
    version: int = 1
    """Of the form that is being filled in: a draft stays what it was begun as."""
    by: str = ""
    """Who of the staff typed last."""
    consent: str = ""
    """Which consent the resident gave before it came here, if one was asked for."""
    changed_ms: int = 0


LOKET, PORTAL = "loket", "portal"
"""Channels of a request."""


def _associated(record: bytes) -> bytes:
    return b"loket draft 1\0" + record


def draft_key(connection: Connection, vault: Vault, stream: str, record: bytes) -> bytes:
    """The record's key; made with the first thing that is kept of it."""
    key = key_of(connection, vault, stream, record)
    if key is None:
        key = new_key()
        add_key(connection, vault, stream, record, key, born=0)
    return key


def read_draft(connection: Connection, vault: Vault, stream: str, record: bytes) -> Draft | None:
    row = connection.execute(
        select(draft.c.sealed, draft.c.changed_ms).where(draft.c.record == record)
    ).first()
    return None if row is None else _opened(connection, vault, stream, record, *row)


def list_drafts(
    connection: Connection, vault: Vault, stream: str, kanal: str, most: int
) -> list[Draft]:
    """The last changed drafts of a channel, the newest first."""
    rows = connection.execute(
        select(draft.c.record, draft.c.sealed, draft.c.changed_ms)
        .where(draft.c.kanal == kanal)
        .order_by(draft.c.changed_ms.desc())
        .limit(most)
    )
    opened = (_opened(connection, vault, stream, *row) for row in rows.tuples())
    return [one for one in opened if one is not None]


def _opened(
    connection: Connection, vault: Vault, stream: str, record: bytes, sealed: bytes, at_ms: int
) -> Draft | None:
    key = key_of(connection, vault, stream, record)
    if key is None:
        return None
    service, case, typed, scans, *rest = cbor2.loads(aead.unseal(key, sealed, _associated(record)))
    # Drafts of before did not say their version (there was one only), nor who typed, nor whether
    # somebody consented.
    told = dict(zip(("version", "by", "consent"), rest, strict=False))
    return Draft(record, service, case, typed, scans, **told, changed_ms=at_ms)


def save_draft(
    connection: Connection, key: bytes, kept: Draft, now_ms: int, kanal: str = LOKET
) -> None:
    said = [kept.service, kept.case, kept.typed, kept.scans, kept.version, kept.by]
    if kept.consent:
        said.append(kept.consent)
    plain = cbor2.dumps(said)
    upsert(
        connection,
        draft,
        {
            "record": kept.record,
            "changed_ms": now_ms,
            "sealed": aead.seal(key, plain, _associated(kept.record)),
            "kanal": kanal,
        },
    )


def remove_scan(connection: Connection, stream: str, kept: Draft, scan: str) -> None:
    manifest = kept.scans.pop(scan, None)
    if manifest is not None:
        drop_scan(connection, stream, manifest["chunks"])


def end_draft(connection: Connection, record: bytes) -> None:
    """The draft became a request."""
    connection.execute(delete(draft).where(draft.c.record == record))


def forget_old_drafts(connection: Connection, stream: str, before_ms: int) -> int:
    """Destroy drafts untouched since `before_ms`, their keys first; returns how many."""
    old = (
        connection.execute(select(draft.c.record).where(draft.c.changed_ms < before_ms))
        .scalars()
        .all()
    )
    for record in old:
        forget_draft(connection, stream, record)
    return len(old)


def forget_draft(connection: Connection, stream: str, record: bytes) -> None:
    """Destroy a draft that was never filed, its key first. A filed record's key is never touched:
    `born` tells which change it was filed with."""
    connection.execute(
        delete(data_key).where(
            data_key.c.stream == stream, data_key.c.record == record, data_key.c.born == 0
        )
    )
    connection.execute(
        delete(chunk).where(
            chunk.c.stream == stream, chunk.c.record == record, chunk.c.state == ChunkState.DRAFT
        )
    )
    end_draft(connection, record)

"""Tables of the trail: who looked at whose data."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

from central.store.tables import metadata

trail = Table(
    "trail",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("account", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("things", LargeBinary, nullable=False),
    Column("about", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""A chain of entries (`central.evidence.trail`). `things`: [[stream, record] …], CBOR; `sealed`:
who, by name, and why; `hash`: of this entry, which the next one holds."""
Index("trail_at", trail.c.at_ms)
Index("trail_account", trail.c.account, trail.c.seq)

trail_record = Table(
    "trail_record",
    metadata,
    Column("record", LargeBinary, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Which entries name a record. Derived from `trail`."""

trail_place = Table(
    "trail_place",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
"""Which entries name records of a kelurahan. Derived from `trail`."""

trail_checkpoint = Table(
    "trail_checkpoint",
    metadata,
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("signed", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)
"""The centre's signature over the trail's end as it was then (COSE_Sign1)."""

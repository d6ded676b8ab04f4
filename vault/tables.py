"""Tables of the sealed store.

Every table of the log carries `stream` first in its primary key, so that it can be partitioned or
distributed by it. No column holds anything about a person in clear.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    Table,
    Text,
)

metadata = MetaData()


def _table(name: str, *columns: Column[object] | Index) -> Table:
    # SQLite keeps small rows by primary key alone: one B-tree less to write on each commit.
    return Table(name, metadata, *columns, sqlite_with_rowid=False)


secret = _table(
    "secret",
    Column("name", Text, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
"""The node's keys, sealed under the key-encryption key (the salt alone is in clear)."""

key_work = _table(
    "key_work",
    Column("name", Text, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("phase", Text, nullable=False),
    Column("cursor", LargeBinary, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
"""What is being done to the keys (`vault.key_work`)."""

log = _table(
    "log",
    Column("stream", Text, primary_key=True),
    Column("replica", LargeBinary, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("hlc", BigInteger, nullable=False),
    Column("doubt", BigInteger, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("kind", Text, nullable=False),
    Column("context", LargeBinary, nullable=False),
    Column("body", LargeBinary),
    Column("body_sha", LargeBinary),
    Column("hash", LargeBinary, nullable=False),
    Column("prev", LargeBinary),
)
"""`body_sha` is kept only where `body` was dropped; `hash` is of the header; `prev` is kept only
where the change before is not held (an excerpt of another's log)."""
Index("log_record", log.c.stream, log.c.record)

tip = _table(
    "tip",
    Column("stream", Text, primary_key=True),
    Column("replica", LargeBinary, primary_key=True),
    Column("seq", BigInteger, nullable=False),
    Column("hash", LargeBinary, nullable=False),
    Column("hlc", BigInteger, nullable=False),
    Column("closed", Boolean, nullable=False),
    Column("seal", LargeBinary),
)
"""The end of each log. Derived from `log` and `arrival`, kept because every append needs it.
`closed`: this side writes it no more; `seal`: its writer's signature over this end, if it gave
one."""

# With row numbers: SQLite compares keys of a table without by reading whole rows.
arrival = Table(
    "arrival",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("replica", LargeBinary, primary_key=True),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("last", BigInteger, nullable=False),
    Column("run", LargeBinary, nullable=False),
)
"""Verified runs that follow on `log`, not laid out into it yet (`vault.arrivals`); `tip` counts
them already."""

arrival_key = Table(
    "arrival_key",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("replica", LargeBinary, primary_key=True),
    Column("first", BigInteger, primary_key=True, autoincrement=False),
    Column("wrapped", LargeBinary, nullable=False),
)
"""Record keys that came with an arrival, still wrapped under their epoch. A table of its own, so
that backups can keep it apart, as `data_key`."""

folded = _table(
    "folded",
    Column("stream", Text, primary_key=True),
    Column("replica", LargeBinary, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
"""How far each log is folded into the view. Its row is the lock of folding that stream."""

parked = _table(
    "parked",
    Column("stream", Text, primary_key=True),
    Column("record", LargeBinary, primary_key=True),
)
"""Records whose changes came before their key. They are kept, and block nobody else."""

data_key = _table(
    "data_key",
    Column("stream", Text, primary_key=True),
    Column("record", LargeBinary, primary_key=True),
    Column("wrapped", LargeBinary, nullable=False),
    Column("born", BigInteger, nullable=False),
)
"""A record's key under the KEK. `born`: the position in the own log of the change that made the
record (0 where another replica made it)."""

epoch = _table(
    "epoch",
    Column("id", LargeBinary, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("peer", LargeBinary, nullable=False),
    Column("opened_ms", BigInteger, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("sealed", LargeBinary),
    Column("delivered", Boolean, nullable=False),
)

Index("epoch_peer", epoch.c.stream, epoch.c.peer, epoch.c.opened_ms)

writer = _table(
    "writer",
    Column("replica", LargeBinary, primary_key=True),
    Column("name", Text, nullable=False),
    Column("central", Boolean, nullable=False),
)
"""Whose word a log is, where that is neither this side's first log nor the pinned centre's."""

view = _table(
    "view",
    Column("stream", Text, primary_key=True),
    Column("record", LargeBinary, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("layanan", Text, nullable=False),
    Column("varian", Text, nullable=False),
    Column("kanal", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("conflicts", SmallInteger, nullable=False),
    Column("changed", BigInteger, nullable=False),
    Column("verified", BigInteger, nullable=False),
)
"""What of each record's fold may stand in clear, for queues and counts. Times are Unix ms."""
Index("view_status", view.c.stream, view.c.kind, view.c.status, view.c.record)
Index("view_service", view.c.stream, view.c.kind, view.c.status, view.c.layanan, view.c.record)
# Partial, so that filing at a counter does not pay for what the centre's officers look up.
Index(
    "view_conflicts",
    view.c.record,
    sqlite_where=view.c.conflicts > 0,
    postgresql_where=view.c.conflicts > 0,
)
Index(
    "view_conflicts_of",
    view.c.stream,
    view.c.kind,
    view.c.record,
    sqlite_where=view.c.conflicts > 0,
    postgresql_where=view.c.conflicts > 0,
)
Index(
    "view_queue",
    view.c.status,
    view.c.verified,
    view.c.record,
    sqlite_where=view.c.verified > 0,
    postgresql_where=view.c.verified > 0,
)

tally = _table(
    "tally",
    Column("stream", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("status", Text, primary_key=True),
    Column("layanan", Text, primary_key=True),
    Column("records", BigInteger, nullable=False),
)
"""How many records of the view stand where. Derived from it, and written with it
(`vault.tally`)."""

blind = _table(
    "blind",
    Column("token", LargeBinary, primary_key=True),
    Column("stream", Text, primary_key=True),
    Column("record", LargeBinary, primary_key=True),
    Column("number", Integer, nullable=False),
)
"""Who carries which token. `number`: of the blind-index key; two sets while that is rotated."""

chunk = Table(
    "chunk",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("sha", LargeBinary, primary_key=True),
    Column("record", LargeBinary, nullable=False),
    Column("scan", LargeBinary),
    Column("state", Integer, nullable=False),
    Column("size", Integer, nullable=False),
    Column("bytes", LargeBinary),
)
"""Sealed pieces of scans. `bytes` is null where they lie in files, or have not come yet."""
Index("chunk_state", chunk.c.stream, chunk.c.state, chunk.c.record)
Index("chunk_record", chunk.c.stream, chunk.c.record)

shred_order = _table(
    "shred_order",
    Column("stream", Text, primary_key=True),
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("record", LargeBinary, nullable=False),
    Column("signature", LargeBinary, nullable=False),
)
"""Records that were destroyed, by the centre's signed orders. Their keys are never taken again."""
Index("shred_order_record", shred_order.c.stream, shred_order.c.record, unique=True)

account = _table(
    "account",
    Column("id", Text, primary_key=True),
    Column("token", LargeBinary, nullable=False, unique=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("role", Text, nullable=False),
    Column("phc", Text, nullable=False),
    Column("active", Boolean, nullable=False),
)
"""Who may log in. Names are sealed too: staff are persons."""

oldest_code = _table(
    "oldest_code",
    Column("branch", Text, primary_key=True),
    Column("revision", Text, nullable=False),
)
"""How new the code must be at least that runs on this schema (`vault.migrate`)."""

"""Tables of Disdukcapil's server beside those of the sealed store."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

from vault.tables import view

metadata = MetaData()

# Lists over all streams. Counters hold one, and do not pay for these.
Index("view_of_all", view.c.kind, view.c.record, view.c.stream)
Index("view_done", view.c.kind, view.c.status, view.c.layanan, view.c.record, view.c.stream)
Index(
    "view_due",
    view.c.kind,
    view.c.status,
    view.c.layanan,
    view.c.verified,
    view.c.record,
    view.c.stream,
)

node = Table(
    "node",
    metadata,
    Column("replica", LargeBinary, primary_key=True),
    Column("stream", Text, nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("sign_public", LargeBinary, nullable=False),
    Column("seal_public", LargeBinary, nullable=False),
    Column("enrolled_ms", BigInteger, nullable=False),
    Column("revoked", Boolean, nullable=False),
    Column("last_number", BigInteger, nullable=False),
    Column("last_contact_ms", BigInteger, nullable=False),
    Column("clock_drift_ms", BigInteger, nullable=False),
    Column("refused", BigInteger, nullable=False),
    Column("last_refusal", Text, nullable=False),
    Column("told_more", Boolean, nullable=False),
    Column("former", LargeBinary),
    Column("retired", Boolean, nullable=False),
    Column("takes_over", Boolean, nullable=False),
    Column("orders_upto", BigInteger, nullable=False),
    Column("heard", LargeBinary),
    Column("heard_ms", BigInteger, nullable=False, server_default="0"),
)
"""An enrolled kelurahan server. `former`: the replica that it wrote as before; `retired`: another
identity came after this one; `takes_over`: it is being given the open requests of its stream;
`orders_upto`: shredding orders up to there are carried out on it; `heard`: {log of the centre: how
much of it the server holds}, as it last said, and since when."""

enrolment = Table(
    "enrolment",
    metadata,
    Column("code_id", LargeBinary, primary_key=True),
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("stream", Text, nullable=False),
    Column("expires_ms", BigInteger, nullable=False),
    Column("used_by", LargeBinary),
)
"""One-time codes."""

alike = Table(
    "alike",
    metadata,
    Column("token", LargeBinary, primary_key=True),
    Column("record_a", LargeBinary, primary_key=True),
    Column("record_b", LargeBinary, primary_key=True),
    Column("stream_a", Text, nullable=False),
    Column("stream_b", Text, nullable=False),
)
"""Pairs of requests that look like the same matter and wait for an officer; `record_a` is the
older. Derived: what the logs and the blind index say, kept because asking each time is dear."""
Index("alike_record_a", alike.c.record_a, alike.c.record_b)
Index("alike_record_b", alike.c.record_b)

compared = Table(
    "compared",
    metadata,
    Column("record_a", LargeBinary, primary_key=True),
    Column("record_b", LargeBinary, primary_key=True),
)
"""Pairs that an officer has judged. Derived from the verdicts in the records."""

difference = Table(
    "difference",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("record", LargeBinary, primary_key=True),
    Column("field", Text, primary_key=True),
    Column("replica", LargeBinary, primary_key=True),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("kind", Text, nullable=False),
    Column("layanan", Text, nullable=False),
    Column("opened_ms", BigInteger, nullable=False),
    Column("settled_ms", BigInteger, nullable=False),
    Column("settled_by", LargeBinary, nullable=False),
    Column("settled_seq", BigInteger, nullable=False),
    Column("won", Text, nullable=False),
)
"""What stood against each other, one row a field (none for what came late) and the write that made
it: replica, seq. `settled_ms`: 0 while it waits; then by which write, and whose word holds.
Derived from the logs, like `alike`: no value of it stands here."""
Index(
    "difference_waits",
    difference.c.kind,
    difference.c.opened_ms,
    sqlite_where=difference.c.settled_ms == 0,
    postgresql_where=difference.c.settled_ms == 0,
)
Index("difference_settled", difference.c.settled_ms)
Index("difference_opened", difference.c.opened_ms)

admin_act = Table(
    "admin_act",
    metadata,
    Column("id", Text, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("act", Text, nullable=False),
    Column("subject", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""What admins did to nodes, keys and records. Who and why is sealed: officers are persons."""
Index("admin_act_at", admin_act.c.at_ms)

refusal = Table(
    "refusal",
    metadata,
    Column("day", Integer, primary_key=True),
    Column("replica", LargeBinary, primary_key=True),
    Column("slug", Text, primary_key=True),
    Column("count", BigInteger, nullable=False),
    Column("first_ms", BigInteger, nullable=False),
    Column("last_ms", BigInteger, nullable=False),
)
"""Refused bundles a day (since 1970, UTC), by whom they named (empty: nobody known) and why."""

recovery = Table(
    "recovery",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("public", LargeBinary, nullable=False),
    Column("threshold", Integer, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
)
"""Keys that nodes seal their key-encryption keys to. Nobody holds their secrets alone."""

recovery_share = Table(
    "recovery_share",
    metadata,
    Column("recovery", LargeBinary, primary_key=True),
    Column("account", Text, primary_key=True),
    Column("salt", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""One person's share of a recovery key, sealed under that person's passphrase."""

escrow = Table(
    "escrow",
    metadata,
    Column("replica", LargeBinary, primary_key=True),
    Column("id", LargeBinary, primary_key=True),
    Column("recovery", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
"""Key-encryption keys of nodes, sealed to a recovery key."""

"""Tables of a kelurahan's server beside those of the sealed store."""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
)

metadata = MetaData()

node = Table(
    "node",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("centre_url", Text, nullable=False),
    Column("centre_sign", LargeBinary, nullable=False),
    Column("centre_seal", LargeBinary, nullable=False),
    Column("recovery", LargeBinary, nullable=False),
    Column("escrow", LargeBinary, nullable=False),
    Column("escrow_for", LargeBinary, nullable=False),
    Column("escrow_sent", Boolean, nullable=False),
)
"""One row: what this node was told when it was enrolled and since, and its escrow."""

link = Table(
    "link",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("acked", BigInteger, nullable=False),
    Column("bundle_number", BigInteger, nullable=False),
    Column("last_ok", Float, nullable=False),
    Column("clock_offset_ms", BigInteger, nullable=False),
    Column("clock_at_ms", BigInteger, nullable=False),
    Column("clock_doubt_ms", BigInteger, nullable=False),
    Column("clock_boot", Text, nullable=False),
    Column("clock_up_ms", BigInteger, nullable=False),
    Column("excerpt_after", LargeBinary),
    Column("excerpt_upto", LargeBinary),
    Column("quota_days", LargeBinary),
    Column("quota_told_ms", BigInteger, nullable=False, server_default="0"),
)
"""One row: how far the centre has acknowledged our log; our clock against its clock, and which
boot of this machine and how long after it that was; how far a stream's open requests have come;
what the centre told last about its daily quotas, and when by its clock."""

draft = Table(
    "draft",
    metadata,
    Column("record", LargeBinary, primary_key=True),
    Column("changed_ms", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("kanal", Text, nullable=False, server_default=""),
)
"""What was typed and scanned but not filed yet, sealed under the record's own key; and by which
channel the request will come, as for a filed one."""
Index("draft_changed", draft.c.changed_ms)

carried = Table(
    "carried",
    metadata,
    Column("sha", LargeBinary, primary_key=True),
    Column("number", BigInteger, nullable=False),
    Column("sender", LargeBinary, nullable=False),
    Column("relay", Text, nullable=False),
    Column("upto", BigInteger, nullable=False),
    Column("epochs", LargeBinary, nullable=False),
    Column("chunks", LargeBinary, nullable=False),
    Column("answered", Boolean, nullable=False),
    Column("overtaken", Boolean, nullable=False),
    Column("held", BigInteger),
)
"""Bundles that left by a carrier which brings no answer at once, so that a late answer is known.
`relay`: its address; empty: a file. `upto`: the end of our log in it. `epochs`, `chunks`: what it
brings, joined. `overtaken`: a newer bundle was answered, by whatever carrier. `held`: what the
answer said is held of our log."""
Index("carried_overtaken", carried.c.overtaken, carried.c.number)

ticket = Table(
    "ticket",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("day", Date, nullable=False),
    Column("number", Integer, nullable=False),
    Column("service", Text),
    Column("state", Text, nullable=False),
    Column("desk", Integer),
    Column("taken_ms", BigInteger, nullable=False),
    Column("called_ms", BigInteger),
    Column("ended_ms", BigInteger),
)
"""Numbers of those who wait at the counter. No name and no NIK: nothing to seal, nothing to sync.
`day`: in Jakarta; numbers begin anew with each. `service`: empty where the matter is another."""
Index("ticket_number", ticket.c.day, ticket.c.number, unique=True)
Index("ticket_state", ticket.c.day, ticket.c.state, ticket.c.number)

surveyed = Table(
    "surveyed",
    metadata,
    Column("token", LargeBinary, primary_key=True),
    # Rows in the order of their tokens: not even who came first can be read from it.
    sqlite_with_rowid=False,
)
"""Requests that the survey was answered for (`store.surveyed`). Names no answer and no time."""

staff = Table(
    "staff",
    metadata,
    Column("account", Text, primary_key=True),
    Column("record", LargeBinary, nullable=False),
    Column("must_change", Boolean, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("namesake", Text, nullable=False),
)
"""What of an account is kept beside `account`; both are derived from its record. `until_ms`: how
long a one-time code is good; `namesake`: the account that has the username which this one was
given too."""

field_key = Table(
    "field_key",
    metadata,
    Column("id", LargeBinary, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
)
"""Keys that phones in the field seal drafts to; the private part sealed under the node's own."""

field_item = Table(
    "field_item",
    metadata,
    Column("account", Text, primary_key=True),
    Column("sha", LargeBinary, primary_key=True),
    Column("size", Integer, nullable=False),
    Column("have", Integer, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
)
"""Sealed things that are coming from a phone, named by their SHA-256; how much of each is here."""
Index("field_item_at", field_item.c.at_ms)

field_piece = Table(
    "field_piece",
    metadata,
    Column("account", Text, primary_key=True),
    Column("sha", LargeBinary, primary_key=True),
    Column("at", Integer, primary_key=True),
    Column("body", LargeBinary, nullable=False),
)
"""Their bytes as they came, still sealed. `at`: where in the whole the piece begins."""

field_draft = Table(
    "field_draft",
    metadata,
    Column("draft", LargeBinary, primary_key=True),
    Column("record", LargeBinary, nullable=False),
    Column("account", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("done", Boolean, nullable=False),
)
"""What became of a draft that a phone handed over: the phone's name for it, and the record's id.
`done`: everything of it is kept here, so the phone may forget it."""
Index("field_draft_account", field_draft.c.account, field_draft.c.at_ms)

"""Tables about how the nodes are: what they told last, the hours before, and alerts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from central.store.tables import metadata

node_health = Table(
    "node_health",
    metadata,
    Column("replica", LargeBinary, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("version", Text, nullable=False),
    Column("requests", BigInteger, nullable=False),
    Column("waiting_bytes", BigInteger, nullable=False),
    Column("oldest_ms", BigInteger, nullable=False),
    Column("free_bytes", BigInteger, nullable=False),
    Column("total_bytes", BigInteger, nullable=False),
    Column("up_s", BigInteger, nullable=False),
    Column("growing", BigInteger, nullable=False),
)
"""What a node told of itself last. `growing`: so many exchanges in a row left more behind than the
one before."""

node_hour = Table(
    "node_hour",
    metadata,
    Column("replica", LargeBinary, primary_key=True),
    Column("hour", Integer, primary_key=True, autoincrement=False),
    Column("exchanges", BigInteger, nullable=False),
    Column("requests", BigInteger, nullable=False),
    Column("waiting_bytes", BigInteger, nullable=False),
    Column("free_bytes", BigInteger, nullable=False),
    Column("drift_ms", BigInteger, nullable=False),
)
"""The same by hours since 1970 (UTC): the most that waited, and the rest as told last."""
Index("node_hour_hour", node_hour.c.hour)

node_turn = Table(
    "node_turn",
    metadata,
    Column("replica", LargeBinary, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
    Column("told_ms", BigInteger, nullable=False),
)
"""When a node that found no room was told to come back, and when it was told so."""

alert = Table(
    "alert",
    metadata,
    Column("id", Text, primary_key=True),
    Column("rule", Text, nullable=False),
    Column("replica", LargeBinary, nullable=False),
    Column("stream", Text, nullable=False),
    Column("value", BigInteger, nullable=False),
    Column("opened_ms", BigInteger, nullable=False),
    Column("seen_ms", BigInteger),
    Column("seen_by", LargeBinary),
    Column("closed_ms", BigInteger),
)
"""Something that is not as it should be at a node. `value`: what the rule measured when it was
opened; `seen_by`: the officer who took note of it, sealed."""
Index(
    "alert_open",
    alert.c.rule,
    alert.c.replica,
    unique=True,
    sqlite_where=alert.c.closed_ms.is_(None),
    postgresql_where=alert.c.closed_ms.is_(None),
)
Index("alert_opened", alert.c.opened_ms)

alert_message = Table(
    "alert_message",
    metadata,
    Column("alert", Text, primary_key=True),
    Column("event", Text, primary_key=True),
    Column("channel", Text, primary_key=True),
    Column("made_ms", BigInteger, nullable=False),
    Column("next_ms", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("leased_ms", BigInteger, nullable=False),
    Column("accepted_ms", BigInteger),
    Column("trouble", Text, nullable=False),
)
"""A word about an alert that goes out once by each channel. `leased_ms`: until then one process
works on it; `trouble`: the kind of the last failure."""
Index("alert_message_next", alert_message.c.accepted_ms, alert_message.c.next_ms)

watch_setting = Table(
    "watch_setting",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""What admins set of the rules; what is not here has its default."""

watch_turn = Table(
    "watch_turn",
    metadata,
    Column("name", Text, primary_key=True),
    Column("at_ms", BigInteger, nullable=False),
)
"""When a job was last done by any process. Its row is the lock of the job."""

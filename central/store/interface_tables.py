"""Tables of what the centre speaks with: clients of the API, the feed of changes, work for others.

`metadata` is that of the other tables of the centre.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, Integer, LargeBinary, Table, Text

from central.store.tables import metadata

api_client = Table(
    "api_client",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False),
    Column("token_sha", LargeBinary, nullable=False),
    Column("scopes", Text, nullable=False),
    Column("per_minute", Integer, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("revoked_ms", BigInteger, nullable=False),
    Column("used_ms", BigInteger, nullable=False),
    Column("minute", BigInteger, nullable=False),
    Column("used", BigInteger, nullable=False),
)
"""Another system that may call `/api/v1/`. `name` is that of an office or a system, never of a
person. `used`: its calls in `minute` (since 1970), which is what its limit counts."""

api_reply = Table(
    "api_reply",
    metadata,
    Column("client", Text, primary_key=True),
    Column("key_sha", LargeBinary, primary_key=True),
    Column("asked_sha", LargeBinary, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""What a write was answered, by its Idempotency-Key; it commits with what was written."""
Index("api_reply_at", api_reply.c.at_ms)

api_feed = Table(
    "api_feed",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("record", LargeBinary, primary_key=True),
    Column("number", BigInteger, nullable=False),
)
"""The requests in the order in which they changed last. 0: changed, and not numbered yet."""
Index("api_feed_number", api_feed.c.number)

api_feed_end = Table(
    "api_feed_end",
    metadata,
    Column("one", Integer, primary_key=True, autoincrement=False),
    Column("number", BigInteger, nullable=False),
)
"""The number given last; one row, which serialises who gives them."""

job = Table(
    "job",
    metadata,
    Column("queue", Text, primary_key=True),
    Column("key", Text, primary_key=True),
    Column("stream", Text, nullable=False),
    Column("record", LargeBinary, nullable=False),
    Column("state", Text, nullable=False),
    Column("phase", Text, nullable=False),
    Column("made_ms", BigInteger, nullable=False),
    Column("changed_ms", BigInteger, nullable=False),
    Column("due_ms", BigInteger, nullable=False),
    Column("lease_ms", BigInteger, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("trouble", Text, nullable=False),
    Column("trouble_ms", BigInteger, nullable=False),
    Column("token", LargeBinary, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""Something to be done with another system, once. What it says about a person is sealed with the
record's own key, so that shredding the record takes it along. `token`: what came of it, blinded,
so that it is noticed when two come to the same."""
Index("job_due", job.c.queue, job.c.state, job.c.due_ms)
Index("job_record", job.c.record)
Index("job_token", job.c.token)

breaker = Table(
    "breaker",
    metadata,
    Column("name", Text, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("delay_ms", BigInteger, nullable=False),
    Column("reason", Text, nullable=False),
)
"""How a line to another system is, for all processes: since when it fails, until when nobody
tries."""

news = Table(
    "news",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("record", LargeBinary, primary_key=True),
    Column("status", Text, nullable=False),
)
"""Requests whose status their residents are to hear of, until the words for it are queued."""

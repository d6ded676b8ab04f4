"""Tables of the verification desk: open work, who has taken what, proposals, and its settings."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, Table, Text

from central.store.tables import metadata

task = Table(
    "task",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("record", LargeBinary, primary_key=True),
    Column("layanan", Text, nullable=False),
    Column("status", Text, nullable=False),
    Column("due", Integer, nullable=False),
    Column("verified", BigInteger, nullable=False),
    Column("weight", Integer, nullable=False),
    Column("care", Integer, nullable=False),
)
"""Requests that are Disdukcapil's to work on, and nothing else. Derived from the view, with it.
`due`: the promised day, in days since 1970; `weight`: of what the request shows by itself;
`care`: with the duplicates that wait (`registration.risk.Care`)."""
_ORDER = (task.c.due, task.c.verified, task.c.record)
_CARE = (task.c.care.desc(), *_ORDER)
Index("task_due", *_ORDER)
Index("task_due_service", task.c.layanan, *_ORDER)
Index("task_due_place", task.c.stream, *_ORDER)
Index("task_care", *_CARE)
Index("task_care_service", task.c.layanan, *_CARE)
Index("task_verified", task.c.layanan, task.c.verified)

claim = Table(
    "claim",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("record", LargeBinary, primary_key=True),
    Column("account", Text, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
    Column("since_ms", BigInteger, nullable=False),
    Column("until_ms", BigInteger, nullable=False),
    Column("former", Text, nullable=False),
)
"""Who works on a request just now, and until when that counts. `sealed`: the officer's name;
`former`: out of whose hands an admin took it, else empty."""
Index("claim_account", claim.c.account, claim.c.until_ms)

proposal = Table(
    "proposal",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("record", LargeBinary, primary_key=True),
    Column("id", Text, nullable=False),
    Column("account", Text, nullable=False),
    Column("act", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("at_ms", BigInteger, nullable=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""What one officer wants to do and a second one has to confirm. `sealed` under the record's own
key: who, what is to be written, what was on the screen, and the answer."""
Index("proposal_state", proposal.c.state, proposal.c.at_ms)

four_eyes = Table(
    "four_eyes",
    metadata,
    Column("act", Text, primary_key=True),
    Column("layanan", Text, primary_key=True),
)
"""Acts of a service that need two officers."""

desk_reason = Table(
    "desk_reason",
    metadata,
    Column("id", Text, primary_key=True),
    Column("act", Text, nullable=False),
    Column("layanan", Text, nullable=False),
    Column("text", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("place", BigInteger, nullable=False),
)
"""Reasons to choose from; `layanan` empty: of all services. About no person."""

desk_quota = Table(
    "desk_quota",
    metadata,
    Column("layanan", Text, primary_key=True),
    Column("daily", Integer, nullable=False),
)
"""How many requests of a service are worked on a day."""

desk_done = Table(
    "desk_done",
    metadata,
    Column("day", Integer, primary_key=True),
    Column("layanan", Text, primary_key=True),
    Column("number", Integer, nullable=False),
)
"""How many were decided on a day (since 1970, in Jakarta)."""

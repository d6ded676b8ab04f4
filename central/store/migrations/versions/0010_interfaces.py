"""Clients of the API, the feed of changes, and the queue of work with other systems."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "central0010"
down_revision = "central0009"
branch_labels = None
depends_on = "vault0008"


def upgrade() -> None:
    op.create_table(
        "api_client",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("token_sha", sa.LargeBinary(), nullable=False),
        sa.Column("scopes", sa.Text(), nullable=False),
        sa.Column("per_minute", sa.Integer(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_ms", sa.BigInteger(), nullable=False),
        sa.Column("minute", sa.BigInteger(), nullable=False),
        sa.Column("used", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "api_reply",
        sa.Column("client", sa.Text(), nullable=False),
        sa.Column("key_sha", sa.LargeBinary(), nullable=False),
        sa.Column("asked_sha", sa.LargeBinary(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("client", "key_sha"),
    )
    op.create_index("api_reply_at", "api_reply", ["at_ms"])
    op.create_table(
        "api_feed",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "record"),
    )
    op.create_index("api_feed_number", "api_feed", ["number"])
    op.create_table(
        "api_feed_end",
        sa.Column("one", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("one"),
    )
    op.execute("INSERT INTO api_feed_end (one, number) VALUES (1, 0)")
    # What is held already has changed as far as a new client knows.
    op.execute(
        "INSERT INTO api_feed (stream, record, number) "
        "SELECT stream, record, 0 FROM view WHERE kind = 'permohonan'"
    )
    op.create_table(
        "job",
        sa.Column("queue", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("due_ms", sa.BigInteger(), nullable=False),
        sa.Column("lease_ms", sa.BigInteger(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=False),
        sa.Column("trouble_ms", sa.BigInteger(), nullable=False),
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("queue", "key"),
    )
    op.create_index("job_due", "job", ["queue", "state", "due_ms"])
    op.create_index("job_record", "job", ["record"])
    op.create_index("job_token", "job", ["token"])
    op.create_table(
        "breaker",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("since_ms", sa.BigInteger(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("delay_ms", sa.BigInteger(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "news",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "record"),
    )


def downgrade() -> None:
    for table in ("news", "breaker", "job", "api_feed_end", "api_feed", "api_reply", "api_client"):
        op.drop_table(table)

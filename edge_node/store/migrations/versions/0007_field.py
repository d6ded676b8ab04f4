"""Drafts that phones in the field hand over: keys, what is coming, what became of it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "edge0007"
down_revision = "edge0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "field_key",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "field_item",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("sha", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("have", sa.Integer(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("account", "sha"),
    )
    op.create_index("field_item_at", "field_item", ["at_ms"], unique=False)
    op.create_table(
        "field_piece",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("sha", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.Integer(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("account", "sha", "at"),
    )
    op.create_table(
        "field_draft",
        sa.Column("draft", sa.LargeBinary(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("draft"),
    )
    op.create_index("field_draft_account", "field_draft", ["account", "at_ms"], unique=False)

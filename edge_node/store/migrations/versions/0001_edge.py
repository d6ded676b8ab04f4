"""The kelurahan's own tables: enrolment, link, drafts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "edge0001"
down_revision = None
branch_labels = ("edge",)
depends_on = "vault0001"


def upgrade() -> None:
    op.create_table(
        "draft",
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("changed_ms", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record"),
    )
    op.create_index("draft_changed", "draft", ["changed_ms"], unique=False)
    op.create_table(
        "link",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("acked", sa.BigInteger(), nullable=False),
        sa.Column("bundle_number", sa.BigInteger(), nullable=False),
        sa.Column("last_ok", sa.Float(), nullable=False),
        sa.Column("clock_offset_ms", sa.BigInteger(), nullable=False),
        sa.Column("clock_at_ms", sa.BigInteger(), nullable=False),
        sa.Column("clock_doubt_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "node",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("centre_url", sa.Text(), nullable=False),
        sa.Column("centre_sign", sa.LargeBinary(), nullable=False),
        sa.Column("centre_seal", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )

"""Disdukcapil's own tables: nodes and enrolment codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "central0001"
down_revision = None
branch_labels = ("central",)
depends_on = "vault0001"


def upgrade() -> None:
    op.create_table(
        "enrolment",
        sa.Column("code_id", sa.LargeBinary(), nullable=False),
        sa.Column("sealed_secret", sa.LargeBinary(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("expires_ms", sa.BigInteger(), nullable=False),
        sa.Column("used_by", sa.LargeBinary(), nullable=True),
        sa.PrimaryKeyConstraint("code_id"),
    )
    op.create_table(
        "node",
        sa.Column("replica", sa.LargeBinary(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("sign_public", sa.LargeBinary(), nullable=False),
        sa.Column("seal_public", sa.LargeBinary(), nullable=False),
        sa.Column("enrolled_ms", sa.BigInteger(), nullable=False),
        sa.Column("revoked", sa.Boolean(), nullable=False),
        sa.Column("last_number", sa.BigInteger(), nullable=False),
        sa.Column("last_contact_ms", sa.BigInteger(), nullable=False),
        sa.Column("clock_drift_ms", sa.BigInteger(), nullable=False),
        sa.Column("refused", sa.BigInteger(), nullable=False),
        sa.Column("last_refusal", sa.Text(), nullable=False),
        sa.Column("told_more", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("replica"),
    )
    op.create_index(op.f("ix_node_stream"), "node", ["stream"], unique=False)

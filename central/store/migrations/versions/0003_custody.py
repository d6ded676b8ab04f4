"""Who did what to nodes and keys, which bundles were refused, and keys held for recovery."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "central0003"
down_revision = "central0002"
branch_labels = None
depends_on = "vault0004"


def upgrade() -> None:
    op.create_table(
        "admin_act",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("act", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("admin_act_at", "admin_act", ["at_ms"])
    op.create_table(
        "refusal",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("replica", sa.LargeBinary(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("count", sa.BigInteger(), nullable=False),
        sa.Column("first_ms", sa.BigInteger(), nullable=False),
        sa.Column("last_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("day", "replica", "slug"),
    )
    op.create_table(
        "recovery",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("public", sa.LargeBinary(), nullable=False),
        sa.Column("threshold", sa.Integer(), nullable=False),
        sa.Column("made_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "recovery_share",
        sa.Column("recovery", sa.LargeBinary(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("salt", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("recovery", "account"),
    )
    op.create_table(
        "escrow",
        sa.Column("replica", sa.LargeBinary(), nullable=False),
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("recovery", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("replica", "id"),
    )
    op.add_column(
        "node", sa.Column("orders_upto", sa.BigInteger(), nullable=False, server_default="0")
    )

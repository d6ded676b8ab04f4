"""Which record each account of staff comes from, and whether its password is a one-time code."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "edge0009"
down_revision = "edge0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "staff",
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("must_change", sa.Boolean(), nullable=False),
        sa.Column("until_ms", sa.BigInteger(), nullable=False),
        sa.Column("namesake", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("account"),
    )

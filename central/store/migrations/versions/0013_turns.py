"""When nodes were told to come back."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "central0013"
down_revision = "central0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "node_turn",
        sa.Column("replica", sa.LargeBinary(), primary_key=True),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("told_ms", sa.BigInteger(), nullable=False),
    )


def downgrade() -> None:
    op.drop_table("node_turn")

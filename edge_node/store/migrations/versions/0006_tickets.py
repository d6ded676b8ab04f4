"""Numbers of those who wait at the counter."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "edge0006"
down_revision = "edge0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket",
        sa.Column("id", sa.LargeBinary(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("service", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("desk", sa.Integer(), nullable=True),
        sa.Column("taken_ms", sa.BigInteger(), nullable=False),
        sa.Column("called_ms", sa.BigInteger(), nullable=True),
        sa.Column("ended_ms", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ticket_number", "ticket", ["day", "number"], unique=True)
    op.create_index("ticket_state", "ticket", ["day", "state", "number"], unique=False)

"""What left by a carrier that brings no answer at once: a file, a relay."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "edge0004"
down_revision = "edge0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "carried",
        sa.Column("sha", sa.LargeBinary(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("sender", sa.LargeBinary(), nullable=False),
        sa.Column("relay", sa.Text(), nullable=False),
        sa.Column("upto", sa.BigInteger(), nullable=False),
        sa.Column("epochs", sa.LargeBinary(), nullable=False),
        sa.Column("chunks", sa.LargeBinary(), nullable=False),
        sa.Column("answered", sa.Boolean(), nullable=False),
        sa.Column("overtaken", sa.Boolean(), nullable=False),
        sa.Column("held", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("sha"),
    )
    op.create_index("carried_overtaken", "carried", ["overtaken", "number"], unique=False)

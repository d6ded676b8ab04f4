"""For which requests the satisfaction survey was answered."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "edge0008"
down_revision = "edge0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "surveyed",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("token"),
        sqlite_with_rowid=False,
    )

"""How old the code may be that runs on this schema (ADR 22)."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "vault0009"
down_revision = "vault0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "oldest_code",
        sa.Column("branch", sa.Text(), primary_key=True),
        sa.Column("revision", sa.Text(), nullable=False),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("oldest_code")

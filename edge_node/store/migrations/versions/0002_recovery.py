"""The clock by time since boot; taking over a stream piece by piece."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "edge0002"
down_revision = "edge0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("link", sa.Column("clock_boot", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "link", sa.Column("clock_up_ms", sa.BigInteger(), nullable=False, server_default="0")
    )
    op.add_column("link", sa.Column("excerpt_after", sa.LargeBinary(), nullable=True))
    op.add_column("link", sa.Column("excerpt_upto", sa.LargeBinary(), nullable=True))

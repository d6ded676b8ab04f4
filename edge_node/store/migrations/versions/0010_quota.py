"""What the centre told last about its daily quotas."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "edge0010"
down_revision = "edge0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("link", sa.Column("quota_days", sa.LargeBinary()))
    op.add_column(
        "link",
        sa.Column("quota_told_ms", sa.BigInteger(), nullable=False, server_default=sa.text("0")),
    )

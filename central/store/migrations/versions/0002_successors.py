"""Nodes that write under new keys, and boxes that take over a stream."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "central0002"
down_revision = "central0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("node", sa.Column("former", sa.LargeBinary(), nullable=True))
    for name in ("retired", "takes_over"):
        op.add_column(
            "node", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false())
        )

"""The centre's recovery key, and our key-encryption key sealed to it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "edge0003"
down_revision = "edge0002"
branch_labels = None
depends_on = "vault0004"


def upgrade() -> None:
    for name in ("recovery", "escrow", "escrow_for"):
        column = sa.Column(name, sa.LargeBinary(), nullable=False, server_default=sa.text("x''"))
        op.add_column("node", column)
    op.add_column(
        "node", sa.Column("escrow_sent", sa.Boolean(), nullable=False, server_default=sa.false())
    )

"""Keys change while the server runs: generation, work under way, two token sets; shredding."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "vault0004"
down_revision = "vault0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "key_work",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("phase", sa.Text(), nullable=False),
        sa.Column("cursor", sa.LargeBinary(), nullable=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
        sqlite_with_rowid=False,
    )
    op.add_column("blind", sa.Column("number", sa.Integer(), nullable=False, server_default="0"))
    op.create_table(
        "shred_order",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("signature", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "number"),
        sqlite_with_rowid=False,
    )
    op.create_index("shred_order_record", "shred_order", ["stream", "record"], unique=True)

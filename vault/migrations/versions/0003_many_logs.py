"""A stream of many logs: excerpts, seals, writers; epochs per receiver; keys wrapped when sent."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "vault0003"
down_revision = "vault0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("log", sa.Column("prev", sa.LargeBinary(), nullable=True))
    op.add_column(
        "tip", sa.Column("closed", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column("tip", sa.Column("seal", sa.LargeBinary(), nullable=True))
    op.drop_column("data_key", "epoch")
    op.drop_column("data_key", "for_peer")
    # Epochs of before are still needed to open what was wrapped under them, not to wrap.
    op.add_column("epoch", sa.Column("peer", sa.LargeBinary(), nullable=False, server_default=""))
    op.create_index("epoch_peer", "epoch", ["stream", "peer", "opened_ms"], unique=False)
    op.drop_table("waiting_key")
    op.create_table(
        "writer",
        sa.Column("replica", sa.LargeBinary(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("central", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("replica"),
        sqlite_with_rowid=False,
    )

"""The view holds no state any more: a record is folded from its changes when it is read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "vault0002"
down_revision = "vault0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in ("own_seq", "state", "state_hash"):
        op.drop_column("view", column)
    op.rename_table("parked", "parked_before")
    op.create_table(
        "parked",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "record"),
        sqlite_with_rowid=False,
    )
    op.execute("INSERT INTO parked SELECT DISTINCT stream, record FROM parked_before")
    op.drop_table("parked_before")

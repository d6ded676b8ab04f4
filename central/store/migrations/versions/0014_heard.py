"""How much of the centre's word a server has heard, and since when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "central0014"
down_revision = "central0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("node", sa.Column("heard", sa.LargeBinary(), nullable=True))
    op.add_column(
        "node", sa.Column("heard_ms", sa.BigInteger(), nullable=False, server_default="0")
    )


def downgrade() -> None:
    with op.batch_alter_table("node") as node:
        node.drop_column("heard_ms")
        node.drop_column("heard")

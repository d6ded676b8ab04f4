"""Which drafts are of the counter: its staff go on with them, and never with a resident's."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "edge0005"
down_revision = "edge0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column(
        "draft", sa.Column("kanal", sa.Text(), nullable=False, server_default=sa.text("''"))
    )

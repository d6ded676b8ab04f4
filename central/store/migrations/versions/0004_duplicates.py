"""Candidates for duplicates; all requests are shown once more, so that old ones are compared."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "central0004"
down_revision = "central0003"
branch_labels = None
depends_on = "vault0003"


def upgrade() -> None:
    op.create_table(
        "alike",
        sa.Column("token", sa.LargeBinary(), nullable=False),
        sa.Column("record_a", sa.LargeBinary(), nullable=False),
        sa.Column("record_b", sa.LargeBinary(), nullable=False),
        sa.Column("stream_a", sa.Text(), nullable=False),
        sa.Column("stream_b", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("token", "record_a", "record_b"),
    )
    op.create_index("alike_record_a", "alike", ["record_a", "record_b"])
    op.create_index("alike_record_b", "alike", ["record_b"])
    op.create_table(
        "compared",
        sa.Column("record_a", sa.LargeBinary(), nullable=False),
        sa.Column("record_b", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("record_a", "record_b"),
    )
    # What is parked and has its key is folded by the next worker.
    op.execute(
        "INSERT INTO parked SELECT stream, record FROM view WHERE true ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    # Both follow from the logs.
    op.drop_table("compared")
    op.drop_table("alike")

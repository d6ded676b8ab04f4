"""What stood against each other, by field and cause; all requests are shown once more for it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "central0011"
down_revision = "central0010"
branch_labels = None
depends_on = "vault0008"


def upgrade() -> None:
    op.create_table(
        "difference",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("replica", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("layanan", sa.Text(), nullable=False),
        sa.Column("opened_ms", sa.BigInteger(), nullable=False),
        sa.Column("settled_ms", sa.BigInteger(), nullable=False),
        sa.Column("settled_by", sa.LargeBinary(), nullable=False),
        sa.Column("settled_seq", sa.BigInteger(), nullable=False),
        sa.Column("won", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "record", "field", "replica", "seq"),
    )
    waits = sa.text("settled_ms = 0")
    op.create_index(
        "difference_waits",
        "difference",
        ["kind", "opened_ms"],
        sqlite_where=waits,
        postgresql_where=waits,
    )
    op.create_index("difference_settled", "difference", ["settled_ms"])
    op.create_index("difference_opened", "difference", ["opened_ms"])
    # What is parked and has its key is folded by the next worker.
    op.execute(
        "INSERT INTO parked SELECT stream, record FROM view WHERE true ON CONFLICT DO NOTHING"
    )


def downgrade() -> None:
    op.drop_table("difference")

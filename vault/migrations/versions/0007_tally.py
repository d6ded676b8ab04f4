"""Counts are kept beside the view, and a queue is read from its index, kind and service with it.

SQLite is told as well what the view and the blind index of a kelurahan look like after a few years
(as 0005 does of the log). Without, it reads the view of the whole stream, in order, for what few
records carry.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "vault0007"
down_revision = "vault0006"
branch_labels = None
depends_on = None

_STATISTICS = (
    # Rows, and of them with one value of the first column, of the first two, …
    ("view", "view", "50000 50000 1"),
    ("view", "view_status", "50000 50000 45000 6000 1 1"),
    ("view", "view_conflicts", "20 1"),
    ("view", "view_conflicts_of", "20 20 20 1"),
    ("view", "view_queue", "1000 500 1 1"),
    ("blind", "blind", "250000 20 20 1"),
    ("data_key", "data_key", "50000 50000 1"),
)
_STAT1 = sa.table("sqlite_stat1", sa.column("tbl"), sa.column("idx"), sa.column("stat"))


def upgrade() -> None:
    op.create_table(
        "tally",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("layanan", sa.Text(), nullable=False),
        sa.Column("records", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "kind", "status", "layanan"),
        sqlite_with_rowid=False,
    )
    op.execute(
        "INSERT INTO tally SELECT stream, kind, status, layanan, count(*) FROM view"
        " GROUP BY stream, kind, status, layanan"
    )
    op.drop_index("view_status", "view")
    op.create_index("view_status", "view", ["stream", "kind", "status", "record", "layanan"])
    some = sa.text("conflicts > 0")
    op.create_index(
        "view_conflicts_of",
        "view",
        ["stream", "kind", "record"],
        sqlite_where=some,
        postgresql_where=some,
    )
    if op.get_bind().dialect.name == "sqlite":
        _forget_statistics()
        op.bulk_insert(
            _STAT1, [dict(zip(("tbl", "idx", "stat"), one, strict=True)) for one in _STATISTICS]
        )
        # What is open already reads them too.
        op.execute("ANALYZE sqlite_schema")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        _forget_statistics()
    op.drop_index("view_conflicts_of", "view")
    op.drop_index("view_status", "view")
    op.create_index("view_status", "view", ["stream", "status", "record"])
    op.drop_table("tally")


def _forget_statistics() -> None:
    tables = sorted({table for table, _, _ in _STATISTICS})
    op.execute(sa.delete(_STAT1).where(_STAT1.c.tbl.in_(tables)))

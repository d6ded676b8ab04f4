"""Lists over all streams are read from indexes of their own.

SQLite is told what they are like after a few years, as of the view's others: it would else take
them for the shortest way to the few records with a difference.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "central0012"
down_revision = "central0011"
branch_labels = None
depends_on = "vault0007"

_INDEXES = {
    "view_of_all": ["kind", "record", "stream"],
    "view_done": ["kind", "status", "layanan", "record", "stream"],
    "view_due": ["kind", "status", "layanan", "verified", "record", "stream"],
}
_STATISTICS = {
    # Rows, and of them with one value of the first column, of the first two, …
    "view_of_all": "50000 45000 1 1",
    "view_done": "50000 45000 6000 1200 1 1",
    "view_due": "50000 45000 6000 1200 2 1 1",
}
_STAT1 = sa.table("sqlite_stat1", sa.column("tbl"), sa.column("idx"), sa.column("stat"))


def upgrade() -> None:
    for name, columns in _INDEXES.items():
        op.create_index(name, "view", columns)
    if op.get_bind().dialect.name == "sqlite":
        op.bulk_insert(
            _STAT1,
            [{"tbl": "view", "idx": name, "stat": stat} for name, stat in _STATISTICS.items()],
        )
        op.execute("ANALYZE sqlite_schema")


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "view")
    if op.get_bind().dialect.name == "sqlite":
        op.execute(sa.delete(_STAT1).where(_STAT1.c.idx.in_(list(_INDEXES))))
        op.execute("ANALYZE sqlite_schema")

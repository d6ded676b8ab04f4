"""One service among what is done is read from an index of its own.

`view_status` held the service only to pass over rows in the index itself: a service that hardly
occurs made it read all of a kelurahan's years.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "vault0008"
down_revision = "vault0007"
branch_labels = None
depends_on = None

_STATISTICS = {
    # Rows, and of them with one value of the first column, of the first two, …
    "view_status": ("50000 50000 45000 6000 1 1", "50000 50000 45000 6000 1"),
    "view_service": (None, "50000 50000 45000 6000 1200 1"),
}
_STAT1 = sa.table("sqlite_stat1", sa.column("tbl"), sa.column("idx"), sa.column("stat"))


def upgrade() -> None:
    op.drop_index("view_status", "view")
    op.create_index("view_status", "view", ["stream", "kind", "status", "record"])
    op.create_index("view_service", "view", ["stream", "kind", "status", "layanan", "record"])
    _tell({name: after for name, (_, after) in _STATISTICS.items()})


def downgrade() -> None:
    op.drop_index("view_service", "view")
    op.drop_index("view_status", "view")
    op.create_index("view_status", "view", ["stream", "kind", "status", "record", "layanan"])
    _tell({name: before for name, (before, _) in _STATISTICS.items()})


def _tell(statistics: dict[str, str | None]) -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    op.execute(sa.delete(_STAT1).where(_STAT1.c.idx.in_(list(statistics))))
    op.bulk_insert(
        _STAT1,
        [{"tbl": "view", "idx": idx, "stat": stat} for idx, stat in statistics.items() if stat],
    )
    op.execute("ANALYZE sqlite_schema")

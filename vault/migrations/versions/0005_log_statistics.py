"""SQLite is told that a record's changes are found by their index.

Without statistics its planner takes the primary key, of which the query names only the stream, for
cheaper, and reads the whole log of a kelurahan for each act. The figures stand for a log of a few
years: 5 changes a record. PostgreSQL gathers its own.
"""

from __future__ import annotations

from alembic import op

revision = "vault0005"
down_revision = "vault0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    # Makes the table of statistics, which cannot be created otherwise.
    op.execute("ANALYZE log")
    op.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'log'")
    op.execute("INSERT INTO sqlite_stat1 VALUES ('log', 'log', '200000 200000 100000 1')")
    op.execute("INSERT INTO sqlite_stat1 VALUES ('log', 'log_record', '200000 200000 5')")


def downgrade() -> None:
    if op.get_bind().dialect.name == "sqlite":
        op.execute("DELETE FROM sqlite_stat1 WHERE tbl = 'log'")

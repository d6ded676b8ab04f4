"""Lists over all streams are read from indexes of their own."""

from __future__ import annotations

from alembic import op

revision = "central0010"
down_revision = "central0004"
branch_labels = None
depends_on = "vault0007"

_INDEXES = {
    "view_of_all": ["kind", "record", "stream"],
    "view_done": ["kind", "status", "layanan", "record", "stream"],
    "view_due": ["kind", "status", "layanan", "verified", "record", "stream"],
}


def upgrade() -> None:
    for name, columns in _INDEXES.items():
        op.create_index(name, "view", columns)


def downgrade() -> None:
    for name in _INDEXES:
        op.drop_index(name, "view")

"""The trail of looks and acts. Acts that were done before are its first entries."""

from __future__ import annotations

import hashlib

import cbor2
import sqlalchemy as sa
from alembic import op

revision = "central0009"
down_revision = "central0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    trail = op.create_table(
        "trail",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("account", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("things", sa.LargeBinary(), nullable=False),
        sa.Column("about", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_index("trail_at", "trail", ["at_ms"])
    op.create_index("trail_account", "trail", ["account", "seq"])
    op.create_table(
        "trail_record",
        sa.Column("record", sa.LargeBinary(), primary_key=True),
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trail_place",
        sa.Column("stream", sa.Text(), primary_key=True),
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "trail_checkpoint",
        sa.Column("seq", sa.BigInteger(), primary_key=True, autoincrement=False),
        sa.Column("at_ms", sa.BigInteger(), nullable=False),
        sa.Column("signed", sa.LargeBinary(), nullable=False),
        sqlite_with_rowid=False,
    )
    rows = _acts_of_before(op.get_bind())
    if rows:
        op.bulk_insert(trail, rows)


def downgrade() -> None:
    for table in ("trail_checkpoint", "trail_place", "trail_record", "trail"):
        op.drop_table(table)


def _sha(said: object) -> bytes:
    return hashlib.sha256(cbor2.dumps(said, canonical=True)).digest()


def _acts_of_before(connection: sa.Connection) -> list[dict[str, object]]:
    """Entries as `central.evidence.trail` hashes them; who acted stays sealed in the act alone."""
    rows: list[dict[str, object]] = []
    prev = bytes(32)
    query = sa.text("SELECT id, at_ms, act, subject, sealed FROM admin_act ORDER BY at_ms, id")
    for seq, (act_id, at_ms, act, subject, sealed) in enumerate(connection.execute(query), 1):
        sealed_sha = hashlib.sha256(bytes(sealed)).digest()
        about = _sha(["loket act 1", act_id, at_ms, act, subject, sealed_sha])
        nothing = hashlib.sha256(b"").digest()
        said = ["loket trail 1", seq, prev, at_ms, "", "", "tindakan", [], about, nothing]
        prev = _sha(said)
        rows.append(
            {
                "seq": seq,
                "at_ms": at_ms,
                "account": "",
                "role": "",
                "kind": "tindakan",
                "things": cbor2.dumps([]),
                "about": about,
                "sealed": b"",
                "hash": prev,
            }
        )
    return rows

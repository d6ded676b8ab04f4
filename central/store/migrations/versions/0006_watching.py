"""What nodes tell of themselves, and alerts about them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "central0006"
down_revision = "central0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    def number(name: str) -> sa.Column[int]:
        return sa.Column(name, sa.BigInteger(), nullable=False)

    op.create_table(
        "node_health",
        sa.Column("replica", sa.LargeBinary(), primary_key=True),
        number("at_ms"),
        sa.Column("version", sa.Text(), nullable=False),
        *(
            number(name)
            for name in (
                "requests",
                "waiting_bytes",
                "oldest_ms",
                "free_bytes",
                "total_bytes",
                "up_s",
                "growing",
            )
        ),
    )
    op.create_table(
        "node_hour",
        sa.Column("replica", sa.LargeBinary(), primary_key=True),
        sa.Column("hour", sa.Integer(), primary_key=True, autoincrement=False),
        *(
            number(name)
            for name in ("exchanges", "requests", "waiting_bytes", "free_bytes", "drift_ms")
        ),
    )
    op.create_index("node_hour_hour", "node_hour", ["hour"])
    op.create_table(
        "alert",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("replica", sa.LargeBinary(), nullable=False),
        sa.Column("stream", sa.Text(), nullable=False),
        number("value"),
        number("opened_ms"),
        sa.Column("seen_ms", sa.BigInteger()),
        sa.Column("seen_by", sa.LargeBinary()),
        sa.Column("closed_ms", sa.BigInteger()),
    )
    still_open = sa.text("closed_ms IS NULL")
    op.create_index(
        "alert_open",
        "alert",
        ["rule", "replica"],
        unique=True,
        sqlite_where=still_open,
        postgresql_where=still_open,
    )
    op.create_index("alert_opened", "alert", ["opened_ms"])
    op.create_table(
        "alert_message",
        sa.Column("alert", sa.Text(), primary_key=True),
        sa.Column("event", sa.Text(), primary_key=True),
        sa.Column("channel", sa.Text(), primary_key=True),
        number("made_ms"),
        number("next_ms"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        number("leased_ms"),
        sa.Column("accepted_ms", sa.BigInteger()),
        sa.Column("trouble", sa.Text(), nullable=False),
    )
    op.create_index("alert_message_next", "alert_message", ["accepted_ms", "next_ms"])
    op.create_table(
        "watch_setting",
        sa.Column("name", sa.Text(), primary_key=True),
        sa.Column("value", sa.Text(), nullable=False),
    )
    op.create_table(
        "watch_turn",
        sa.Column("name", sa.Text(), primary_key=True),
        number("at_ms"),
    )


def downgrade() -> None:
    for name in (
        "watch_turn",
        "watch_setting",
        "alert_message",
        "alert",
        "node_hour",
        "node_health",
    ):
        op.drop_table(name)

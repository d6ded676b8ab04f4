"""Kept sums for reports, and reports as they are made. All records are counted by the next job."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "central0008"
down_revision = "central0007"
branch_labels = None
depends_on = None

WORK = (
    "filed",
    "by_portal",
    "by_pamor",
    "verified",
    "returned",
    "issued",
    "handed_over",
    "rejected",
    "cancelled",
    "first_timed",
    "first_minutes",
    "issue_timed",
    "issue_minutes",
    "in_time",
    "return_timed",
    "return_minutes",
    "waiting",
    "settled",
    "undecided",
    "checked",
    "checked_right",
)
VOICE = (
    "made",
    "again",
    "answered",
    "in_time",
    "answer_minutes",
    "taken",
    "by_centre",
    "accepted",
    "withdrawn",
    "closed",
    "waiting",
)
_TABLES = ("counted", "uncounted", "fact", "work_day", "voice_day", "survey_day", "report")


def _days(name: str, *figures: sa.Column[object]) -> None:
    op.create_table(
        name,
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("about", sa.Text(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False, autoincrement=False),
        *figures,
        sa.PrimaryKeyConstraint("stream", "about", "day"),
    )


def upgrade() -> None:
    op.create_table(
        "counted",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("replica", sa.LargeBinary(), nullable=False),
        sa.Column("seq", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "replica"),
    )
    op.create_table(
        "uncounted",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "record"),
    )
    op.create_table(
        "fact",
        sa.Column("stream", sa.Text(), nullable=False),
        sa.Column("record", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("stream", "record"),
    )
    _days("work_day", *(sa.Column(one, sa.BigInteger(), nullable=False) for one in WORK))
    _days("voice_day", *(sa.Column(one, sa.BigInteger(), nullable=False) for one in VOICE))
    _days("survey_day", sa.Column("sealed", sa.LargeBinary(), nullable=False))
    op.create_table(
        "report",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("asked_ms", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("done", sa.Integer(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("held_ms", sa.BigInteger(), nullable=False),
        sa.Column("ready_ms", sa.BigInteger(), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
    )


def downgrade() -> None:
    for table in reversed(_TABLES):
        op.drop_table(table)

"""Tables of the kept sums. All of it is derived: `loket central recount` makes it anew."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, Table, Text

from central.store.tables import metadata
from registration.statistics import Voice, Work


def _figures(names: type[Work] | type[Voice]) -> list[Column[int]]:
    return [Column(str(one), BigInteger, nullable=False) for one in names]


counted = Table(
    "counted",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("replica", LargeBinary, primary_key=True),
    Column("seq", BigInteger, nullable=False),
)
"""How far each log is counted. The row of no replica is the lock of counting that stream; its `seq`
is how many shredding orders are minded."""

uncounted = Table(
    "uncounted",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("record", LargeBinary, primary_key=True),
)
"""Records that were passed while they could not be read yet."""

fact = Table(
    "fact",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("record", LargeBinary, primary_key=True),
    Column("sealed", LargeBinary, nullable=False),
)
"""What each record gave to the sums, so that it can be taken out of them again. Sealed: it tells
when things were done with one person's request, and what one person answered."""

work_day = Table(
    "work_day",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("about", Text, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    *_figures(Work),
)
"""Sums of requests by service and day (`date.toordinal`)."""

voice_day = Table(
    "voice_day",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("about", Text, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    *_figures(Voice),
)
"""Sums of complaints by subject and day."""

survey_day = Table(
    "survey_day",
    metadata,
    Column("stream", Text, primary_key=True),
    Column("about", Text, primary_key=True),
    Column("day", Integer, primary_key=True, autoincrement=False),
    Column("sealed", LargeBinary, nullable=False),
)
"""Sums of survey answers by service and day. Sealed: of one day they may be one person's."""

"""Writing down whose data a page is about to show.

Every view that shows anything of a person calls `saw` before it renders;
`tests/integration/central_views/test_trail.py` walks all pages and finds those that do not.
"""

from __future__ import annotations

from collections.abc import Iterable

from central.views.current import author, the_centre
from central.workflows import seeing
from central.workflows.seeing import Look
from vault.read import Record

__all__ = ["Look", "saw", "saw_one"]


def saw(look: Look, records: Iterable[Record], why: str = "") -> None:
    """Who is at the screen is about to see these."""
    things = [(one.stream, one.id) for one in records]
    seeing.saw(the_centre(), author(), look, things, why)


def saw_one(look: Look, stream: str, record: bytes, why: str = "") -> None:
    """As `saw`, of a record that is not opened here."""
    seeing.saw(the_centre(), author(), look, [(stream, record)], why)

"""How a call to another system fails."""

from __future__ import annotations


class OutboundError(Exception):
    """Base. `slug` says which kind, for the words of a page."""

    def __init__(self, slug: str, retry_after_ms: int = 0) -> None:
        super().__init__(slug)
        self.slug = slug
        self.retry_after_ms = retry_after_ms


class LineDown(OutboundError):
    """The other system does not answer, or says that it cannot; whether it acted is not known."""


class WrongAnswer(OutboundError):
    """It answered something that cannot be true."""


class Refused(OutboundError):
    """It will not take this one, however often it is asked."""

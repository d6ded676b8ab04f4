"""What may happen when two people wrote the same field without knowing of each other."""

from __future__ import annotations

from enum import StrEnum


class Policy(StrEnum):
    """How concurrent values of one field are settled."""

    REVIEW = "review"
    """Never by machine: a person decides; until then all show the same provisional value."""
    LATEST = "latest"
    """The later HLC wins; the history tells it."""
    LIFECYCLE = "lifecycle"
    """By the table of legal transitions; an impossible pair goes to review."""
    WITH_STATUS = "with_status"
    """What belongs to the act that made the shown state (its reason) goes with it."""
    ADD = "add"
    """Every value stands (scans); none is ever overwritten."""

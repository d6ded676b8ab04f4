"""What the check of an auditor's file came to. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

MOST_KEPT = 200


class Wrong(StrEnum):
    """What may be wrong."""

    UNREADABLE = "unreadable"
    """The file is no file of ours from a byte on."""
    MALFORMED = "malformed"
    """A member, or a row of one, is not what it should be."""
    ORDER = "order"
    """An entry is missing, was put in, or stands elsewhere."""
    ALTERED = "altered"
    """An entry does not have the hash that stands at it, or does not follow on the one before."""
    CONTENT = "content"
    """A member is not the one that was signed."""
    MEMBER = "member"
    """A member is missing, or one too many."""
    SIGNATURE = "signature"
    """A signature does not verify, or is by a key that is not the centre's."""
    OTHER_KEY = "other-key"
    """The file is not signed by the key that was expected."""
    CHECKPOINT = "checkpoint"
    """The centre signed another end of the trail."""
    NO_CHECKPOINT = "no-checkpoint"
    """A signature over the trail is missing where there must be one."""
    ACT = "act"
    """An act is not in the trail, or an entry has no act."""
    TABLE = "table"
    """The readable table says something else than the chain."""
    OWNER = "owner"
    """A log by nobody who was enrolled."""
    KEY = "key"
    """A public key does not belong to its name."""
    GONE = "gone"
    """An older file has it, this one has not."""
    REWRITTEN = "rewritten"
    """An older file has something else in its place."""
    NOT_OLDER = "not-older"
    """The file to compare with was made later."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    what: Wrong
    where: str
    """Member, chain or key."""
    at: int | None = None
    """Position in it."""


@dataclass(slots=True)
class Checked:
    """All that was found and counted."""

    findings: list[Finding] = field(default_factory=list)
    count: int = 0
    """Of findings; no more than `MOST_KEPT` are listed."""
    made_ms: int = 0
    fingerprint: str = ""
    """Of the centre's present key."""
    logs: int = 0
    changes: int = 0
    entries: int = 0
    acts: int = 0
    checkpoints: int = 0
    span: tuple[int, int, int] = (1, 0, 0)
    """Of the trail: first and last entry here, and the last there was."""
    compared: int = 0
    """Ends of chains that an older file has, too."""
    uncompared: list[str] = field(default_factory=list)
    """Chains whose older end lies outside of this file's span."""

    @property
    def good(self) -> bool:
        return self.count == 0

    def add(self, what: Wrong, where: str, at: int | None = None) -> None:
        self.count += 1
        if len(self.findings) < MOST_KEPT:
            self.findings.append(Finding(what, where, at))

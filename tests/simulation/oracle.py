"""What must be true, kept beside the product by the simplest means: sets of names.

Every write carries a word of its own. The oracle notes which words of the record its author's store
showed at that moment. What stands in a field at the end is then: every word that no other word's
author had seen.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Written:
    """One write: its word, where, and which words its author had before them."""

    word: str
    record: bytes
    name: str
    seen: frozenset[str]


@dataclass(slots=True)
class Oracle:
    receipts: dict[bytes, str] = field(default_factory=dict)
    """{record: code}: what people were given."""
    streams: dict[bytes, str] = field(default_factory=dict)
    attempted: set[bytes] = field(default_factory=set)
    """Records whose filing broke off: they may be there, at most once."""
    written: dict[str, Written] = field(default_factory=dict)
    acknowledged: set[str] = field(default_factory=set)
    """Words whose writers were told that they are kept."""
    scans: dict[bytes, int] = field(default_factory=dict)
    """{record: scans filed with it}."""
    gone: set[str] = field(default_factory=set)
    """Words that no store held any more after a disk was lost."""
    gone_receipts: set[bytes] = field(default_factory=set)
    gone_scans: set[bytes] = field(default_factory=set)
    """Records of which a piece of a scan was on a lost disk only."""

    def standing(self, record: bytes, name: str, here: set[str]) -> set[str]:
        """The words that should stand in a field, of those that are `here` in the history."""
        of_field = [
            one
            for one in self.written.values()
            if one.record == record and one.name == name and one.word in here
        ]
        replaced = {word for one in of_field for word in one.seen}
        return {one.word for one in of_field} - replaced

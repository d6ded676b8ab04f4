"""The keys that phones in the field seal drafts to: one at a time, a new one every month."""

from __future__ import annotations

from datetime import timedelta

from crypto.browser_recipient import BrowserRecipient
from edge_node.edge import Edge
from edge_node.store import field
from sync.hlc import trusted
from vault.engine import reading, writing

KEY_LIFE = timedelta(days=30)
KEPT = timedelta(days=90)
"""How long a key opens what was sealed to it after another took its place. Then it is destroyed,
and a phone that was lost with a draft on it can never be read, not even with this server."""
ITEM_LIFE = timedelta(days=7)
HAND_OVER_LIFE = timedelta(days=400)
"""Longer than any key: what could still be opened is still known to have been handed over."""


def _ms(span: timedelta) -> int:
    return int(span.total_seconds() * 1000)


def present_key(edge: Edge) -> BrowserRecipient:
    """What phones seal to from now on; made when it is first asked for, and when it is old."""
    with reading(edge.vault.engine) as connection:
        found = field.newest_key(connection, edge.vault.keyring)
    if found is not None and not _old(edge, found[1]):
        return found[0]
    with writing(edge.vault.engine) as connection:
        found = field.newest_key(connection, edge.vault.keyring)
        if found is not None and not _old(edge, found[1]):
            return found[0]
        made = BrowserRecipient.generate()
        field.add_key(connection, edge.vault.keyring, made, edge.stamp().now_ms)
        return made


def _old(edge: Edge, made_ms: int) -> bool:
    stamp = edge.stamp()
    return trusted(stamp.doubt) and stamp.now_ms - made_ms > _ms(KEY_LIFE)


def forget_old(edge: Edge) -> None:
    """Destroy keys whose time is over, pieces that nobody goes on with, and old receipts."""
    stamp = edge.stamp()
    if not trusted(stamp.doubt):
        # A clock that is years ahead would destroy keys that are needed.
        return
    with reading(edge.vault.engine) as connection:
        in_use = field.newest_key(connection, edge.vault.keyring) is not None
    if in_use:
        # No phone may ask for a month; the old key's time begins all the same.
        present_key(edge)
    with writing(edge.vault.engine) as connection:
        field.forget_keys(connection, stamp.now_ms - _ms(KEPT))
        field.forget_items(connection, stamp.now_ms - _ms(ITEM_LIFE))
        field.forget_hand_overs(connection, stamp.now_ms - _ms(HAND_OVER_LIFE))

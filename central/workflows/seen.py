"""What an officer had on the screen, so that nobody decides over what came meanwhile.

A change's context covers all that is folded here, seen or not. Without this, an officer's form
that was opened an hour ago would put the old values back over a counter's correction.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from sync.change import Context
from sync.record import Dot, covers
from vault.fold import Told
from vault.read import Record

_MOST = 16
"""Replicas that one record can name: a few boxes of one kelurahan, and the centre."""


class ChangedMeanwhile(Exception):
    """The record holds changes that the page did not show; nothing was written."""


def seen_token(record: Record) -> str:
    """What a page shows of a record, to be carried by its forms."""
    context = sorted(record.state.context.items())
    return ".".join(f"{replica.hex()}-{seq}" for replica, seq in context)


def read_token(token: str) -> Context | None:
    """The context in a form; None where there is none, or none that can be read."""
    context: dict[bytes, int] = {}
    try:
        for part in token.split("."):
            replica, seq = part.split("-")
            context[bytes.fromhex(replica)] = int(seq)
    except ValueError:
        return None
    return context if len(context) <= _MOST else None


def require_seen(record: Record, seen: Context | None) -> None:
    """:raises ChangedMeanwhile: there is more than was seen. None asks for nothing."""
    if seen is not None and any(
        not covers(seen, Dot(replica, seq)) for replica, seq in record.state.context.items()
    ):
        raise ChangedMeanwhile


def came_after(told: Iterable[Told], seen: Context) -> list[bool]:
    """For each change of a history, whether it was not there yet when the page was made."""
    return [not covers(seen, Dot(one.change.replica, one.change.seq)) for one in told]


def values_seen(told: Iterable[Told], seen: Context) -> Mapping[str, Any]:
    """{field: the newest value among what was seen}. `told` is a history, oldest first."""
    values: dict[str, Any] = {}
    for one in told:
        if one.body is not None and covers(seen, Dot(one.change.replica, one.change.seq)):
            values.update(one.body.writes)
    return values

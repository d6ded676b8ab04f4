"""While our own line is cut: leaving bundles with neighbours, and asking them for the answers.

A neighbour is trusted with nothing. What counts is the centre's signature over the name of the
bundle that it answers; a neighbour that lies, loses, alters or repeats costs time.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

import structlog

from crypto.errors import CryptoError
from edge_node.edge import Edge
from edge_node.store import carried
from edge_node.workflows.late import take_late
from edge_node.workflows.leaving import Way, first_way, pack, skip_numbers, something_behind
from sync.carrier_http import PARTED, CarrierError
from sync.carrier_relay import RefusedBeyond, RelayLost
from sync.errors import SyncError
from sync.link import Line
from vault.engine import reading, writing
from vault.errors import VaultError

_log = structlog.get_logger()
_CUT_FOR = 2
"""Failures in a row of our own line, before a neighbour is troubled."""
_BUNDLE_BYTES = 256 << 10
"""About, each: the neighbour's line may be thin as well."""
_MOST_LEFT = 8
"""Bundles at one neighbour that are not answered."""
_SILENT_S = 900.0
"""Without an answer: its line is cut as well, the next neighbour is asked too."""
_ASK_S, _NEWS_S, _DOWN_S, _LIED_S = 5.0, 300.0, 60.0, 1800.0
"""Between questions; between bundles that only ask for the centre's news; after a neighbour that
could not be reached, or has no room; after one whose word was wrong."""


class Relay(Protocol):
    """One neighbour, as it can be called (see `RelayCarrier`)."""

    @property
    def base_url(self) -> str: ...

    def leave(self, raw: bytes) -> bytes | None: ...

    def ask(self, sha: bytes) -> bytes | None: ...

    def close(self) -> None: ...


@dataclass(slots=True)
class _Known:
    """One neighbour and when to turn to it again."""

    relay: Relay
    next_ask: float = 0.0
    next_leave: float = 0.0
    next_news: float = 0.0
    asking: bool = False
    """Whether to ask what the centre holds of our log, before anything else is left."""
    silent_since: float | None = None
    """Since when it has something of ours and gave no answer."""

    @property
    def name(self) -> str:
        return self.relay.base_url


@dataclass(slots=True)
class Neighbours:
    """`run_if_due` is called by the scheduler, one call at a time."""

    edge: Edge
    relays: Sequence[Relay]
    between_exchanges: Callable[[], AbstractContextManager[object]]
    """Holds off our own exchanges while an answer is taken."""
    now: Callable[[], float] = time.monotonic
    _known: list[_Known] = field(init=False)
    _stopped: bool = field(init=False, default=False)

    def __post_init__(self) -> None:
        self._known = [_Known(relay) for relay in self.relays]

    def run_if_due(self) -> None:
        """Ask for what was left; leave more, if our own line is cut."""
        for known in self._known:
            if self._stopped:
                return
            if self.now() >= known.next_ask:
                self._ask_all(known)
        link = self.edge.line.link
        if link.line is not Line.CUT or link.failures < _CUT_FOR:
            return
        for known in self._known:
            if self._stopped:
                return
            if self.now() >= known.next_leave and self._leave_all(known):
                # One neighbour at a time, as long as its line works: two would carry the same.
                return

    def stop(self) -> None:
        self._stopped = True
        for known in self._known:
            known.relay.close()

    def _left_with(self, known: _Known) -> list[carried.Carried]:
        with reading(self.edge.vault.engine) as connection:
            return carried.outstanding(connection, known.name)

    def _ask_all(self, known: _Known) -> None:
        known.next_ask = self.now() + _ASK_S
        for one in self._left_with(known):
            try:
                answer = known.relay.ask(one.sha)
            except RelayLost:
                _log.info("a neighbour lost a bundle", number=one.number)
                self._forget(one)
                continue
            except RefusedBeyond as refused:
                self._refused(known, one, refused)
                continue
            except CarrierError:
                known.next_ask = self.now() + _DOWN_S
                return
            if answer is None:
                # They are delivered in order: what was left later is not answered either.
                return
            self._take(known, one, answer)

    def _leave_all(self, known: _Known) -> bool:
        """Leave what waits; whether to rely on this neighbour alone."""
        left = self._left_with(known)
        if left and self.now() - self._silent_since(known) > _SILENT_S:
            return False
        if left and known.asking:
            return True
        way = _behind(first_way(self.edge), left)
        while len(left) < _MOST_LEFT and not self._stopped:
            if not known.asking and not something_behind(self.edge, way):
                if left or self.now() < known.next_news:
                    break
                known.next_news = self.now() + _NEWS_S
            packed = pack(self.edge, way, _BUNDLE_BYTES, known.name, asking=known.asking)
            try:
                answer = known.relay.leave(packed.raw)
            except RefusedBeyond as refused:
                self._refused(known, packed.noted, refused)
                return False
            except CarrierError as error:
                _log.info("a neighbour does not take a bundle", reason=str(error))
                self._forget(packed.noted)
                known.next_leave = self.now() + _DOWN_S
                return False
            left.append(packed.noted)
            way = packed.way
            known.next_ask = self.now()
            if answer is not None:
                self._take(known, packed.noted, answer)
            if known.asking:
                break
        return True

    def _silent_since(self, known: _Known) -> float:
        if known.silent_since is None:
            known.silent_since = self.now()
        return known.silent_since

    def _take(self, known: _Known, one: carried.Carried, answer: bytes) -> None:
        try:
            with self.between_exchanges():
                late = take_late(self.edge, answer, asked=one.sha)
        except (SyncError, VaultError, CryptoError) as error:
            _log.warning("a neighbour gave no answer of the centre's", reason=str(error))
            self._forget(one)
            known.next_leave = self.now() + _LIED_S
            return
        known.asking = False
        known.next_leave = self.now()
        known.silent_since = None
        if late.new:
            _log.info("a neighbour brought an answer", acked=late.acked, changes=late.changes)

    def _refused(self, known: _Known, one: carried.Carried, refused: RefusedBeyond) -> None:
        """Nobody signed this word: it is acted on as one of a line is, and not sooner repeated."""
        _log.info("refused, as a neighbour says", reason=refused.slug, number=one.number)
        self._forget(one)
        if refused.slug in PARTED:
            # Our logs part, or the centre lost what we name: hear first what it holds.
            known.next_leave = self.now() + (_DOWN_S if known.asking else 0.0)
            known.asking = True
            return
        known.asking = False
        if refused.slug == "replayed" and skip_numbers(self.edge, refused.last):
            return
        known.next_leave = self.now() + _LIED_S

    def _forget(self, one: carried.Carried) -> None:
        with writing(self.edge.vault.engine) as connection:
            carried.lost(connection, one.sha)


def _behind(way: Way, left: Sequence[carried.Carried]) -> Way:
    """Behind what a neighbour has of ours, as if it had arrived."""
    return Way(
        max([way.after, *(one.upto for one in left)]),
        way.left.union(*(one.chunks for one in left)),
    )

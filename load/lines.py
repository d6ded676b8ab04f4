"""One edge's line while the run goes on: calls when due, backs off as the edge does."""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from load.edge import Asked, LightEdge
from load.http import Line, Place, Reply
from load.watching import Exchange, Notes, Outcome
from sync import link as line
from sync.bundle import MEDIA_TYPE
from sync.carrier_http import (
    ANSWER_BYTES,
    EXCHANGE_PATH,
    CentreBusy,
    LineCut,
    RefusedByCentre,
    retry_after_s,
)
from sync.errors import SyncError, UnknownSender
from sync.link import Cut, Terms, Trip

_BUSY = (429, 503)
_MOST_IN_VAIN = 8
"""Rounds in a row that brought nothing; then it waits, as an edge does."""


@dataclass(slots=True)
class Run:
    """What all lines of a run share."""

    place: Place
    notes: Notes
    interval_s: float
    ends_s: float
    """When nobody calls any more."""
    started: float = 0.0
    """As `time.monotonic` shows it."""
    rng: random.Random = field(default_factory=random.Random)

    def now(self) -> float:
        """Seconds from the start."""
        return time.monotonic() - self.started

    async def until(self, at: float) -> None:
        """Sleep; notes how late it is woken."""
        wait = at - self.now()
        if wait > 0:
            await asyncio.sleep(wait)
            self.notes.late_s.append(self.now() - at)
        else:
            await asyncio.sleep(0)


class EdgeLine:
    """The line of one light edge."""

    def __init__(self, run: Run, edge: LightEdge, wall_ms: Callable[[], int]) -> None:
        self._run, self._edge, self._wall_ms = run, edge, wall_ms
        self._line = Line(run.place)
        self._refused_since: float | None = None

    async def live(self) -> None:
        """Call whenever it is due, until all is acknowledged or the run is over."""
        run, edge = self._run, self._edge
        try:
            while not edge.done(run.now()):
                due = max(edge.due(run.now()), 0.0)
                if due >= run.ends_s:
                    return
                await run.until(due)
                await self._call()
        finally:
            self._line.close()

    async def _call(self) -> None:
        """Exchange until neither side has more, as `Courier.run`."""
        in_vain = 0
        while in_vain < _MOST_IN_VAIN and self._run.now() < self._run.ends_s:
            more, moved = await self._exchange()
            if not more:
                return
            in_vain = 0 if moved else in_vain + 1

    async def _exchange(self) -> tuple[bool, bool]:
        """(whether to go on at once, whether something was acknowledged)."""
        run, edge = self._run, self._edge
        at = run.now()
        asked = edge.ask(at, self._wall_ms())
        terms = line.terms(edge.link, len(asked.raw))
        try:
            answer, trip = await self._carry(asked.raw, terms)
            return self._taken(asked, answer, trip, at)
        except CentreBusy as busy:
            if self._refused_since is None:
                self._refused_since = at
            run.notes.busy += 1
            edge.link = line.busy(edge.link, run.now(), busy.retry_after, run.rng.uniform)
            self._note(asked, at, Outcome.BUSY, retry_after_s=busy.retry_after)
        except RefusedByCentre as refused:
            edge.failed()
            self._note(asked, at, Outcome.REFUSED)
            run.notes.errors[refused.slug] += 1
            last = refused.problem.get("last")
            if refused.slug == "replayed" and isinstance(last, int):
                edge.skip_numbers(last)
                return True, False
            edge.link = line.refused(edge.link, run.now(), refused.slug)
        except LineCut as cut:
            smaller = line.shrunk(edge.link, run.now(), cut.size)
            if cut.how is Cut.TOO_LARGE and smaller is not None:
                edge.link = smaller
                edge.failed()
                return True, False
            edge.link = line.cut(edge.link, run.now(), run.rng.uniform, cut.how, cut.size)
            self._note(asked, at, Outcome.CUT)
            run.notes.errors[f"{cut.how}: {cut}"] += 1
        edge.failed()
        return False, False

    async def _carry(self, raw: bytes, terms: Terms) -> tuple[bytes, Trip]:
        """:raises LineCut, CentreBusy, RefusedByCentre: no answer of the centre."""
        headers = {
            "Content-Type": MEDIA_TYPE,
            "Accept": MEDIA_TYPE,
            ANSWER_BYTES: str(terms.answer_bytes),
        }
        patience_s = terms.stall_s + terms.patience_s
        reply = await self._line.call("POST", EXCHANGE_PATH, headers, raw, patience_s)
        check(reply, len(raw))
        trip = Trip(
            len(raw),
            reply.first_byte_at - reply.sent_at,
            len(reply.body),
            reply.done_at - reply.first_byte_at,
        )
        return reply.body, trip

    def _taken(self, asked: Asked, answer: bytes, trip: Trip, at: float) -> tuple[bool, bool]:
        run, edge, notes = self._run, self._edge, self._run.notes
        now = run.now()
        try:
            taken = edge.take(asked, answer, now)
        except UnknownSender as error:
            raise LineCut(str(error), Cut.STRANGER) from error
        except SyncError as error:
            raise LineCut(str(error), Cut.BROKEN_DOWN, len(answer)) from error
        edge.link = line.succeeded(edge.link, now, trip, run.interval_s)
        changes = taken.acked - taken.before
        size = taken.piece_bytes
        if changes:
            size += edge.book.size(taken.before + 1, taken.acked)
            arrived = edge.arrivals[taken.before : taken.acked]
            notes.change_s[edge.group] += [now - one for one in arrived]
        if changes or taken.piece_bytes:
            notes.acked.append((now, edge.number, changes, size))
        notes.scan_s += [now - edge.arrivals[seq - 1] for seq in taken.scans]
        if self._refused_since is not None:
            notes.served_after_s.append(now - self._refused_since)
            self._refused_since = None
        self._note(asked, at, Outcome.ANSWERED, changes)
        return taken.more, bool(changes or taken.piece_bytes)

    def _note(
        self,
        asked: Asked,
        at: float,
        outcome: Outcome,
        changes: int = 0,
        retry_after_s: float = 0.0,
    ) -> None:
        took_s = self._run.now() - at
        self._run.notes.exchanges.append(
            Exchange(
                self._edge.number,
                self._edge.group,
                at,
                took_s,
                len(asked.raw),
                outcome,
                changes,
                retry_after_s,
            )
        )


def check(reply: Reply, sent: int) -> None:
    """Nothing, where a bundle came: as the edge's carrier reads an answer.

    :raises LineCut, CentreBusy, RefusedByCentre: something else.
    """
    if reply.status in _BUSY:
        raise CentreBusy(retry_after_s(reply.headers.get("retry-after")))
    if reply.status == 413:
        raise LineCut("too large for somebody on the way", Cut.TOO_LARGE, sent)
    if reply.content_type == "application/problem+json":
        problem: dict[str, Any] = json.loads(reply.body)
        raise RefusedByCentre(str(problem.get("type", "")).rsplit(":", 1)[-1], problem)
    if reply.status in (502, 504):
        raise LineCut(f"a gateway without a centre: {reply.status}", Cut.UNREACHED)
    if reply.status != 200 or reply.content_type != MEDIA_TYPE:
        raise LineCut(f"somebody else answered: {reply.status}", Cut.STRANGER)

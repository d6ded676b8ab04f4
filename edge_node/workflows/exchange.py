"""The courier: carries bundles between this counter and the centre, whenever it is due."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from enum import Enum, auto

import structlog

from crypto.errors import CryptoError
from edge_node.edge import Edge
from edge_node.store import nodes
from sync import link as line
from sync.bundle import Bundle
from sync.carrier_http import (
    EXCHANGE_PATH,
    CentreBusy,
    HttpCarrier,
    LineCut,
    RefusedByCentre,
)
from sync.errors import SyncError
from sync.exchange import Batch, Initiator, Peer
from vault import data_keys, log, scans
from vault.core import wall_ms
from vault.engine import Connection, reading, writing
from vault.errors import VaultError
from vault.exchange import gather, take_keys, take_runs
from vault.fold import fold_changes, fold_parked

_log = structlog.get_logger()
_MOST_BUNDLES = 5_000
"""In one go; the next tick goes on. Keeps a shutdown from waiting for a week's backlog."""

_MOST_SKIPPED = 1 << 32

_PATIENCE_S = 5.0
"""How long a shutdown waits for an answer."""


class Step(Enum):
    """What one exchange came to."""

    UNANSWERED = auto()
    MORE = auto()
    """There is more to send or to fetch at once."""
    DONE = auto()


class Courier:
    """Owns the line's state; `run_if_due` is called by the scheduler, one call at a time."""

    def __init__(
        self,
        edge: Edge,
        carrier: HttpCarrier,
        now: Callable[[], float] = time.time,
        uniform: line.Uniform = random.uniform,
    ) -> None:
        self._edge = edge
        self._carrier = carrier
        self._now = now
        self._uniform = uniform
        self._stopped = False
        self._under_way = threading.Lock()
        peer = Peer(edge.centre_replica, edge.node.centre_sign)
        self._initiator = Initiator(edge.vault.keyring.identity, edge.stream, peer)

    def run_if_due(self) -> None:
        """Exchange while there is something to exchange, if it is time or somebody asked."""
        state = self._edge.line
        with state.lock:
            # A wish does not override the centre's "come back later".
            wanted = state.wanted and state.link.line is not line.Line.BUSY
            due = wanted or self._now() >= state.link.next_try
            if due:
                state.wanted = False
        if due and not self._stopped:
            with self._under_way:
                self.run()

    def run(self) -> bool:
        """Exchange until neither side has more; whether the line held."""
        state = self._edge.line
        self._count_waiting()
        try:
            for _ in range(_MOST_BUNDLES):
                step = self._try_step()
                if step is Step.UNANSWERED:
                    return False
                if step is Step.DONE or self._stopped:
                    return True
        finally:
            state.sending = False
        return True

    def stop(self) -> None:
        """End after the exchange that is under way, if its answer comes soon.

        A line that hangs is not waited for: an exchange without an answer costs nothing.
        """
        self._stopped = True
        if self._under_way.acquire(timeout=_PATIENCE_S):
            self._under_way.release()
        self._carrier.close()

    def _count_waiting(self) -> None:
        state = self._edge.line
        with reading(self._edge.vault.engine) as connection:
            end = log.log_end(connection, self._edge.stream, self._edge.vault.replica)
        state.total = max(end.seq - self._edge.standing.acked, 0)
        state.sent = 0
        state.sending = state.total > 0

    def _try_step(self) -> Step:
        try:
            return self._step()
        except Exception:  # noqa: BLE001 - see below
            # Whatever it is (a full disk, a defect), the counter works on and says that it waits.
            _log.exception("an exchange failed here")
            self._initiator.failed()
            link = self._edge.line.link
            self._set_link(line.refused(link, self._now(), "failed-here"))
            return Step.UNANSWERED

    def _step(self) -> Step:
        edge, state = self._edge, self._edge.line
        with writing(edge.vault.engine) as connection:
            # The number is spent before the bundle goes out: a crash must not use it twice.
            number = edge.standing.bundle_number + 1
            edge.standing = replace(edge.standing, bundle_number=number)
            nodes.save_standing(connection, edge.standing)
        with reading(edge.vault.engine) as connection:
            batch = gather(
                connection, edge.vault, edge.stream, edge.standing.acked, state.link.budget
            )
        raw = self._initiator.ask(batch, number, wall_ms())
        asked_at, started = wall_ms(), time.monotonic()
        try:
            answer_raw = self._carrier.post(EXCHANGE_PATH, raw)
            answer = self._initiator.answered(answer_raw)
        except CentreBusy as busy:
            self._set_link(line.busy(state.link, self._now(), busy.retry_after, self._uniform))
            return self._unanswered("busy")
        except RefusedByCentre as refused:
            if refused.slug == "replayed":
                self._skip_numbers(refused.problem.get("last"))
            self._set_link(line.refused(state.link, self._now(), refused.slug))
            return self._unanswered(refused.slug)
        except (LineCut, SyncError) as cut:
            self._set_link(line.cut(state.link, self._now(), self._uniform))
            return self._unanswered(str(cut))
        took = time.monotonic() - started
        try:
            self._take(answer, batch, asked_at, took)
        except (SyncError, VaultError, CryptoError) as error:
            # Signed by the centre and yet not to be taken: trying again at once will not mend it.
            _log.exception("the centre's answer could not be taken")
            self._set_link(line.refused(state.link, self._now(), type(error).__name__.lower()))
            return Step.UNANSWERED
        if answer.have.get(edge.vault.replica, 0) > edge.standing.acked:
            # This store was restored from an old backup: the centre holds more of our log than we
            # do. Nothing counts as sent until a person has looked.
            _log.error("the centre holds more of our log than this store does")
            self._set_link(line.refused(state.link, self._now(), "restored"))
            return Step.UNANSWERED
        sent = sum(len(run) for run in batch.runs)
        state.sent += sent
        interval = edge.settings.exchange_seconds
        self._set_link(line.succeeded(state.link, self._now(), len(raw), took, interval))
        more = batch.more or answer.more or bool(batch.chunks)
        return Step.MORE if more else Step.DONE

    def _unanswered(self, reason: str) -> Step:
        self._initiator.failed()
        _log.info("no exchange", reason=reason, line=self._edge.line.link.line)
        return Step.UNANSWERED

    def _set_link(self, link: line.Link) -> None:
        with self._edge.line.lock:
            self._edge.line.link = link

    def _skip_numbers(self, last: object) -> None:
        """This store is older than what the centre has seen of it: go on behind that.

        A problem is not signed: a number out of all proportion is not believed.
        """
        edge = self._edge
        if not isinstance(last, int) or last > edge.standing.bundle_number + _MOST_SKIPPED:
            return
        with writing(edge.vault.engine) as connection:
            number = max(edge.standing.bundle_number, last)
            edge.standing = replace(edge.standing, bundle_number=number)
            nodes.save_standing(connection, edge.standing)

    def _take(self, answer: Bundle, batch: Batch, asked_at: int, took: float) -> None:
        """Commit what the answer says and brings, all or nothing."""
        edge = self._edge
        vault, stream = edge.vault, edge.stream
        with reading(vault.engine) as connection:
            own = log.log_end(connection, stream, vault.replica).seq
        held = answer.have.get(vault.replica, 0)
        acked = held if held <= own else min(edge.standing.acked, own)
        standing = nodes.compare_clocks(
            replace(edge.standing, acked=acked, last_ok=self._now()),
            asked_at,
            asked_at + int(took * 1000),
            answer.sent_ms,
        )
        with writing(vault.engine) as connection:
            if acked < edge.standing.acked:
                self._start_again(connection, acked)
            fresh = take_runs(
                connection, stream, answer, writer=edge.centre_replica, check_contexts=False
            )
            take_keys(connection, vault, stream, answer, wall_ms())
            fold_changes(connection, vault, stream, fresh)
            fold_parked(connection, vault, stream)
            scans.mark_held(connection, stream, answer.got_chunks)
            data_keys.epochs_delivered(connection, list(batch.epochs), True)
            data_keys.epochs_delivered(connection, answer.lacks_epochs, False)
            nodes.save_standing(connection, standing)
        edge.standing = standing

    def _start_again(self, connection: Connection, acked: int) -> None:
        """The centre holds less than it did (an old backup): what it lost is sent again."""
        edge = self._edge
        _log.warning("the centre went back", held=acked, before=edge.standing.acked)
        lost = log.records_after(connection, edge.stream, edge.vault.replica, acked)
        scans.mark_lost(connection, edge.stream, lost)
        data_keys.forget_delivery(connection, edge.stream)

"""The courier: carries bundles between this counter and the centre, whenever it is due."""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from enum import Enum, auto

import structlog

from crypto.chain import HASH_BYTES
from crypto.errors import CryptoError
from edge_node.edge import Edge
from edge_node.store import carried, nodes
from edge_node.workflows import inbox
from edge_node.workflows.asking import asking_behind, with_where_we_stand
from edge_node.workflows.leaving import skip_numbers
from edge_node.workflows.mandates import lost_orders, say_mandates, take_mandates
from edge_node.workflows.taking import take_answer
from edge_node.workflows.telling import health
from sync import link as line
from sync.bundle import Bundle
from sync.carrier_http import (
    PARTED,
    CentreBusy,
    HttpCarrier,
    LineCut,
    RefusedByCentre,
)
from sync.errors import SyncError, UnknownSender
from sync.exchange import Batch, Initiator, Peer
from sync.protocol import SPOKEN
from sync.timekeeping import Comparison, compare
from vault import chunks, data_keys, log
from vault.engine import reading, writing
from vault.errors import VaultError
from vault.exchange import Lacking, behind, gather
from vault.shredding import sweep

_log = structlog.get_logger()
_MOST_BUNDLES = 5_000
"""In one go; the next tick goes on. Keeps a shutdown from waiting for a week's backlog."""

_LONGEST_WAIT_S = 3700.0
"""More than any answer of the centre may ask for."""
_MOST_IN_VAIN = 8
"""Rounds in a row that brought nothing new; what is owed still waits for the next time."""
_FEWEST_OFFERED, _OFFER_SHARE = 64, 8
"""Hashes in a bundle that only asks: so many, or an eighth of what the line bears."""
_DAMAGED = ("malformed", "altered", "cut-short", "length-required")
"""What the centre says of a bundle that left here whole and was damaged on the way."""

_PATIENCE_S = 5.0
"""How long a shutdown waits for an answer."""


class Step(Enum):
    """What one exchange came to."""

    UNANSWERED = auto()
    MORE = auto()
    """There is more to send or to fetch at once."""
    DONE = auto()


def _cargo(batch: Batch) -> line.Cargo:
    if batch.chunks:
        return line.Cargo.SCANS
    return line.Cargo.CHANGES if batch.runs else line.Cargo.ASKING


class Courier:
    """Owns the line's state; `run_if_due` is called by the scheduler, one call at a time."""

    def __init__(
        self,
        edge: Edge,
        carrier: HttpCarrier,
        now: Callable[[], float] = time.time,
        uniform: line.Uniform = random.uniform,
        spoken: tuple[int, ...] = SPOKEN,
    ) -> None:
        self._edge = edge
        self._carrier = carrier
        self._now = now
        self._uniform = uniform
        self._stopped = False
        self._under_way = threading.Lock()
        self._spoken = spoken
        self._initiator = self._calling()
        self._centre_lacks = Lacking()
        """Of all but our own log; heard from its last answer."""
        self._orders_lost: int | None = None
        """The centre lost the shredding orders behind this number."""
        self._went_otherwise: set[bytes] = set()
        """Pieces of scans that left by file or relay: the centre is asked before they are sent."""
        self._offered: set[bytes] = set()
        """Of those: asked about since this process began. What the centre does not have by then is
        sent as if it had never left."""
        self._ask_from: int | None = None
        """Our log and the centre's part behind this position at the latest; None: they do not."""
        self._records_asked: set[bytes] = set()
        """Whose beginnings were asked for since this process began; the centre may lack some."""
        self._asked_in_vain: int | None = None
        """From where we asked last without our logs having met since."""
        self._rounds_in_vain = 0
        self._introduce = False
        """Whether to tell how our keys came after those that the centre may know."""

    def run_if_due(self) -> None:
        """Exchange while there is something to exchange, if it is time or somebody asked."""
        state = self._edge.line
        with state.lock:
            # A wish does not override the centre's "come back later".
            wanted = state.wanted and state.link.line is not line.Line.BUSY
            wait = state.link.next_try - self._now()
            # A wall clock that was set back must not make the wait longer than any can be.
            due = wanted or wait <= 0 or wait > _LONGEST_WAIT_S
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

    def take_brought(self) -> None:
        """Take the files of answers that were brought, between two exchanges."""
        if self._stopped or not inbox.waiting(self._edge.settings.data):
            return
        with self.between_exchanges():
            inbox.drain(self._edge)

    def between_exchanges(self) -> AbstractContextManager[object]:
        """Holds off exchanges while something else takes answers."""
        return self._under_way

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
            left = sorted(carried.unanswered_chunks(connection))
            waiting = chunks.waiting_among(connection, self._edge.stream, left)
            self._edge.standing = nodes.read_standing(connection)
        self._went_otherwise = waiting - self._offered
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
        vault = edge.vault
        with writing(vault.engine) as connection:
            edge.hear(connection)
            edge.standing = nodes.spend_number(connection)
            number = edge.standing.bundle_number
            centre = data_keys.Receiver(edge.centre_replica, edge.node.centre_seal)
            now_ms = edge.stamp().now_ms
            epoch = data_keys.current_epoch(connection, vault, edge.stream, now_ms, centre)
            said = say_mandates(edge, connection, self._orders_lost)
        batch = said.put_into(self._gather(epoch))
        asked_at = edge.clock()
        raw = self._initiator.ask(vault.keyring.identity, batch, number, asked_at.wall_ms)
        try:
            terms = replace(
                line.terms(state.link, len(raw)),
                cargo=_cargo(batch),
                replica=vault.replica.hex(),
            )
            carried = self._carrier.carry(raw, terms)
            answer = self._answer_of(carried.answer)
        except CentreBusy as busy:
            self._set_link(line.busy(state.link, self._now(), busy.retry_after, self._uniform))
            return self._unanswered("busy")
        except RefusedByCentre as refused:
            return self._refused(refused, len(raw))
        except LineCut as cut:
            return self._line_cut(cut)
        clock = compare(asked_at, edge.clock(), answer.sent_ms)
        acked_before = edge.standing.acked
        try:
            taken = self._take(answer, batch, number, clock)
        except (SyncError, VaultError, CryptoError) as error:
            # Signed by the centre and yet not to be taken: trying again at once will not mend it.
            _log.exception("the centre's answer could not be taken")
            self._set_link(line.refused(state.link, self._now(), type(error).__name__.lower()))
            return Step.UNANSWERED
        state.sent += sum(len(run) for run in batch.runs if run.replica == vault.replica)
        interval = edge.settings.exchange_seconds
        self._set_link(line.succeeded(state.link, self._now(), carried.trip, interval))
        moved = edge.standing.acked != acked_before
        vain = not (taken or moved or answer.got_chunks)
        self._rounds_in_vain = self._rounds_in_vain + 1 if vain else 0
        lacking = self._centre_lacks
        owed = self._ask_from is not None or bool(lacking.logs) or bool(lacking.keys)
        owed = owed or bool(self._went_otherwise)
        again = batch.more or answer.more or bool(answer.chunks)
        if (again or owed or taken) and self._rounds_in_vain < _MOST_IN_VAIN:
            return Step.MORE
        self._rounds_in_vain = 0
        return Step.DONE

    def _gather(self, epoch: data_keys.Epoch) -> Batch:
        edge, standing = self._edge, self._edge.standing
        asking = self._ask_from is not None
        lacking = replace(
            self._centre_lacks,
            own=None if asking else standing.acked,
            besides=self._went_otherwise,
        )
        with reading(edge.vault.engine) as connection:
            link = edge.line.link
            budget = link.budget
            batch = gather(
                connection,
                edge.vault,
                edge.stream,
                lacking,
                epoch,
                budget,
                form_budget=link.form_budget,
            )
            batch = with_where_we_stand(edge, connection, batch, standing)
            batch = replace(batch, health=health(edge, connection, batch))
        unasked = tuple(r for r in batch.lacks_records if r not in self._records_asked)
        batch = replace(batch, lacks_records=unasked)
        if self._ask_from is not None:
            batch = asking_behind(batch, edge.vault.replica, self._ask_from)
        if self._went_otherwise and not batch.more:
            at_once = max(_FEWEST_OFFERED, budget // (_OFFER_SHARE * HASH_BYTES))
            offered = tuple(sorted(self._went_otherwise)[:at_once])
            batch = replace(batch, offers_chunks=offered)
        if self._introduce:
            batch = replace(batch, succession=edge.vault.keyring.succession)
        return batch

    def _answer_of(self, raw: bytes) -> Bundle:
        """The centre's answer.

        :raises LineCut: what came is not that, or not whole.
        """
        try:
            return self._initiator.answered(raw)
        except UnknownSender as error:
            raise LineCut(str(error), line.Cut.STRANGER) from error
        except SyncError as error:
            raise LineCut(str(error), line.Cut.BROKEN_DOWN, len(raw)) from error

    def _line_cut(self, cut: LineCut) -> Step:
        link = self._edge.line.link
        if cut.how is line.Cut.TOO_LARGE:
            smaller = line.shrunk(link, self._now(), cut.size)
            if smaller is not None:
                # Nothing is wrong with the line: the same again at once, in smaller pieces.
                self._set_link(smaller)
                self._initiator.failed()
                _log.info("too large for the line", size=cut.size, budget=smaller.budget)
                return Step.MORE
        self._set_link(line.cut(link, self._now(), self._uniform, cut.how, cut.size))
        return self._unanswered(str(cut))

    def _refused(self, refused: RefusedByCentre, sent: int) -> Step:
        """The centre will not have this bundle; some refusals say how to go on at once."""
        if refused.slug in _DAMAGED and self._edge.line.link.budget > line.MIN_BYTES:
            return self._line_cut(LineCut(refused.slug, line.Cut.BROKEN_UP, sent))
        if refused.slug == "replayed" and skip_numbers(self._edge, refused.problem.get("last")):
            self._initiator.failed()
            return Step.MORE
        if refused.slug == "unspoken-protocol":
            spoken = refused.problem.get("spoken")
            if self._initiator.speech.turned_down(spoken):
                _log.info("the centre is older", protocol=self._initiator.speech.protocol)
                self._initiator.failed()
                return Step.MORE
        if refused.slug == "unknown-sender" and self._edge.vault.keyring.succession:
            if not self._introduce:
                self._initiator.failed()
                self._introduce = True
                return Step.MORE
            self._introduce = False
        if refused.slug in PARTED and self._ask_from is None:
            # Our logs part, or the centre lost what we name: hear first what it holds.
            _log.warning("asking what the centre holds", reason=refused.slug)
            self._initiator.failed()
            before = self._asked_in_vain
            self._ask_from = self._edge.standing.acked if before is None else before // 2
            self._asked_in_vain = self._ask_from
            self._centre_lacks = Lacking()
            return Step.MORE
        link = self._edge.line.link
        self._set_link(line.refused(link, self._now(), refused.slug))
        self._ask_from = None
        return self._unanswered(refused.slug)

    def _unanswered(self, reason: str) -> Step:
        self._initiator.failed()
        _log.info("no exchange", reason=reason, line=self._edge.line.link.line)
        return Step.UNANSWERED

    def _set_link(self, link: line.Link) -> None:
        with self._edge.line.lock:
            self._edge.line.link = link

    def _take(self, answer: Bundle, batch: Batch, number: int, clock: Comparison) -> bool:
        """Commit what the answer says and brings; whether any of it was new."""
        edge = self._edge
        vault = edge.vault
        keyring = vault.keyring
        try:
            with writing(vault.engine) as connection:
                edge.hear(connection)
                if vault.keyring.generation != keyring.generation:
                    # A command changed our keys since we asked: ask again, with those.
                    return True
                # Read again: a file may have been exported or imported meanwhile.
                standing = nodes.read_standing(connection)
                standing = replace(standing, last_ok=self._now(), clock=clock)
                data_keys.epochs_delivered(connection, list(batch.epochs))
                taken = take_answer(edge, connection, answer, standing)
                carried.overtake(connection, number)
                node, told = take_mandates(edge, connection, answer, batch.escrow)
                self._orders_lost = lost_orders(edge, connection, answer, batch)
                nodes.save_standing(connection, taken.standing)
                ends = log.log_ends(connection, edge.stream)
                if answer.lacks_keys:
                    data_keys.deliver_again(connection, edge.stream, edge.centre_replica)
        except BaseException:
            vault.keyring = keyring
            raise
        edge.standing = taken.standing
        self._introduce = False
        if self._ask_from is None or taken.ask_from is not None:
            # Our own log was among what went out, or is known to part here.
            self._asked_in_vain = taken.ask_from
        edge.writes_as = vault.replica
        self._know(node)
        if answer.orders is not None and answer.orders.given:
            sweep(vault, None)
        self._ask_from = taken.ask_from
        self._records_asked.update(batch.lacks_records)
        self._offered.update(batch.offers_chunks)
        self._went_otherwise -= self._offered
        lost = behind(answer, ends)
        lost.pop(vault.replica, None)
        # Ours to give back is what the centre sealed, and what we wrote under another name.
        known = {
            replica: seq
            for replica, seq in lost.items()
            if ends[replica].seal is not None or replica in self._own_before()
        }
        self._centre_lacks = Lacking(logs=known, own=None, keys=answer.lacks_keys)
        return taken.changed or told or self._orders_lost is not None

    def _know(self, node: nodes.Node) -> None:
        """What the centre told of itself; its newest keys are the ones to call it by."""
        pinned = self._edge.node.centre_sign
        self._edge.node = node
        if node.centre_sign != pinned:
            self._initiator = self._calling()

    def _calling(self) -> Initiator:
        edge = self._edge
        peer = Peer(edge.centre_replica, edge.node.centre_sign)
        return Initiator(edge.stream, peer, self._spoken)

    def _own_before(self) -> set[bytes]:
        return {link.former for link in self._edge.vault.keyring.succession}

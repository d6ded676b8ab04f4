"""One exchange: a bundle up, a bundle down, in one round trip. Sans I/O.

Whoever drives it brings the batch from its log, carries the bytes, and commits what came. A
repeat, a lost answer or a crash at any point costs time and nothing else, because positions in
logs say what is new: nothing here remembers what was sent.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Container, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from crypto.chain import digest
from crypto.identity import Identity, replica_id
from sync import cose, wire
from sync.bundle import (
    Bundle,
    Excerpt,
    LogSeal,
    Run,
    Successor,
    Watermarks,
    WrappedKey,
    Writer,
)
from sync.errors import (
    BadSignature,
    Malformed,
    Replayed,
    Revoked,
    UnknownSender,
    WrongStream,
)
from sync.health import Health
from sync.orders import CentreKeys, Orders
from sync.protocol import SPOKEN, Speech, newer_than
from sync.quota import QuotaDays
from sync.seals import check_successor


@dataclass(frozen=True, slots=True)
class Batch:
    """What one side has for the other this time, cut to the size the link bears."""

    have: Watermarks
    runs: tuple[Run, ...] = ()
    keys: tuple[WrappedKey, ...] = ()
    epochs: Mapping[bytes, bytes] = field(default_factory=dict)
    chunks: tuple[tuple[bytes, bytes], ...] = ()
    lacks_keys: tuple[bytes, ...] = ()
    lacks_chunks: tuple[bytes, ...] = ()
    lacks_records: tuple[bytes, ...] = ()
    more: bool = False
    excerpt: Excerpt | None = None
    seals: tuple[LogSeal, ...] = ()
    succession: tuple[Successor, ...] = ()
    writers: Mapping[bytes, Writer] = field(default_factory=dict)
    ends: Mapping[bytes, bytes] = field(default_factory=dict)
    orders: Orders | None = None
    knows: bytes = b""
    centre_keys: CentreKeys | None = None
    escrow: bytes = b""
    offers_chunks: tuple[bytes, ...] = ()
    health: Health | None = None
    quota_days: QuotaDays | None = None

    def bundle(
        self,
        *,
        stream: str,
        sender: bytes,
        receiver: bytes,
        number: int,
        sent_ms: int,
        got_chunks: tuple[bytes, ...] = (),
        answers: bytes = b"",
    ) -> Bundle:
        """The bundle that carries this batch."""
        return Bundle(
            stream=stream,
            sender=sender,
            receiver=receiver,
            number=number,
            sent_ms=sent_ms,
            have=self.have,
            runs=self.runs,
            keys=self.keys,
            epochs=self.epochs,
            chunks=self.chunks,
            got_chunks=got_chunks,
            lacks_chunks=self.lacks_chunks,
            answers=answers,
            more=self.more,
            lacks_keys=self.lacks_keys,
            lacks_records=self.lacks_records,
            excerpt=self.excerpt,
            seals=self.seals,
            succession=self.succession,
            writers=self.writers,
            ends=self.ends,
            orders=self.orders,
            knows=self.knows,
            centre_keys=self.centre_keys,
            escrow=self.escrow,
            offers_chunks=self.offers_chunks,
            health=self.health,
            quota_days=self.quota_days,
        )


@dataclass(frozen=True, slots=True)
class Peer:
    """The other side, as it was pinned at enrolment."""

    replica: bytes
    public: bytes


class Phase(StrEnum):
    IDLE = "idle"
    AWAITING = "awaiting"


class Initiator:
    """The side that calls: an edge. One instance serves any number of exchanges in turn."""

    def __init__(self, stream: str, centre: Peer, spoken: tuple[int, ...] = SPOKEN) -> None:
        self._stream = stream
        self.speech = Speech(spoken)
        self._centre = centre
        self._sender = b""
        self._asked = b""
        self.phase = Phase.IDLE

    def ask(self, identity: Identity, batch: Batch, number: int, now_ms: int) -> bytes:
        """The bundle to send. `number` must be higher than any used before."""
        protocol = self.speech.protocol
        raw = request(
            identity, self._stream, self._centre, batch, number, now_ms, protocol, self.speech.ours
        )
        self._sender = identity.replica
        self._asked = digest(raw)
        self.phase = Phase.AWAITING
        return raw

    def answered(self, raw: bytes) -> Bundle:
        """The centre's answer to the last `ask`, verified.

        :raises Malformed, BadSignature, UnknownSender, WrongStream: not the centre's answer.
        :raises Replayed: an answer to another bundle.
        """
        if self.phase is not Phase.AWAITING:
            raise Malformed("an answer without a question")
        answer = open_answer(raw, self._centre, self._stream, (self._sender,), self.speech.ours)
        if answer.answers != self._asked:
            raise Replayed(0)
        self.speech.answered(answer.protocol, answer.newer)
        self.phase = Phase.IDLE
        return answer

    def failed(self) -> None:
        """The answer did not come; the next `ask` starts afresh."""
        self.phase = Phase.IDLE


def request(
    identity: Identity,
    stream: str,
    centre: Peer,
    batch: Batch,
    number: int,
    now_ms: int,
    protocol: int = SPOKEN[0],
    spoken: tuple[int, ...] = SPOKEN,
) -> bytes:
    """A node's signed bundle, for any carrier. `number` must be higher than any used before.

    :param protocol: the oldest, where nobody will be there to turn a newer one down.
    """
    content = batch.bundle(
        stream=stream,
        sender=identity.replica,
        receiver=centre.replica,
        number=number,
        sent_ms=now_ms,
    )
    content = replace(content, protocol=protocol, newer=newer_than(protocol, spoken))
    return cose.sign1(identity, wire.encode(content))


def open_answer(
    raw: bytes,
    centre: Peer,
    stream: str,
    asked_as: Collection[bytes],
    spoken: tuple[int, ...] = SPOKEN,
) -> Bundle:
    """An answer that the centre signed for one of the replicas `asked_as`. What it answers is the
    caller's to check.

    :raises Malformed, BadSignature, UnknownSender, WrongStream: not the centre's answer.
    """

    def public_of(replica: bytes) -> bytes:
        if replica != centre.replica:
            raise UnknownSender("this is not the centre that was enrolled with")
        return centre.public

    _, payload = cose.verify1(raw, public_of)
    answer = wire.decode(payload, spoken)
    _addressed(answer, centre.replica, asked_as, stream)
    return answer


@dataclass(frozen=True, slots=True)
class Sender:
    """What the centre knows of an enrolled node."""

    replica: bytes
    public: bytes
    stream: str
    last_number: int
    revoked: bool = False
    retired: bool = False
    """Whether it introduced a successor that signs in its place."""
    name: str = ""
    seal_public: bytes = b""
    takes_over: bool = False
    """Whether it is given the open requests of a stream that others wrote before."""
    came_after: bytes = b""
    """Of one that is new here: the replica before it."""
    retires_former: bool = False

    def require_standing(self) -> None:
        """:raises Revoked: what this node signs counts no more.
        :raises UnknownSender: it is retired.
        """
        if self.revoked:
            raise Revoked("this node was revoked")
        if self.retired:
            raise UnknownSender("this node signs with newer keys")


@dataclass(frozen=True, slots=True)
class Opened:
    """A node's bundle, verified as far as can be without its log."""

    content: Bundle
    sender: Sender
    successors: tuple[Sender, ...] = ()
    """Identities that are new here, oldest first; the last one signed the bundle."""


def open_request(
    raw: bytes,
    receivers: Container[bytes],
    sender_of: Callable[[bytes], Sender | None],
    spoken: tuple[int, ...] = SPOKEN,
    *,
    by_hand: bool = False,
) -> Opened:
    """A node's bundle, verified.

    :param receivers: the replicas that the centre answers as: nodes that did not call since its
        signing key was changed have pinned a former one.
    :param by_hand: a person brought it. Newer ones may have come by a faster carrier; what is new
        in it is told by positions in logs, not by its number.
    :raises Malformed, BadSignature: cut short or altered.
    :raises Unspoken: of a protocol that is not spoken here.
    :raises UnknownSender, Revoked: not enrolled, retired, or revoked.
    :raises WrongStream: for a stream that is not the sender's, or for another receiver.
    :raises Replayed: its number was used before.
    """
    opened: list[Sender] = []

    def public_of(replica: bytes) -> bytes:
        known = sender_of(replica)
        if known is None:
            # Its succession says whose keys these are; what it says is checked before it is used.
            content = wire.decode(cose.unverified_payload(raw), spoken)
            opened.extend(succeed(content.stream, content.succession, sender_of))
            if not opened or opened[-1].replica != replica:
                raise UnknownSender("this node is not enrolled")
        else:
            known.require_standing()
            opened.append(known)
        return opened[-1].public

    _, payload = cose.verify1(raw, public_of)
    content = wire.decode(payload, spoken)
    sender = opened[-1]
    _addressed(content, sender.replica, receivers, sender.stream)
    if content.number <= sender.last_number and not by_hand:
        raise Replayed(sender.last_number)
    fresh = tuple(one for one in opened if one.came_after)
    return Opened(content, sender, fresh)


def succeed(
    stream: str, succession: tuple[Successor, ...], sender_of: Callable[[bytes], Sender | None]
) -> list[Sender]:
    """The identities of a succession that are new here, in order.

    :raises UnknownSender: it does not begin at a node in good standing.
    :raises BadSignature: one did not sign for the next.
    """
    fresh: list[Sender] = []
    for link in succession:
        replica = replica_id(link.sign_public)
        if sender_of(replica) is not None:
            continue
        former = fresh[-1] if fresh and fresh[-1].replica == link.former else sender_of(link.former)
        if former is None:
            raise UnknownSender("this node is not enrolled")
        former.require_standing()
        check_successor(former.public, stream, link)
        fresh.append(
            Sender(
                replica,
                link.sign_public,
                former.stream,
                0,
                name=former.name,
                seal_public=link.seal_public,
                takes_over=former.takes_over,
                came_after=link.former,
                retires_former=link.retires,
            )
        )
    return fresh


def answer(
    identity: Identity,
    raw_request: bytes,
    request: Bundle,
    batch: Batch,
    got_chunks: tuple[bytes, ...],
    now_ms: int,
    spoken: tuple[int, ...] = SPOKEN,
) -> bytes:
    """The centre's signed answer, in the protocol it was asked in; to be made after what it
    acknowledges is durable."""
    content = batch.bundle(
        stream=request.stream,
        sender=identity.replica,
        receiver=request.sender,
        number=0,
        sent_ms=now_ms,
        got_chunks=got_chunks,
        answers=digest(raw_request),
    )
    newer = newer_than(request.protocol, spoken)
    content = replace(content, protocol=request.protocol, newer=newer)
    return cose.sign1(identity, wire.encode(content))


def _addressed(content: Bundle, sender: bytes, receivers: Container[bytes], stream: str) -> None:
    if content.sender != sender:
        raise BadSignature("the bundle's sender is not its signer")
    if content.receiver not in receivers:
        raise WrongStream("the bundle is addressed to another receiver")
    if content.stream != stream:
        raise WrongStream(f"the bundle is for stream {content.stream}, the node writes {stream}")

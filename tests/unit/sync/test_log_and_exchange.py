"""Runs against a held log, and the exchange's two sides without any I/O."""

from __future__ import annotations

from dataclasses import replace

import cbor2
import pytest
from pycose.keys import OKPKey
from pycose.messages import Sign1Message

from crypto.chain import GENESIS, digest
from crypto.identity import Identity
from sync import cose, enrol, wire
from sync.bundle import Bundle, Run
from sync.change import Change, associated_data, header_hash
from sync.errors import (
    BadSignature,
    Forked,
    Malformed,
    Replayed,
    UnknownSender,
    Unspoken,
    WrongStream,
)
from sync.exchange import Batch, Initiator, Peer, Phase, Sender, answer, open_request
from sync.log import Tip, new_changes

STREAM = "32.75.02.1004"
NODE, CENTRE, STRANGER = (Identity.from_seed(bytes([n]) * 32) for n in (1, 2, 3))
PEER = Peer(CENTRE.replica, CENTRE.public)


def run_of(count: int, first: int = 1, prev: bytes = GENESIS, salt: bytes = b"") -> Run:
    return Run(
        NODE.replica,
        first,
        prev,
        [(first + n) << 16 for n in range(count)],
        [0] * count,
        [bytes([first + n]) * 16 for n in range(count)],
        ["permohonan"] * count,
        [{}] * count,
        [b"body %d" % (first + n) + salt for n in range(count)],
    )


def held(changes: list[Change]) -> tuple[Tip, object]:
    by_seq = {change.seq: change.hash for change in changes}
    last = changes[-1] if changes else None
    tip = Tip(last.seq, last.hash) if last else Tip()
    return tip, by_seq.__getitem__


def test_a_run_becomes_a_chain_from_genesis() -> None:
    changes = new_changes(STREAM, run_of(3), Tip(), lambda _: b"")

    assert [change.seq for change in changes] == [1, 2, 3]
    assert changes[0].prev == GENESIS
    assert changes[1].prev == changes[0].hash
    first = changes[0]
    header = cbor2.dumps(
        [
            STREAM,
            NODE.replica,
            1,
            GENESIS,
            first.hlc,
            0,
            first.record,
            "permohonan",
            {},
            digest(b"body 1"),
        ],
        canonical=True,
    )
    assert first.hash == digest(header)


def test_a_repeat_gives_nothing_and_an_overlap_gives_the_rest() -> None:
    known = new_changes(STREAM, run_of(3), Tip(), lambda _: b"")
    tip, hash_at = held(known)

    assert new_changes(STREAM, run_of(3), tip, hash_at) == []  # type: ignore[arg-type]
    more = new_changes(STREAM, run_of(5), tip, hash_at)  # type: ignore[arg-type]
    assert [change.seq for change in more] == [4, 5]
    later = run_of(2, first=3, prev=known[1].hash)
    assert [c.seq for c in new_changes(STREAM, later, tip, hash_at)] == [4]  # type: ignore[arg-type]


def test_a_gap_gives_nothing_and_waits() -> None:
    assert new_changes(STREAM, run_of(2, first=5, prev=b"x" * 32), Tip(), lambda _: b"") == []


def test_another_change_at_a_taken_position_is_a_fork() -> None:
    known = new_changes(STREAM, run_of(3), Tip(), lambda _: b"")
    tip, hash_at = held(known)

    with pytest.raises(Forked):
        new_changes(STREAM, run_of(3, salt=b"!"), tip, hash_at)  # type: ignore[arg-type]
    with pytest.raises(Forked):
        new_changes(STREAM, run_of(1, first=4, prev=b"x" * 32), tip, hash_at)  # type: ignore[arg-type]
    with pytest.raises(Forked):
        new_changes(STREAM, replace(run_of(1), prev=b"x" * 32), Tip(), lambda _: b"")


def test_a_dropped_body_leaves_the_chain_whole() -> None:
    whole = new_changes(STREAM, run_of(2), Tip(), lambda _: b"")
    run = run_of(2)
    without = replace(run, bodies=[None, run.bodies[1]], shas={0: digest(b"body 1")})

    assert [c.hash for c in new_changes(STREAM, without, Tip(), lambda _: b"")] == [
        c.hash for c in whole
    ]


def test_one_round_trip_carries_both_ways() -> None:
    edge = Initiator(STREAM, PEER)
    raw = edge.ask(NODE, Batch(have={NODE.replica: 2}, runs=(run_of(2),)), 1, 1000)
    opened = open_request(raw, (CENTRE.replica,), lambda _: sender_of(0))
    request, sender = opened.content, opened.sender
    down = replace(run_of(1), replica=CENTRE.replica)

    raw_answer = answer(CENTRE, raw, request, Batch(have={NODE.replica: 2}, runs=(down,)), (), 2000)
    got = edge.answered(raw_answer)

    assert sender.stream == STREAM
    assert request.runs[0].bodies == [b"body 1", b"body 2"]
    assert got.have == {NODE.replica: 2}
    assert got.runs[0].replica == CENTRE.replica
    assert edge.phase is Phase.IDLE


def sender_of(last: int, **changed: object) -> Sender:
    return replace(Sender(NODE.replica, NODE.public, STREAM, last), **changed)  # type: ignore[arg-type]


def test_each_wrong_bundle_is_refused_for_its_own_reason() -> None:
    def ask(identity: Identity = NODE, stream: str = STREAM, peer: Peer = PEER) -> bytes:
        return Initiator(stream, peer).ask(identity, Batch({}), 5, 1)

    def opened(raw: bytes, sender: Sender | None) -> None:
        open_request(raw, (CENTRE.replica,), lambda _: sender)

    with pytest.raises(UnknownSender):
        opened(ask(), None)
    with pytest.raises(UnknownSender):
        opened(ask(), sender_of(0, revoked=True))
    with pytest.raises(WrongStream):
        opened(ask(stream="32.75.02.1001"), sender_of(0))
    with pytest.raises(WrongStream):
        opened(ask(peer=Peer(STRANGER.replica, STRANGER.public)), sender_of(0))
    with pytest.raises(Replayed) as replayed:
        opened(ask(), sender_of(5))
    assert replayed.value.last == 5
    with pytest.raises(BadSignature):
        opened(ask(identity=STRANGER), sender_of(0))
    with pytest.raises(Malformed):
        opened(ask()[:-10], sender_of(0))
    with pytest.raises(UnknownSender):
        opened(ask(), replace(sender_of(0), retired=True))


def test_an_answer_of_somebody_else_or_to_another_question_is_refused() -> None:
    edge = Initiator(STREAM, PEER)
    with pytest.raises(Malformed):
        edge.answered(b"")
    old = edge.ask(NODE, Batch({}), 1, 1)
    request = open_request(old, (CENTRE.replica,), lambda _: sender_of(0)).content
    old_answer = answer(CENTRE, old, request, Batch({}), (), 2)
    edge.ask(NODE, Batch({}), 2, 2)

    with pytest.raises(Replayed):
        edge.answered(old_answer)
    with pytest.raises(UnknownSender):
        edge.answered(answer(STRANGER, old, request, Batch({}), (), 2))


def test_a_protocol_of_later_days_is_refused_by_name() -> None:
    payload = cbor2.dumps({0: 99})

    with pytest.raises(Unspoken, match="protocol 99"):
        wire.decode(payload)


def test_an_independent_implementation_verifies_our_signature() -> None:
    raw = cose.sign1(NODE, b"payload")
    # pycose's own decode trips over cbor2 6, whose tagged values are immutable.
    protected, unprotected, payload, signature = cbor2.loads(raw).value
    parts = [protected, dict(unprotected), payload, signature]
    message = Sign1Message.from_cose_obj(parts, True)
    message.key = OKPKey.from_dict({1: 1, -1: 6, -2: NODE.public})

    assert cbor2.loads(raw).tag == Sign1Message.cbor_tag
    assert message.payload == b"payload"
    assert message.verify_signature()
    message.key = OKPKey.from_dict({1: 1, -1: 6, -2: STRANGER.public})
    assert not message.verify_signature()


def test_the_header_hash_is_over_the_canonical_array_of_ten() -> None:
    aad = associated_data(STREAM, NODE.replica, 1, GENESIS, 7, 0, b"r" * 16, "k", {})

    assert aad[0] == 0x89
    assert header_hash(aad, b"s" * 32) == digest(b"\x8a" + aad[1:] + b"\x58\x20" + b"s" * 32)


def test_enrolment_admits_who_knows_the_code_and_trusts_who_issued_it() -> None:
    seal = b"c" * 1216
    code = enrol.EnrolCode.issue(CENTRE.public, seal)
    asked = enrol.apply(NODE, b"n" * 1216, enrol.EnrolCode.parse(code.text().lower()))
    applicant = enrol.read_application(asked)

    assert applicant.code_id == code.id
    assert enrol.proves(applicant, code.secret)
    assert not enrol.proves(applicant, b"x" * 10)
    said = enrol.admit(CENTRE, seal, applicant, code.secret, STREAM, "Bintarajaya", 1)
    admission = enrol.read_admission(said, code, asked)
    assert (admission.stream, admission.name) == (STREAM, "Bintarajaya")
    assert admission.sign_public == CENTRE.public


def test_nobody_can_stand_between_a_node_and_the_centre() -> None:
    seal = b"c" * 1216
    code = enrol.EnrolCode.issue(CENTRE.public, seal)
    asked = enrol.apply(NODE, b"n" * 1216, code)
    applicant = enrol.read_application(asked)

    def admission(by: Identity, secret: bytes) -> bytes:
        return enrol.admit(by, seal, applicant, secret, STREAM, "X", 1)

    # Other keys than those the code was issued for.
    with pytest.raises(UnknownSender):
        enrol.read_admission(admission(STRANGER, code.secret), code, asked)
    # The right keys, but without the secret.
    with pytest.raises(BadSignature):
        enrol.read_admission(admission(CENTRE, b"x" * 10), code, asked)
    # An answer to another request.
    other = enrol.apply(NODE, b"m" * 1216, code)
    with pytest.raises(BadSignature):
        enrol.read_admission(admission(CENTRE, code.secret), code, other)
    # The node's keys replaced on the way.
    forged = enrol.read_application(enrol.apply(STRANGER, b"n" * 1216, code))
    assert not enrol.proves(replace(forged, mac=applicant.mac), code.secret)


@pytest.mark.parametrize("text", ["", "AAAA", "not a code!", "A" * 31])
def test_a_mistyped_code_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        enrol.EnrolCode.parse(text)


def test_unknown_keys_of_a_bundle_are_kept() -> None:
    content = Bundle(STREAM, NODE.replica, CENTRE.replica, 1, 1, extra={40: "later"})

    assert wire.decode(wire.encode(content)).extra == {40: "later"}

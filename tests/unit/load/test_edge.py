"""A light edge writes what a centre can open, and believes no watermark that it did not earn."""

from __future__ import annotations

import random
from collections.abc import Mapping

import pytest

from crypto import aead
from crypto.identity import Identity
from crypto.keys import unwrap
from crypto.recipient import Recipient
from load.edge import Asked, Enrolled, Group, LightEdge
from load.filing import filings
from load.plan import Plan
from load.setting import set_up
from load.writing import LogBook
from registration.bodies import body_dictionaries
from registration.catalogue import DATA, SCAN
from registration.lifecycle import Act
from sync.bindings import chunk_data, epoch_info
from sync.body import Body, BodyCodec
from sync.bundle import Bundle
from sync.errors import Replayed
from sync.exchange import Batch, Peer, Sender, answer, open_request
from sync.link import Line, Link, busy
from sync.log import changes_in

STREAM = "32.75.02.1004"
CENTRE = Identity.from_seed(b"c" * 32)
NODE = Identity.from_seed(b"n" * 32)
SEAL = Recipient.from_secret(b"s" * 96)
CODEC = BodyCodec(body_dictionaries())
NOW_MS = 1_795_000_000_000


def make_edge(arrivals: list[float], scan_at: int = 0, scan_bytes: int = 70_000) -> LightEdge:
    rng = random.Random(1)
    book = LogBook(
        NODE.replica,
        STREAM,
        SEAL.public,
        CODEC,
        filings(STREAM, rng),
        lambda seq: NOW_MS + seq,
        lambda seq: scan_bytes if seq == scan_at else 0,
        rng,
    )
    node = Enrolled(NODE, STREAM, Peer(CENTRE.replica, CENTRE.public), SEAL.public)
    return LightEdge(0, Group.EDGES, node, book, arrivals, Link())


def opened(asked: Asked) -> Bundle:
    known = Sender(NODE.replica, NODE.public, STREAM, 0)
    return open_request(asked.raw, {CENTRE.replica}, lambda _: known).content


def answered(asked: Asked, have: Mapping[bytes, int], got: tuple[bytes, ...] = ()) -> bytes:
    return answer(CENTRE, asked.raw, opened(asked), Batch(have), got, NOW_MS)


def test_what_it_sends_opens_at_the_centre_as_a_filed_request() -> None:
    edge = make_edge([0.0, 0.0, 5.0])

    bundle = opened(edge.ask(1.0, NOW_MS))

    (epoch, sealed), (first, second) = next(iter(bundle.epochs.items())), bundle.keys
    epoch_key = SEAL.open(sealed, epoch_info(STREAM, epoch))
    for change, wrapped in zip(changes_in(STREAM, bundle.runs[0]), (first, second), strict=True):
        assert change.body is not None
        key = unwrap(epoch_key, wrapped.wrapped)
        plain = aead.unseal(key, change.body, change.associated)
        body = Body.from_plain(CODEC.decode(plain))
        assert body.act == Act.AJUKAN
        assert str(body.writes[DATA + "nik"]).isdecimal()


def test_a_scan_goes_in_pieces_behind_the_changes_and_opens_too() -> None:
    edge = make_edge([0.0], scan_at=1)
    edge.link = Link(line=Line.UP)
    first = edge.ask(0.0, NOW_MS)

    bundle = opened(first)

    (epoch, sealed), (wrapped,) = next(iter(bundle.epochs.items())), bundle.keys
    key = unwrap(SEAL.open(sealed, epoch_info(STREAM, epoch)), wrapped.wrapped)
    (change,) = changes_in(STREAM, bundle.runs[0])
    assert change.body is not None
    writes = CODEC.decode(aead.unseal(key, change.body, change.associated))["w"]
    (name,) = (name for name in writes if name.startswith(SCAN))
    bound = chunk_data(STREAM, change.record, name.removeprefix(SCAN), 0, 3)
    assert len(writes[name]["chunks"]) == 3
    assert len(aead.unseal(key, bundle.chunks[0][1], bound)) == 32 << 10
    assert first.more


def test_an_answer_moves_the_watermark_and_ends_the_edge_with_its_last_piece() -> None:
    edge = make_edge([0.0, 0.0], scan_at=2, scan_bytes=1_000)
    asked = edge.ask(0.5, NOW_MS)

    taken = edge.take(asked, answered(asked, {NODE.replica: 2}, asked.pieces), 0.75)

    assert (taken.before, taken.acked, taken.scans, taken.more) == (0, 2, (2,), False)
    assert edge.done(0.75)
    assert edge.finished_at == 0.75
    assert edge.broken == []


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (1, "acknowledged 1 of 2"),
        (3, "acknowledged 3, and 2 were sent"),
        (0, "acknowledged 0 of 2"),
    ],
)
def test_a_watermark_that_says_less_or_more_than_was_sent_is_told(held: int, said: str) -> None:
    edge = make_edge([0.0, 0.0])
    asked = edge.ask(0.0, NOW_MS)

    edge.take(asked, answered(asked, {NODE.replica: held}), 0.1)

    assert edge.broken == [said]


def test_a_watermark_that_went_back_is_told_and_not_followed() -> None:
    edge = make_edge([0.0, 0.0, 1.0])
    first = edge.ask(0.0, NOW_MS)
    edge.take(first, answered(first, {NODE.replica: 2}), 0.1)
    second = edge.ask(1.0, NOW_MS)

    edge.take(second, answered(second, {NODE.replica: 1}), 1.1)

    assert edge.broken == ["acknowledged 1 after 2"]
    assert edge.acked == 2


def test_an_answer_that_was_lost_may_have_acknowledged_more_than_the_next_bundle_brings() -> None:
    edge = make_edge([0.0, 0.0, 0.0])
    edge.ask(0.0, NOW_MS)
    edge.failed()
    edge.arrivals = [0.0, 9.0, 9.0]
    second = edge.ask(1.0, NOW_MS)

    taken = edge.take(second, answered(second, {NODE.replica: 3}), 1.1)

    assert taken.acked == 3
    assert edge.broken == []


def test_an_answer_to_another_bundle_is_not_taken() -> None:
    edge = make_edge([0.0])
    first = edge.ask(0.0, NOW_MS)
    edge.failed()
    second = edge.ask(0.0, NOW_MS)

    with pytest.raises(Replayed):
        edge.take(second, answered(first, {NODE.replica: 1}), 0.1)


def test_what_arrives_makes_it_call_at_once_but_not_while_the_centre_is_busy() -> None:
    edge = make_edge([3.0, 4.0])
    edge.link = Link(line=Line.UP, next_try=20.0)

    before = edge.due(0.0)
    at_arrival = edge.due(3.0)
    edge.link = busy(edge.link, 3.0, 10.0, lambda low, _high: low)

    assert (before, at_arrival, edge.due(4.5)) == (3.0, 3.0, 13.0)


def test_the_flooder_sends_as_many_times_as_much_and_probes_stand_apart() -> None:
    plan = Plan(edges=3, seconds=200.0, rate=0.1, flooders=1, flood_times=50.0, probes=2)
    nodes = [
        Enrolled(Identity.generate(), STREAM, Peer(CENTRE.replica, CENTRE.public), SEAL.public)
        for _ in range(plan.nodes)
    ]

    edges = set_up(plan, nodes, NOW_MS)

    assert [edge.group for edge in edges] == [
        Group.FLOODER,
        *[Group.EDGES] * 2,
        *[Group.PROBES] * 2,
    ]
    assert len(edges[0].arrivals) == pytest.approx(1_000, rel=0.15)
    assert len(edges[1].arrivals) == pytest.approx(20, rel=0.6)
    probed = sorted(at for edge in edges[3:] for at in edge.arrivals)
    assert len(probed) == plan.probe_rate * plan.seconds


def test_a_backlog_waits_from_the_first_moment_with_its_scans_among_it() -> None:
    plan = Plan(edges=1, seconds=0.0, rate=0.0, backlog=20, backlog_scans=4, scan_bytes=500)
    node = Enrolled(NODE, STREAM, Peer(CENTRE.replica, CENTRE.public), SEAL.public)

    (edge,) = set_up(plan, [node], NOW_MS)
    edge.book.write_to(20)

    assert edge.arrived(0.0) == 20
    assert sorted(piece.seq for piece in edge.book.pieces.values()) == [1, 6, 11, 16]
    assert edge.book.stamp_ms(1) < edge.book.stamp_ms(20) < NOW_MS
    assert edge.link.line is Line.CUT

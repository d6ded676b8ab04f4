"""What goes over the wire comes back the same, and altered bytes never pass."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crypto.chain import GENESIS
from crypto.identity import Identity
from registration.bodies import body_dictionaries
from sync import cose, wire
from sync.body import BodyCodec, padded_length
from sync.bundle import Bundle, Run, WrappedKey
from sync.errors import BadSignature, Malformed, SyncError
from sync.exchange import Batch, Initiator, Peer, Sender, open_request

NODE, CENTRE = Identity.from_seed(bytes([1]) * 32), Identity.from_seed(bytes([2]) * 32)
STREAM = "32.75.02.1004"
EPOCH = date(1970, 1, 1)
bytes16 = st.binary(min_size=16, max_size=16)
bytes32 = st.binary(min_size=32, max_size=32)
_plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text() | st.binary(max_size=64),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@st.composite
def runs(draw: st.DrawFn) -> Run:
    count = draw(st.integers(1, 6))
    hlcs = sorted(draw(st.lists(st.integers(0, 2**62), min_size=count, max_size=count)))
    contexts = st.dictionaries(st.sampled_from([b"a" * 16, b"b" * 16]), st.integers(1, 2**40))
    bodies: list[bytes | None] = [draw(st.none() | st.binary(max_size=80)) for _ in range(count)]
    return Run(
        draw(bytes16),
        draw(st.integers(1, 2**40)),
        draw(bytes32),
        hlcs,
        [draw(st.integers(0, 2**32 - 1)) for _ in range(count)],
        [draw(bytes16) for _ in range(count)],
        [draw(st.sampled_from(["permohonan", "pengaduan", "lain"])) for _ in range(count)],
        [draw(contexts) for _ in range(count)],
        bodies,
        {at: draw(bytes32) for at, body in enumerate(bodies) if body is None},
    )


@st.composite
def bundles(draw: st.DrawFn) -> Bundle:
    some = tuple(draw(st.lists(runs(), max_size=2)))
    known = [record for run in some for record in run.records] or [bytes(16)]
    epochs = draw(st.dictionaries(st.binary(min_size=8, max_size=8), st.binary(), max_size=2))
    names = sorted(epochs) or [b"12345678"]
    keys = draw(
        st.lists(
            st.builds(
                WrappedKey,
                st.sampled_from(known) | bytes16,
                st.sampled_from(names),
                st.binary(min_size=40, max_size=40),
            ),
            max_size=3,
        )
    )
    return Bundle(
        STREAM,
        NODE.replica,
        CENTRE.replica,
        draw(st.integers(0, 2**40)),
        draw(st.integers(0, 2**42)),
        have=draw(st.dictionaries(bytes16, st.integers(0, 2**40), max_size=2)),
        runs=some,
        keys=tuple(sorted(keys, key=lambda key: key.epoch)),
        epochs=epochs,
        chunks=tuple(draw(st.lists(st.tuples(bytes16, st.binary(max_size=50)), max_size=2))),
        got_chunks=tuple(draw(st.lists(bytes32, max_size=2))),
        lacks_chunks=tuple(draw(st.lists(bytes32, max_size=2))),
        answers=draw(st.just(b"") | bytes32),
        more=draw(st.booleans()),
        quota_days=draw(
            st.none() | st.dictionaries(st.text(max_size=40), st.dates(min_value=EPOCH), max_size=3)
        ),
        extra=draw(st.dictionaries(st.integers(40, 99), st.text(), max_size=2)),
    )


@settings(max_examples=300, deadline=None)
@given(bundles())
def test_a_bundle_survives_the_wire_with_what_it_does_not_know(content: Bundle) -> None:
    encoded = wire.encode(content)

    assert wire.decode(encoded) == content
    assert wire.encode(wire.decode(encoded)) == encoded


@settings(max_examples=400, deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_are_refused_with_our_own_error(raw: bytes) -> None:
    with pytest.raises(SyncError):
        open_request(raw, (CENTRE.replica,), lambda _: Sender(NODE.replica, NODE.public, STREAM, 0))
    with pytest.raises(SyncError):
        wire.decode(raw)


@settings(max_examples=150, deadline=None)
@given(bundles(), st.data())
def test_an_altered_byte_or_a_cut_is_noticed(content: Bundle, data: st.DataObject) -> None:
    raw = cose.sign1(NODE, wire.encode(content))
    sender = Sender(NODE.replica, NODE.public, STREAM, -1)
    at = data.draw(st.integers(0, len(raw) - 1))
    flip = data.draw(st.integers(1, 255))
    altered = raw[:at] + bytes([raw[at] ^ flip]) + raw[at + 1 :]

    for bad in (altered, raw[:at]):
        with pytest.raises(SyncError):
            open_request(bad, (CENTRE.replica,), lambda _: sender)


def test_every_byte_of_a_bundle_is_covered_by_its_signature() -> None:
    asked = Initiator(STREAM, Peer(CENTRE.replica, CENTRE.public)).ask(NODE, Batch({}), 1, 1)
    sender = Sender(NODE.replica, NODE.public, STREAM, 0)

    for at in range(len(asked)):
        altered = asked[:at] + bytes([asked[at] ^ 1]) + asked[at + 1 :]
        with pytest.raises((BadSignature, Malformed)):
            open_request(altered, (CENTRE.replica,), lambda _: sender)


def test_what_no_signature_covers_has_one_form_only() -> None:
    raw = Initiator(STREAM, Peer(CENTRE.replica, CENTRE.public)).ask(NODE, Batch({}), 1, 1)
    sender = Sender(NODE.replica, NODE.public, STREAM, 0)
    noted = raw.replace(b"\xa0", b"\xa1\x01\x02", 1)

    for other in (raw + b"\0", b"\xd8\x12" + raw[1:], noted):
        with pytest.raises(Malformed):
            open_request(other, (CENTRE.replica,), lambda _: sender)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(st.text(max_size=20), _plain, max_size=6))
def test_a_body_survives_compression_and_padding(plain: dict[str, object]) -> None:
    for codec in (BodyCodec(body_dictionaries()), BodyCodec({})):
        padded = codec.encode(plain)

        assert codec.decode(padded) == plain
        assert len(padded) == padded_length(len(padded))
        # Whoever ships dictionaries reads what was written without.
        assert BodyCodec(body_dictionaries()).decode(padded) == plain


@given(st.binary(max_size=200))
def test_bytes_that_are_no_body_are_refused(padded: bytes) -> None:
    codec = BodyCodec(body_dictionaries())
    try:
        decoded = codec.decode(padded)
    except Malformed:
        return

    assert isinstance(decoded, dict)


def test_genesis_is_what_a_first_header_holds() -> None:
    assert bytes(32) == GENESIS

"""The test vectors of docs/protocol.md hold for the code as it is."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import cbor2
import pytest

from crypto import aead, keys
from crypto.blind import BlindIndex
from crypto.chain import digest
from crypto.identity import Identity
from crypto.recipient import Recipient
from crypto.shares import combine
from registration.bodies import body_dictionaries
from sync import cose, enrol, hlc, wire
from sync.body import BodyCodec
from sync.bundle import LogSeal, Successor
from sync.carrier_file import CarrierFile, Reader
from sync.change import associated_data, header_hash
from sync.errors import BadSignature
from sync.log import Tip, new_changes
from sync.orders import CentreKeys, ShredOrder, check_order, escrow_id, escrow_info
from sync.record import EMPTY, Dot, Write, encode, fold, state_hash
from sync.seals import check_seal, check_successor
from tests.make_vectors import PATH

_hex = bytes.fromhex


@pytest.fixture(scope="module")
def vectors() -> Any:
    return json.loads(PATH.read_text())


def test_identity(vectors: Any) -> None:
    for name in ("identity", "centre"):
        identity = Identity.from_seed(_hex(vectors[name]["seed"]))

        assert identity.public.hex() == vectors[name]["public"]
        assert identity.replica.hex() == vectors[name]["replica"]


def test_stamp(vectors: Any) -> None:
    stamp = vectors["hlc"]

    assert hlc.pack(stamp["ms"], stamp["counter"]) == stamp["packed"]


def test_change(vectors: Any) -> None:
    change = vectors["change"]
    aad = associated_data(
        vectors["stream"],
        _hex(vectors["identity"]["replica"]),
        change["seq"],
        _hex(change["prev"]),
        vectors["hlc"]["packed"],
        change["doubt"],
        _hex(change["record"]),
        change["kind"],
        {},
    )
    padded = aead.unseal(_hex(change["data_key"]), _hex(change["sealed"]), aad)
    codec = BodyCodec(body_dictionaries())

    assert aad.hex() == change["associated"]
    assert padded.hex() == change["padded"]
    assert codec.decode(padded) == change["body"]
    assert codec.encode(change["body"]).hex() == change["padded"]
    assert digest(_hex(change["sealed"])).hex() == change["body_sha256"]
    assert header_hash(aad, _hex(change["body_sha256"])).hex() == change["header_hash"]


def test_keys(vectors: Any) -> None:
    said = vectors["keys"]
    recipient = Recipient.from_secret(_hex(vectors["recipient"]["secret"]))
    epoch_key = recipient.open(_hex(said["sealed_epoch"]), _hex(said["epoch_info"]))

    assert digest(recipient.public).hex() == vectors["recipient"]["public_sha256"]
    assert epoch_key.hex() == said["epoch_key"]
    opened = keys.unwrap(epoch_key, _hex(said["wrapped_data_key"]))
    assert opened.hex() == vectors["change"]["data_key"]
    assert keys.wrap(epoch_key, opened).hex() == said["wrapped_data_key"]


def test_blind_index(vectors: Any) -> None:
    said = vectors["blind"]

    assert BlindIndex(_hex(said["key"])).token(said["kind"], said["value"]).hex() == said["token"]


def test_bundle_and_answer(vectors: Any) -> None:
    raw, node = _hex(vectors["bundle"]["raw"]), vectors["identity"]
    signer, payload = cose.verify1(raw, lambda _: _hex(node["public"]))
    content = wire.decode(payload)
    (change,) = new_changes(vectors["stream"], content.runs[0], Tip(), lambda _: b"")
    centre = vectors["centre"]
    _, payload = cose.verify1(_hex(vectors["bundle"]["answer"]), lambda _: _hex(centre["public"]))

    assert signer.hex() == node["replica"]
    assert change.hash.hex() == vectors["change"]["header_hash"]
    assert change.body == _hex(vectors["change"]["sealed"])
    assert content.keys[0].wrapped.hex() == vectors["keys"]["wrapped_data_key"]
    assert wire.decode(payload).answers == digest(raw)
    # Deterministic: the same content gives the same bytes, signature included.
    again = cose.sign1(Identity.from_seed(_hex(node["seed"])), wire.encode(content))
    assert again == raw
    assert cbor2.loads(raw).tag == 18


def test_carrier_file(vectors: Any, tmp_path: Path) -> None:
    node, centre = (_hex(vectors[who]["replica"]) for who in ("identity", "centre"))
    for direction, raw in (("up", "raw"), ("down", "answer")):
        data = _hex(vectors["carrier_file"][direction])
        reader = Reader(io.BytesIO(data))
        bundles = list(reader)

        assert [one.hex() for one in bundles] == [vectors["bundle"][raw]]
        assert (reader.header.direction, reader.header.stream) == (direction, vectors["stream"])
        assert {reader.header.sender, reader.header.receiver} == {node, centre}
        with CarrierFile(tmp_path / direction, reader.header) as again:
            again.add(bundles[0])
        assert (tmp_path / direction).read_bytes() == data


def test_enrolment(vectors: Any) -> None:
    said = vectors["enrolment"]
    code = enrol.EnrolCode.parse(said["code"])
    applicant = enrol.read_application(_hex(said["request"]))

    assert code.id.hex() == said["code_id"]
    assert applicant.code_id == code.id
    assert enrol.proves(applicant, code.secret)


def test_merge(vectors: Any) -> None:
    writes = [
        Write(
            Dot(_hex(one["dot"][0]), one["dot"][1]),
            one["hlc"],
            one["doubt"],
            {_hex(replica): seq for replica, seq in one["context"].items()},
            one["fields"],
        )
        for one in vectors["merge"]["writes"]
    ]
    for order in (writes, writes[::-1]):
        state = EMPTY
        for write in order:
            state = fold(state, write)

        assert encode(state).hex() == vectors["merge"]["state"]
        assert state_hash(encode(state)).hex() == vectors["merge"]["state_hash"]
        assert len(state.fields["data.nama"].entries) == 2


def test_statements(vectors: Any) -> None:
    said, stream = vectors["statements"], vectors["stream"]
    node, centre = _hex(vectors["identity"]["public"]), _hex(vectors["centre"]["public"])
    recovery = Recipient.from_secret(_hex(said["centre_keys"]["recovery_secret"]))
    seal, after, order = said["log_seal"], said["successor"], said["shred_order"]
    sealed_log = LogSeal(
        _hex(seal["replica"]), seal["seq"], _hex(seal["hash"]), _hex(seal["signature"])
    )
    successor = Successor(
        _hex(after["former"]),
        _hex(after["sign_public"]),
        recovery.public,
        after["retires"],
        _hex(after["signature"]),
    )

    check_seal([centre], stream, sealed_log)
    check_successor(node, stream, successor)
    given = ShredOrder(order["number"], _hex(order["record"]), _hex(order["signature"]))
    check_order([centre], stream, given)
    keys_told = CentreKeys(centre, recovery.public, recovery.public)
    assert keys_told.fingerprint.hex() == said["centre_keys"]["fingerprint"]
    assert Identity.from_seed(_hex(after["seed"])).public.hex() == after["sign_public"]
    assert said["origin"] == vectors["change"]["header_hash"][:32]
    for wrong in (other for other in (node, recovery.public[:32])):
        with pytest.raises(BadSignature):
            check_seal([wrong], stream, sealed_log)
    with pytest.raises(BadSignature):
        check_order([centre], "32.75.02.1001", given)


def test_escrow(vectors: Any) -> None:
    said = vectors["statements"]["escrow"]
    secret = combine([_hex(said["shares"][0]), _hex(said["shares"][2])])
    recovery = Recipient.from_secret(secret)

    assert secret.hex() == vectors["statements"]["centre_keys"]["recovery_secret"]
    opened = recovery.open(_hex(said["sealed"]), escrow_info(vectors["stream"]))
    assert opened.hex() == said["kek"]
    assert escrow_id(_hex(said["sealed"])).hex() == said["id"]


def test_bundles_with_every_key(vectors: Any) -> None:
    said, signer = vectors["wide_bundles"], vectors["statements"]["successor"]
    publics = {"up": signer["sign_public"], "down": vectors["centre"]["public"]}
    seeds = {"up": signer["seed"], "down": vectors["centre"]["seed"]}
    used: set[int] = set()
    for way, public in publics.items():
        raw = _hex(said[way])
        _, payload = cose.verify1(raw, lambda _, public=public: _hex(public))
        content = wire.decode(payload)
        used |= cbor2.loads(payload).keys()

        assert cose.sign1(Identity.from_seed(_hex(seeds[way])), wire.encode(content)) == raw
        assert content.runs[0].shas[0].hex() == vectors["change"]["body_sha256"]
    plain = cbor2.loads(_hex(vectors["bundle"]["raw"])).value[2]
    used |= cbor2.loads(plain).keys()
    unused = {14, 29}
    assert used == set(range(32)) - unused | {99}, "a vector for every key there is"

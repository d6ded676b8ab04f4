"""Writes docs/protocol-vectors.json: `python -m tests.make_vectors`. Run on a protocol change only.

Everything is derived from fixed seeds, except what is sealed with random nonces; those values are
written once, and a reader checks that they open. Parts that stand in the file already are kept: one
that is to be made anew is taken out first.
"""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from crypto import aead, keys
from crypto.blind import BlindIndex
from crypto.chain import GENESIS, digest
from crypto.identity import Identity
from crypto.recipient import Recipient, seal_to
from registration.bodies import body_dictionaries
from sync import enrol, hlc
from sync.body import Author, Body, BodyCodec
from sync.bundle import Run, WrappedKey
from sync.carrier_file import CarrierFile, Direction, Header
from sync.change import associated_data, header_hash
from sync.exchange import Batch, Initiator, Peer, Sender, answer, open_request
from sync.log import changes_in
from sync.record import EMPTY, Dot, Write, encode, fold, state_hash
from tests import vectors_wide

PATH = Path(__file__).parents[1] / "docs" / "protocol-vectors.json"
STREAM = "32.75.02.1004"
NODE = Identity.from_seed(bytes(range(32)))
CENTRE = Identity.from_seed(bytes(range(32, 64)))
RECIPIENT = Recipient.from_secret(bytes(range(96)))
RECORD = bytes.fromhex("019abcdef0007000800000000000002a")
DATA_KEY, EPOCH_KEY = bytes([7]) * 32, bytes([8]) * 32
EPOCH = bytes.fromhex("0102030405060708")


def _body() -> Body:
    author = Author("a1b2c3", "Siti", "petugas")
    return Body("ajukan", author, {"status": "diajukan", "kode": "BTJ-7Q4-K2M"})


def make(kept: Mapping[str, Any]) -> dict[str, Any]:
    codec = BodyCodec(body_dictionaries())
    stamp = hlc.pack(1_795_551_683_000, 3)
    aad = associated_data(STREAM, NODE.replica, 1, GENESIS, stamp, 2, RECORD, "permohonan", {})
    padded = codec.encode(_body().plain())
    sealed = aead.seal(DATA_KEY, padded, aad)
    if "change" in kept:
        sealed = bytes.fromhex(kept["change"]["sealed"])
    run = Run(NODE.replica, 1, GENESIS, [stamp], [2], [RECORD], ["permohonan"], [{}], [sealed])
    info = b"loket epoch 1\0" + STREAM.encode() + b"\0" + EPOCH
    wrapped = keys.wrap(EPOCH_KEY, DATA_KEY)
    sealed_epoch = seal_to(RECIPIENT.public, EPOCH_KEY, info)
    batch = Batch(
        have={NODE.replica: 1},
        runs=(run,),
        keys=(WrappedKey(RECORD, EPOCH, wrapped),),
        epochs={EPOCH: sealed_epoch},
    )
    asked = Initiator(STREAM, Peer(CENTRE.replica, CENTRE.public)).ask(NODE, batch, 1, 1000)
    sender = Sender(NODE.replica, NODE.public, STREAM, 0)
    request = open_request(asked, (CENTRE.replica,), lambda _: sender).content
    answered = answer(CENTRE, asked, request, Batch(have={NODE.replica: 1}), (), 2000)
    change = changes_in(STREAM, run)[0]
    said = kept.get("statements") or vectors_wide.statements(STREAM, NODE, CENTRE, change)
    code = enrol.EnrolCode(bytes(range(10)), enrol.fingerprint(CENTRE.public, RECIPIENT.public))
    return {
        "stream": STREAM,
        "identity": _identity(NODE),
        "centre": _identity(CENTRE),
        "recipient": {
            "secret": RECIPIENT.secret.hex(),
            "public_sha256": digest(RECIPIENT.public).hex(),
        },
        "hlc": {"ms": 1_795_551_683_000, "counter": 3, "packed": stamp},
        "change": {
            "seq": 1,
            "prev": GENESIS.hex(),
            "doubt": 2,
            "record": RECORD.hex(),
            "kind": "permohonan",
            "associated": aad.hex(),
            "data_key": DATA_KEY.hex(),
            "body": {"a": "ajukan", "b": ["a1b2c3", "Siti", "petugas"], "w": dict(_body().writes)},
            "padded": padded.hex(),
            "sealed": sealed.hex(),
            "body_sha256": digest(sealed).hex(),
            "header_hash": header_hash(aad, digest(sealed)).hex(),
        },
        "keys": {
            "epoch": EPOCH.hex(),
            "epoch_key": EPOCH_KEY.hex(),
            "epoch_info": info.hex(),
            "sealed_epoch": sealed_epoch.hex(),
            "wrapped_data_key": wrapped.hex(),
        },
        "blind": {
            "key": bytes(range(32)).hex(),
            "kind": "nik",
            "value": "3275021234560001",
            "token": BlindIndex(bytes(range(32))).token("nik", "3275021234560001").hex(),
        },
        "bundle": {"raw": asked.hex(), "answer": answered.hex()},
        "carrier_file": {
            "up": _file(Direction.UP, [asked]),
            "down": _file(Direction.DOWN, [answered]),
        },
        "enrolment": {
            "code": code.text(),
            "code_id": code.id.hex(),
            "request": enrol.apply(NODE, RECIPIENT.public, code).hex(),
        },
        "merge": _merge(),
        "statements": said,
        "wide_bundles": vectors_wide.bundles(STREAM, NODE, CENTRE, change, said),
    }


def _file(direction: Direction, bundles: list[bytes]) -> str:
    sender, receiver = NODE.replica, CENTRE.replica
    if direction is Direction.DOWN:
        sender, receiver = receiver, sender
    head = Header(direction, STREAM, sender, receiver, 1_795_551_683_000)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "vector.loket"
        with CarrierFile(path, head) as file:
            for raw in bundles:
                file.add(raw)
        return path.read_bytes().hex()


def _identity(identity: Identity) -> dict[str, str]:
    return {
        "seed": identity.seed.hex(),
        "public": identity.public.hex(),
        "replica": identity.replica.hex(),
    }


def merge_history() -> list[Write]:
    """The counter files; the centre and the counter change the name, not knowing of each other."""
    edge, centre = NODE.replica, CENTRE.replica
    return [
        Write(Dot(edge, 1), 100 << 16, 0, {}, {"data.nama": "DEWI", "status": "diajukan"}),
        Write(Dot(centre, 1), 200 << 16, 0, {edge: 1}, {"data.nama": "DEWI LESTARI"}),
        Write(Dot(edge, 2), 300 << 16, 0, {}, {"data.nama": "DEWI L"}),
    ]


def _merge() -> dict[str, Any]:
    history = merge_history()
    state = EMPTY
    for write in history:
        state = fold(state, write)
    encoded = encode(state)
    return {
        "writes": [
            {
                "dot": [write.dot.replica.hex(), write.dot.seq],
                "hlc": write.hlc,
                "doubt": write.doubt,
                "context": {replica.hex(): seq for replica, seq in write.context.items()},
                "fields": dict(write.fields),
            }
            for write in history
        ],
        "state": encoded.hex(),
        "state_hash": state_hash(encoded).hex(),
    }


if __name__ == "__main__":
    kept = json.loads(PATH.read_text()) if PATH.exists() else {}
    PATH.write_text(json.dumps({**make(kept), **kept}, indent=1) + "\n")
    print(PATH)

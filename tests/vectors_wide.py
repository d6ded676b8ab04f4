"""The parts of the vectors beside the plain exchange: what is signed, shared and told."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import Any

from crypto.chain import digest
from crypto.identity import Identity
from crypto.recipient import Recipient, seal_to
from crypto.shares import split
from sync import cose, wire
from sync.bundle import Bundle, Excerpt, Run, Writer
from sync.change import Change, origin_of
from sync.orders import CentreKeys, Orders, escrow_id, escrow_info, order_shredding
from sync.seals import seal_log, sign_successor

NEXT = Identity.from_seed(bytes(range(64, 96)))
"""The node's keys after the first."""
RECOVERY = Recipient.from_secret(bytes(range(96, 192)))
KEK = bytes([9]) * 32


def statements(stream: str, node: Identity, centre: Identity, change: Change) -> dict[str, Any]:
    """What is signed or sealed by itself, and goes in bundles."""
    seal = seal_log(centre, stream, node.replica, change.seq, change.hash)
    successor = sign_successor(node, stream, NEXT.public, RECOVERY.public, retires=True)
    order = order_shredding(centre, stream, 1_795_551_683_000, change.record)
    keys = CentreKeys(centre.public, RECOVERY.public, RECOVERY.public)
    escrow = seal_to(RECOVERY.public, KEK, escrow_info(stream))
    coefficients = hashlib.shake_256(b"loket vectors")
    return {
        "log_seal": {
            "replica": seal.replica.hex(),
            "seq": seal.seq,
            "hash": seal.hash.hex(),
            "signature": seal.signature.hex(),
        },
        "successor": {
            "seed": NEXT.seed.hex(),
            "former": successor.former.hex(),
            "sign_public": successor.sign_public.hex(),
            "retires": successor.retires,
            "signature": successor.signature.hex(),
        },
        "shred_order": {
            "number": order.number,
            "record": order.record.hex(),
            "signature": order.signature.hex(),
        },
        "centre_keys": {
            "recovery_secret": RECOVERY.secret.hex(),
            "fingerprint": keys.fingerprint.hex(),
        },
        "escrow": {
            "kek": KEK.hex(),
            "sealed": escrow.hex(),
            "id": escrow_id(escrow).hex(),
            "shares": [share.hex() for share in split(RECOVERY.secret, 3, 2, coefficients.digest)],
        },
        "origin": origin_of(change, b"").hex(),
    }


def bundles(
    stream: str, node: Identity, centre: Identity, change: Change, said: dict[str, Any]
) -> dict[str, str]:
    """One bundle each way that uses every key of the map there is."""
    common: dict[str, Any] = {"stream": stream, "sent_ms": 1_795_551_683_000}
    run = Run(
        node.replica,
        change.seq,
        change.prev,
        [change.hlc],
        [change.doubt],
        [change.record],
        [change.kind],
        [{centre.replica: 1}],
        [None],
        {0: change.body_sha},
    )
    piece = bytes(100)
    seal = seal_log(centre, stream, node.replica, change.seq, change.hash)
    order = order_shredding(centre, stream, said["shred_order"]["number"], change.record)
    up = Bundle(
        **common,
        sender=NEXT.replica,
        receiver=centre.replica,
        number=7,
        have={NEXT.replica: 0, node.replica: 1, centre.replica: 1},
        runs=(run,),
        chunks=((change.record, piece),),
        lacks_chunks=(digest(b"lacked"),),
        offers_chunks=(digest(piece),),
        lacks_keys=(change.record,),
        lacks_records=(change.record,),
        excerpt=Excerpt(change.record, {node.replica: 1}),
        seals=(seal,),
        succession=(sign_successor(node, stream, NEXT.public, RECOVERY.public, retires=True),),
        ends={centre.replica: change.hash[:8]},
        orders=Orders(order.number, 1),
        knows=bytes.fromhex(said["centre_keys"]["fingerprint"] + said["escrow"]["id"]),
        escrow=bytes.fromhex(said["escrow"]["sealed"]),
        newer=(2,),
        extra={99: "of a later version"},
    )
    raw = cose.sign1(NEXT, wire.encode(up))
    down = Bundle(
        **common,
        sender=centre.replica,
        receiver=NEXT.replica,
        number=0,
        have={node.replica: 1},
        runs=(run,),
        got_chunks=(digest(piece),),
        answers=digest(raw),
        more=True,
        excerpt=Excerpt(change.record, {node.replica: 1}, ((node.replica, change.hash, 5),)),
        seals=(seal,),
        writers={node.replica: Writer("Bintarajaya", False)},
        orders=Orders(order.number, 1, (order,)),
        centre_keys=CentreKeys(centre.public, RECOVERY.public, RECOVERY.public),
        quota_days={"ktp-el": date(2026, 12, 18)},
    )
    return {"up": raw.hex(), "down": cose.sign1(centre, wire.encode(down)).hex()}

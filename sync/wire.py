"""A bundle as bytes and back: deterministic CBOR, each value checked before it is believed."""

from __future__ import annotations

from typing import Any

import cbor2

from crypto.chain import HASH_BYTES
from crypto.identity import PUBLIC_BYTES, REPLICA_BYTES, SIGNATURE_BYTES
from sync.bundle import (
    END_BYTES,
    MAX_CHUNK_BYTES,
    Bundle,
    Excerpt,
    LogSeal,
    Successor,
    Watermarks,
    Writer,
)
from sync.columns import MOST, pack_keys, pack_run, sized, typed, unpack_keys, unpack_run
from sync.errors import Malformed, Unspoken
from sync.health import pack_health, unpack_health
from sync.ids import RECORD_BYTES
from sync.orders import FINGERPRINT_BYTES, pack_orders, unpack_orders
from sync.orders import pack_keys as pack_centre_keys
from sync.orders import unpack_keys as unpack_centre_keys
from sync.protocol import SPOKEN
from sync.quota import pack_quota_days, unpack_quota_days


def encode(bundle: Bundle) -> bytes:
    """The payload to be signed."""
    replicas: list[bytes] = sorted(
        {run.replica for run in bundle.runs}
        | {replica for run in bundle.runs for context in run.contexts for replica in context}
    )
    index = {replica: number for number, replica in enumerate(replicas)}
    kinds: list[str] = sorted({kind for run in bundle.runs for kind in run.kinds})
    kind_index = {kind: number for number, kind in enumerate(kinds)}
    plain: dict[int, Any] = {
        **bundle.extra,
        0: bundle.protocol,
        1: bundle.stream,
        2: bundle.sender,
        3: bundle.receiver,
        4: bundle.number,
        5: bundle.sent_ms,
        6: dict(bundle.have),
    }
    optional: dict[int, Any] = {
        7: replicas,
        8: kinds,
        9: [pack_run(run, index, kind_index) for run in bundle.runs],
        10: pack_keys(bundle.keys, bundle.runs),
        11: dict(bundle.epochs),
        12: [[record, chunk] for record, chunk in bundle.chunks],
        13: b"".join(bundle.got_chunks),
        15: b"".join(bundle.lacks_chunks),
        16: bundle.answers,
        17: bundle.more,
        18: b"".join(bundle.lacks_keys),
        19: _pack_excerpt(bundle.excerpt) if bundle.excerpt else None,
        20: [[seal.replica, seal.seq, seal.hash, seal.signature] for seal in bundle.seals],
        21: [_pack_successor(one) for one in bundle.succession],
        22: {replica: [who.name, who.central] for replica, who in bundle.writers.items()},
        23: pack_orders(bundle.orders) if bundle.orders else None,
        24: pack_centre_keys(bundle.centre_keys) if bundle.centre_keys else bundle.knows,
        25: dict(bundle.ends),
        26: list(bundle.newer),
        27: bundle.escrow,
        28: b"".join(bundle.lacks_records),
        29: pack_health(bundle.health) if bundle.health else None,
        30: b"".join(bundle.offers_chunks),
    }
    plain.update({key: value for key, value in optional.items() if value})
    if bundle.quota_days is not None:
        # That there are none is said too: what was told before does not hold any more.
        plain[31] = pack_quota_days(bundle.quota_days)
    return cbor2.dumps(plain, canonical=True)


def _pack_excerpt(excerpt: Excerpt) -> list[Any]:
    return [excerpt.after, dict(excerpt.upto), [list(end) for end in excerpt.ends]]


def _pack_successor(successor: Successor) -> list[Any]:
    return [
        successor.former,
        successor.sign_public,
        successor.seal_public,
        successor.retires,
        successor.signature,
    ]


_KNOWN = frozenset(range(32))


def decode(payload: bytes, spoken: tuple[int, ...] = SPOKEN) -> Bundle:
    """The inverse of `encode`.

    :raises Malformed: not a bundle.
    :raises Unspoken: of a protocol that is not spoken here.
    """
    try:
        plain = cbor2.loads(payload)
        protocol = typed(plain[0], int)
        if protocol not in spoken:
            raise Unspoken(protocol, spoken)
        replicas = [sized(replica, REPLICA_BYTES) for replica in plain.get(7, [])]
        kinds = [typed(kind, str) for kind in plain.get(8, [])]
        runs = tuple(unpack_run(packed, replicas, kinds) for packed in plain.get(9, []))
        return Bundle(
            stream=typed(plain[1], str),
            sender=sized(plain[2], REPLICA_BYTES),
            receiver=sized(plain[3], REPLICA_BYTES),
            number=typed(plain[4], int),
            sent_ms=typed(plain[5], int),
            have=_watermarks(plain[6]),
            runs=runs,
            keys=unpack_keys(plain.get(10, []), runs),
            epochs=typed(plain.get(11, {}), dict),
            chunks=tuple(_chunk(record, chunk) for record, chunk in plain.get(12, [])),
            got_chunks=_split(plain.get(13, b"")),
            lacks_chunks=_split(plain.get(15, b"")),
            offers_chunks=_split(plain.get(30, b"")),
            answers=plain.get(16, b""),
            more=plain.get(17, False),
            lacks_keys=_split(plain.get(18, b""), RECORD_BYTES),
            lacks_records=_split(plain.get(28, b""), RECORD_BYTES),
            excerpt=_unpack_excerpt(plain[19]) if 19 in plain else None,
            seals=tuple(_unpack_seal(*packed) for packed in plain.get(20, [])),
            succession=tuple(_unpack_successor(*packed) for packed in plain.get(21, [])),
            writers={
                sized(replica, REPLICA_BYTES): Writer(typed(name, str), typed(central, bool))
                for replica, (name, central) in plain.get(22, {}).items()
            },
            orders=unpack_orders(plain[23]) if 23 in plain else None,
            knows=_knows(plain.get(24, b"")),
            centre_keys=unpack_centre_keys(plain[24]) if isinstance(plain.get(24), list) else None,
            escrow=typed(plain.get(27, b""), bytes),
            health=unpack_health(plain[29]) if 29 in plain else None,
            quota_days=unpack_quota_days(plain[31]) if 31 in plain else None,
            ends={
                sized(replica, REPLICA_BYTES): sized(end, END_BYTES)
                for replica, end in plain.get(25, {}).items()
            },
            protocol=protocol,
            newer=tuple(typed(one, int) for one in plain.get(26, [])),
            extra={key: value for key, value in plain.items() if key not in _KNOWN},
        )
    except (
        cbor2.CBORDecodeError,
        ValueError,
        TypeError,
        KeyError,
        IndexError,
        AttributeError,
    ) as error:
        raise Malformed("the bundle is not well formed, or cut short") from error


def _chunk(record: Any, chunk: Any) -> tuple[bytes, bytes]:
    if len(chunk) > MAX_CHUNK_BYTES:
        raise Malformed("a chunk is larger than a piece of a scan can be")
    return sized(record, RECORD_BYTES), typed(chunk, bytes)


def _split(joined: bytes, size: int = HASH_BYTES) -> tuple[bytes, ...]:
    if len(joined) % size:
        raise Malformed("a list of names is cut short")
    return tuple(joined[at : at + size] for at in range(0, len(joined), size))


def _unpack_excerpt(packed: list[Any]) -> Excerpt:
    after, upto, ends = packed
    if after:
        sized(after, RECORD_BYTES)
    return Excerpt(
        typed(after, bytes),
        _watermarks(upto),
        tuple(
            (sized(replica, REPLICA_BYTES), sized(end, HASH_BYTES), typed(hlc, int))
            for replica, end, hlc in ends
        ),
    )


def _unpack_seal(replica: Any, seq: Any, end: Any, signature: Any) -> LogSeal:
    return LogSeal(
        sized(replica, REPLICA_BYTES),
        typed(seq, int),
        sized(end, HASH_BYTES),
        sized(signature, SIGNATURE_BYTES),
    )


def _unpack_successor(former: Any, sign: Any, seal: Any, retires: Any, by: Any) -> Successor:
    return Successor(
        sized(former, REPLICA_BYTES),
        sized(sign, PUBLIC_BYTES),
        typed(seal, bytes),
        typed(retires, bool),
        sized(by, SIGNATURE_BYTES),
    )


def _knows(value: Any) -> bytes:
    """Of key 24, what a node says; the centre's word there is a list."""
    if isinstance(value, list) or value == b"":
        return b""
    return sized(value, 2 * FINGERPRINT_BYTES)


def _watermarks(value: Any) -> Watermarks:
    if not isinstance(value, dict) or not all(
        isinstance(seq, int) and 0 <= seq < MOST for seq in value.values()
    ):
        raise Malformed("watermarks are not a map of positions")
    return value

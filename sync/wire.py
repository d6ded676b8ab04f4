"""A bundle as bytes and back: deterministic CBOR, each value checked before it is believed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import cbor2

from crypto.chain import HASH_BYTES
from crypto.identity import PUBLIC_BYTES, REPLICA_BYTES, SIGNATURE_BYTES
from crypto.keys import WRAPPED_BYTES
from sync.bundle import (
    END_BYTES,
    MAX_CHUNK_BYTES,
    Bundle,
    Excerpt,
    LogSeal,
    Run,
    Successor,
    Watermarks,
    WrappedKey,
    Writer,
)
from sync.change import Context
from sync.errors import Malformed, Unspoken
from sync.ids import RECORD_BYTES
from sync.orders import FINGERPRINT_BYTES, pack_keys, pack_orders, unpack_keys, unpack_orders
from sync.protocol import SPOKEN

_MOST = 1 << 63
"""What a database's integer holds."""


def _pack_run(run: Run, index: Mapping[bytes, int], kinds: Mapping[str, int]) -> list[Any]:
    stamps: list[int] = []
    counters: list[int] = []
    before = 0
    for hlc in run.hlcs:
        ms = hlc >> 16
        stamps.append(ms - before)
        counters.append(hlc & 0xFFFF)
        before = ms
    contexts: list[Any] = []
    for context in run.contexts:
        if context:
            flat: list[int] = []
            for replica in sorted(context):
                flat += (index[replica], context[replica])
            contexts.append(flat)
        else:
            contexts.append(0)
    return [
        index[run.replica],
        run.first,
        run.prev,
        stamps,
        counters,
        run.doubts,
        b"".join(run.records),
        bytes(kinds[kind] for kind in run.kinds),
        contexts,
        run.bodies,
        dict(run.shas),
    ]


def _unpack_run(packed: list[Any], replicas: list[bytes], kinds: list[str]) -> Run:
    replica, first, prev, stamps, counters, doubts, records, kind_at, contexts, bodies, shas = (
        packed
    )
    count = len(stamps)
    columns = (counters, doubts, kind_at, contexts, bodies)
    if any(len(column) != count for column in columns) or len(records) != count * RECORD_BYTES:
        raise Malformed("a run's columns differ in length")
    hlcs: list[int] = []
    ms = 0
    for delta, counter in zip(stamps, counters, strict=True):
        ms += delta
        hlcs.append((ms << 16) | counter)
    own = replicas[replica]
    none: Context = {}
    unpacked: list[Context] = [
        {replicas[flat[at]]: flat[at + 1] for at in range(0, len(flat), 2)} if flat else none
        for flat in contexts
    ]
    if len(prev) != HASH_BYTES or first < 1:
        raise Malformed("a run's start is not a position in a log")
    for context in filter(None, unpacked):
        for named, seq in context.items():
            if not isinstance(seq, int) or not 0 < seq < _MOST or named == own:
                raise Malformed("a context names no position in another's log")
    numbers = [*hlcs, *doubts, first, first + count]
    if set(map(type, numbers)) != {int} or min(numbers) < 0 or max(numbers) >= _MOST:
        raise Malformed("a stamp or position is out of range")
    if set(map(type, bodies)) != {bytes}:
        for offset, body in enumerate(bodies):
            if body is None:
                _sized(shas.get(offset), HASH_BYTES)
            else:
                _typed(body, bytes)
    return Run(
        own,
        first,
        prev,
        hlcs,
        doubts,
        [records[at : at + RECORD_BYTES] for at in range(0, len(records), RECORD_BYTES)],
        [kinds[number] for number in kind_at],
        unpacked,
        bodies,
        shas,
    )


def encode(bundle: Bundle) -> bytes:
    """The payload to be signed."""
    replicas: list[bytes] = sorted(
        {run.replica for run in bundle.runs}
        | {replica for run in bundle.runs for context in run.contexts for replica in context}
    )
    index = {replica: number for number, replica in enumerate(replicas)}
    kinds: list[str] = sorted({kind for run in bundle.runs for kind in run.kinds})
    kind_index = {kind: number for number, kind in enumerate(kinds)}
    grouped: dict[bytes, list[WrappedKey]] = {}
    for key in bundle.keys:
        grouped.setdefault(key.epoch, []).append(key)
    positions: dict[bytes, int] = {}
    for run in bundle.runs:
        for record in run.records:
            positions.setdefault(record, len(positions))
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
        9: [_pack_run(run, index, kind_index) for run in bundle.runs],
        # A key's record is named by its place among the records of the runs, where it can be.
        10: [
            [
                epoch,
                [positions.get(key.record, key.record) for key in keys],
                b"".join(key.wrapped for key in keys),
            ]
            for epoch, keys in sorted(grouped.items())
        ],
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
        24: pack_keys(bundle.centre_keys) if bundle.centre_keys else bundle.knows,
        25: dict(bundle.ends),
        26: list(bundle.newer),
        27: bundle.escrow,
        28: b"".join(bundle.lacks_records),
        30: b"".join(bundle.offers_chunks),
    }
    plain.update({key: value for key, value in optional.items() if value})
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


_KNOWN = frozenset((*range(29), 30))


def decode(payload: bytes, spoken: tuple[int, ...] = SPOKEN) -> Bundle:
    """The inverse of `encode`.

    :raises Malformed: not a bundle.
    :raises Unspoken: of a protocol that is not spoken here.
    """
    try:
        plain = cbor2.loads(payload)
        protocol = _typed(plain[0], int)
        if protocol not in spoken:
            raise Unspoken(protocol, spoken)
        replicas = [_sized(replica, REPLICA_BYTES) for replica in plain.get(7, [])]
        kinds = [_typed(kind, str) for kind in plain.get(8, [])]
        runs = tuple(_unpack_run(packed, replicas, kinds) for packed in plain.get(9, []))
        return Bundle(
            stream=_typed(plain[1], str),
            sender=_sized(plain[2], REPLICA_BYTES),
            receiver=_sized(plain[3], REPLICA_BYTES),
            number=_typed(plain[4], int),
            sent_ms=_typed(plain[5], int),
            have=_watermarks(plain[6]),
            runs=runs,
            keys=_unpack_keys(plain.get(10, []), runs),
            epochs=_typed(plain.get(11, {}), dict),
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
                _sized(replica, REPLICA_BYTES): Writer(_typed(name, str), _typed(central, bool))
                for replica, (name, central) in plain.get(22, {}).items()
            },
            orders=unpack_orders(plain[23]) if 23 in plain else None,
            knows=_knows(plain.get(24, b"")),
            centre_keys=unpack_keys(plain[24]) if isinstance(plain.get(24), list) else None,
            escrow=_typed(plain.get(27, b""), bytes),
            ends={
                _sized(replica, REPLICA_BYTES): _sized(end, END_BYTES)
                for replica, end in plain.get(25, {}).items()
            },
            protocol=protocol,
            newer=tuple(_typed(one, int) for one in plain.get(26, [])),
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


def _unpack_keys(groups: list[Any], runs: tuple[Run, ...]) -> tuple[WrappedKey, ...]:
    if not groups:
        return ()
    records = list(dict.fromkeys(record for run in runs for record in run.records))
    keys: list[WrappedKey] = []
    for epoch, named, joined in groups:
        if len(joined) != len(named) * WRAPPED_BYTES:
            raise Malformed("wrapped keys differ in number from their records")
        _typed(epoch, bytes)
        own = [
            _sized(name, RECORD_BYTES) if isinstance(name, bytes) else records[name]
            for name in named
        ]
        keys += [
            WrappedKey(record, epoch, joined[at : at + WRAPPED_BYTES])
            for record, at in zip(own, range(0, len(joined), WRAPPED_BYTES), strict=True)
        ]
    return tuple(keys)


def _chunk(record: Any, chunk: Any) -> tuple[bytes, bytes]:
    if len(chunk) > MAX_CHUNK_BYTES:
        raise Malformed("a chunk is larger than a piece of a scan can be")
    return _sized(record, RECORD_BYTES), _typed(chunk, bytes)


def _split(joined: bytes, size: int = HASH_BYTES) -> tuple[bytes, ...]:
    if len(joined) % size:
        raise Malformed("a list of names is cut short")
    return tuple(joined[at : at + size] for at in range(0, len(joined), size))


def _unpack_excerpt(packed: list[Any]) -> Excerpt:
    after, upto, ends = packed
    if after:
        _sized(after, RECORD_BYTES)
    return Excerpt(
        _typed(after, bytes),
        _watermarks(upto),
        tuple(
            (_sized(replica, REPLICA_BYTES), _sized(end, HASH_BYTES), _typed(hlc, int))
            for replica, end, hlc in ends
        ),
    )


def _unpack_seal(replica: Any, seq: Any, end: Any, signature: Any) -> LogSeal:
    return LogSeal(
        _sized(replica, REPLICA_BYTES),
        _typed(seq, int),
        _sized(end, HASH_BYTES),
        _sized(signature, SIGNATURE_BYTES),
    )


def _unpack_successor(former: Any, sign: Any, seal: Any, retires: Any, by: Any) -> Successor:
    return Successor(
        _sized(former, REPLICA_BYTES),
        _sized(sign, PUBLIC_BYTES),
        _typed(seal, bytes),
        _typed(retires, bool),
        _sized(by, SIGNATURE_BYTES),
    )


def _knows(value: Any) -> bytes:
    """Of key 24, what a node says; the centre's word there is a list."""
    if isinstance(value, list) or value == b"":
        return b""
    return _sized(value, 2 * FINGERPRINT_BYTES)


def _typed(value: Any, kind: type) -> Any:
    if not isinstance(value, kind):
        raise Malformed(f"a {kind.__name__} was expected")
    return value


def _sized(value: Any, length: int) -> bytes:
    if not isinstance(value, bytes) or len(value) != length:
        raise Malformed(f"{length} bytes were expected")
    return value


def _watermarks(value: Any) -> Watermarks:
    if not isinstance(value, dict) or not all(
        isinstance(seq, int) and 0 <= seq < _MOST for seq in value.values()
    ):
        raise Malformed("watermarks are not a map of positions")
    return value

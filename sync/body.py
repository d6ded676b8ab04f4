"""What a change says, made small and of one of few lengths.

deterministic CBOR → zstd with a shipped dictionary → padded to a bucket. Sealing follows.

Plain layout: 1 byte codec (0 = bare CBOR, n = zstd with dictionary n) ‖ data ‖ 0x80 ‖ 0x00…
(ISO/IEC 7816-4 padding), so that a length tells little.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

import cbor2
import zstandard

from sync.errors import Malformed

Value = Any
"""What a register holds: text, integer, bool, None, bytes, or lists and maps of these."""

_MAX_PLAIN_BYTES = 1 << 20
_STEPS = ((256, 32), (1024, 64), (4096, 256), (_MAX_PLAIN_BYTES, 4096))
_BARE = 0
_LEVEL = 9
_IN_ORDER = ("a", "b", "n", "o", "w")
_KEYS = frozenset(_IN_ORDER)
_SCALARS = (str, int, bytes, type(None))
"""What has one encoding only, with no keys in it to put in order."""
_KNOWN_ORDERS = 512


def padded_length(length: int) -> int:
    """The bucket for `length` bytes: steps of 32 up to 256, wider above."""
    for limit, step in _STEPS:
        if length <= limit:
            return -(-length // step) * step
    raise Malformed("a body is larger than 1 MiB")


@dataclass(frozen=True, slots=True)
class Author:
    """Who acted, as the history tells it."""

    id: str
    name: str
    role: str


@dataclass(frozen=True, slots=True)
class Body:
    """The content of a change: an act, by whom, which fields it wrote, and a note."""

    act: str
    by: Author
    writes: Mapping[str, Value]
    note: str = ""
    origin: bytes = b""
    """Of a change that was moved to another log: what names the original (`change.origin_of`)."""
    extra: Mapping[str, Value] = field(default_factory=dict)
    """Keys this version does not know, kept as they came."""

    def plain(self) -> dict[str, Value]:
        known: dict[str, Value] = {
            "a": self.act,
            "b": [self.by.id, self.by.name, self.by.role],
            "w": dict(self.writes),
        }
        if self.note:
            known["n"] = self.note
        if self.origin:
            known["o"] = self.origin
        return {**self.extra, **known}

    @classmethod
    def from_plain(cls, plain: Mapping[str, Value]) -> Body:
        """:raises Malformed: an act, author or writes are missing or of another shape."""
        try:
            person, name, role = plain["b"][:3]
            act, writes, note = plain["a"], plain["w"], plain.get("n", "")
            texts = {type(act), type(note), *map(type, (person, name, role)), *map(type, writes)}
            if texts != {str} or not isinstance(writes, dict):
                raise Malformed("act, author, note and field names are text")
            origin = plain.get("o", b"")
            if not isinstance(origin, bytes):
                raise Malformed("a change's origin is bytes")
            rest = (
                {key: value for key, value in plain.items() if key not in _KEYS}
                if len(plain) > 3 + ("n" in plain)
                else {}
            )
            return cls(act, Author(person, name, role), writes, note, origin, rest)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise Malformed("a body lacks act, author or writes") from error


@lru_cache(_KNOWN_ORDERS)
def _in_order(names: tuple[str, ...]) -> tuple[str, ...]:
    """Keys of a map as deterministic CBOR wants them: by length of their encoding, then by bytes.

    The same few sets of field names come again and again.
    """
    return tuple(sorted(names, key=lambda name: (len(name.encode()), name.encode())))


def _dumps(plain: Mapping[str, Value]) -> bytes:
    """Deterministic CBOR of a body. Putting keys in order beforehand is three times as fast."""
    writes = plain.get("w")
    if (
        not _KEYS.issuperset(plain)
        or not isinstance(writes, dict)
        or not all(issubclass(kind, _SCALARS) for kind in set(map(type, writes.values())))
    ):
        return cbor2.dumps(plain, canonical=True)
    ordered = {name: plain[name] for name in _IN_ORDER if name in plain}
    ordered["w"] = {name: writes[name] for name in _in_order(tuple(writes))}
    return cbor2.dumps(ordered)


class BodyCodec:
    """Encodes bodies with the newest of the shipped dictionaries, reads them with any."""

    def __init__(self, dictionaries: Mapping[int, bytes]) -> None:
        """:param dictionaries: number (1-255) → zstd dictionary; the highest is used to write."""
        self._dictionaries = dict(dictionaries)
        self._newest = max(dictionaries, default=_BARE)
        # zstd's contexts are not thread-safe.
        self._local = threading.local()

    def encode(self, plain: Mapping[str, Value]) -> bytes:
        """A body's bytes, ready to be sealed.

        :raises Malformed: larger than 1 MiB.
        """
        data = _dumps(plain)
        codec = _BARE
        if self._newest:
            packed = self._compressor().compress(data)
            if len(packed) < len(data):
                data, codec = packed, self._newest
        length = padded_length(len(data) + 2)
        return (bytes((codec,)) + data + b"\x80").ljust(length, b"\0")

    def decode(self, padded: bytes) -> dict[str, Value]:
        """The inverse of `encode`.

        :raises Malformed: not a body, or made with a dictionary that is not shipped here.
        """
        data = padded.rstrip(b"\0")
        if len(data) < 2 or data[-1] != 0x80:
            raise Malformed("a body's padding is wrong")
        codec, data = data[0], data[1:-1]
        if codec != _BARE:
            data = self._decompress(codec, data)
        try:
            plain = cbor2.loads(data)
        except (cbor2.CBORDecodeError, ValueError) as error:
            raise Malformed("a body is not CBOR") from error
        if not isinstance(plain, dict):
            raise Malformed("a body is not a map")
        return plain

    def _compressor(self) -> zstandard.ZstdCompressor:
        made: zstandard.ZstdCompressor | None = getattr(self._local, "compressor", None)
        if made is None:
            # The frame says nothing that the reader does not know: no magic, no dictionary id.
            parameters = zstandard.ZstdCompressionParameters.from_level(
                _LEVEL,
                format=zstandard.FORMAT_ZSTD1_MAGICLESS,
                write_dict_id=False,
                write_checksum=False,
                write_content_size=True,
            )
            made = zstandard.ZstdCompressor(
                dict_data=self._dictionary(self._newest), compression_params=parameters
            )
            self._local.compressor = made
        return made

    def _decompress(self, codec: int, data: bytes) -> bytes:
        made: dict[int, zstandard.ZstdDecompressor] = self._local.__dict__.setdefault("readers", {})
        reader = made.get(codec)
        if reader is None:
            if codec not in self._dictionaries:
                raise Malformed(f"dictionary {codec} is not known here")
            reader = made[codec] = zstandard.ZstdDecompressor(
                dict_data=self._dictionary(codec),
                format=zstandard.FORMAT_ZSTD1_MAGICLESS,
                max_window_size=_MAX_PLAIN_BYTES,
            )
        try:
            return reader.decompress(data, max_output_size=_MAX_PLAIN_BYTES)
        except zstandard.ZstdError as error:
            raise Malformed("a body does not decompress") from error

    def _dictionary(self, number: int) -> zstandard.ZstdCompressionDict:
        return zstandard.ZstdCompressionDict(
            self._dictionaries[number], dict_type=zstandard.DICT_TYPE_AUTO
        )

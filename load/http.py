"""HTTP/1.1 as far as a load generator needs it: many connections in one thread, cheap.

Errors are those of the edge's own carrier, so that what follows from them is the same.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from sync.bundle import MAX_BUNDLE_BYTES
from sync.carrier_http import CONNECT_S, LineCut
from sync.link import Cut

_PIECE_BYTES = 64 << 10
_MOST_HEAD_BYTES = 64 << 10


@dataclass(frozen=True, slots=True)
class Place:
    """Where a server listens."""

    host: str
    port: int
    tls: bool
    base: str
    """The path before all paths; empty mostly."""

    @classmethod
    def of(cls, url: str) -> Place:
        """:raises ValueError: not an http(s) URL."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError(f"{url} is not the address of a centre")
        tls = parts.scheme == "https"
        port = parts.port or (443 if tls else 80)
        return cls(parts.hostname, port, tls, parts.path.rstrip("/"))

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        context = ssl.create_default_context() if self.tls else None
        return await asyncio.open_connection(
            self.host, self.port, ssl=context, limit=_MOST_HEAD_BYTES
        )


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer. Times as `time.monotonic` shows them."""

    status: int
    headers: Mapping[str, str]
    """By names in small letters; of more than one of a name, the last."""
    cookies: tuple[str, ...]
    body: bytes
    sent_at: float
    first_byte_at: float
    done_at: float

    @property
    def content_type(self) -> str:
        return self.headers.get("content-type", "").split(";")[0]


class Line:
    """One connection that is kept, one request at a time."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def call(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes = b"",
        patience_s: float = 60.0,
    ) -> Reply:
        """The answer to a request, whatever its status.

        :raises LineCut: there was none.
        """
        reader, writer = await self._connected()
        sent_at = time.monotonic()
        head = self._head(method, path, headers, len(body))
        sending = asyncio.create_task(_send(writer, head, body))
        got = 0
        try:
            async with asyncio.timeout(patience_s):
                raw = await reader.readuntil(b"\r\n\r\n")
                first_byte_at = time.monotonic()
                status, found, cookies = _parse(raw)
                got = len(raw)
                content = await _body(reader, found, status)
        except TimeoutError as error:
            self.close()
            raise LineCut("nothing moved", Cut.SILENT, len(body)) from error
        except (OSError, EOFError, ValueError, asyncio.LimitOverrunError) as error:
            self.close()
            how = Cut.BROKEN_DOWN if got else Cut.BROKEN_UP
            raise LineCut(type(error).__name__, how, got or len(body)) from error
        finally:
            # An answer before the whole body is out: the rest is not wanted.
            cut_off = not sending.done()
            sending.cancel()
            await asyncio.gather(sending, return_exceptions=True)
        if cut_off or found.get("connection", "").lower() == "close":
            self.close()
        done_at = time.monotonic()
        return Reply(status, found, cookies, content, sent_at, first_byte_at, done_at)

    def close(self) -> None:
        if self._writer is not None:
            # What a server that answered early did not want would keep it open.
            self._writer.transport.abort()
        self._reader = self._writer = None

    async def _connected(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        if self._reader is not None and self._reader.at_eof():
            # The server gave up a connection that was idle.
            self.close()
        if self._reader is None or self._writer is None:
            try:
                async with asyncio.timeout(CONNECT_S):
                    self._reader, self._writer = await self._place.connect()
            except (OSError, TimeoutError) as error:
                raise LineCut(type(error).__name__, Cut.UNREACHED) from error
        return self._reader, self._writer

    def _head(self, method: str, path: str, headers: Mapping[str, str], length: int) -> bytes:
        place = self._place
        lines = [f"{method} {place.base}{path} HTTP/1.1", f"Host: {place.host}:{place.port}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if method != "GET":
            lines.append(f"Content-Length: {length}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


async def _send(writer: asyncio.StreamWriter, head: bytes, body: bytes) -> None:
    writer.write(head + body[:_PIECE_BYTES])
    await writer.drain()
    for at in range(_PIECE_BYTES, len(body), _PIECE_BYTES):
        writer.write(body[at : at + _PIECE_BYTES])
        await writer.drain()


def _parse(raw: bytes) -> tuple[int, dict[str, str], tuple[str, ...]]:
    """(status, headers, cookies).

    :raises ValueError: not HTTP.
    """
    first, *lines = raw.decode("latin-1").split("\r\n")
    version, status, *_ = first.split(" ")
    if not version.startswith("HTTP/1."):
        raise ValueError("not HTTP")
    headers: dict[str, str] = {}
    cookies = []
    for line in filter(None, lines):
        name, _, value = line.partition(":")
        headers[name.strip().lower()] = value.strip()
        if name.strip().lower() == "set-cookie":
            cookies.append(value.strip())
    return int(status), headers, tuple(cookies)


async def _body(reader: asyncio.StreamReader, headers: Mapping[str, str], status: int) -> bytes:
    """:raises ValueError: larger than any bundle.
    :raises EOFError: cut short."""
    if status in (204, 304):
        return b""
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return await _chunked(reader)
    if "content-length" not in headers:
        return await reader.read(MAX_BUNDLE_BYTES)
    length = int(headers["content-length"])
    if length > MAX_BUNDLE_BYTES:
        raise ValueError("larger than any bundle")
    return await reader.readexactly(length)


async def _chunked(reader: asyncio.StreamReader) -> bytes:
    """A body in pieces (RFC 9112 §7.1)."""
    body = bytearray()
    while size := int((await reader.readuntil(b"\r\n")).split(b";")[0], 16):
        body += await reader.readexactly(size)
        await reader.readexactly(2)
        if len(body) > MAX_BUNDLE_BYTES:
            raise ValueError("larger than any bundle")
    while await reader.readuntil(b"\r\n") != b"\r\n":
        continue
    return bytes(body)

"""The line between a kelurahan and the centre, with a switch on it.

A relay stands between two processes and works on the bytes that pass, so what it does to them is
what a bad line does: neither program knows it is there. All lines run in one thread of their own.
"""

from __future__ import annotations

import asyncio
import contextlib
import random
import socket
import struct
import threading
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Final, TypeVar

T = TypeVar("T")

SLOW_BYTES_PER_S: Final = 64_000 // 8

_CHUNK: Final = 16 * 1024
_SLOW_PIECE: Final = 1024
"""Small pieces keep several connections fair and let a change of mode take hold in 130 ms."""
_BUFFER: Final = 32 * 1024
"""Kernel buffers are kept small, or a slow line would seem to take megabytes at once."""
_OVERLAP: Final = 128
_RESET_ON_CLOSE: Final = struct.pack("ii", 1, 0)


class Mode(StrEnum):
    """What the line does to the bytes."""

    CONNECTED = "connected"
    SLOW = "slow"
    LOSSY = "lossy"
    CUT = "cut"
    HANG = "hang"


@dataclass(frozen=True, slots=True)
class Trouble:
    """How bad a lossy line is. Each passing chunk risks a part of its own and one by its size."""

    stall_each: float = 0.08
    stall_bytes: float = 128 * 1024
    reset_each: float = 0.02
    reset_bytes: float = 512 * 1024
    stall_seconds: tuple[float, float] = (0.2, 2.0)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What has passed since the start. `up` is from the kelurahan to the centre."""

    bytes_up: int
    bytes_down: int
    connections: int
    open: int


class Switchboard:
    """The thread in which the lines run; several relays may share one."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="relay", daemon=True)
        self._thread.start()

    def call(self, work: Coroutine[Any, Any, T], timeout: float = 10.0) -> T:
        """Run `work` in the thread of the lines and wait for its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(timeout)

    def stop(self) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(timeout=5)
            self._loop.close()


class TokenBucket:
    """Lets through so many bytes a second, all who ask in the order they asked."""

    def __init__(self, rate: float, burst: float) -> None:
        self._rate = rate
        self._burst = burst
        self._tokens = burst
        self._filled = 0.0
        self._turn = asyncio.Lock()

    async def take(self, count: int) -> None:
        async with self._turn:
            now = asyncio.get_running_loop().time()
            self._tokens = min(self._burst, self._tokens + (now - self._filled) * self._rate)
            self._filled = now
            self._tokens -= count
            if self._tokens < 0:
                await asyncio.sleep(-self._tokens / self._rate)


class _Flow:
    """The bytes of one connection in one direction."""

    def __init__(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        bucket: TokenBucket,
        count: Callable[[int], None],
    ) -> None:
        self.reader = reader
        self.writer = writer
        self.bucket = bucket
        self.count = count
        self.tail = b""


class Relay:
    """One line: listens on a loopback port and passes on to the target, as the mode allows.

    `capture` names a file that gets all bytes read in both directions. It is made for searching,
    not for replay: chunks of all connections stand in the order they came, each led by the last
    bytes of the same flow, so that no text of up to 128 bytes is ever torn apart.
    """

    def __init__(
        self,
        name: str,
        target_host: str,
        target_port: int,
        seed: int,
        *,
        capture: Path | None = None,
        switchboard: Switchboard | None = None,
        trouble: Trouble | None = None,
        port: int = 0,
    ) -> None:
        self.name = name
        self.port = port
        self._target = (target_host, target_port)
        self._random = random.Random(seed)
        self._capture_path = capture
        self._own_board = switchboard is None
        self._board = switchboard or Switchboard()
        self._trouble = trouble or Trouble()
        self._mode = Mode.CONNECTED
        self._connections: set[_Connection] = set()
        self._capture: BinaryIO | None = None
        self._server: asyncio.Server | None = None
        self._up = self._down = self._accepted = 0

    @property
    def mode(self) -> Mode:
        return self._mode

    @property
    def traffic(self) -> Traffic:
        return Traffic(self._up, self._down, self._accepted, len(self._connections))

    def start(self) -> int:
        """Listen; returns the port that the kelurahan connects to."""
        if self._capture_path is not None:
            self._capture = self._capture_path.open("ab", buffering=0)
        self._board.call(self._listen())
        return self.port

    def set_mode(self, mode: Mode) -> None:
        """Throw the switch. Returns when it has taken hold."""
        self._board.call(self._switch(Mode(mode)))

    def retarget(self, host: str, port: int) -> None:
        """Lead new connections to another address (a centre that was started again)."""
        self._target = (host, port)

    def stop(self) -> None:
        self._board.call(self._close())
        if self._capture is not None:
            self._capture.close()
            self._capture = None
        if self._own_board:
            self._board.stop()

    async def _listen(self) -> None:
        self._slow_up = TokenBucket(SLOW_BYTES_PER_S, _SLOW_PIECE)
        self._slow_down = TokenBucket(SLOW_BYTES_PER_S, _SLOW_PIECE)
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # Accepted sockets inherit these; set before listen(), they also switch autotuning off.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, _BUFFER)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        listener.bind(("127.0.0.1", self.port))
        self.port = int(listener.getsockname()[1])
        self._server = await asyncio.start_server(self._accept, sock=listener, limit=_CHUNK)

    async def _close(self) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        await self._reset_all()

    async def _switch(self, mode: Mode) -> None:
        left, self._mode = self._mode, mode
        # What a hanging line swallowed is lost, so its connections cannot go on.
        if mode is Mode.CUT or (left is Mode.HANG and mode is not Mode.HANG):
            await self._reset_all()

    async def _reset_all(self) -> None:
        open_now = list(self._connections)
        for connection in open_now:
            connection.reset()
        if open_now:
            await asyncio.wait([connection.done for connection in open_now], timeout=5)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._mode is Mode.CUT:
            _reset(writer)
            return
        self._accepted += 1
        connection = _Connection(self, reader, writer)
        self._connections.add(connection)
        try:
            await connection.run()
        finally:
            self._connections.discard(connection)
            connection.done.set_result(None)

    async def connect_target(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        host, port = self._target
        reader, writer = await asyncio.open_connection(host, port, limit=_CHUNK)
        sock: socket.socket = writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _BUFFER)
        return reader, writer

    def flow_up(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> _Flow:
        return _Flow(reader, writer, self._slow_up, self._count_up)

    def flow_down(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> _Flow:
        return _Flow(reader, writer, self._slow_down, self._count_down)

    def _count_up(self, count: int) -> None:
        self._up += count

    def _count_down(self, count: int) -> None:
        self._down += count

    def record(self, flow: _Flow, chunk: bytes) -> None:
        if self._capture is None:
            return
        seen = flow.tail + chunk
        self._capture.write(seen)
        flow.tail = seen[-_OVERLAP:]

    async def pass_on(self, flow: _Flow, chunk: bytes) -> None:
        """Let one chunk through, as the mode has it now; the mode may change meanwhile."""
        if self._mode is Mode.LOSSY:
            await self._worry(len(chunk))
        view = memoryview(chunk)
        while view:
            if self._mode is Mode.HANG:
                return
            if self._mode is Mode.SLOW:
                piece, view = view[:_SLOW_PIECE], view[_SLOW_PIECE:]
                await flow.bucket.take(len(piece))
            else:
                piece, view = view, view[len(view) :]
            flow.writer.write(bytes(piece))
            flow.count(len(piece))
            await flow.writer.drain()

    async def _worry(self, size: int) -> None:
        trouble = self._trouble
        if self._random.random() < trouble.reset_each + size / trouble.reset_bytes:
            raise ConnectionResetError(f"line {self.name} lost the connection")
        if self._random.random() < trouble.stall_each + size / trouble.stall_bytes:
            await asyncio.sleep(self._random.uniform(*trouble.stall_seconds))


class _Connection:
    """One connection over the line: a flow each way, which end together when one is reset."""

    def __init__(
        self, relay: Relay, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        self._relay = relay
        self._reader = reader
        self._writers = [writer]
        self._work: asyncio.Future[Any] | None = None
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def reset(self) -> None:
        for writer in self._writers:
            _reset(writer)
        if self._work is not None:
            self._work.cancel()

    async def run(self) -> None:
        near = self._writers[0]
        self._work = asyncio.ensure_future(self._carry(near))
        # Errors here are the line's business, not ours: both ends see a reset and that is all.
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await self._work
            for writer in self._writers:
                writer.close()
            return
        self.reset()

    async def _carry(self, near: asyncio.StreamWriter) -> None:
        relay = self._relay
        if relay.mode is Mode.HANG:
            await self._swallow()
            return
        far_reader, far = await relay.connect_target()
        self._writers.append(far)
        flows = [
            asyncio.ensure_future(self._pump(relay.flow_up(self._reader, far))),
            asyncio.ensure_future(self._pump(relay.flow_down(far_reader, near))),
        ]
        try:
            await asyncio.gather(*flows)
        finally:
            for flow in flows:
                flow.cancel()

    async def _pump(self, flow: _Flow) -> None:
        while chunk := await flow.reader.read(_CHUNK):
            self._relay.record(flow, chunk)
            await self._relay.pass_on(flow, chunk)
        if self._relay.mode is not Mode.HANG and flow.writer.can_write_eof():
            flow.writer.write_eof()

    async def _swallow(self) -> None:
        flow = self._relay.flow_up(self._reader, self._writers[0])
        while chunk := await self._reader.read(_CHUNK):
            self._relay.record(flow, chunk)


def _reset(writer: asyncio.StreamWriter) -> None:
    """Close with RST, as a line that breaks looks to the programs at its ends."""
    transport = writer.transport
    sock: socket.socket | None = transport.get_extra_info("socket")
    if sock is not None and sock.fileno() != -1:
        with contextlib.suppress(OSError):
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET_ON_CLOSE)
    transport.abort()

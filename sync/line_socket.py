"""Connections that notice whether bytes move: a slow line is not a dead one.

The kernel knows what the other end has acknowledged (Linux, tcp(7) `TCP_INFO`). As long as that
number or what was received grows, the line lives, however slow it is; when nothing moved for as
long as the exchange's terms allow, it is dead, however young the connection.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct
import time
from dataclasses import dataclass
from functools import partial
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool, PoolManager
from urllib3.connection import HTTPConnection, HTTPSConnection

from sync.link import Terms

PIECE_BYTES = 4 << 10
"""Half a second on a 64 kbit/s line: what is handed to the kernel at once."""
_UNSENT_BYTES = 16 << 10
"""What may wait in the kernel unsent: else a slow line seems to take megabytes at once."""
_LOOK_S = 0.5
_IDLE_S, _PROBE_S, _PROBES = 30, 5, 3
"""Keep-alive: a connection that died while idle is found before the next bundle goes into it."""
_CONGESTION = b"bbr"
"""Does not take random loss for a full line; used where the kernel lets us."""

# linux/tcp.h; Python's socket module does not name all of them.
_TCP_THIN_LINEAR_TIMEOUTS = 16
_TCP_NOTSENT_LOWAT = 25
_TCP_RTO_MAX_MS = 44
_INFO_BYTES = 152
_UNACKED_AT, _ACKED_AT, _UNSENT_AT = 24, 120, 144
"""Offsets in struct tcp_info: packets not acknowledged yet (32 bits); bytes acknowledged, and then
received (64 bits each); bytes not sent yet, and then the shortest round trip in µs (32 bits)."""
_NO_RTT = (1 << 32) - 1


def tune(sock: socket.socket) -> None:
    """Set what helps on a bad line, as far as this kernel knows it."""
    options: list[tuple[int, int, int | bytes]] = [
        (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
        (socket.IPPROTO_TCP, socket.TCP_NODELAY, 1),
        (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, _IDLE_S),
        (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, _PROBE_S),
        (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, _PROBES),
        (socket.IPPROTO_TCP, _TCP_NOTSENT_LOWAT, _UNSENT_BYTES),
        # With few packets under way every lost one costs a time-out; doubling each time stalls.
        (socket.IPPROTO_TCP, _TCP_THIN_LINEAR_TIMEOUTS, 1),
        (socket.IPPROTO_TCP, socket.TCP_CONGESTION, _CONGESTION),
    ]
    for level, name, value in options:
        _set(sock, level, name, value)


def _set(sock: socket.socket, level: int, name: int, value: int | bytes) -> None:
    # An option this kernel does not know or permit is one the line does without.
    with contextlib.suppress(OSError):
        sock.setsockopt(level, name, value)


@dataclass(frozen=True, slots=True)
class Moved:
    """What the kernel knows of a connection."""

    acked: int
    """Bytes that the other end has acknowledged."""
    received: int
    under_way: bool
    """Whether some that were sent, or wait to be, are not acknowledged."""
    rtt_s: float
    """The shortest way there and back that was seen; 0: none."""


def moved(sock: socket.socket) -> Moved:
    """How far a connection has come since it began."""
    info = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, _INFO_BYTES)
    (unacked,) = struct.unpack_from("I", info, _UNACKED_AT)
    acked, received = struct.unpack_from("QQ", info, _ACKED_AT)
    unsent, rtt = struct.unpack_from("II", info, _UNSENT_AT)
    rtt_s = 0.0 if rtt == _NO_RTT else rtt / 1e6
    return Moved(acked, received, bool(unacked or unsent), rtt_s)


class Meter:
    """Watches one exchange at a time on behalf of its carrier."""

    def __init__(self) -> None:
        self.begin(Terms())

    def begin(self, terms: Terms) -> None:
        """The next exchange starts."""
        self._terms = terms
        self.started = time.monotonic()
        self.connected = False
        self.rtt_s = 0.0
        """The shortest way there and back of a packet."""
        self.answered_at = 0.0
        """When the first byte of the answer was there; 0: not yet."""
        self.cut_off = False
        """Somebody answered before the whole bundle was sent."""

    def sending(self, sock: socket.socket) -> None:
        """A piece is about to go out.

        :raises BrokenPipeError: there is an answer already; more is not wanted.
        """
        if not self.connected:
            self.connected = True
            # The patience is each piece's own.
            sock.settimeout(self._terms.stall_s)
            # TCP doubles its time-out up to two minutes: it would sleep through the moments in
            # which a line that comes and goes is there (Linux 6.15 and later know the option).
            repeat_ms = int(self._terms.repeat_s * 1000)
            _set(sock, socket.IPPROTO_TCP, _TCP_RTO_MAX_MS, repeat_ms)
        # Under TLS what is readable may be no answer but the session's tickets.
        elif not isinstance(sock, ssl.SSLSocket) and _readable(sock, 0):
            self.cut_off = True
            raise BrokenPipeError

    def wait(self, sock: socket.socket) -> None:
        """Wait for the first byte of the answer.

        :raises TimeoutError: nothing moved for as long as the terms allow.
        """
        terms = self._terms
        before, last = moved(sock), time.monotonic()
        while not _readable(sock, min(_LOOK_S, terms.stall_s)):
            now, progress = time.monotonic(), moved(sock)
            if (progress.acked, progress.received) != (before.acked, before.received):
                before, last = progress, now
            elif now - last >= (terms.stall_s if progress.under_way else terms.patience_s):
                raise TimeoutError("nothing moved")
        self.answered_at = time.monotonic()
        self.rtt_s = moved(sock).rtt_s


def _readable(sock: socket.socket, within_s: float) -> bool:
    if isinstance(sock, ssl.SSLSocket) and sock.pending():
        return True
    poll = select.poll()
    poll.register(sock, select.POLLIN)
    return bool(poll.poll(within_s * 1000))


class _Watched(HTTPConnection):
    """A connection that tells its meter what passes."""

    def __init__(self, *args: Any, meter: Meter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._meter = meter

    def _new_conn(self) -> socket.socket:
        sock = super()._new_conn()
        tune(sock)
        return sock

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        self._meter.sending(self.sock)
        super().send(data)

    def getresponse(self) -> Any:
        if self.sock is not None:
            self._meter.wait(self.sock)
        return super().getresponse()


class _WatchedTls(_Watched, HTTPSConnection):
    """The same under TLS."""


class LineAdapter(HTTPAdapter):
    """Makes requests use connections that a meter watches."""

    def __init__(self, meter: Meter) -> None:
        self._meter = meter
        super().__init__(pool_connections=1, pool_maxsize=1)

    def init_poolmanager(
        self, connections: int, maxsize: int, block: bool = False, **pool_kwargs: Any
    ) -> None:
        manager = PoolManager(
            num_pools=connections,
            maxsize=maxsize,
            block=block,
            blocksize=PIECE_BYTES,
            **pool_kwargs,
        )
        pools: dict[str, type[HTTPConnectionPool]] = {
            "http": type("Pool", (HTTPConnectionPool,), {"ConnectionCls": self._maker(_Watched)}),
            "https": type(
                "TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": self._maker(_WatchedTls)}
            ),
        }
        manager.pool_classes_by_scheme = pools
        self.poolmanager = manager

    def _maker(self, kind: type[_Watched]) -> partial[_Watched]:
        return partial(kind, meter=self._meter)

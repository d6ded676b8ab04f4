"""Delay: holds back every Ethernet frame between two devices of a namespace.

Works below IP, so TCP sees a long line end to end: handshakes, acknowledgements and time-outs
are late as well, not the bytes alone.
"""

from __future__ import annotations

import ctypes
import fcntl
import select
import socket
import struct
import threading
import time
from collections import deque

from tests.line.lane import run_in

_ETH_P_ALL = 3
_SIOCETHTOOL = 0x8946
_ETHTOOL_STXCSUM = 0x17
_SOL_PACKET, _PACKET_IGNORE_OUTGOING = 263, 23
_FRAME = 1 << 16
_TICK_S = 0.2
_ARP = b"\x08\x06"
"""Asked on every wire of its own: a neighbour is near however long the way behind it."""


def compute_checksums(space: str, device: str) -> None:
    """Make the kernel compute checksums in full: a veth pair leaves that to a card it lacks."""

    def switch_off() -> None:
        command = ctypes.create_string_buffer(struct.pack("II", _ETHTOOL_STXCSUM, 0))
        request = struct.pack("16sP16x", device.encode(), ctypes.addressof(command))
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
            fcntl.ioctl(control, _SIOCETHTOOL, request)

    run_in(space, switch_off)


class FrameRelay:
    """Passes frames between two devices of a namespace, each `delay_s` after it came."""

    def __init__(self, space: str, one: str, other: str, delay_s: float) -> None:
        self._delay_s = delay_s
        self._sockets: tuple[socket.socket, ...] = run_in(space, lambda: (_raw(one), _raw(other)))
        self._stopped = False
        self._thread = threading.Thread(target=self._work, name="frames", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stopped = True
        self._thread.join(timeout=5)
        for one in self._sockets:
            one.close()

    def _work(self) -> None:
        one, other = self._sockets
        across = {one: other, other: one}
        held: deque[tuple[float, socket.socket, bytes]] = deque()
        while not self._stopped:
            wait = max(held[0][0] - time.monotonic(), 0.0) if held else _TICK_S
            ready, _, _ = select.select(self._sockets, (), (), min(wait, _TICK_S))
            for came in ready:
                frame = came.recv(_FRAME)
                if frame[12:14] == _ARP:
                    across[came].send(frame)
                else:
                    held.append((time.monotonic() + self._delay_s, across[came], frame))
            while held and held[0][0] <= time.monotonic():
                _, target, frame = held.popleft()
                target.send(frame)


def _raw(device: str) -> socket.socket:
    sock = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_ETH_P_ALL))
    # What is sent here must not come back as if it had arrived.
    sock.setsockopt(_SOL_PACKET, _PACKET_IGNORE_OUTGOING, 1)
    sock.bind((device, _ETH_P_ALL))
    return sock

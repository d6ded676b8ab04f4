"""Two network namespaces and the line between them: real sockets, a real kernel, a bad line.

`tc` (tbf) bounds the rate, `nft` drops at random; Debian's kernel here has no netem, so delay is
made by `FrameRelay`, which holds back whole Ethernet frames in a third namespace. What runs in a
namespace is a process started through `prefix`, or a call made in a thread that entered it.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import random
import shutil
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

_CLONE_NEWNET = 0x40000000
_BURST = "2k"
"""Little more than a packet, so that a short transfer does not slip through unbounded."""
EDGE_IP, CENTRE_IP = "10.77.0.1", "10.77.0.2"
FAR_EDGE_IP, FAR_CENTRE_IP = "10.77.1.1", "10.77.1.2"


class NotPermitted(Exception):
    """This machine gives us no network namespaces; the message says why."""


def _run(*command: str, stdin: str = "") -> None:
    done = subprocess.run(command, input=stdin, capture_output=True, text=True, check=False)
    if done.returncode:
        raise NotPermitted(f"{' '.join(command)}: {done.stderr.strip()}")


def enter(name: str) -> None:
    """Move the calling thread into a namespace, for good.

    :raises OSError: not permitted.
    """
    libc = ctypes.CDLL(None, use_errno=True)
    with Path(f"/run/netns/{name}").open("rb") as space:
        if libc.setns(space.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), f"setns to {name}")


def run_in(name: str, act: Callable[[], T], timeout_s: float = 300.0) -> T:
    """The result of `act`, called in a thread inside the namespace; so are the sockets it makes.

    :raises TimeoutError: it did not come back; the thread is a daemon.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            enter(name)
            results.append(act())
        except BaseException as error:  # noqa: BLE001 - raised again in the caller's thread
            errors.append(error)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    thread.join(timeout_s)
    if errors:
        raise errors[0]
    if not results:
        raise TimeoutError(f"not done after {timeout_s:.0f} s")
    return results[0]


@dataclass(slots=True)
class Lane:
    """The edge's namespace, the centre's, and a veth pair between them."""

    edge: str
    centre: str
    edge_device: str = "edge0"
    centre_device: str = "centre0"
    """The centre may have more lines than this one, each with its own device."""

    @property
    def _ends(self) -> tuple[tuple[str, str], tuple[str, str]]:
        return (self.edge, self.edge_device), (self.centre, self.centre_device)

    @staticmethod
    def prefix(name: str) -> tuple[str, ...]:
        """What to put before a command so that it runs in the namespace."""
        return ("ip", "netns", "exec", name)

    def rate(self, up_kbit: int = 0, down_kbit: int = 0) -> None:
        """Bound the rate of both directions, kbit/s; 0: not bounded."""
        for (name, device), kbit in zip(self._ends, (up_kbit, down_kbit), strict=True):
            with contextlib.suppress(NotPermitted):
                _run("tc", "-n", name, "qdisc", "del", "dev", device, "root")
            if kbit:
                _run(
                    *("tc", "-n", name, "qdisc", "add", "dev", device, "root", "tbf"),
                    *("rate", f"{kbit}kbit", "burst", _BURST, "latency", "1s"),
                )

    def loss(self, percent: int) -> None:
        """Drop so many of the packets that arrive, at each end. 100: nothing passes."""
        self._drop(f"numgen random mod 100 < {percent} drop" if percent < 100 else "drop")

    def loss_in_turn(self, percent: int, seed: int = 1) -> None:
        """The same loss without luck: always the same ones of a hundred packets, well mixed.

        Bounds the rate as well (`tbf` cuts the kernel's large pieces into packets): a repeat
        of a lost piece must not be one that is always lost.
        """
        drawn = sorted(random.Random(seed).sample(range(101), percent))
        self._drop(f"numgen inc mod 101 {{ {', '.join(map(str, drawn))} }} drop")
        self.rate(512, 512)

    def no_loss(self) -> None:
        self._drop("accept")

    def _drop(self, which: str) -> None:
        for name, device in self._ends:
            rule, table = f'iifname "{device}" {which}', f"table ip line_{device}"
            _run(
                *(*self.prefix(name), "nft", "-f", "-"),
                stdin=(
                    f"{table}\ndelete {table}\n"
                    f"{table} {{\n chain arriving {{\n"
                    f"  type filter hook input priority 0;\n  {rule}\n }}\n}}\n"
                ),
            )

    def carrier(self, up: bool) -> None:
        """Plug the cable in or out at the edge."""
        _run("ip", "-n", self.edge, "link", "set", self.edge_device, "up" if up else "down")

    def mend(self) -> None:
        """A good line again."""
        self.carrier(True)
        self.rate()
        self.no_loss()


def _name(part: str) -> str:
    return f"loket-{part}-{uuid.uuid4().hex[:8]}"


def add_space(part: str) -> str:
    """A new namespace with its loopback up.

    :raises NotPermitted: this machine does not give us one.
    """
    name = _name(part)
    _run("ip", "netns", "add", name)
    _run("ip", "-n", name, "link", "set", "lo", "up")
    return name


def drop_space(name: str) -> None:
    _run("ip", "netns", "del", name)


def join(
    one: str, one_device: str, one_ip: str, other: str, other_device: str, other_ip: str
) -> None:
    """A veth pair between two namespaces; an empty address is none."""
    _run(
        *("ip", "link", "add", one_device, "netns", one),
        *("type", "veth", "peer", "name", other_device, "netns", other),
    )
    for name, device, ip in ((one, one_device, one_ip), (other, other_device, other_ip)):
        if ip:
            _run("ip", "-n", name, "addr", "add", f"{ip}/24", "dev", device)
        _run("ip", "-n", name, "link", "set", device, "up")


def require_spaces() -> None:
    """:raises NotPermitted: this machine has not what namespaces and bad lines need."""
    for tool in ("ip", "tc", "nft"):
        if shutil.which(tool) is None:
            raise NotPermitted(f"{tool} is missing: apt-get install iproute2 nftables")
    if os.geteuid():
        raise NotPermitted("network namespaces need root")


@contextlib.contextmanager
def open_lane() -> Iterator[Lane]:
    """Two namespaces and a good line; nothing of it is left behind.

    :raises NotPermitted: this machine does not give us namespaces.
    """
    require_spaces()
    with contextlib.ExitStack() as made:
        edge = add_space("edge")
        made.callback(drop_space, edge)
        centre = add_space("centre")
        made.callback(drop_space, centre)
        join(edge, "edge0", EDGE_IP, centre, "centre0", CENTRE_IP)
        lane = Lane(edge, centre)
        lane.rate(64, 64)
        lane.loss(30)
        lane.mend()
        yield lane

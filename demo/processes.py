"""Starting the real servers as processes, each with its own folder, and ending them by pid."""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

PASSWORD = "loket-demo-2026"
_READY = re.compile(r"(\w+)=(http://[\d.]+:\d+)")
_END_S = 30
"""Longer than a server gives to what it is answering."""
_LOKET = [sys.executable, "-m", "loket"]

EDGE_ENV = {
    "LOKET_PORT": "0",
    "LOKET_PORTAL_PORT": "0",
    "LOKET_SECURE_COOKIES": "0",
    "LOKET_EXCHANGE_SECONDS": "2",
}
"""What an edge is started with here: any free ports, plain HTTP on loopback, little patience."""


class NotStarted(Exception):
    """A server ended before it was ready; its last words are the message."""


def loket(
    *arguments: str,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    prefix: tuple[str, ...] = (),
) -> str:
    """Run a `loket` command to its end and return what it printed.

    :param prefix: a command that runs another one, such as `ip netns exec …`.
    :raises NotStarted: it ended with an error.
    """
    done = subprocess.run(
        [*prefix, *_LOKET, *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        env={**os.environ, **(env or {})},
        check=False,
    )
    if done.returncode:
        raise NotStarted(f"loket {' '.join(arguments[:2])}: {done.stderr.strip()}")
    return done.stdout


@dataclass(slots=True)
class Server:
    """One server process and where it listens."""

    name: str
    command: list[str]
    env: dict[str, str]
    log: Path
    prefix: tuple[str, ...] = ()
    """A command that runs another one, such as `ip netns exec …`."""
    says_ready: bool = True
    """Off for a worker, which serves nobody."""
    process: subprocess.Popen[str] | None = None
    addresses: dict[str, str] = field(default_factory=dict)

    def start(self) -> Server:
        """Start and wait until it serves; the ports stay the same over restarts."""
        with self.log.open("a") as log:
            self.process = subprocess.Popen(
                [*self.prefix, *_LOKET, *self.command],
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                # A server that does not end is asked for its stacks: see `_signal`.
                env={**os.environ, "PYTHONFAULTHANDLER": "1", **self.env},
                start_new_session=True,
            )
        if not self.says_ready:
            return self
        output = self.process.stdout
        line = output.readline() if output is not None else ""
        if not line.startswith("ready"):
            self.process.wait(timeout=10)
            if output is not None:
                output.close()
            raise NotStarted(f"{self.name} did not start: {self.log.read_text()[-2000:]}")
        self.addresses = dict(_READY.findall(line))
        self._keep_ports()
        return self

    def _keep_ports(self) -> None:
        for key, variable in (
            ("staff", "LOKET_PORT"),
            ("portal", "LOKET_PORTAL_PORT"),
            ("centre", "LOKET_PORT"),
        ):
            if key in self.addresses:
                self.env[variable] = self.addresses[key].rsplit(":", 1)[1]

    @property
    def pid(self) -> int:
        if self.process is None:
            raise NotStarted(f"{self.name} does not run")
        return self.process.pid

    def kill(self) -> None:
        """SIGKILL the process and its workers, as a power cut would."""
        self._signal(signal.SIGKILL)

    def stop(self) -> None:
        """Ask it to end, and wait."""
        self._signal(signal.SIGTERM)

    def _signal(self, number: int) -> None:
        process, self.process = self.process, None
        if process is None or process.poll() is not None:
            return
        # Only SIGKILL goes to the whole group: on SIGTERM the server ends its own workers.
        if number == signal.SIGKILL:
            os.killpg(process.pid, number)
        else:
            process.terminate()
        try:
            process.wait(timeout=_END_S)
        except subprocess.TimeoutExpired:
            self._tell_where_it_hangs(process)
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(timeout=10)
        if process.stdout is not None:
            process.stdout.close()

    def _tell_where_it_hangs(self, process: subprocess.Popen[str]) -> None:
        """Every thread's stack, which SIGABRT makes the process write to its log."""
        os.killpg(process.pid, signal.SIGABRT)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=5)
        said = self.log.read_text()[-8000:]
        print(f"{self.name} did not end in {_END_S} s:\n{said}", file=sys.stderr, flush=True)


def lives(pid: int) -> bool:
    """Whether any process of a server's group is left."""
    try:
        os.killpg(pid, 0)
    except ProcessLookupError:
        return False
    return True


@dataclass(frozen=True, slots=True)
class Staff:
    """An account to make."""

    username: str
    name: str
    role: str


def _where(folder: Path, key: Path) -> list[str]:
    return ["--data", str(folder), "--key-file", str(key)]


def _add_accounts(
    half: str, where: list[str], staff: tuple[Staff, ...], env: Mapping[str, str]
) -> None:
    for one in staff:
        loket(
            half,
            "account",
            "add",
            *where,
            *("--username", one.username, "--name", one.name, "--role", one.role),
            "--password-stdin",
            stdin=PASSWORD + "\n",
            env=env,
        )


def make_centre(
    root: Path, staff: tuple[Staff, ...] = (), settings: Mapping[str, str] | None = None
) -> Server:
    """Initialise a centre in `root`; not started yet."""
    where = _where(root / "central", root / "central.key")
    env = {"LOKET_PORT": "0", "LOKET_SECURE_COOKIES": "0", **(settings or {})}
    loket("central", "init", *where, env=env)
    _add_accounts("central", where, staff, env)
    return Server("centre", ["central", "serve", *where], env, root / "central.log")


def fold_worker(centre: Server) -> Server:
    """A worker beside a centre that does not fold by itself; not started yet."""
    command = ["central", "worker", *centre.command[2:]]
    log = centre.log.with_name("worker.log")
    return Server("worker", command, centre.env, log, centre.prefix, says_ready=False)


def enrol_code(centre: Server, stream: str) -> str:
    where = centre.command[2:]
    return loket("central", "enrol-code", *where, stream, env=centre.env).strip()


def make_edge(
    root: Path,
    name: str,
    stream: str,
    centre: Server,
    centre_url: str,
    staff: tuple[Staff, ...] = (),
    settings: Mapping[str, str] | None = None,
    code: str = "",
) -> Server:
    """Initialise an edge in `root` and enrol it with the running centre; not started yet.

    :param centre_url: as the edge reaches it, perhaps through a relay.
    :param code: that an admin gave; empty: one is made.
    """
    where = _where(root / name, root / f"{name}.key")
    env = {**EDGE_ENV, **(settings or {})}
    loket("edge", "init", *where)
    code = code or enrol_code(centre, stream)
    loket("edge", "enrol", *where, "--centre", centre_url, "--code", code)
    _add_accounts("edge", where, staff, env)
    return Server(name, ["edge", "serve", *where], env, root / f"{name}.log")


def state_hash(half: str, server: Server, *arguments: str) -> str:
    """The hash of a stream's state, as `status` prints it."""
    where = server.command[2:]
    printed = loket(half, "status", *where, *arguments, env=server.env)
    return next(line.split()[1] for line in printed.splitlines() if line.startswith("state"))

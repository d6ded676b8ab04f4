#!/usr/bin/env python3
"""Points pgbouncer at the primary, whichever node that is.

Asks each node's Patroni once a second whether it leads, writes the one that does into the file that
pgbouncer includes, and has pgbouncer read it. While none leads, all stays as it is: pgbouncer holds
its callers back. Standard library only: it runs beside pgbouncer, apart from Loket.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import threading
import urllib.error
import urllib.request
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_ASK_S = 1.0


@dataclass(frozen=True)
class Member:
    """A node: where its Patroni answers, and where its PostgreSQL listens."""

    rest: str
    host: str
    port: int

    @classmethod
    def read(cls, text: str) -> Member:
        """Of `REST=HOST:PORT`, such as http://10.75.0.11:8008=10.75.0.11:5432."""
        rest, _, address = text.rpartition("=")
        host, _, port = address.rpartition(":")
        return cls(rest, host, int(port))

    def leads(self) -> bool:
        # A proxy of the environment knows nothing of the cluster.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(f"{self.rest}/primary", timeout=_ASK_S) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def target(self, database: str) -> str:
        return f"{database} = host={self.host} port={self.port} dbname={database}\n"


def leader(members: Sequence[Member]) -> Member | None:
    return next((member for member in members if member.leads()), None)


def point(file: Path, pidfile: Path, target: str) -> bool:
    """Have pgbouncer use `target`; whether that was new."""
    if file.exists() and file.read_text() == target:
        return False
    beside = file.with_suffix(".new")
    beside.write_text(target)
    beside.replace(file)
    # Where pgbouncer does not run, it reads the file when it starts.
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        os.kill(int(pidfile.read_text()), signal.SIGHUP)
    return True


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--database", default="loket")
    arguments.add_argument("--file", type=Path, required=True, help="what pgbouncer includes")
    arguments.add_argument("--pidfile", type=Path, required=True, help="pgbouncer's")
    arguments.add_argument("--every", type=float, default=1.0, metavar="SECONDS")
    arguments.add_argument("members", nargs="+", type=Member.read, metavar="REST=HOST:PORT")
    said = arguments.parse_args()
    ended = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ended.set())
    while not ended.is_set():
        found = leader(said.members)
        if found is not None and point(said.file, said.pidfile, found.target(said.database)):
            print(f"primary {found.host}:{found.port}", flush=True)
        ended.wait(said.every)


if __name__ == "__main__":
    main()

"""A small cluster of real processes: deploy/database/small_cluster.py, and how to hurt it."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from demo.report import until

_SCRIPT = Path(__file__).parents[2] / "deploy" / "database" / "small_cluster.py"
_PROMOTED_S = 60.0
_BACK_S = 120.0


@dataclass(frozen=True, slots=True)
class Cluster:
    """A running cluster."""

    folder: Path
    known: dict[str, Any]
    without: str = ""
    """The guard that was left away."""

    @property
    def url(self) -> str:
        """By way of pgbouncer, which follows the primary."""
        return str(self.known["url"])

    def direct_url(self, database: str) -> str:
        """By way of the client library, which looks for the primary among all nodes."""
        return str(self.known["direct_url"]).replace("/loket?", f"/{database}?")

    def members(self) -> list[dict[str, Any]]:
        """What the first node that answers knows of all."""
        for one in self.known["nodes"].values():
            with contextlib.suppress(OSError):
                url = f"http://127.0.0.1:{one['rest']}/cluster"
                with urllib.request.urlopen(url, timeout=2) as answer:
                    found: list[dict[str, Any]] = json.load(answer)["members"]
                    return found
        return []

    def primary(self) -> str:
        """The node that leads; empty: none does."""
        leads = (one["name"] for one in self.members() if one["role"] == "leader")
        return next(leads, "")

    def kill_host(self, name: str) -> None:
        """As a power cut: the node's PostgreSQL and its Patroni end in the same moment."""
        own = self.folder / name
        patroni = int((own / "patroni.pid").read_text())
        postmaster = int((own / "data" / "postmaster.pid").read_text().split()[0])
        # Stopped first, so that nobody sees the others go.
        for pid in (patroni, postmaster):
            os.kill(pid, signal.SIGSTOP)
        for pid in (patroni, *_children(postmaster), postmaster):
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def kill_postgres(self, name: str) -> None:
        """The node's PostgreSQL ends; its Patroni sees it."""
        postmaster = int((self.folder / name / "data" / "postmaster.pid").read_text().split()[0])
        os.kill(postmaster, signal.SIGKILL)

    def _at_the_primary(self) -> psycopg.Connection[tuple[Any, ...]]:
        port = self.known["nodes"][self.primary()]["port"]
        address = self.known["superuser"].format(address=f"127.0.0.1:{port}")
        return psycopg.connect(address, autocommit=True)

    def new_database(self, name: str) -> None:
        with self._at_the_primary() as connection:
            connection.execute(f'CREATE DATABASE "{name}" OWNER loket')

    def stall_replication(self) -> None:
        """Nothing that the primary writes from now on reaches another node."""
        with self._at_the_primary() as connection:
            senders = connection.execute("SELECT pid FROM pg_stat_replication").fetchall()
        assert senders
        for (pid,) in senders:
            os.kill(pid, signal.SIGSTOP)

    @contextmanager
    def etcd_away(self) -> Iterator[None]:
        """Nobody hears from etcd, as behind a cut line; it is back afterwards."""
        pid = int((self.folder / "etcd" / "etcd.pid").read_text())
        os.kill(pid, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(pid, signal.SIGCONT)

    def wait_for_other_primary(self, before: str) -> None:
        until(lambda: self.primary() not in ("", before), _PROMOTED_S, "a promotion")

    def bring_back(self, name: str) -> None:
        """Start a host that was killed; it must become a standby that follows."""
        subprocess.run([sys.executable, str(_SCRIPT), "node", str(self.folder), name], check=True)
        self.wait_for_all()

    def wait_for_all(self) -> None:
        """Until all nodes are there, on one timeline, with one that keeps pace with commits."""

        def whole() -> bool:
            members = self.members()
            roles = {one["role"] for one in members}
            wanted = {"leader"} if self.without else {"leader", "sync_standby"}
            return (
                len(members) == len(self.known["nodes"])
                and all(one["state"] in ("running", "streaming") for one in members)
                and len({one.get("timeline") for one in members}) == 1
                and wanted <= roles
            )

        until(whole, _BACK_S, "all nodes on one timeline")


def _children(pid: int) -> list[int]:
    return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


@contextmanager
def running_cluster(without: str = "") -> Iterator[Cluster]:
    """:param without: a guard to leave away, to show that it is needed."""
    root = Path(tempfile.mkdtemp(prefix="loket-cluster-"))
    # Its processes run as another user.
    root.chmod(0o755)
    folder = root / "cluster"
    switch = ["--without", without] if without else []
    try:
        subprocess.run([sys.executable, str(_SCRIPT), "start", str(folder), *switch], check=True)
        try:
            yield Cluster(folder, json.loads((folder / "cluster.json").read_text()), without)
        finally:
            subprocess.run([sys.executable, str(_SCRIPT), "stop", str(folder)], check=True)
    finally:
        shutil.rmtree(root, ignore_errors=True)

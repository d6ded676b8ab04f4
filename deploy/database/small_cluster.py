#!/usr/bin/env python3
"""A whole small cluster on one machine, to try and to test: etcd, nodes under Patroni, pgbouncer.

    small_cluster.py start FOLDER [--nodes 3] [--without synchronous]
    small_cluster.py node FOLDER db1      start a node once more, after it was ended
    small_cluster.py stop FOLDER

All of it lies in FOLDER and listens on free ports of loopback; nothing runs as root. The templates
are those of real hosts. FOLDER/cluster.json says where everything is, and FOLDER/…/….pid under
which pid: that, and nothing else, is what `stop` ends. Standard library only.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from string import Template
from typing import Any

_HERE = Path(__file__).resolve().parent
_HOST = "127.0.0.1"
_BINARIES = Path("/usr/lib/postgresql")
_FOLLOW = "follow_primary.py"
_START_S = 120.0
_END_S = 20.0
_TIMES = {"TTL": "8", "LOOP_WAIT": "1", "RETRY_TIMEOUT": "3"}
"""A real host's are longer: there the network between nodes may stutter."""
GUARDS = {
    "synchronous": (
        ("synchronous_mode: true", "synchronous_mode: false"),
        ("synchronous_mode_strict: true", "synchronous_mode_strict: false"),
        # Without the guard a standby that lags may lead.
        ("maximum_lag_on_failover: 1048576", "maximum_lag_on_failover: 1073741824"),
    ),
}
"""What can be left away, to show that it is needed: lines of patroni.yml, and others instead."""


class NotStarted(Exception):
    """Something did not come up; the message says where its log is."""


class Cluster:
    """The folder of one small cluster."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "cluster.json"
        self.known: dict[str, Any] = {}
        if self._file.exists():
            self.known = json.loads(self._file.read_text())

    def make(self, nodes: int, without: str | None) -> None:
        """Lay out the folder; nothing runs yet."""
        self.folder.mkdir(parents=True, exist_ok=True)
        ports = iter(_free_ports(2 * nodes + 3))
        password = secrets.token_hex(16)
        client, peer = (f"http://{_HOST}:{next(ports)}" for _ in range(2))
        pool = self.folder / "pool"
        members = {
            f"db{number}": {"port": next(ports), "rest": next(ports)}
            for number in range(1, nodes + 1)
        }
        pool_port = next(ports)
        addresses = ",".join(f"{_HOST}:{one['port']}" for one in members.values())
        ways = "&".join(f"host={address}" for address in addresses.split(","))
        values = {
            **_TIMES,
            "NETWORK": f"{_HOST}/32",
            "NODE_HOST": _HOST,
            "BIN_DIR": str(_bindir()),
            "WATCHDOG": "off",
            "SUPERUSER_PASSWORD": secrets.token_hex(16),
            "REPLICATION_PASSWORD": secrets.token_hex(16),
            "REWIND_PASSWORD": secrets.token_hex(16),
            "ETCD_HOSTS": client.removeprefix("http://"),
            "ETCD_NAME": "etcd1",
            "ETCD_DATA_DIR": str(self.folder / "etcd" / "data"),
            "ETCD_CLIENT_URL": client,
            "ETCD_PEER_URL": peer,
            "ETCD_CLUSTER": f"etcd1={peer}",
            "POOL_PORT": str(pool_port),
            "POOL_PIDFILE": str(pool / "pgbouncer.pid"),
            "POOL_USERS": str(pool / "users.txt"),
            "POOL_TARGET": str(pool / "primary.ini"),
        }
        self._fill("etcd.env.in", self.folder / "etcd" / "etcd.env", values)
        for name, member in members.items():
            own = self.folder / name
            here = {
                "NODE": name,
                "NODE_PORT": str(member["port"]),
                "REST_PORT": str(member["rest"]),
            }
            here |= {"DATA_DIR": str(own / "data"), "PGPASS": str(own / "pgpass")}
            here["SOCKETS"] = str(own)
            filled = self._fill("patroni.yml.in", own / "patroni.yml", {**values, **here})
            _leave_away(filled, without)
        self._fill("pgbouncer.ini.in", pool / "pgbouncer.ini", values)
        (pool / "users.txt").write_text(f'"loket" "{password}"\n')
        (pool / "primary.ini").touch()
        shutil.copy(_HERE / _FOLLOW, pool)
        user = f"loket:{password}"
        self.known = {
            "nodes": members,
            "etcd": client,
            "superuser": f"postgresql://postgres:{values['SUPERUSER_PASSWORD']}@{{address}}/postgres",
            "password": password,
            "url": f"postgresql+psycopg://{user}@{_HOST}:{pool_port}/loket?prepare_threshold=none",
            "direct_url": f"postgresql+psycopg://{user}@/loket?{ways}"
            "&target_session_attrs=read-write&connect_timeout=3",
        }
        self._file.touch(0o600)
        self._file.write_text(json.dumps(self.known, indent=2))
        self._give_away()

    def _fill(self, template: str, target: Path, values: dict[str, str]) -> Path:
        target.parent.mkdir(exist_ok=True)
        target.write_text(Template((_HERE / template).read_text()).substitute(values))
        target.chmod(0o600)
        return target

    def _give_away(self) -> None:
        """To the user that all of it runs as."""
        user = _other_user()
        if user is not None:
            for path in (self.folder, *self.folder.rglob("*")):
                shutil.chown(path, user, user)

    def start(self) -> None:
        """Start everything, and wait until there is a primary with a standby and a database."""
        lines = (self.folder / "etcd" / "etcd.env").read_text().splitlines()
        settings = dict(line.split("=", 1) for line in lines if not line.startswith("#"))
        self._run("etcd/etcd", ["etcd", "--logger=zap", "--log-level=warn"], settings)
        _until(lambda: _answers(f"{self.known['etcd']}/health"), "etcd", self.folder)
        for name in self.known["nodes"]:
            self.start_node(name)
        _until(self._is_whole, "a primary and its standbys", self.folder)
        self._make_database()
        members = [
            f"http://{_HOST}:{one['rest']}={_HOST}:{one['port']}"
            for one in self.known["nodes"].values()
        ]
        pool = self.folder / "pool"
        files = ["--file", str(pool / "primary.ini"), "--pidfile", str(pool / "pgbouncer.pid")]
        # Debian's python, as Patroni's: the one that runs this may lie where others cannot read.
        follow = ["/usr/bin/python3", str(pool / _FOLLOW), *files, "--every", "0.3"]
        self._run("pool/follow", [*follow, *members])
        _until(lambda: (pool / "primary.ini").stat().st_size > 0, "who leads", self.folder)
        self._run("pool/pgbouncer", [_tool("pgbouncer"), "-q", str(pool / "pgbouncer.ini")])
        port = int(self.known["url"].split("/loket?")[0].rsplit(":", 1)[1])
        _until(lambda: _listens(port), "pgbouncer", self.folder)

    def start_node(self, name: str) -> None:
        self._run(f"{name}/patroni", ["patroni", str(self.folder / name / "patroni.yml")])

    def stop(self) -> None:
        """End what was started, those that others lean on last."""
        self._end("pool/follow", signal.SIGTERM)
        self._end("pool/pgbouncer", signal.SIGINT)
        for name in self.known.get("nodes", {}):
            self._end(f"{name}/patroni", signal.SIGTERM)
            # Patroni takes its PostgreSQL along; one whose Patroni was killed is still there.
            self._end(f"{name}/data/postmaster", signal.SIGQUIT)
        self._end("etcd/etcd", signal.SIGTERM)

    def _run(self, name: str, command: list[str], settings: dict[str, str] | None = None) -> None:
        user = _other_user()
        as_other = {} if user is None else {"user": user, "group": user, "extra_groups": []}
        log = self.folder / f"{name}.log"
        with log.open("a") as said:
            process = subprocess.Popen(
                command,
                cwd=self.folder,
                # Nothing of who started it: a PGHOST or a proxy would lead elsewhere.
                env={"PATH": os.environ["PATH"], "LANG": "C.UTF-8", **(settings or {})},
                stdin=subprocess.DEVNULL,
                stdout=said,
                stderr=said,
                start_new_session=True,
                **as_other,  # type: ignore[call-overload]
            )
        if command[0] != _tool("pgbouncer"):
            (self.folder / f"{name}.pid").write_text(str(process.pid))

    def _end(self, name: str, number: signal.Signals) -> None:
        pid = pid_in(self.folder / f"{name}.pid")
        if pid is None or not _lives(pid):
            return
        os.kill(pid, number)
        deadline = time.monotonic() + _END_S
        while _lives(pid):
            if time.monotonic() > deadline:
                os.kill(pid, signal.SIGKILL)
            time.sleep(0.05)

    def _is_whole(self) -> bool:
        """Each node runs, and one leads."""
        members = _members(next(iter(self.known["nodes"].values()))["rest"])
        return (
            len(members) == len(self.known["nodes"])
            and all(one["state"] in ("running", "streaming") for one in members)
            and any(one["role"] == "leader" for one in members)
        )

    def _make_database(self) -> None:
        primary = next(
            one
            for one in self.known["nodes"].values()
            if _answers(f"http://{_HOST}:{one['rest']}/primary")
        )
        address = f"{_HOST}:{primary['port']}"
        url = self.known["superuser"].format(address=address)
        made = f"CREATE ROLE loket LOGIN PASSWORD '{self.known['password']}'"
        for statement in (made, "CREATE DATABASE loket OWNER loket"):
            subprocess.run(
                [str(_bindir() / "psql"), "-qX", "-v", "ON_ERROR_STOP=1", "-c", statement, url],
                check=True,
                stdout=subprocess.DEVNULL,
            )


def pid_in(file: Path) -> int | None:
    """The pid that a file begins with; None where there is no such file."""
    try:
        return int(file.read_text().split()[0])
    except (FileNotFoundError, IndexError):
        return None


def _leave_away(file: Path, guard: str | None) -> None:
    text = file.read_text()
    for line, instead in GUARDS.get(guard or "", ()):
        if line not in text:
            raise NotStarted(f"{file} has no line {line!r}")
        text = text.replace(line, instead)
    file.write_text(text)


def _other_user() -> str | None:
    """PostgreSQL and pgbouncer refuse to run as root."""
    return "postgres" if os.geteuid() == 0 else None


def _bindir() -> Path:
    for folder in sorted(_BINARIES.glob("*/bin"), reverse=True):
        if (folder / "initdb").exists():
            return folder
    raise NotStarted("PostgreSQL's server is not installed: deploy/system-packages failover")


def _tool(name: str) -> str:
    return shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin") or name


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.create_server((_HOST, 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in sockets]


def _opened(url: str) -> Any:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    return opener.open(url, timeout=2)


def _answers(url: str) -> bool:
    try:
        with _opened(url) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def _members(rest: int) -> list[dict[str, Any]]:
    """What a node's Patroni knows of all; nothing, while it does not answer."""
    try:
        with _opened(f"http://{_HOST}:{rest}/cluster") as answer:
            members: list[dict[str, Any]] = json.load(answer)["members"]
            return members
    except OSError:
        return []


def _listens(port: int) -> bool:
    with socket.socket() as tried:
        return tried.connect_ex((_HOST, port)) == 0


def _lives(pid: int) -> bool:
    """Whether it runs; a zombie that its parent has not looked after does not."""
    with contextlib.suppress(ChildProcessError):
        os.waitpid(pid, os.WNOHANG)
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _until(true: Callable[[], bool], what: str, folder: Path) -> None:
    deadline = time.monotonic() + _START_S
    while not true():
        if time.monotonic() > deadline:
            raise NotStarted(f"waited in vain for {what}; see the logs in {folder}")
        time.sleep(0.2)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    acts = arguments.add_subparsers(dest="act", required=True)
    start = acts.add_parser("start", help="make and start a cluster in a new folder")
    start.add_argument("folder", type=Path)
    start.add_argument("--nodes", type=int, default=3)
    start.add_argument("--without", choices=sorted(GUARDS), help="leave a guard away")
    node = acts.add_parser("node", help="start a node that was ended")
    node.add_argument("folder", type=Path)
    node.add_argument("name")
    stop = acts.add_parser("stop", help="end all of it")
    stop.add_argument("folder", type=Path)
    said = arguments.parse_args()
    cluster = Cluster(said.folder.resolve())
    if said.act == "start":
        try:
            cluster.make(said.nodes, said.without)
            cluster.start()
        except BaseException as error:
            cluster.stop()
            if isinstance(error, NotStarted):
                sys.exit(f"error: {error}")
            raise
        print(f"LOKET_DATABASE_URL={cluster.known['url']}")
    elif said.act == "node":
        cluster.start_node(said.name)
    else:
        cluster.stop()


if __name__ == "__main__":
    main()

"""The database's templates, and what points the pooler at the primary."""

from __future__ import annotations

import http.server
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from string import Template

import pytest

from demo.report import until

DATABASE = Path(__file__).parents[3] / "deploy" / "database"
TEMPLATES = ("patroni.yml.in", "etcd.env.in", "pgbouncer.ini.in")


def _example() -> dict[str, str]:
    lines = (DATABASE / "database.env.example").read_text().splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def test_the_example_fills_every_template_and_has_nothing_to_spare() -> None:
    used: set[str] = set()
    for name in TEMPLATES:
        text = (DATABASE / name).read_text()

        filled = Template(text).substitute(_example())

        assert "$" not in filled
        used |= set(re.findall(r"\$\{(\w+)\}", text))
    unit = (DATABASE.parent / "systemd" / "loket-follow-primary.service").read_text()
    assert used | {"MEMBERS"} == set(_example())
    assert set(re.findall(r"\$\{?([A-Z_]+)", unit)) == {"POOL_TARGET", "POOL_PIDFILE", "MEMBERS"}


def test_the_lead_cannot_run_out_while_the_leader_still_tries() -> None:
    said = {name: int(value) for name, value in _example().items() if value.isdecimal()}

    assert said["LOOP_WAIT"] + 2 * said["RETRY_TIMEOUT"] <= said["TTL"]


def test_what_is_acknowledged_stands_on_two_nodes() -> None:
    patroni = (DATABASE / "patroni.yml.in").read_text()

    assert re.search(r"^    synchronous_mode: true$", patroni, re.MULTILINE)
    assert re.search(r"^    synchronous_mode_strict: true$", patroni, re.MULTILINE)
    assert re.search(r'^        synchronous_commit: "on"$', patroni, re.MULTILINE)


class _Member:
    """What Patroni's REST answers."""

    def __init__(self) -> None:
        self.leads = False

    @contextmanager
    def answering(self) -> Iterator[str]:
        member = self

        class Answers(http.server.BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.send_response(200 if member.leads and self.path == "/primary" else 503)
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Nothing on the terminal."""

        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Answers)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


_NOTES = """
import os, pathlib, signal, sys
noted, pidfile = map(pathlib.Path, sys.argv[1:])
# Waited for, not handled: it is taken even where whoever started the tests has it ignored.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
pidfile.write_text(str(os.getpid()))
while signal.sigwait([signal.SIGHUP]):
    with noted.open("a") as file:
        file.write("again\\n")
"""


@pytest.fixture
def pooler(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """A process that notes each SIGHUP, as pgbouncer reads its files again; its pid file."""
    noted, pidfile = tmp_path / "noted", tmp_path / "pid"
    process = subprocess.Popen([sys.executable, "-c", _NOTES, str(noted), str(pidfile)])
    until(lambda: pidfile.exists() and pidfile.read_text(), 10, "the pooler")
    yield noted, pidfile
    process.send_signal(signal.SIGKILL)
    process.wait()


def _readings(noted: Path) -> int:
    return len(noted.read_text().split()) if noted.exists() else 0


def test_the_pooler_follows_the_lead_and_stays_where_it_is_while_nobody_leads(
    tmp_path: Path, pooler: tuple[Path, Path]
) -> None:
    noted, pidfile = pooler
    target = tmp_path / "primary.ini"
    first, second = _Member(), _Member()
    first.leads = True

    with first.answering() as one, second.answering() as other:
        follower = subprocess.Popen(
            [
                *(sys.executable, str(DATABASE / "follow_primary.py"), "--every", "0.05"),
                *("--file", str(target), "--pidfile", str(pidfile)),
                *(f"{one}=10.75.0.11:5432", f"{other}=10.75.0.12:5433"),
            ],
            stdout=subprocess.PIPE,
            text=True,
            env=dict(os.environ),
        )
        assert follower.stdout is not None
        said = [follower.stdout.readline()]
        at_first = target.read_text()
        # Signals that come together count as one.
        until(lambda: _readings(noted) == 1, 60, "a reading")
        first.leads = False
        second.leads = True
        said.append(follower.stdout.readline())
        until(lambda: _readings(noted) == 2, 60, "two readings")
        second.leads = False
        follower.terminate()
        rest, _ = follower.communicate(timeout=10)

    assert at_first == "loket = host=10.75.0.11 port=5432 dbname=loket\n"
    assert target.read_text() == "loket = host=10.75.0.12 port=5433 dbname=loket\n"
    assert said == ["primary 10.75.0.11:5432\n", "primary 10.75.0.12:5433\n"]
    assert (follower.returncode, rest) == (0, "")

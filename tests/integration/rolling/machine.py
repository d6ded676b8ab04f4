"""A host as `deploy/rolling-upgrade` finds it, with a stand-in for systemd over real processes."""

from __future__ import annotations

import http.server
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from demo.processes import Server
from tests.integration.rolling.release import ROOT, runs_from

_PATIENCE_S = 300
_SYSTEMCTL = """#!/bin/sh
exec curl -fsS --noproxy '*' --data-binary "$*" "$SYSTEMD"
"""
_RUNUSER = """#!/bin/sh
shift 3
exec "$@"
"""


@dataclass(slots=True)
class Host:
    """Its units, and the link to the release that they are started from."""

    root: Path
    units: Mapping[str, Server]
    restarted: list[str] = field(default_factory=list)
    before_restart: Callable[[str], None] = lambda _unit: None

    @property
    def home(self) -> Path:
        return self.root / "loket"

    def systemctl(self, words: list[str]) -> str:
        """What systemd prints.

        :raises LookupError: it would end with an error.
        """
        match words:
            case ["list-units", *_]:
                return "".join(f"{unit} loaded active running Loket\n" for unit in self.units)
            case ["is-active", "--quiet", unit]:
                process = self.units[unit].process
                if process is None or process.poll() is not None:
                    raise LookupError(unit)
                return ""
            case ["restart", unit]:
                self._restart(unit)
                return ""
        raise LookupError(words)

    def _restart(self, unit: str) -> None:
        self.before_restart(unit)
        server = self.units[unit]
        server.stop()
        server.env.update(runs_from(self.home.resolve()))
        server.start()
        self.restarted.append(unit)

    def upgrade(self, release: Path) -> subprocess.CompletedProcess[str]:
        """Run the script as an administrator does."""
        with self._systemd() as url:
            return subprocess.run(
                [str(ROOT / "deploy" / "rolling-upgrade"), str(release)],
                env={
                    **os.environ,
                    "PATH": f"{self.root / 'bin'}:{os.environ['PATH']}",
                    "SYSTEMD": url,
                    "LOKET_HOME": str(self.home),
                    "LOKET_ETC": str(self.root / "etc"),
                },
                capture_output=True,
                text=True,
                timeout=_PATIENCE_S,
                check=False,
            )

    @contextmanager
    def _systemd(self) -> Iterator[str]:
        host = self

        class Answers(http.server.BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                words = self.rfile.read(int(self.headers["Content-Length"])).decode().split()
                try:
                    code, said = 200, host.systemctl(words)
                except Exception as error:  # noqa: BLE001 - whatever it is, the unit did not start
                    code, said = 500, str(error)
                self.send_response(code)
                self.end_headers()
                self.wfile.write(said.encode())

            def log_message(self, *_arguments: object) -> None:
                """Nothing on the terminal."""

        server = http.server.HTTPServer(("127.0.0.1", 0), Answers)
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()
            server.server_close()


def make_host(root: Path, units: Mapping[str, Server], settings: Mapping[str, str]) -> Host:
    host = Host(root, units)
    (root / "bin").mkdir(parents=True)
    for name, body in (("systemctl", _SYSTEMCTL), ("runuser", _RUNUSER)):
        (root / "bin" / name).write_text(body)
        (root / "bin" / name).chmod(0o755)
    (root / "etc").mkdir()
    lines = [f"{name}={value}\n" for name, value in settings.items()]
    (root / "etc" / "central.env").write_text("".join(lines))
    return host

"""The script that replaces the centre's processes, with stand-ins for the tools of the machine.

That nothing is lost on the way is tested with real processes: tests/integration/rolling.
"""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[3] / "deploy" / "rolling-upgrade"
UNITS = ("loket-central@8080.service", "loket-central@8081.service", "loket-central-worker.service")


class Machine:
    """A host with two web processes and a worker, which run from its first release."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin, self.home, self.said = root / "bin", root / "loket", root / "said"
        for name in ("bin", "etc"):
            (root / name).mkdir()
        (root / "etc" / "central.env").touch()
        self.has("runuser", 'shift 3; exec "$@"')
        self.has("curl", 'echo "asks ${@: -1}" >>"$SAID"')
        self.has("systemctl", self.systemctl())
        self.home.symlink_to(self.release("first"))

    def has(self, name: str, body: str) -> None:
        _write(self.bin / name, body)

    def systemctl(self, units: tuple[str, ...] = UNITS, restart: str = "") -> str:
        listed = "; ".join(f"echo {unit} loaded active running Loket" for unit in units) or ":"
        says = 'echo "restarts $2 from $(readlink "$LOKET_HOME" | sed s/.*-//)" >>"$SAID"'
        return f"case $1 in list-units) {listed};; restart) {says}; {restart or ':'};; esac"

    def release(self, name: str, migrate: str = 'echo "migrates $*" >>"$SAID"') -> Path:
        folder = self.root / f"loket-{name}"
        (folder / "bin").mkdir(parents=True)
        _write(folder / "bin" / "loket", migrate)
        return folder

    def upgrade(self, *arguments: str, patience_s: int = 30) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(SCRIPT), *arguments],
            env={
                "PATH": f"{self.bin}:{os.environ['PATH']}",
                "LOKET_HOME": str(self.home),
                "LOKET_ETC": str(self.root / "etc"),
                "LOKET_PATIENCE_S": str(patience_s),
                "SAID": str(self.said),
            },
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    @property
    def runs_from(self) -> str:
        return self.home.resolve().name

    @property
    def calls(self) -> list[str]:
        return self.said.read_text().splitlines() if self.said.exists() else []


def _write(path: Path, body: str) -> None:
    path.write_text(f"#!/usr/bin/env bash\n{body}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_database_comes_first_then_one_process_after_the_other_answers(
    machine: Machine,
) -> None:
    done = machine.upgrade(str(machine.release("second")))

    assert done.returncode == 0, done.stderr
    assert machine.calls == [
        "migrates central migrate",
        "restarts loket-central@8080.service from second",
        "asks http://127.0.0.1:8080/readyz",
        "restarts loket-central@8081.service from second",
        "asks http://127.0.0.1:8081/readyz",
        "restarts loket-central-worker.service from second",
    ]
    assert machine.runs_from == "loket-second"


def test_where_the_database_is_not_migrated_no_process_is_touched(machine: Machine) -> None:
    release = machine.release("second", "echo too far >&2; exit 1")

    done = machine.upgrade(str(release))

    assert (done.returncode, done.stderr) == (1, "too far\n")
    assert machine.calls == []
    assert machine.runs_from == "loket-first"


def test_a_process_that_never_answers_goes_back_and_the_next_is_left_alone(
    machine: Machine,
) -> None:
    machine.has("curl", "exit 22")

    done = machine.upgrade(str(machine.release("second")), patience_s=1)

    assert done.returncode == 1
    assert "loket-central@8080.service" in done.stderr
    assert machine.calls[1:] == [
        "restarts loket-central@8080.service from second",
        "restarts loket-central@8080.service from first",
    ]
    assert machine.runs_from == "loket-first"


def test_a_process_that_takes_its_time_is_waited_for(machine: Machine) -> None:
    slow = '[[ -e $SAID.asked ]] && exit 0; touch "$SAID.asked"; exit 7'
    machine.has("curl", slow)

    done = machine.upgrade(str(machine.release("second")))

    assert done.returncode == 0, done.stderr
    assert machine.runs_from == "loket-second"


def test_a_process_that_does_not_start_goes_back(machine: Machine) -> None:
    machine.has("systemctl", machine.systemctl(restart="exit 1"))

    done = machine.upgrade(str(machine.release("second")))

    assert done.returncode == 1
    assert machine.runs_from == "loket-first"


def test_a_host_without_processes_is_left_alone(machine: Machine) -> None:
    machine.has("systemctl", machine.systemctl(units=()))

    done = machine.upgrade(str(machine.release("second")))

    assert done.returncode == 1
    assert machine.calls == []
    assert machine.runs_from == "loket-first"


def test_a_release_in_a_folder_without_a_link_cannot_be_replaced(machine: Machine) -> None:
    machine.home.unlink()
    machine.release("only").rename(machine.home)

    done = machine.upgrade(str(machine.release("second")))

    assert done.returncode == 2
    assert machine.calls == []


@pytest.mark.parametrize("arguments", [(), ("/nowhere",), ("/", "/")])
def test_without_a_release_nothing_is_done(machine: Machine, arguments: tuple[str, ...]) -> None:
    done = machine.upgrade(*arguments)

    assert done.returncode == 2
    assert done.stderr.startswith("usage:")
    assert machine.calls == []

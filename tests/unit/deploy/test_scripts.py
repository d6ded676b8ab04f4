"""The scripts of deploy/, run as they are, with stand-ins for the tools of the machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

DEPLOY = Path(__file__).parents[3] / "deploy"
TOOLS = ("bash", "env", "find", "grep", "sed", "cp", "rm", "mktemp", "dirname", "sort")


class Machine:
    """A PATH with only the tools that the test puts there."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.bin = root / "bin"
        self.bin.mkdir()
        (root / "pg").mkdir()
        (root / "fonts").mkdir()
        for name in TOOLS:
            found = shutil.which(name)
            assert found is not None
            (self.bin / name).symlink_to(found)

    def has(self, name: str, body: str = "exit 0") -> None:
        path = self.bin / name
        path.write_text(f"#!/usr/bin/env bash\n{body}\n")
        path.chmod(0o755)

    def has_font(self) -> None:
        (self.root / "fonts" / "any.ttf").touch()

    def has_network_tools(self) -> None:
        for name in ("ip", "tc", "nft", "faketime"):
            self.has(name)

    def has_postgres(self) -> None:
        initdb = self.root / "pg" / "15" / "bin" / "initdb"
        initdb.parent.mkdir(parents=True)
        initdb.touch()

    @property
    def calls(self) -> list[str]:
        log = self.root / "calls"
        return log.read_text().splitlines() if log.exists() else []

    def run(self, script: str, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / "bash"), str(DEPLOY / script), *arguments],
            env={
                "PATH": str(self.bin),
                "POSTGRES_ROOT": str(self.root / "pg"),
                "SBIN_DIRS": str(self.root / "sbin"),
                "FONT_DIRS": str(self.root / "fonts"),
                "CALLS": str(self.root / "calls"),
                **env,
            },
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_nothing_is_done_or_said_when_all_is_there(machine: Machine) -> None:
    machine.has("chromium")
    machine.has("apt-get", 'echo "$*" >>"$CALLS"')
    machine.has("id", "echo 0")
    machine.has_postgres()
    machine.has_font()
    machine.has_network_tools()

    done = machine.run("system-packages")

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    assert machine.calls == []


def test_pg_config_may_say_where_the_server_is(machine: Machine) -> None:
    machine.has("chromium")
    machine.has_font()
    machine.has_network_tools()
    machine.has("initdb")
    machine.has("pg_config", f"echo {machine.bin}")

    assert machine.run("system-packages").returncode == 0


def test_root_updates_once_and_installs_only_what_is_missing(machine: Machine) -> None:
    machine.has("apt-get", 'echo "$DEBIAN_FRONTEND: $*" >>"$CALLS"')
    machine.has("id", "echo 0")
    machine.has_postgres()

    done = machine.run("system-packages")

    assert done.returncode == 0, done.stderr
    assert machine.calls == [
        ": update -qq",
        "noninteractive: install -y -qq --no-install-recommends chromium fonts-dejavu-core"
        " iproute2 nftables faketime",
    ]


def test_a_cluster_is_installed_only_for_whom_asks_for_it(machine: Machine) -> None:
    machine.has("apt-get", 'echo "$*" >>"$CALLS"')
    machine.has("id", "echo 0")
    machine.has("chromium")
    machine.has("etcd")
    machine.has_postgres()
    machine.has_font()
    machine.has_network_tools()

    usual = machine.run("system-packages")
    calls_before = machine.calls
    asked = machine.run("system-packages", "failover")

    assert (usual.returncode, asked.returncode) == (0, 0)
    assert calls_before == []
    assert machine.calls[-1].endswith("--no-install-recommends patroni python3-etcd pgbouncer")


def test_passwordless_sudo_will_do(machine: Machine) -> None:
    machine.has("apt-get", 'echo "$*" >>"$CALLS"')
    machine.has("id", "echo 1000")
    machine.has("sudo", 'shift; [[ $1 == true ]] && exit 0; exec "$@"')
    machine.has("chromium")
    machine.has_font()
    machine.has_network_tools()

    done = machine.run("system-packages")

    assert done.returncode == 0, done.stderr
    assert machine.calls[-1].endswith("postgresql")


@pytest.mark.parametrize("right", ["no apt", "no sudo", "sudo asks"])
def test_without_the_right_to_install_one_line_says_what_to_do(
    machine: Machine, right: str
) -> None:
    if right != "no apt":
        machine.has("apt-get", 'echo "$*" >>"$CALLS"')
    machine.has("id", "echo 0" if right == "no apt" else "echo 1000")
    if right == "sudo asks":
        machine.has("sudo", "exit 1")

    done = machine.run("system-packages")

    assert done.returncode == 1
    assert done.stderr.count("\n") == 1
    assert "apt-get install chromium postgresql fonts-dejavu-core iproute2 nftables" in done.stderr
    assert machine.calls == []


def verify(units: Path, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(DEPLOY / "verify-units"), str(units)],
        env={**os.environ, **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.fixture
def units(tmp_path: Path) -> Path:
    copy = tmp_path / "units"
    shutil.copytree(DEPLOY / "systemd", copy)
    return copy


def test_our_units_are_right(units: Path) -> None:
    done = verify(units)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("NoNewPrivileges=yes", "NoNewPrivilegs=yes"),
        ("Restart=always", "Restart=alwys"),
        ("ExecStart=/opt/loket/bin/loket", "ExecStart=/opt/lokett/bin/loket"),
        ("SystemCallFilter=@system-service", "SystemCallFilter=@system-servise"),
    ],
)
def test_a_slip_in_a_unit_is_found(units: Path, right: str, wrong: str) -> None:
    unit = units / "loket-edge.service"
    text = unit.read_text()
    assert right in text
    unit.write_text(text.replace(right, wrong))

    done = verify(units)

    assert done.returncode == 1
    assert "loket-edge.service" in done.stderr


def test_a_sandbox_that_was_loosened_is_found(units: Path) -> None:
    unit = units / "loket-central@.service"
    lines = unit.read_text().splitlines(keepends=True)
    loosened = ("Protect", "Private", "Restrict", "CapabilityBounding", "SystemCallFilter")
    unit.write_text("".join(line for line in lines if not line.startswith(loosened)))

    done = verify(units)

    assert done.returncode == 1
    assert "loket-central@1.service: the sandbox is looser" in done.stderr


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_without_systemd_the_check_says_so_and_fails_in_ci(
    machine: Machine, ci: str, code: int
) -> None:
    done = machine.run("verify-units", CI=ci)

    assert done.returncode == code
    assert done.stderr.count("\n") == 1


def test_admin_refuses_what_is_neither_edge_nor_central(machine: Machine) -> None:
    done = machine.run("loket-admin", "pusat", "init")

    assert done.returncode == 2
    assert done.stderr.startswith("usage:")

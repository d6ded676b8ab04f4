"""The `loket` command: what it prints, and exit codes that scripts can use."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from demo.processes import PASSWORD, make_centre

DONE, REFUSED, USAGE, UNREACHABLE = 0, 1, 2, 3


def loket(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "loket", *arguments],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def where(folder: Path) -> list[str]:
    return ["--data", str(folder / "data"), "--key-file", str(folder / "loket.key")]


def test_help_names_both_halves_and_the_exit_codes() -> None:
    said = loket("--help")

    assert said.returncode == DONE
    assert "central" in said.stdout
    assert "edge" in said.stdout
    assert "Exit codes" in said.stdout


@pytest.mark.parametrize("half", ["edge", "central"])
def test_init_makes_a_store_once_and_never_over_another(half: str, tmp_path: Path) -> None:
    first = loket(half, "init", *where(tmp_path))
    key = (tmp_path / "loket.key").read_bytes()
    again = loket(half, "init", *where(tmp_path))

    assert first.returncode == DONE
    assert "Keep a copy" in first.stdout
    assert again.returncode == REFUSED
    assert "nothing was changed" in again.stderr
    assert (tmp_path / "loket.key").read_bytes() == key


def test_a_passphrase_opens_what_it_made(tmp_path: Path) -> None:
    data = ["--data", str(tmp_path / "data")]
    made = loket("central", "init", *data, stdin="kata sandi panjang\nkata sandi panjang\n")
    opened = loket("central", "status", *data, "32.75.02.1004", stdin="kata sandi panjang\n")
    wrong = loket("central", "status", *data, "32.75.02.1004", stdin="kata sandi lain\n")

    assert made.returncode == DONE, made.stderr
    assert opened.returncode == DONE, opened.stderr
    assert wrong.returncode == REFUSED
    assert "does not open this store" in wrong.stderr


def test_wrong_usage_refusal_and_an_unreachable_centre_have_codes_of_their_own(
    tmp_path: Path,
) -> None:
    loket("edge", "init", *where(tmp_path))
    code = ["--code", "AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA-AAAA"]
    nobody = ["--centre", "http://127.0.0.1:9"]

    assert loket("edge", "status").returncode == USAGE
    assert loket("edge", "nonsense").returncode == USAGE
    unenrolled = loket("edge", "status", *where(tmp_path))
    assert (unenrolled.returncode, "enrol" in unenrolled.stderr) == (REFUSED, True)
    assert loket("edge", "enrol", *where(tmp_path), *nobody, *code).returncode == UNREACHABLE
    mistyped = loket("edge", "enrol", *where(tmp_path), *nobody, "--code", "AAAA")
    assert (mistyped.returncode, "code" in mistyped.stderr) == (REFUSED, True)
    nowhere = loket("edge", "enrol", *where(tmp_path / "no"), *nobody, *code)
    assert (nowhere.returncode, "init" in nowhere.stderr) == (REFUSED, True)


def test_a_code_is_for_a_kelurahan_and_good_once(tmp_path: Path) -> None:
    centre = make_centre(tmp_path).start()
    try:
        asked = centre.command[2:]
        unknown = loket("central", "enrol-code", *asked, "99.99.99.9999")
        code = loket("central", "enrol-code", *asked, "32.75.02.1004").stdout.strip()
        url = centre.addresses["centre"]
        results = []
        for number in (1, 2):
            folder = tmp_path / f"edge{number}"
            folder.mkdir()
            loket("edge", "init", *where(folder))
            results.append(loket("edge", "enrol", *where(folder), "--centre", url, "--code", code))
    finally:
        centre.stop()

    assert (unknown.returncode, "no kelurahan" in unknown.stderr) == (REFUSED, True)
    assert "Bintarajaya" in results[0].stdout
    assert results[1].returncode == REFUSED
    assert "used already" in results[1].stderr


def test_a_counter_does_not_serve_from_a_damaged_disk(tmp_path: Path) -> None:
    loket("edge", "init", *where(tmp_path))
    database = tmp_path / "data" / "edge.sqlite3"
    sound = database.read_bytes()
    middle = len(sound) // 2 // 4096 * 4096
    database.write_bytes(sound[:middle] + b"\xa5" * 4096 + sound[middle + 4096 :])

    refused = loket("edge", "serve", *where(tmp_path))

    assert (refused.returncode, refused.stdout) == (REFUSED, "")
    assert "the store is damaged" in refused.stderr
    assert "revoke this counter" in refused.stderr
    assert "Traceback" not in refused.stderr


def test_many_codes_are_of_all_kelurahan_in_turn_and_each_is_another(tmp_path: Path) -> None:
    loket("central", "init", *where(tmp_path))

    said = loket("central", "enrol-codes", *where(tmp_path), "58")

    lines = [line.split() for line in said.stdout.splitlines()]
    streams = [stream for stream, _ in lines]
    assert said.returncode == DONE
    assert len(set(streams)) == 56
    assert streams[56:] == streams[:2]
    assert len({code for _, code in lines}) == 58


def test_accounts_are_added_and_listed(tmp_path: Path) -> None:
    loket("central", "init", *where(tmp_path))
    add = ["central", "account", "add", *where(tmp_path), "--username", "rudi", "--name", "Rudi"]

    short = loket(*add, "--role", "verifikator", "--password-stdin", stdin="pendek\n")
    role = loket(*add, "--role", "petugas", "--password-stdin", stdin=PASSWORD)
    done = loket(*add, "--role", "verifikator", "--password-stdin", stdin=PASSWORD + "\n")
    listed = loket("central", "account", "list", *where(tmp_path))

    assert (short.returncode, role.returncode, done.returncode) == (REFUSED, USAGE, DONE)
    assert listed.stdout == "rudi\tverifikator\tRudi\n"


def test_an_emergency_code_is_made_for_an_admin_only(tmp_path: Path) -> None:
    at = where(tmp_path)
    assert loket("central", "init", *at).returncode == DONE
    for username, role in (("ratna", "admin"), ("rudi", "verifikator")):
        named = ["--username", username, "--name", username, "--role", role, "--password-stdin"]
        added = loket("central", "account", "add", *at, *named, stdin=f"{PASSWORD}\n")
        assert added.returncode == DONE, added.stderr

    made = loket("central", "emergency-code", *at, "ratna")
    refused = loket("central", "emergency-code", *at, "rudi")

    assert made.returncode == DONE, made.stderr
    assert len(made.stdout.strip()) == len("XXXX-XXXX-XXXX-XXXX")
    assert "/masuk/darurat" in made.stderr
    assert refused.returncode == REFUSED
    assert "no active admin" in refused.stderr

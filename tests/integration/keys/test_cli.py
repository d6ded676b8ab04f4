"""The key commands: exit codes, what they say; a server beside them or a kill does no harm."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from central.centre import open_centre
from demo.processes import PASSWORD
from edge_node.edge import open_edge
from registration.lifecycle import Role
from tests.integration.keys.kit import agree
from tests.integration.test_cli import DONE, REFUSED, USAGE, loket
from tests.integration.world import BTJ, Counter, World, make_world
from vault import accounts
from vault.engine import writing
from vault.errors import NoSuchRecord

REASON = ["--reason", "laporan kehilangan dari kelurahan"]
ANI, BUDI = "kucing hitam di atap", "hujan bulan Desember"


@pytest.fixture
def world(tmp_path: Path) -> World:
    made = make_world(tmp_path / "world")
    with writing(made.centre.vault.engine) as connection:
        for name, role in (("ani", Role.ADMIN), ("budi", Role.VERIFIKATOR)):
            accounts.add_account(connection, made.centre.vault, name, name.title(), role, PASSWORD)
    return made


def central(world: World) -> list[str]:
    settings = world.centre.settings
    return ["--data", str(settings.data), "--key-file", str(settings.key_file)]


def edge(counter: Counter) -> list[str]:
    settings = counter.edge.settings
    return ["--data", str(settings.data), "--key-file", str(settings.key_file)]


def test_change_kek_between_key_file_and_passphrase(world: World, tmp_path: Path) -> None:
    counter = world.counter()
    counter.file()
    counter.edge.vault.engine.dispose()
    data = edge(counter)[:2]
    new = str(tmp_path / "new.key")

    change = ["edge", "keys", "change-kek", "--stopped"]
    phrase = loket(*change, *edge(counter), stdin=f"{ANI}\n{ANI}\n")
    old_file = loket("edge", "keys", "status", *edge(counter))
    to_file = loket(*change, *data, "--new-key-file", new, stdin=f"{ANI}\n")
    status = loket("edge", "keys", "status", *data, "--key-file", new)
    same = loket(*change, *data, "--key-file", new, "--new-key-file", new)

    assert phrase.returncode == DONE, phrase.stderr
    assert (old_file.returncode, "does not open" in old_file.stderr) == (REFUSED, True)
    assert to_file.returncode == DONE, to_file.stderr
    assert (status.returncode, "changing" in status.stdout) == (DONE, False)
    assert (same.returncode, "the one in use" in same.stderr) == (REFUSED, True)


def test_change_kek_survives_sigkill_at_any_moment(world: World, tmp_path: Path) -> None:
    counter = world.counter()
    for _ in range(300):
        counter.file()
    state = counter.state()
    counter.edge.vault.engine.dispose()
    seed = random.randrange(1 << 30)
    print(f"seed {seed}")
    rng = random.Random(seed)
    data, new = edge(counter)[:2], tmp_path / "new.key"
    command = [
        "edge",
        "keys",
        "change-kek",
        *edge(counter),
        "--new-key-file",
        str(new),
        "--stopped",
    ]

    for _ in range(4):
        process = subprocess.Popen(
            [sys.executable, "-m", "loket", *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        time.sleep(rng.uniform(0.5, 2.5))
        with contextlib.suppress(ProcessLookupError):
            os.kill(process.pid, signal.SIGKILL)
        if process.wait() == DONE:
            break
    else:
        last = loket(*command)
        # The last kill may have come after the end of the work.
        assert last.returncode == DONE or "does not open" in last.stderr, last.stderr

    reopened = loket("edge", "status", *data, "--key-file", str(new))
    assert state.hex() in reopened.stdout, reopened.stderr
    assert loket("edge", "status", *edge(counter)).returncode == REFUSED


def test_new_identity_and_change_blind_index_beside_an_open_store(world: World) -> None:
    counter = world.counter()
    counter.file()
    agree(world, counter)

    changed = loket("edge", "keys", "new-identity", *edge(counter))
    again = loket("edge", "keys", "new-identity", *edge(counter))
    indexed = loket("edge", "keys", "change-blind-index", *edge(counter))
    counter.file()
    agree(world, counter)

    assert changed.returncode == DONE
    assert counter.edge.vault.replica.hex() in again.stdout != changed.stdout
    assert again.returncode == DONE
    assert indexed.returncode == DONE
    assert counter.edge.vault.keyring.blind_number == 1


def test_nodes_are_listed_revoked_and_audited(world: World) -> None:
    counter = world.counter()
    counter.exchange()
    revoke = ["central", "nodes", "revoke", *central(world), BTJ, *REASON]

    nobody = loket(*revoke)
    wrong = loket(*revoke, "--by", "ani", stdin="salah\n")
    no_admin = loket(*revoke, "--by", "budi", stdin=f"{PASSWORD}\n")
    done = loket(*revoke, "--by", "ani", stdin=f"{PASSWORD}\n")
    again = loket(*revoke, "--by", "ani", stdin=f"{PASSWORD}\n")
    counter.courier.run()
    listed = loket("central", "nodes", "list", *central(world))
    audit = loket("central", "audit", *central(world))

    assert nobody.returncode == USAGE
    assert (wrong.returncode, "not right" in wrong.stderr) == (REFUSED, True)
    assert (no_admin.returncode, "admin" in no_admin.stderr) == (REFUSED, True)
    assert done.returncode == DONE, done.stderr
    assert (again.returncode, "no node" in again.stderr) == (REFUSED, True)
    assert "revoked" in listed.stdout
    assert "revoke" in audit.stdout
    assert "Ani" in audit.stdout
    assert REASON[1] in audit.stdout


def test_escrow_is_made_and_opened_by_two_at_one_console(world: World, tmp_path: Path) -> None:
    holders = ["--holder", "ani", "--holder", "budi", *REASON]
    made = loket(
        "central",
        "escrow",
        "make",
        *central(world),
        *holders,
        stdin="".join(f"{PASSWORD}\n{one}\n{one}\n" for one in (ANI, BUDI)),
    )
    counter = world.counter()
    counter.exchange()
    out = tmp_path / "recovered.key"
    opening = ["central", "escrow", "open", *central(world), BTJ, "--out", str(out)]

    alone = loket(*opening, "--holder", "ani", *REASON, stdin=f"{PASSWORD}\n{ANI}\n")
    wrong = loket(*opening, *holders, stdin=f"{PASSWORD}\n{ANI}\n{PASSWORD}\n{ANI}\n")
    done = loket(*opening, *holders, stdin=f"{PASSWORD}\n{ANI}\n{PASSWORD}\n{BUDI}\n")
    listed = loket("central", "escrow", "list", *central(world))

    assert made.returncode == DONE, made.stderr
    assert (alone.returncode, "2 different persons" in alone.stderr) == (REFUSED, True)
    assert (wrong.returncode, "does not open the share" in wrong.stderr) == (REFUSED, True)
    assert done.returncode == DONE, done.stderr
    assert "1 held" in listed.stdout
    assert out.stat().st_mode & 0o777 == 0o600
    data = edge(counter)[:2]
    assert loket("edge", "status", *data, "--key-file", str(out)).returncode == DONE


def test_a_record_is_shredded_and_the_schedule_listed_approved_and_run(world: World) -> None:
    counter = world.counter()
    record = counter.file()
    agree(world, counter)
    both = ["--by", "ani", "--by", "budi", *REASON]
    passwords = f"{PASSWORD}\n{PASSWORD}\n"
    shred = ["central", "shred", *central(world), "--stream", BTJ, *both]

    nonsense = loket(*shred, "xyz", stdin=passwords)
    done = loket(*shred, record.hex(), stdin=passwords)
    again = loket(*shred, record.hex(), stdin=passwords)
    unapproved = loket("central", "retention", "run", *central(world))
    approved = loket("central", "retention", "approve", *central(world), *both, stdin=passwords)
    listed = loket("central", "retention", "list", *central(world))
    run = loket("central", "retention", "run", *central(world))

    assert (nonsense.returncode, "not the id" in nonsense.stderr) == (REFUSED, True)
    assert done.returncode == DONE, done.stderr
    assert f"Bintarajaya {counter.edge.vault.replica.hex()}" in done.stdout
    assert again.returncode == REFUSED
    assert (unapproved.returncode, "not approved" in unapproved.stderr) == (REFUSED, True)
    assert approved.returncode == DONE
    assert "approved" in listed.stdout
    assert "UU 27/2022" in listed.stdout
    assert (run.returncode, run.stdout) == (DONE, "0 records destroyed.\n")
    agree(world, counter)
    with pytest.raises(NoSuchRecord):
        counter.record(record)


def test_the_centres_keys_are_changed_and_forgotten(world: World) -> None:
    counter = world.counter()
    by = ["--by", "ani", *REASON]
    results = [
        loket("central", "keys", name, *central(world), *by, *more, stdin=f"{PASSWORD}\n")
        for name, more in (("new-signing-key", []), ("new-sealing-key", []))
    ]
    counter.file()
    agree(world, counter)
    forgotten = loket(
        "central",
        "keys",
        "forget-former",
        *central(world),
        *by,
        "--days",
        "0",
        stdin=f"{PASSWORD}\n",
    )
    counter.file()
    agree(world, counter)

    assert [one.returncode for one in (*results, forgotten)] == [DONE] * 3, forgotten.stderr
    assert "2 former keys" in forgotten.stdout
    reopened = open_centre(world.centre.settings)
    assert reopened.vault.keyring.former_identities == ()
    assert counter.edge.node.centre_sign == reopened.vault.keyring.identity.public
    assert open_edge(counter.edge.settings).node == counter.edge.node

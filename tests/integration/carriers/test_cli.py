"""`loket edge export`, `loket central import`, `loket edge import`: as people run them."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.processes import Server
from sync.carrier_file import Reader
from tests.integration.carriers.story import all_arrived, backlog
from tests.integration.world import BTJ, Counter, World, make_world

DONE, REFUSED, USAGE, KILLED = 0, 1, 2, -signal.SIGKILL


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """On SQLite: the commands are started with folders only."""
    made = make_world(tmp_path / "world")
    yield made
    made.centre.vault.engine.dispose()
    for counter in made.counters:
        counter.edge.vault.engine.dispose()


def run(*command: object, module: tuple[str, ...] = ("loket",)) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", *module, *map(str, command)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def at_centre(world: World) -> list[object]:
    folder = world.folder / "central"
    return ["--data", folder, "--key-file", folder / "central.key"]


def at_edge(counter: Counter) -> list[object]:
    settings = counter.edge.settings
    return ["--data", settings.data, "--key-file", settings.key_file]


def test_there_and_back_in_plain_words_and_twice_changes_nothing(
    world: World, tmp_path: Path
) -> None:
    counter = world.counter()
    records = backlog(counter)
    up, down = tmp_path / "bawa.loket", tmp_path / "jawaban.loket"
    central_import = ["central", "import", *at_centre(world), up, "--answer", down]
    edge_import = ["edge", "import", *at_edge(counter), down]

    out = run("edge", "export", *at_edge(counter), up)
    taken, again = run(*central_import), run(*central_import)
    back, known = run(*edge_import), run(*edge_import)

    for said in (out, taken, again, back, known):
        assert (said.returncode, said.stderr) == (DONE, "")
    for said in (out, taken, again):
        assert said.stdout.startswith(
            "From Bintarajaya (32.75.02.1004): 8 requests with 12 changes"
        )
        assert "made " in said.stdout
    assert "of 4 scans" in out.stdout
    assert "New: 12 changes and " in taken.stdout
    assert "Nothing new" in again.stdout
    assert "12 more changes" in back.stdout
    assert "Nothing new" in known.stdout
    counter.reopen()
    all_arrived(world, counter, records)


def test_damage_and_wrong_files_are_refused_in_a_sentence(world: World, tmp_path: Path) -> None:
    counter = world.counter()
    backlog(counter, requests=1, with_scans=0)
    up, down, letter = (tmp_path / name for name in ("up", "down", "letter.txt"))
    run("edge", "export", *at_edge(counter), up)
    letter.write_text("Kepada Yth. Kepala Dinas")
    whole = up.read_bytes()
    up.write_bytes(whole[:-20])

    cut = run("central", "import", *at_centre(world), up, "--answer", down)
    same = run("central", "import", *at_centre(world), up, "--answer", up)
    over = run("edge", "export", *at_edge(counter), letter)
    other = run("edge", "import", *at_edge(counter), letter)
    wrong = run("edge", "import", *at_edge(counter), up)

    assert cut.returncode == REFUSED
    assert "New: 2 changes" in cut.stdout
    assert "damaged behind bundle 1: it was cut short" in cut.stderr
    assert down.exists()
    assert same.returncode == USAGE
    for said in (over, other, wrong):
        assert said.returncode == REFUSED
        assert "Traceback" not in said.stderr
    assert "another kind of file" in over.stderr
    assert letter.read_text().startswith("Kepada")
    assert "not a carrier file" in other.stderr
    assert "loket central import" in wrong.stderr


def test_beside_a_running_server_the_server_takes_the_answers(world: World, tmp_path: Path) -> None:
    counter = world.counter()
    records = backlog(counter)
    counter.edge.vault.engine.dispose()
    up, down = tmp_path / "up", tmp_path / "down"
    env = {"LOKET_PORT": "0", "LOKET_PORTAL_PORT": "0", "LOKET_SECURE_COOKIES": "0"}
    serve = ["edge", "serve", *map(str, at_edge(counter))]
    server = Server("edge", serve, env, tmp_path / "edge.log").start()
    try:
        second = run(*serve)
        out = run("edge", "export", *at_edge(counter), up)
        run("central", "import", *at_centre(world), up, "--answer", down)
        back = run("edge", "import", *at_edge(counter), down)
        known = run("edge", "import", *at_edge(counter), down)
    finally:
        server.stop()

    assert second.returncode == REFUSED
    assert "served by another process" in second.stderr
    assert out.returncode == DONE
    assert "12 more changes" in back.stdout, (back, (tmp_path / "edge.log").read_text())
    assert "Nothing new" in known.stdout
    assert not list((counter.edge.settings.data / "inbox").iterdir())
    counter.reopen()
    all_arrived(world, counter, records)


def killed_again_and_again(*command: object) -> int:
    """Run a command until it ends by itself, killed at a later point each time; how many kills.

    Each of the first points, then a quarter of the way on each time: most are one chunk's file
    after the other.
    """
    point, kills = 1, 0
    while True:
        said = run(point, *command, module=("tests.integration.carriers.killed",))
        if said.returncode != KILLED:
            assert said.returncode == DONE, said.stderr
            return kills
        whole_or_nothing(Path(str(command[-1])))
        kills += 1
        point += 1 + point // 4


def whole_or_nothing(path: Path) -> None:
    if path.exists():
        with path.open("rb") as file:
            assert list(Reader(file))


def test_killed_at_any_point_and_repeated_all_arrives_once(world: World, tmp_path: Path) -> None:
    counter = world.counter()
    records = backlog(counter, requests=2, with_scans=1)
    up, down = tmp_path / "up", tmp_path / "down"

    kills = [
        killed_again_and_again("edge", "export", *at_edge(counter), up),
        killed_again_and_again("central", "import", *at_centre(world), up, "--answer", down),
        killed_again_and_again("edge", "import", *at_edge(counter), down),
    ]

    print(f"killed {kills} times")
    assert min(kills) >= 5
    counter.reopen()
    all_arrived(world, counter, records)
    assert world.state(BTJ) == counter.state()

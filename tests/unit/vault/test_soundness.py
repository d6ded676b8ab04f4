"""A damaged SQLite file is found before anybody is served from it."""

from __future__ import annotations

import random
import sqlite3
from pathlib import Path

import pytest

from vault.errors import StoreDamaged
from vault.soundness import require_sound

PAGE = 4096


@pytest.fixture
def database(tmp_path: Path) -> Path:
    path = tmp_path / "edge.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute(f"PRAGMA page_size={PAGE}")
    connection.execute("CREATE TABLE log (seq INTEGER PRIMARY KEY, body BLOB)")
    rows = ((number, bytes(300 * number)) for number in range(1, 40))
    connection.executemany("INSERT INTO log VALUES (?, ?)", rows)
    connection.commit()
    connection.close()
    return path


def test_a_sound_file_passes(database: Path) -> None:
    assert require_sound(database, 60.0)


def test_noise_in_any_page_is_found(database: Path) -> None:
    sound = database.read_bytes()

    passed = []
    for page in range(len(sound) // PAGE):
        noise = random.Random(page).randbytes(PAGE)
        database.write_bytes(sound[: page * PAGE] + noise + sound[(page + 1) * PAGE :])
        try:
            require_sound(database, 60.0)
            passed.append(page)
        except StoreDamaged:
            continue

    assert passed == []


def test_a_file_that_was_cut_off_is_found(database: Path) -> None:
    database.write_bytes(database.read_bytes()[: -20 * PAGE])

    with pytest.raises(StoreDamaged, match="the store is damaged"):
        require_sound(database, 60.0)


def test_a_check_that_would_take_too_long_is_given_up(database: Path) -> None:
    connection = sqlite3.connect(database)
    connection.execute("INSERT INTO log VALUES (1000, zeroblob(200000000))")
    connection.commit()
    connection.close()

    assert not require_sound(database, 0.001)

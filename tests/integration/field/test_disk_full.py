"""Disk full at the edge: photos are refused first, then new requests; sync and reading go on."""

from __future__ import annotations

import contextlib
import random
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from edge_node.workflows.drafting import keep_typed
from edge_node.workflows.filing import Filed, NotYet, Upload, file_request, new_record
from edge_node.workflows.room import NO_PHOTOS, NO_REQUESTS
from registration.invented.scans import draw_scan
from tests.integration.world import SITI, Counter, World, make_world


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of 24 MiB."""
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(folder)], check=False
    )
    if made.returncode:
        pytest.fail("a small file system could not be mounted: this test needs root")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


@pytest.fixture
def world(small_disk: Path) -> World:
    return make_world(small_disk / "world")


@pytest.fixture
def counter(world: World) -> Counter:
    counter = world.counter()
    counter.edge.settings = replace(
        counter.edge.settings, free_mib_photos=12.0, free_mib_requests=5.0
    )
    return counter


def fill_up(folder: Path, leave_mib: float) -> None:
    spare = shutil.disk_usage(folder).free - int(leave_mib * (1 << 20))
    (folder / "filler").write_bytes(b"\0" * max(spare, 0))


def send_form(counter: Counter, *, photo: bool) -> tuple[bytes, Filed | NotYet, dict[str, str]]:
    person = counter.people.person()
    typed = person.form("hilang")
    uploads = [Upload("kk", draw_scan(person, "kk", random.Random(1)))] if photo else []
    record = new_record(counter.edge)
    done = file_request(
        counter.edge, record, "ktp-el", "hilang", typed, uploads, version=1, by=SITI
    )
    return record, done, typed


def test_photos_are_refused_first_and_the_request_can_go_without(
    counter: Counter, small_disk: Path
) -> None:
    fill_up(small_disk, 9)

    _, with_photo, typed = send_form(counter, photo=True)
    _, without, _ = send_form(counter, photo=False)

    assert isinstance(with_photo, NotYet)
    assert with_photo.errors == {"berkas.kk": [NO_PHOTOS]}
    assert with_photo.draft.typed == typed, "what was typed stays"
    assert isinstance(without, Filed)


def test_then_new_requests_are_refused_with_all_that_was_typed_on_the_screen(
    world: World, counter: Counter, small_disk: Path
) -> None:
    before, done, _ = send_form(counter, photo=False)
    assert isinstance(done, Filed)
    fill_up(small_disk, 4)

    record, refused, typed = send_form(counter, photo=False)

    kept = keep_typed(counter.edge, record, "ktp-el", "hilang", typed, version=1, by=SITI)
    assert not kept, "the page says that it is not kept"
    assert isinstance(refused, NotYet)
    assert refused.errors == {"_form": [NO_REQUESTS]}
    assert refused.draft.typed == typed
    # What is stored stays readable, is worked on, and is sent.
    assert counter.record(before).value("kode")
    counter.correct(before, pekerjaan="GURU")
    counter.exchange()
    world.fold()
    assert world.state() == counter.state()
    (small_disk / "filler").unlink()
    again = file_request(counter.edge, record, "ktp-el", "hilang", typed, [], version=1, by=SITI)
    assert isinstance(again, Filed)


def test_a_disk_that_is_full_to_the_last_byte_loses_nothing(
    world: World, counter: Counter, small_disk: Path
) -> None:
    before, _, _ = send_form(counter, photo=False)
    counter.edge.settings = replace(
        counter.edge.settings, free_mib_photos=0.0, free_mib_requests=0.0
    )
    fill_up(small_disk, 0)
    receipts = [before]

    for _ in range(60):
        with contextlib.suppress(OperationalError, OSError):
            record, done, _ = send_form(counter, photo=True)
            if isinstance(done, Filed):
                receipts.append(record)

    (small_disk / "filler").unlink()
    counter.reopen()
    assert all(counter.record(record).value("kode") for record in receipts)
    counter.exchange()
    world.fold()
    assert world.state() == counter.state()

"""A backlog as a kelurahan has it after weeks off line, and what must hold once it has arrived."""

from __future__ import annotations

import random
from functools import cache
from pathlib import Path

from central.workflows import carrying as central_carrying
from central.workflows.carrying import Imported
from edge_node.workflows import carrying
from edge_node.workflows.carrying import Brought
from edge_node.workflows.filing import Filed, Upload, file_request, new_record
from registration.invented.people import People
from registration.invented.scans import draw_scan
from registration.lifecycle import Act
from tests.integration.world import BTJ, SITI, Counter, World
from vault import scans
from vault.engine import reading
from vault.read import Filter, count_records


@cache
def photographed(seed: int, kind: str) -> bytes:
    """A paper of somebody; drawn once for all tests, as it takes longer than what they test."""
    return draw_scan(People(seed).person(), kind, random.Random(seed))


def file_with_scans(counter: Counter, seed: int = 1) -> bytes:
    """A request with two photographed papers."""
    person = counter.people.person()
    record = new_record(counter.edge)
    papers = [Upload(kind, photographed(seed, kind)) for kind in ("kk", "surat_kehilangan")]
    filed = file_request(
        counter.edge,
        record,
        "ktp-el",
        "hilang",
        person.form("hilang"),
        papers,
        version=1,
        by=SITI,
    )
    assert isinstance(filed, Filed), filed
    return record


def backlog(counter: Counter, requests: int = 6, with_scans: int = 2) -> list[bytes]:
    records = [counter.file() for _ in range(requests)]
    records += [file_with_scans(counter, seed) for seed in range(with_scans)]
    for record in records[::2]:
        counter.act(record, Act.PERBAIKI, data__telepon=f"08120000{len(records):04d}")
    return records


def export(counter: Counter, path: Path) -> carrying.Exported:
    return carrying.export_file(counter.edge, path)


def take_in(world: World, path: Path, answer: Path) -> Imported:
    return central_carrying.import_file(world.centre, path, answer)


def bring_back(counter: Counter, answer: Path) -> Brought:
    return carrying.import_file(counter.edge, answer)


def by_file(world: World, counter: Counter, folder: Path, name: str = "usb") -> Brought:
    """There and back once."""
    up, down = folder / f"{name}.loket", folder / f"{name}-jawaban.loket"
    export(counter, up)
    took = take_in(world, up, down)
    assert took.trouble is None, took.trouble
    brought = bring_back(counter, down)
    assert brought.trouble == ""
    return brought


def parted_by_an_old_backup(counter: Counter, tmp_path: Path) -> list[bytes]:
    """A counter that wrote other changes at positions that the centre holds already."""
    records = [counter.file()]
    counter.exchange()
    backup = counter.backup(tmp_path)
    records += [counter.file() for _ in range(3)]
    counter.exchange()
    counter.restore(backup)
    return [*records, *(counter.file() for _ in range(2))]


def all_arrived(world: World, counter: Counter, records: list[bytes]) -> None:
    """Each request once, each scan whole, nothing left to send, one state on both sides."""
    world.fold()
    with reading(world.centre.vault.engine) as connection:
        assert count_records(connection, Filter(stream=BTJ)) == len(records)
    codes = [str(world.record(record).value("kode")) for record in records]
    assert codes == [str(counter.record(record).value("kode")) for record in records]
    assert len(set(codes)) == len(records)
    for record in records:
        manifests = world.record(record).named("berkas")
        with reading(world.centre.vault.engine) as connection:
            assert all(scans.complete_scans(connection, BTJ, manifests).values())
    with reading(counter.edge.vault.engine) as connection:
        assert scans.waiting_scans(connection, BTJ) == 0
    assert world.state() == counter.state()

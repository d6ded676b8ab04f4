"""What people do in a run: at the counters and at the centre."""

from __future__ import annotations

import random
from typing import Any

from central.workflows import settling
from central.workflows.acting import acting
from edge_node.edge import Edge
from edge_node.store.drafts import draft_key
from registration.lifecycle import Act, Role, Status, acts_for
from sync.body import Body
from sync.ids import new_record_id
from tests.simulation.machine import (
    PowerCut,
    Watching,
)
from tests.simulation.oracle import Written
from tests.simulation.sim import FIELDS, RUDI, SITI, Box, Sim, words_of
from vault import scans
from vault.engine import Connection, reading, writing
from vault.errors import NoSuchRecord
from vault.fold import lock_stream
from vault.read import Filter, Record, list_records, read_record
from vault.scans import ChunkState, ScanContent
from vault.write import write

_AFTER = {
    Act.PROSES: Status.DIPROSES,
    Act.KEMBALIKAN: Status.DIKEMBALIKAN,
    Act.TOLAK: Status.DITOLAK,
    Act.TERBITKAN: Status.TERBIT,
}


def _seen(record: Record, name: str) -> frozenset[str]:
    return frozenset(
        one.body.writes[name]
        for one in record.told
        if one.body is not None and name in one.body.writes
    )


def file(sim: Sim, box: Box, rng: random.Random) -> None:
    edge, oracle = box.edge, sim.oracle
    record = new_record_id(edge.stamp().now_ms)
    code, words = sim.word(), {name: sim.word() for name in FIELDS}
    oracle.attempted.add(record)
    oracle.streams[record] = edge.stream
    for name, word in words.items():
        oracle.written[word] = Written(word, record, name, frozenset())
    status = Status.DIVERIFIKASI if rng.random() < 0.5 else Status.DIAJUKAN
    writes: dict[str, Any] = {
        "layanan": "ktp-el",
        "varian": "hilang",
        "kanal": "loket",
        "kode": code,
        "status": str(status),
        **words,
    }
    with sim.power(box), writing(edge.vault.engine) as connection:
        stored = _scans(edge, connection, record, rng)
        body = Body(Act.AJUKAN, SITI, {**writes, **stored})
        write(
            connection,
            edge.vault,
            edge.stream,
            record,
            "permohonan",
            body,
            edge.stamp(),
            new=True,
        )
        scans.file_drafts(connection, edge.stream, record)
    if _holds(box.edge, record):
        # The receipt is printed: from here on it counts.
        oracle.receipts[record] = code
        oracle.acknowledged |= set(words.values())
        oracle.scans[record] = len(stored)


def _scans(edge: Edge, connection: Connection, record: bytes, rng: random.Random) -> dict[str, Any]:
    stored: dict[str, Any] = {}
    for _ in range(rng.choice((0, 0, 1, 2))):
        key = draft_key(connection, edge.vault, edge.stream, record)
        scan = scans.new_scan_id()
        content = ScanContent("kk", "image/jpeg", rng.randbytes(rng.randint(100, 70_000)))
        stored[f"berkas.{scan}"] = scans.add_scan(
            connection, edge.stream, record, key, scan, content, ChunkState.DRAFT
        )
    return stored


def _holds(edge: Edge, record: bytes) -> bool:
    with Watching.on(), reading(edge.vault.engine) as connection:
        try:
            read_record(connection, edge.vault, edge.stream, record)
        except NoSuchRecord:
            return False
    return True


def correct(sim: Sim, box: Box, rng: random.Random) -> None:
    edge = box.edge
    with reading(edge.vault.engine) as connection:
        listed, _ = list_records(connection, edge.vault, Filter(stream=edge.stream), 1, 200)
    if not listed:
        return
    found = rng.choice(listed)
    name, word = rng.choice(FIELDS), sim.word()
    sim.oracle.written[word] = Written(word, found.id, name, _seen(found, name))
    with sim.power(box), writing(edge.vault.engine) as connection:
        body = Body(Act.PERBAIKI, SITI, {name: word})
        write(connection, edge.vault, edge.stream, found.id, found.kind, body, edge.stamp())
    _note_if_kept(sim, box.edge.vault, edge.stream, found.id, word)


def _note_if_kept(sim: Sim, vault: Any, stream: str, record: bytes, word: str) -> None:
    if word in words_of(vault, stream, record):
        sim.oracle.acknowledged.add(word)


def exchange(sim: Sim, box: Box, _rng: random.Random) -> None:
    with sim.power(box):
        box.courier.run()


def officer(sim: Sim, _box: Box, rng: random.Random) -> None:
    """A step of the request's life, or a correction, at the centre."""
    vault = sim.centre.vault
    with reading(vault.engine) as connection:
        listed, _ = list_records(connection, vault, Filter(), 1, 200)
    if not listed:
        return
    found = rng.choice(listed)
    writes: dict[str, Any] = {}
    name, word = rng.choice(FIELDS), sim.word()
    steps = [
        act
        for act in acts_for(Role.VERIFIKATOR, Status(found.status))
        if act in (Act.PROSES, Act.KEMBALIKAN, Act.TOLAK, Act.TERBITKAN)
    ]
    if steps and rng.random() < 0.6:
        writes["status"] = str(_AFTER[rng.choice(steps)])
    writes[name] = word
    sim.oracle.written[word] = Written(word, found.id, name, _seen(found, name))
    _at_centre(sim, found, Body(Act.PERBAIKI, RUDI, writes), word)


def _at_centre(sim: Sim, found: Record, body: Body, word: str) -> None:
    vault = sim.centre.vault
    try:
        with acting(sim.centre) as connection:
            lock_stream(connection, found.stream)
            write(
                connection,
                vault,
                found.stream,
                found.id,
                found.kind,
                body,
                sim.centre.stamp(),
            )
    except PowerCut:
        sim.centre_went_off()
    _note_if_kept(sim, sim.centre.vault, found.stream, found.id, word)


def settle(sim: Sim, _box: Box, rng: random.Random) -> None:
    vault = sim.centre.vault
    with reading(vault.engine) as connection:
        listed, _ = list_records(connection, vault, Filter(conflicted=True), 1, 50)
    if not listed:
        return
    found = rng.choice(listed)
    _, conflicts = settling.conflicts_of(sim.centre, found.stream, found.id)
    # Settled with a word of its own, so that the oracle can tell it from what it replaces.
    names = [one.field for one in conflicts if one.field in FIELDS]
    if not names:
        return
    name, word = rng.choice(names), sim.word()
    sim.oracle.written[word] = Written(word, found.id, name, _seen(found, name))
    _at_centre(sim, found, Body(Act.PUTUSKAN, RUDI, {name: word}, "diputuskan"), word)

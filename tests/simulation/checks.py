"""What must be true of a mended world. Each failure names the invariant and what broke it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from registration.lifecycle import Act
from sync.log import run_end
from sync.record import encode, state_hash
from tests.simulation.sim import FIELDS, SITI, Box, Sim, words_of
from vault import log, scans
from vault.core import Vault
from vault.engine import reading
from vault.errors import NoSuchRecord
from vault.read import Record, read_record, stream_hash


@dataclass(frozen=True, slots=True)
class Broken:
    """An invariant that does not hold."""

    invariant: str
    what: str

    def __str__(self) -> str:
        return f"{self.invariant}: {self.what}"


def broken(sim: Sim) -> list[Broken]:
    """All invariants that do not hold at the end of a run."""
    return [
        *_receipts(sim),
        *_history(sim),
        *_standing(sim),
        *_same_state(sim),
        *_chains(sim),
        *_whole_scans(sim),
        *_settled_lines(sim),
        *_clear_text(sim),
    ]


def _at_centre(sim: Sim, record: bytes) -> Record | None:
    vault = sim.centre.vault
    with reading(vault.engine) as connection:
        try:
            return read_record(connection, vault, sim.oracle.streams[record], record)
        except NoSuchRecord:
            return None


def _receipts(sim: Sim) -> Iterator[Broken]:
    for record, code in sim.oracle.receipts.items():
        found = _at_centre(sim, record)
        if found is None:
            if record not in sim.oracle.gone_receipts:
                yield Broken("a receipt is never lost", f"{code} is not at the centre")
            continue
        filed = sum(
            one.body is not None and one.body.act == Act.AJUKAN and one.body.by == SITI
            for one in found.told
        )
        if filed != 1:
            yield Broken("a receipt is never doubled", f"{code} was filed {filed} times")
        if found.value("kode") != code:
            yield Broken("a receipt is never lost", f"{code} became {found.value('kode')}")


def _history(sim: Sim) -> Iterator[Broken]:
    """Nothing that was acknowledged to a person is absent from the history, or there twice."""
    for word in sorted(sim.oracle.acknowledged - sim.oracle.gone):
        one = sim.oracle.written[word]
        if one.record in sim.oracle.gone_receipts:
            continue
        found = _at_centre(sim, one.record)
        times = Counter(
            value
            for told in (found.told if found else ())
            if told.body is not None
            for value in told.body.writes.values()
            if isinstance(value, str)
        )[word]
        if times != 1:
            yield Broken(
                "what was acknowledged stands in the history once", f"{word}: {times} times"
            )


def _standing(sim: Sim) -> Iterator[Broken]:
    """A write replaces exactly what its author had seen."""
    oracle = sim.oracle
    for record in oracle.streams:
        found = _at_centre(sim, record)
        if found is None:
            continue
        here = words_of(sim.centre.vault, found.stream, record)
        for name in FIELDS:
            register = found.state.fields.get(name)
            shown = {str(entry.value) for entry in register.entries} if register else set()
            due = oracle.standing(record, name, here)
            if shown != due:
                yield Broken(
                    "a write replaces exactly what its author had seen",
                    f"{name} holds {sorted(shown)}, should hold {sorted(due)}",
                )


def _same_state(sim: Sim) -> Iterator[Broken]:
    for box in sim.boxes:
        if box.stolen:
            continue
        stream = box.edge.stream
        if box.takes_over:
            yield from _same_where_held(sim, box)
            continue
        with reading(box.edge.vault.engine) as connection:
            here = stream_hash(connection, box.edge.vault, stream)
        with reading(sim.centre.vault.engine) as connection:
            there = stream_hash(connection, sim.centre.vault, stream)
        if here != there:
            yield Broken("all show the same", f"counter {box.number} and the centre differ")


def _same_where_held(sim: Sim, box: Box) -> Iterator[Broken]:
    """A box that took over holds the open requests only; those it holds are the centre's."""
    vault, stream = box.edge.vault, box.edge.stream
    for record in [r for r, of in sim.oracle.streams.items() if of == stream]:
        with reading(vault.engine) as connection:
            try:
                ours = read_record(connection, vault, stream, record)
            except NoSuchRecord:
                continue
        theirs = _at_centre(sim, record)
        if theirs is None or state_hash(encode(ours.state)) != state_hash(encode(theirs.state)):
            yield Broken("all show the same", f"counter {box.number} on {record.hex()}")


def _chains(sim: Sim) -> Iterator[Broken]:
    stores: list[tuple[str, Vault, set[str]]] = [
        ("the centre", sim.centre.vault, {box.edge.stream for box in sim.boxes})
    ]
    stores += [
        (f"counter {box.number}", box.edge.vault, {box.edge.stream})
        for box in sim.boxes
        if not box.stolen
    ]
    for name, vault, streams in stores:
        for stream in streams:
            with reading(vault.engine) as connection:
                for replica, end in log.log_ends(connection, stream).items():
                    run, _ = log.read_run(connection, stream, replica, 0, 1 << 30, 1 << 30)
                    whole = run is not None and run.last == end.seq
                    if whole and run is not None and run_end(stream, run) != end.hash:
                        yield Broken("chains verify", f"log {replica.hex()[:8]} at {name}")
                    if not whole and name == "the centre":
                        yield Broken("chains verify", f"log {replica.hex()[:8]} has a gap there")


def _whole_scans(sim: Sim) -> Iterator[Broken]:
    vault = sim.centre.vault
    for record in sim.oracle.receipts:
        found = _at_centre(sim, record)
        if found is None or record in sim.oracle.gone_scans | sim.oracle.gone_receipts:
            continue
        manifests = found.named("berkas")
        with reading(vault.engine) as connection:
            whole = scans.complete_scans(connection, found.stream, manifests)
        if len(manifests) != sim.oracle.scans[record] or not all(whole.values()):
            yield Broken("all scans arrive whole", f"{found.value('kode')}: {list(whole.values())}")


def _settled_lines(sim: Sim) -> Iterator[Broken]:
    for box in sim.boxes:
        line = box.edge.line.link
        if not box.stolen and str(line.line) != "up":
            yield Broken("every line works again", f"counter {box.number}: {line.reason or line}")


def _clear_text(sim: Sim) -> Iterator[Broken]:
    """No word that a person wrote stands in clear in any file or on the wire."""
    for where, data in _everything(sim):
        if b"kata-0" in data or SITI.name.encode() in data:
            yield Broken("no clear text outside the boundary", where)


def _everything(sim: Sim) -> Iterator[tuple[str, bytes]]:
    yield "the wire", bytes(sim.network.wire)
    for path in sorted(sim.folder.rglob("*")):
        if path.is_file():
            yield path.name, path.read_bytes()

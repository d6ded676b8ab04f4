"""Carrying by file: what waits goes into one, and the centre's answers come back in another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from crypto.errors import CryptoError
from edge_node.edge import Edge
from edge_node.workflows.late import NotAsked, take_late
from edge_node.workflows.leaving import first_way, pack, scans_in, waits
from sync.carrier_file import CarrierFile, Damaged, Direction, Header, Reader
from sync.errors import SyncError, WrongStream
from sync.tally import Tally
from vault.errors import VaultError

_BUNDLE_BYTES = 4 << 20
"""Of each bundle in a file, about: half of what any carrier takes."""


@dataclass(slots=True)
class Exported:
    """What was put into a file. None of it counts as sent."""

    tally: Tally = field(default_factory=Tally)
    scans: set[bytes] = field(default_factory=set)


def export_file(
    edge: Edge, path: Path, advance: Callable[[float], None] = lambda _: None
) -> Exported:
    """Put all that the centre is not known to hold into a file, in bundles one behind the other.

    A file with nothing new in it is useful too: the answer brings the centre's news.

    :param advance: told how much of `waits` is in the file.
    :raises WouldOverwrite: another kind of file has that name.
    """
    done = Exported()
    way = first_way(edge)
    sender = edge.vault.replica
    head = Header(Direction.UP, edge.stream, sender, edge.centre_replica, edge.clock().wall_ms)
    with CarrierFile(path, head) as file:
        while True:
            packed = pack(edge, way, _BUNDLE_BYTES)
            if packed.says_nothing_new and file.count:
                return done
            file.add(packed.raw)
            done.tally.add(packed.batch.runs, len(packed.batch.chunks))
            done.scans |= scans_in(edge, packed)
            way = packed.way
            advance(done.tally.changes + done.tally.pieces)
            if packed.says_nothing_new:
                return done


def to_export(edge: Edge) -> int:
    """How much `export_file` will tell of."""
    return waits(edge, first_way(edge))


@dataclass(slots=True)
class Brought:
    """What a file of answers came to."""

    answers: int = 0
    changes: int = 0
    """New changes of the centre's."""
    acked: int = 0
    """Changes of ours that are now known to be there."""
    pieces: int = 0
    """The same of pieces of scans."""
    not_asked: int = 0
    """Answers to what did not leave from here."""
    trouble: str = ""
    """Why the rest of the file was not taken; what came before it was."""

    @property
    def new(self) -> bool:
        return bool(self.changes or self.acked or self.pieces)


def check_head(edge: Edge, head: Header) -> None:
    """:raises WrongStream: a file for somebody else."""
    if head.direction is not Direction.DOWN:
        raise WrongStream(
            "this file goes from a kelurahan to the centre: import it there, "
            "with `loket central import`"
        )
    if head.stream != edge.stream:
        raise WrongStream(f"this file is for kelurahan {head.stream}, here is {edge.stream}")
    if head.sender != edge.centre_replica:
        raise WrongStream("this file is from another centre than the one enrolled with")


def import_file(
    edge: Edge, path: Path, advance: Callable[[float], None] = lambda _: None
) -> Brought:
    """Take the centre's answers from a file. Once more is harmless. One caller at a time.

    :param advance: told the bytes read.
    :raises Damaged, WrongStream: not a file for this counter.
    """
    done = Brought()
    with path.open("rb") as file:
        reader = Reader(file)
        check_head(edge, reader.header)
        try:
            for raw in reader:
                _take(edge, raw, done)
                advance(file.tell())
        except Damaged as damaged:
            done.trouble = str(damaged)
        except (SyncError, VaultError, CryptoError) as error:
            done.trouble = f"answer {done.answers + 1} cannot be taken: {error}"
    return done


def _take(edge: Edge, raw: bytes, done: Brought) -> None:
    try:
        late = take_late(edge, raw)
    except NotAsked:
        done.not_asked += 1
    else:
        done.changes += late.changes
        done.acked += late.acked
        done.pieces += late.pieces
    done.answers += 1

"""Looking into the stores, to verify what people were told. Nothing here writes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select

from central.centre import Centre
from central.store import nodes
from demo.town import Place, Town
from edge_node.edge import Edge
from registration.lifecycle import Act
from vault import log, tables
from vault.core import Vault
from vault.engine import Connection, reading
from vault.errors import NoSuchRecord
from vault.read import Filter, Record, list_records, read_record, stream_hash
from vault.scans import ChunkState, complete_scans
from vault.tables import chunk, view


@dataclass(frozen=True, slots=True)
class Held:
    """How much the centre holds."""

    changes: int
    records: int
    chunks: int


class Stores:
    """The town's databases, opened beside the running servers."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self._centre: Centre | None = None
        self._edges: dict[str, Edge] = {}

    @property
    def centre(self) -> Centre:
        if self._centre is None:
            self._centre = self._town.open_centre()
        return self._centre

    def edge(self, place: Place) -> Edge:
        if place.stream not in self._edges:
            self._edges[place.stream] = self._town.open_edge(place)
        return self._edges[place.stream]

    def close(self) -> None:
        for opened in (self._centre, *self._edges.values()):
            if opened is not None:
                opened.vault.engine.dispose()
        self._centre, self._edges = None, {}

    def held(self) -> Held:
        with reading(self.centre.vault.engine) as connection:
            here = select(chunk.c.sha).where(chunk.c.state != ChunkState.EXPECTED).subquery()
            counted = [
                connection.execute(select(func.count()).select_from(table)).scalar_one()
                for table in (tables.log, view, here)
            ]
        return Held(*counted)

    def node_numbers(self) -> dict[str, tuple[int, int]]:
        """{kelurahan: (refused bundles, changes held)} as the centre counts them."""
        with reading(self.centre.vault.engine) as connection:
            return {one.stream: (one.refused, one.held) for one in nodes.list_nodes(connection)}

    def written(self, place: Place) -> tuple[int, int]:
        """(changes of the own log, filed chunks) at a counter: what the centre is to get."""
        edge = self.edge(place)
        with reading(edge.vault.engine) as connection:
            end = log.log_end(connection, edge.stream, edge.vault.replica)
            filed = select(view.c.record)
            chunks = connection.execute(
                select(func.count()).select_from(chunk).where(chunk.c.record.in_(filed))
            ).scalar_one()
        return end.seq, chunks

    def arrived(self, place: Place) -> int:
        """How many changes of a counter's own log the centre holds."""
        with reading(self.centre.vault.engine) as connection:
            return log.log_end(connection, place.stream, self.edge(place).vault.replica).seq

    def records_at_edge(self, place: Place) -> list[Record]:
        edge = self.edge(place)
        return _all(edge.vault, Filter(stream=place.stream))

    def records_at_centre(self) -> list[Record]:
        return _all(self.centre.vault, Filter())

    def at_edge(self, place: Place, record: str) -> Record | None:
        edge = self.edge(place)
        with reading(edge.vault.engine) as connection:
            return _read(connection, edge.vault, place.stream, record)

    def at_centre(self, stream: str, record: str) -> Record | None:
        with reading(self.centre.vault.engine) as connection:
            return _read(connection, self.centre.vault, stream, record)

    def whole_scans(self, record: Record) -> tuple[int, int]:
        """(scans that are whole at the centre, scans) of a request."""
        with reading(self.centre.vault.engine) as connection:
            found = complete_scans(connection, record.stream, record.named("berkas"))
        return sum(found.values()), len(found)

    def times_filed(self, records: Sequence[Record]) -> dict[str, int]:
        """{record: how many changes at the centre say that it was filed}."""
        return {
            record.id.hex(): sum(
                one.body is not None and one.body.act == Act.AJUKAN for one in record.told
            )
            for record in records
        }

    def same_state(self, place: Place) -> bool:
        edge = self.edge(place)
        with reading(edge.vault.engine) as connection:
            ours = stream_hash(connection, edge.vault, place.stream)
        with reading(self.centre.vault.engine) as connection:
            return ours == stream_hash(connection, self.centre.vault, place.stream)


def _read(connection: Connection, vault: Vault, stream: str, record: str) -> Record | None:
    try:
        return read_record(connection, vault, stream, bytes.fromhex(record))
    except NoSuchRecord:
        return None


def _all(vault: Vault, only: Filter) -> list[Record]:
    with reading(vault.engine) as connection:
        return list_records(connection, vault, only, 1, 1000)[0]

"""The Disdukcapil that a practice counter believes in: its line, and its acts at a press.

It writes into the practice store itself, under a log of its own: there is nobody to exchange with.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field, replace
from typing import Final

from crypto.chain import digest
from edge_node.edge import Edge
from edge_node.store import nodes
from registration.catalogue import KIND
from registration.errors import IllegalAct
from registration.lifecycle import Act, Role, Status, acts_for, apply
from registration.texts import N_, Sentence
from sync import link
from sync.body import Author, Body
from sync.link import Line, Trip
from vault import log, scans
from vault.core import Vault
from vault.corrections import require_decided_status
from vault.engine import reading, writing
from vault.read import read_record
from vault.write import write

_OFFICER: Final = Author("latihan", "Petugas Disdukcapil", Role.VERIFIKATOR)
_SHOWN: Final = (Act.PROSES, Act.TERBITKAN, Act.KEMBALIKAN, Act.TOLAK)
_ONE_BUNDLE: Final = 4 << 20
_TRIP: Final = Trip(2_000, 0.1, 500, 0.1)


def exchange(edge: Edge) -> None:
    """While the line is up, all that waits counts as arrived."""
    now = edge.clock().wall_ms / 1000
    with edge.line.lock:
        if edge.line.link.line is Line.CUT:
            return
        edge.line.link = link.succeeded(edge.line.link, now, _TRIP, edge.settings.exchange_seconds)
        edge.line.wanted = False
    with reading(edge.vault.engine) as connection:
        end = log.log_end(connection, edge.stream, edge.vault.replica).seq
        photos = scans.waiting_scans(connection, edge.stream)
    if edge.standing.acked == end and not photos:
        return
    with writing(edge.vault.engine) as connection:
        edge.standing = replace(edge.standing, acked=end, last_ok=now)
        nodes.save_standing(connection, edge.standing)
        while waiting := scans.chunks_to_send(connection, edge.stream, _ONE_BUNDLE):
            scans.mark_held(connection, edge.stream, [digest(data) for _, data in waiting])


def is_cut(edge: Edge) -> bool:
    return edge.line.link.line is Line.CUT


def turn_line(edge: Edge) -> None:
    """Cut the line, or join it again."""
    now = edge.clock().wall_ms / 1000
    with edge.line.lock:
        if edge.line.link.line is Line.CUT:
            edge.line.link = replace(edge.line.link, line=Line.UP, since=now)
        else:
            edge.line.link = link.cut(edge.line.link, now, random.uniform)


@dataclass(slots=True)
class Centre:
    """The pretended centre of one practice counter."""

    edge: Edge
    replica: bytes
    vault: Vault = field(init=False)

    def __post_init__(self) -> None:
        own = self.edge.vault
        self.vault = Vault(
            own.engine,
            replace(own.keyring, writer=self.replica),
            own.codec,
            own.rules,
            own.project,
            own.central_writers,
        )

    def acts(self, record: bytes) -> list[Act]:
        """What an officer could do with the request now; it must have arrived there.

        :raises NoSuchRecord: it is not held.
        """
        with reading(self.vault.engine) as connection:
            found = read_record(connection, self.vault, self.edge.stream, record)
            waits = log.records_after(
                connection, self.edge.stream, self.edge.vault.replica, self.edge.standing.acked
            )
        if record in waits or found.conflicts:
            return []
        legal = acts_for(Role.VERIFIKATOR, Status(found.status))
        return [act for act in _SHOWN if act in legal]

    def act(self, record: bytes, act: Act, note: str = "") -> Status:
        """One of `acts`; the counter hears of it at once.

        :param note: the reason, or the number of the document.
        :raises IllegalAct: it cannot be done now.
        """
        if act not in _SHOWN:
            raise IllegalAct(Sentence(N_("Ini tidak dikerjakan Disdukcapil.")))
        with writing(self.vault.engine) as connection:
            found = read_record(connection, self.vault, self.edge.stream, record)
            require_decided_status(found)
            after = apply(act, Role.VERIFIKATOR, Status(found.status))
            writes: dict[str, str] = {"status": after}
            if act is Act.TERBITKAN:
                writes["nomor_dokumen"] = note
            elif note:
                writes["alasan"] = note
            body = Body(act, _OFFICER, writes, note)
            write(connection, self.vault, self.edge.stream, record, KIND, body, self.edge.stamp())
        return after

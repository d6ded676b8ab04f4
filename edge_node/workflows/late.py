"""Answers that come late: by a file, or fetched from a relay, perhaps after newer ones."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from edge_node.edge import Edge
from edge_node.store import carried, nodes
from edge_node.workflows.taking import take_answer
from sync.errors import SyncError
from sync.exchange import Peer, open_answer
from vault import chunks, data_keys, log, scans
from vault.engine import Connection, reading, writing

_log = structlog.get_logger()


class NotAsked(SyncError):
    """An answer to a bundle that did not leave from here, or longer ago than is remembered."""


@dataclass(frozen=True, slots=True)
class Late:
    """What one late answer came to."""

    changes: int
    """New changes of the centre's."""
    pieces: int
    """Pieces of our scans that are now known to be at the centre."""
    acked: int
    """Changes of ours that are now known to be there."""

    @property
    def new(self) -> bool:
        return bool(self.changes or self.pieces or self.acked)


def take_late(edge: Edge, raw: bytes, asked: bytes | None = None) -> Late:
    """Take an answer to any bundle that left by file or relay. Once more is harmless.

    :param asked: the bundle (SHA-256) that it must answer, where it was asked for.
    :raises SyncError, VaultError, CryptoError: not to be taken; nothing of it is kept.
    """
    vault = edge.vault
    keyring = vault.keyring
    centre = Peer(edge.centre_replica, edge.node.centre_sign)
    with reading(vault.engine) as connection:
        senders = {vault.replica} | carried.senders(connection)
        answer = open_answer(raw, centre, edge.stream, senders)
        one = carried.find(connection, answer.answers)
    if one is None or one.sender != answer.receiver or one.sha != (asked or one.sha):
        raise NotAsked("it answers nothing that left this counter")
    try:
        with writing(vault.engine) as connection:
            before = nodes.read_standing(connection)
            waiting = chunks.waiting_among(connection, edge.stream, answer.got_chunks)
            data_keys.epochs_delivered(connection, one.epochs)
            taken = take_answer(edge, connection, answer, before, late=True)
            nodes.save_standing(connection, taken.standing)
            if answer.lacks_keys:
                data_keys.deliver_again(connection, edge.stream, edge.centre_replica)
            held = answer.have.get(one.sender, 0)
            newest = carried.answer_came(connection, one, held)
            if newest and one.sender == vault.replica and held < taken.standing.acked:
                _went_back(edge, connection, held)
    except BaseException:
        vault.keyring = keyring
        raise
    edge.standing = taken.standing
    return Late(taken.changes, len(waiting), taken.standing.acked - before.acked)


def _went_back(edge: Edge, connection: Connection, held: int) -> None:
    """The centre holds less than it acknowledged: what it lost goes into the next file again.

    What is acknowledged stays so: only the centre itself may take that back (see `first_way`).
    """
    _log.warning("the centre went back, as a late answer says", held=held)
    lost = log.records_after(connection, edge.stream, edge.vault.replica, held)
    scans.mark_lost(connection, edge.stream, lost)
    data_keys.deliver_again(connection, edge.stream, edge.centre_replica)

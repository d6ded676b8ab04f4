"""Bundles that leave by a carrier which brings no answer at once: a file, or a relay.

They are gathered as for an exchange, but one behind the other, as if each before had arrived: what
is lost on the way leaves a gap, and the next answer says where to start again.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from crypto.chain import digest
from edge_node.edge import Edge
from edge_node.store import carried, nodes
from edge_node.workflows.asking import asking_behind, with_where_we_stand
from sync.exchange import Batch, Peer, request
from vault import chunks, data_keys, log
from vault.engine import reading, writing
from vault.exchange import Lacking, gather

_MOST_SKIPPED = 1 << 32


@dataclass(frozen=True, slots=True)
class Way:
    """How far the bundles of one journey have come. `after`: the end of our log in them."""

    after: int
    left: frozenset[bytes] = frozenset()
    """Pieces of scans in them."""


@dataclass(frozen=True, slots=True)
class Packed:
    """One bundle, ready to leave and noted."""

    raw: bytes
    noted: carried.Carried
    batch: Batch
    way: Way
    """With this bundle in it."""

    @property
    def says_nothing_new(self) -> bool:
        return not (self.batch.runs or self.batch.chunks)


def first_way(edge: Edge) -> Way:
    """Behind what the centre is known to hold.

    Where it said by the last file or relay that it holds less than it once acknowledged, from
    there: only the centre itself may take an acknowledgement back.
    """
    with reading(edge.vault.engine) as connection:
        acked = nodes.read_standing(connection).acked
        heard = carried.heard(connection, edge.vault.replica)
    return Way(acked if heard is None else min(acked, heard))


def pack(edge: Edge, way: Way, budget: int, relay: str = "", *, asking: bool = False) -> Packed:
    """The next bundle of a journey, of about `budget` bytes. Nothing counts as sent by it.

    :param asking: it brings nothing, and asks for our own log behind `way` as the centre holds it.
    One transaction: its number is spent and its name noted before anybody can see it.
    """
    vault = edge.vault
    identity = vault.keyring.identity
    centre = Peer(edge.centre_replica, edge.node.centre_sign)
    with writing(vault.engine) as connection:
        standing = nodes.spend_number(connection)
        receiver = data_keys.Receiver(centre.replica, edge.node.centre_seal)
        now_ms = edge.stamp().now_ms
        epoch = data_keys.current_epoch(connection, vault, edge.stream, now_ms, receiver)
        lacking = Lacking(own=None if asking else way.after, besides=way.left)
        batch = gather(connection, vault, edge.stream, lacking, epoch, budget)
        batch = with_where_we_stand(edge, connection, batch, standing)
        if asking:
            batch = replace(asking_behind(batch, vault.replica, way.after), chunks=())
        # Nobody answers at once to ask for it, so it always says whom we came after.
        batch = replace(batch, succession=vault.keyring.succession)
        number, wall_ms = standing.bundle_number, edge.clock().wall_ms
        raw = request(identity, edge.stream, centre, batch, number, wall_ms)
        upto = max((run.last for run in batch.runs if run.replica == identity.replica), default=0)
        pieces = tuple(digest(data) for _, data in batch.chunks)
        noted = carried.Carried(
            digest(raw),
            number,
            identity.replica,
            relay,
            upto,
            tuple(batch.epochs),
            pieces,
        )
        carried.add(connection, noted)
    after = Way(max(way.after, upto), way.left | set(pieces))
    return Packed(raw, noted, batch, after)


def waits(edge: Edge, way: Way) -> int:
    """How many changes and pieces of scans are to be carried behind `way`: for a progress bar."""
    with reading(edge.vault.engine) as connection:
        end = log.log_end(connection, edge.stream, edge.vault.replica).seq
        return max(end - way.after, 0) + chunks.waiting_chunks(connection, edge.stream)


def something_behind(edge: Edge, way: Way) -> bool:
    """Whether there is something to carry that is not in `way`."""
    with reading(edge.vault.engine) as connection:
        if log.log_end(connection, edge.stream, edge.vault.replica).seq > way.after:
            return True
        left = chunks.waiting_among(connection, edge.stream, sorted(way.left))
        return chunks.waiting_chunks(connection, edge.stream) > len(left)


def skip_numbers(edge: Edge, last: object) -> bool:
    """This store is older than what the centre has seen of it: go on behind `last`.

    A problem is not signed: a number out of all proportion is not believed.
    """
    with writing(edge.vault.engine) as connection:
        standing = nodes.read_standing(connection)
        now = standing.bundle_number
        if not isinstance(last, int) or not now <= last <= now + _MOST_SKIPPED:
            return False
        edge.standing = replace(standing, bundle_number=last)
        nodes.save_standing(connection, edge.standing)
    return True


def scans_in(edge: Edge, packed: Packed) -> set[bytes]:
    """The ids of the scans of which this bundle brings something."""
    with reading(edge.vault.engine) as connection:
        return chunks.scans_of(connection, edge.stream, packed.noted.chunks)

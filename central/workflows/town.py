"""The servers of the whole town as one picture: what each told, and what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from central.centre import Centre
from central.store import alerts, audit, health, nodes, turns
from central.store.alerts import Alert
from central.store.audit import Refusals
from central.store.health import Hour, Told
from central.store.nodes import KnownNode
from central.turns import Turn
from central.workflows import escrow
from central.workflows.revoking import NoSuchNode
from central.workflows.watching import Watch, watch
from vault import orders
from vault.engine import reading

_HISTORY_MS = 7 * 24 * 3_600_000
_REFUSALS = 30
_LATE_MS = 60_000
"""How long after its turn a node may still come."""


@dataclass(frozen=True, slots=True)
class Town:
    """All servers, looked at now."""

    lines: Watch
    told: Mapping[bytes, Told]
    alerts: Mapping[bytes, Sequence[Alert]]
    """The open ones of each server."""
    turns: Mapping[bytes, Turn]

    def turn_ms(self, node: KnownNode) -> int:
        """When it was told to come back; 0: it has no turn, has come since, or stayed away."""
        turn = self.turns.get(node.replica)
        if turn is None or node.last_contact_ms >= turn.told_ms:
            return 0
        return turn.at_ms if turn.at_ms + _LATE_MS > self.lines.now_ms else 0

    def live(self, stream: str) -> list[KnownNode]:
        """The servers of a kelurahan that count, the one that called last first."""
        found = [
            one
            for one in self.lines.nodes
            if one.stream == stream and not one.revoked and not one.retired
        ]
        return sorted(found, key=lambda one: -one.last_contact_ms)


@dataclass(frozen=True, slots=True)
class Story:
    """One server with what came before."""

    node: KnownNode
    others: Sequence[KnownNode]
    """Other servers of the same kelurahan."""
    hours: Sequence[Hour]
    refusals: Sequence[Refusals]
    past: Sequence[Alert]
    owed_orders: int
    """Shredding orders that it has not carried out."""
    escrow_ms: int
    """When its key-encryption key was last sealed for recovery; 0: it is not held."""


def survey(centre: Centre) -> Town:
    lines = watch(centre)
    with reading(centre.vault.engine) as connection:
        told = health.told_by_all(connection)
        found: dict[bytes, list[Alert]] = {}
        for one in alerts.open_alerts(connection, centre.vault):
            found.setdefault(one.replica, []).append(one)
        given = turns.kept(connection)
    return Town(lines, told, found, given)


def story(centre: Centre, replica: bytes) -> Story:
    """:raises NoSuchNode: it is not known."""
    with reading(centre.vault.engine) as connection:
        listed = {one.replica: one for one in nodes.list_nodes(connection)}
        node = listed.get(replica)
        if node is None:
            raise NoSuchNode(f"no node {replica.hex()} is known")
        others = [one for one in listed.values() if one.stream == node.stream and one is not node]
        since = centre.clock() - _HISTORY_MS
        given, upto = orders.held(connection, node.stream), nodes.orders_upto(connection, replica)
        keys = escrow.held_in(connection, node)
        return Story(
            node,
            others,
            health.hours_of(connection, replica, since),
            audit.list_refusals(connection, _REFUSALS, replica),
            alerts.alerts_of(connection, centre.vault, replica, 50),
            given.count - orders.held(connection, node.stream, upto).count,
            keys[0].at_ms if keys else 0,
        )

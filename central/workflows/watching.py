"""How the kelurahan's servers are: who called lately, who is silent, what waits to be folded."""

from __future__ import annotations

from dataclasses import dataclass

from central.centre import Centre
from central.store import nodes, turns
from central.store.nodes import KnownNode
from central.turns import Turns
from vault.core import wall_ms
from vault.engine import reading, writing

__all__ = [
    "SILENT_AFTER_MS",
    "KnownNode",
    "Shared",
    "Watch",
    "keep_turns",
    "shared_identities",
    "watch",
]

SILENT_AFTER_MS = 15 * 60 * 1000
"""Three times the longest pause between two tries of an edge (`sync.link.MAX_DELAY_S`)."""


@dataclass(frozen=True, slots=True)
class Watch:
    """All nodes, looked at now."""

    nodes: list[KnownNode]
    now_ms: int

    def silent(self, node: KnownNode) -> bool:
        return self.now_ms - node.last_contact_ms > SILENT_AFTER_MS

    @property
    def kelurahan(self) -> int:
        """How many kelurahan have a server."""
        return len({node.stream for node in self.nodes if not node.revoked})

    @property
    def connected(self) -> int:
        """How many of them called lately, by any of their servers."""
        live = (node for node in self.nodes if not node.revoked and not self.silent(node))
        return len({node.stream for node in live})

    @property
    def silent_kelurahan(self) -> int:
        return self.kelurahan - self.connected


def watch(centre: Centre) -> Watch:
    with reading(centre.vault.engine) as connection:
        found = nodes.list_nodes(connection)
    return Watch(found, wall_ms())


def keep_turns(centre: Centre, noted: Turns) -> None:
    """Write down what turns this process gave since it last did."""
    given = noted.take()
    if given:
        with writing(centre.vault.engine) as connection:
            turns.keep(connection, given)


@dataclass(frozen=True, slots=True)
class Shared:
    """An identity that several boxes write with: a disk was copied, or an old backup restored."""

    name: str
    """The kelurahan."""
    newest: bytes
    """The box that began to write apart last."""
    boxes: int


def shared_identities(centre: Centre) -> list[Shared]:
    """Each with all boxes that came apart from its first one."""
    with reading(centre.vault.engine) as connection:
        forks = nodes.forks(connection)
    former = {one.replica: one.former for one in forks}
    found: dict[bytes, Shared] = {}
    for one in forks:
        first = one.former
        while first in former:
            first = former[first]
        boxes = found[first].boxes if first in found else 1
        found[first] = Shared(one.name, one.replica, boxes + 1)
    return list(found.values())

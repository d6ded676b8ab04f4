"""Taking a node's word away: refused from its next contact on, and written down."""

from __future__ import annotations

from central.centre import Centre
from central.store import audit, nodes
from central.store.nodes import KnownNode
from central.workflows.consent import Consent
from vault.engine import reading, writing
from vault.errors import VaultError

ACT = "revoke"


class NoSuchNode(VaultError):
    """No node of that name is known, or several are."""


def find_node(centre: Centre, name: str) -> KnownNode:
    """The node that a replica id (hex, or its beginning) names, or the only live one of a stream.

    :raises NoSuchNode: none, or several.
    """
    with reading(centre.vault.engine) as connection:
        listed = nodes.list_nodes(connection)
    hits = [one for one in listed if name and one.replica.hex().startswith(name.lower())]
    hits = hits or [one for one in listed if one.stream == name and not one.revoked]
    if len(hits) != 1:
        raise NoSuchNode(
            f"no node {name} is known"
            if not hits
            else f"{name} has {len(hits)} nodes: name one by its replica id"
        )
    return hits[0]


def revoke(centre: Centre, replica: bytes, consent: Consent) -> list[KnownNode]:
    """Refuse a node from its next contact on; returns those that came after it and still count.

    They are not revoked along: of two boxes with one identity, one is the kelurahan's own.

    :raises NotAllowed: the consent does not suffice.
    :raises NoSuchNode: it is not known.
    """
    consent.require(1)
    with writing(centre.vault.engine) as connection:
        known = nodes.sender(connection, replica, lock=True)
        if known is None:
            raise NoSuchNode(f"no node {replica.hex()} is known")
        nodes.revoke(connection, replica)
        audit.note_act(
            connection,
            centre.vault,
            centre.clock(),
            ACT,
            f"{known.stream} {known.name} {replica.hex()}",
            consent.by,
            consent.reason,
        )
        after = nodes.successors(connection, replica)
        listed = nodes.list_nodes(connection)
    return [one for one in listed if one.replica in after and not one.revoked]

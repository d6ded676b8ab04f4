"""What a person does with this counter's own identity."""

from __future__ import annotations

from dataclasses import replace

from edge_node.edge import Edge
from edge_node.store import nodes
from vault import log
from vault.engine import writing
from vault.keyring import new_identity


def change_identity(edge: Edge) -> None:
    """Sign and write under a new key from now on; the former one signs for it and is destroyed.

    The centre is told at the next contact; all that waits, under either name, is sent then.
    """
    vault = edge.vault
    before = vault.keyring
    try:
        with writing(vault.engine) as connection:
            edge.hear(connection)
            log.close_log(connection, edge.stream, vault.replica)
            vault.keyring = new_identity(connection, vault.keyring, edge.stream, retires=True)
            standing = replace(edge.standing, acked=0)
            nodes.save_standing(connection, standing)
    except BaseException:
        vault.keyring = before
        raise
    edge.standing = standing
    edge.writes_as = vault.replica

"""What a person does with this counter's own identity."""

from __future__ import annotations

from dataclasses import replace

from edge_node.edge import Edge
from edge_node.store import nodes
from vault import log
from vault.engine import writing
from vault.errors import WorkUnderWay
from vault.keyring import new_identity


def change_identity(edge: Edge) -> None:
    """Sign and write under a new key from now on; the former one signs one bundle more.

    That bundle introduces the new one to the centre at the next contact. Until then it is kept;
    all that waits, under either name, is sent afterwards.

    :raises WorkUnderWay: the centre has not heard of the last change yet.
    """
    vault = edge.vault
    before = vault.keyring
    try:
        with writing(vault.engine) as connection:
            edge.hear(connection)
            if vault.keyring.former is not None:
                raise WorkUnderWay("the centre has not heard of the last new identity yet")
            log.close_log(connection, edge.stream, vault.replica)
            vault.keyring = new_identity(connection, vault.keyring, retires=True)
            standing = replace(edge.standing, acked=0)
            nodes.save_standing(connection, standing)
    except BaseException:
        vault.keyring = before
        raise
    edge.standing = standing
    edge.writes_as = vault.replica

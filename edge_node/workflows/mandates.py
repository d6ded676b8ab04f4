"""What stands between this counter and the centre beside the logs: orders, keys, escrow."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

import structlog

from crypto.identity import replica_id
from crypto.recipient import seal_to
from edge_node.edge import CENTRE_NAME, Edge
from edge_node.store import nodes
from edge_node.store.drafts import end_draft
from sync.bundle import Bundle, Writer
from sync.exchange import Batch
from sync.orders import FINGERPRINT_BYTES, CentreKeys, Orders, escrow_id, escrow_info
from vault import orders
from vault.data_keys import close_epochs
from vault.engine import Connection
from vault.shredding import carry_out
from vault.writers import add_writers

_log = structlog.get_logger()
_NO_ESCROW = bytes(FINGERPRINT_BYTES)


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of it in a bundle."""

    orders: Orders | None
    knows: bytes
    escrow: bytes

    def put_into(self, batch: Batch) -> Batch:
        return replace(batch, orders=self.orders, knows=self.knows, escrow=self.escrow)


def say_mandates(edge: Edge, connection: Connection, give_back_after: int | None) -> Said:
    """Which orders are carried out, which keys of the centre are known, and the escrow when due.

    :param give_back_after: the centre lost orders behind this number.
    """
    _keep_escrow(edge, connection)
    node = edge.node
    held = orders.held(connection, edge.stream)
    given = (
        () if give_back_after is None else orders.behind(connection, edge.stream, give_back_after)
    )
    known = CentreKeys(node.centre_sign, node.centre_seal, node.recovery)
    named = escrow_id(node.escrow) if node.escrow else _NO_ESCROW
    return Said(
        replace(held, given=given) if held.count else None,
        known.fingerprint + named,
        b"" if node.escrow_sent else node.escrow,
    )


def _keep_escrow(edge: Edge, connection: Connection) -> None:
    """Seal our key-encryption key to the centre's recovery key, whenever either is another."""
    node = edge.node
    kek = edge.vault.keys_in(connection).kek
    sealed_for = hashlib.sha256(b"loket escrowed 1" + kek + node.recovery).digest()
    if not node.recovery or node.escrow_for == sealed_for:
        return
    edge.node = replace(
        node,
        escrow=seal_to(node.recovery, kek, escrow_info(edge.stream)),
        escrow_for=sealed_for,
        escrow_sent=False,
    )
    nodes.pin(connection, edge.node)


def take_mandates(
    edge: Edge, connection: Connection, answer: Bundle, sent: bytes
) -> tuple[nodes.Node, bool]:
    """Carry out orders, pin the centre's newest keys; (what is known now, whether it is new).

    :param sent: the escrow that the answered bundle brought.
    """
    node, stream = edge.node, edge.stream
    if answer.orders is not None and answer.orders.given:
        carry_out(connection, edge.vault, stream, answer.orders.given)
        for order in answer.orders.given:
            end_draft(connection, order.record)
    if answer.centre_keys is not None:
        node = _pin(edge, connection, answer.centre_keys)
    elif sent and sent == node.escrow:
        node = replace(node, escrow_sent=True)
    if node != edge.node:
        nodes.pin(connection, node)
    return node, node != edge.node or bool(answer.orders and answer.orders.given)


def _pin(edge: Edge, connection: Connection, told: CentreKeys) -> nodes.Node:
    """The answer is signed by the key that was pinned; from now on the newest one is."""
    node = edge.node
    before = edge.centre_replica
    if (told.sign_public, told.seal_public) != (node.centre_sign, node.centre_seal):
        _log.warning("the centre has new keys", before=before.hex())
        close_epochs(connection, edge.stream, before)
    if told.sign_public != node.centre_sign:
        # Its log goes on under the name that it had.
        add_writers(connection, {before: Writer(CENTRE_NAME, central=True)})
        edge.writers[before] = Writer(CENTRE_NAME, central=True)
        edge.vault.central_writers |= {before, replica_id(told.sign_public)}
    return replace(
        node,
        centre_sign=told.sign_public,
        centre_seal=told.seal_public,
        recovery=told.recovery_public,
        escrow_sent=False,
    )


def lost_orders(edge: Edge, connection: Connection, answer: Bundle, sent: Batch) -> int | None:
    """Behind which number to give orders back that the centre lost; None: none, or all are given.

    What it does not take though it was given (it never signed that) is not offered again and again.
    """
    if answer.orders is None:
        return None
    held = orders.held(connection, edge.stream)
    given = sent.orders.given if sent.orders is not None else ()
    after = given[-1].number if given else answer.orders.upto
    return after if answer.orders.upto < held.upto and after < held.upto else None

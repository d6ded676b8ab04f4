"""What stands between the centre and a node beside the logs: orders, keys, escrow."""

from __future__ import annotations

import structlog

from central.centre import Centre
from central.store import custody, nodes
from sync.bundle import Bundle
from sync.errors import BadSignature
from sync.exchange import Sender
from sync.orders import FINGERPRINT_BYTES, CentreKeys, Orders, ShredOrder, check_order
from vault import orders
from vault.core import Vault
from vault.engine import Connection
from vault.shredding import carry_out

_log = structlog.get_logger()
_NONE = Orders(0, 0)


def centre_keys(connection: Connection, vault: Vault) -> CentreKeys:
    """What every node should know of us."""
    recovery = custody.present_recovery(connection)
    keyring = vault.keyring
    return CentreKeys(
        keyring.identity.public,
        keyring.recipient.public,
        recovery.public if recovery is not None else b"",
    )


def take_mandates(centre: Centre, connection: Connection, request: Bundle, known: Sender) -> None:
    """Orders that an old backup lost here, how far the node has carried them out, its escrow."""
    theirs = request.orders or _NONE
    if theirs.given:
        back = [one for one in theirs.given if _is_ours(centre.vault, known.stream, one)]
        carry_out(connection, centre.vault, known.stream, back)
    nodes.carried_out(connection, known.replica, theirs.upto)
    recovery = custody.present_recovery(connection) if request.escrow else None
    if recovery is not None:
        ours = centre_keys(connection, centre.vault).fingerprint
        if request.knows[:FINGERPRINT_BYTES] == ours:
            custody.keep_escrow(
                connection, known.replica, recovery.id, request.escrow, centre.clock()
            )


def _is_ours(vault: Vault, stream: str, order: ShredOrder) -> bool:
    keyring = vault.keyring
    try:
        check_order((keyring.identity.public, *keyring.former_publics), stream, order)
    except BadSignature:
        # The rest of the bundle is as good as ever; nobody's data goes for it.
        _log.error("a node gives back an order that was never given", stream=stream)
        return False
    return True


def orders_for(connection: Connection, stream: str, request: Bundle) -> Orders | None:
    """What the node has not carried out; asks for what it holds more of than we do."""
    theirs = request.orders or _NONE
    ours = orders.held(connection, stream)
    if not ours.count and not theirs.count:
        return None
    complete = orders.held(connection, stream, theirs.upto).count >= theirs.count
    given = orders.behind(connection, stream, theirs.upto)
    if complete and not given:
        return None
    return Orders(ours.upto if complete else 0, ours.count, given)


def keys_for(
    connection: Connection, vault: Vault, request: Bundle, known: Sender
) -> CentreKeys | None:
    """Our keys, where the node knows others, or where its escrow is not here."""
    if not request.knows:
        return None
    ours = centre_keys(connection, vault)
    fingerprint = request.knows[:FINGERPRINT_BYTES]
    escrow = request.knows[FINGERPRINT_BYTES:]
    if fingerprint == ours.fingerprint and (
        not ours.recovery_public or custody.holds_escrow(connection, known.replica, escrow)
    ):
        return None
    return ours

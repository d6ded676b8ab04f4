"""Enrolling this node with a centre, by the one-time code that the centre gave."""

from __future__ import annotations

from collections.abc import Callable

from edge_node.edge import read_clock
from edge_node.store import nodes
from sync.carrier_http import ENROL_PATH, HttpCarrier
from sync.enrol import EnrolCode, apply, read_admission
from sync.timekeeping import Reading, compare
from vault.engine import Engine, reading, writing
from vault.errors import VaultError
from vault.keyring import Keyring


class AlreadyEnrolled(VaultError):
    """This node has its kelurahan already."""


def enrol(
    engine: Engine,
    keyring: Keyring,
    centre_url: str,
    code_text: str,
    carrier: HttpCarrier,
    clock: Callable[[], Reading] = read_clock,
) -> nodes.Node:
    """Ask the centre to take this node in, and keep what it answers.

    :raises AlreadyEnrolled: it was done before.
    :raises CarrierError: the centre cannot be reached, or refuses the code.
    :raises SyncError: who answered is not the centre that issued the code.
    """
    with reading(engine) as connection:
        if nodes.read_node(connection) is not None:
            raise AlreadyEnrolled("this node is enrolled already")
    code = EnrolCode.parse(code_text)
    asked = apply(keyring.identity, keyring.recipient.public, code)
    asked_at = clock()
    admission = read_admission(carrier.post(ENROL_PATH, asked), code, asked)
    answered_at = clock()
    node = nodes.Node(
        admission.stream,
        admission.name,
        centre_url.rstrip("/"),
        admission.sign_public,
        admission.seal_public,
    )
    with writing(engine) as connection:
        nodes.save_node(connection, node)
        # The clocks are compared from the first minute, so that the first receipts can be trusted.
        nodes.save_standing(
            connection,
            nodes.Standing(clock=compare(asked_at, answered_at, admission.sent_ms)),
        )
    return node

"""A code for a new box, and a new box in the place of an old one."""

from __future__ import annotations

from datetime import timedelta

from central.centre import Centre
from central.store import audit, codes, nodes
from central.workflows.consent import Consent
from central.workflows.enrolment import LIFETIME
from central.workflows.revoking import ACT as REVOKED
from central.workflows.revoking import NoSuchNode
from registration.regions import kelurahan
from sync.body import Author
from sync.enrol import EnrolCode
from vault.engine import Connection, writing

CODE, REPLACED = "enrol-code", "replace"


def code_for(centre: Centre, stream: str, by: Author) -> EnrolCode:
    """A new code for a kelurahan's server; codes before that nobody used are void.

    So a form that is sent twice leaves one code, the one that is shown last.

    :raises KeyError: there is no such kelurahan.
    """
    place = kelurahan(stream).name
    with writing(centre.vault.engine) as connection:
        code = _fresh_code(centre, connection, stream)
        audit.note_act(
            connection, centre.vault, centre.clock(), CODE, f"{stream} {place}", (by,), ""
        )
    return code


def replace_box(centre: Centre, replica: bytes, consent: Consent) -> EnrolCode:
    """Revoke a box and make a code for the one that comes in its place, both or neither.

    The new box is given the open requests of the stream when it is enrolled. A second time
    revokes nobody again, and makes another code.

    :raises NotAllowed: the consent does not suffice.
    :raises NoSuchNode: it is not known.
    """
    consent.require(1)
    vault = centre.vault
    with writing(vault.engine) as connection:
        known = nodes.sender(connection, replica, lock=True)
        if known is None:
            raise NoSuchNode(f"no node {replica.hex()} is known")
        subject = f"{known.stream} {known.name} {replica.hex()}"
        acts = (REPLACED,) if known.revoked else (REVOKED, REPLACED)
        if not known.revoked:
            nodes.revoke(connection, replica)
        code = _fresh_code(centre, connection, known.stream)
        for act in acts:
            now_ms = centre.clock()
            audit.note_act(connection, vault, now_ms, act, subject, consent.by, consent.reason)
    return code


def _fresh_code(centre: Centre, connection: Connection, stream: str) -> EnrolCode:
    keyring = centre.vault.keys_in(connection)
    code = EnrolCode.issue(keyring.identity.public, keyring.recipient.public)
    expires = centre.clock() + int(LIFETIME / timedelta(milliseconds=1))
    codes.withdraw(connection, stream)
    codes.add(connection, centre.vault, code, stream, expires)
    return code

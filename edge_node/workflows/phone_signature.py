"""A receiver signs on a phone for the hand-over that is open on the counter's screen.

The screen shows a QR code; it leads a phone on the kelurahan's Wi-Fi to a box to sign in. What is
drawn waits in memory until the petugas records the hand-over, and never lies on a disk before that:
a restart in between costs one more signature.
"""

from __future__ import annotations

from dataclasses import dataclass

from itsdangerous import BadSignature, URLSafeTimedSerializer

from edge_node.edge import Edge
from registration.catalogue import service
from registration.errors import UnknownService
from registration.lifecycle import Act, Role, Status, may
from registration.signature import read_signature
from vault.engine import reading
from vault.errors import NoSuchRecord
from vault.read import Record, read_record

GOOD_FOR_MINUTES = 20


class NothingToSign(Exception):
    """The ticket is too old or made up, or the document is handed over."""


@dataclass(frozen=True, slots=True)
class Signing:
    """What the phone shows: enough to know what is signed for, and nothing about a person."""

    record: bytes
    code: str
    title: str
    """What was asked for (a msgid)."""


def _signer(edge: Edge) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(edge.vault.keyring.session, salt="loket phone signature 1")


def ticket_for(edge: Edge, record: bytes) -> str:
    """What the QR code carries: the right to sign for this document for a while."""
    return str(_signer(edge).dumps(record.hex()))


def signing_of(edge: Edge, ticket: str) -> Signing:
    """:raises NothingToSign: nothing can be signed by this ticket."""
    try:
        named = bytes.fromhex(_signer(edge).loads(ticket, max_age=GOOD_FOR_MINUTES * 60))
        with reading(edge.vault.engine) as connection:
            found = read_record(connection, edge.vault, edge.stream, named)
    except (BadSignature, NoSuchRecord) as wrong:
        raise NothingToSign from wrong
    if found.status not in tuple(Status) or not may(
        Act.SERAHKAN, Role.PETUGAS, Status(found.status)
    ):
        raise NothingToSign
    return Signing(named, str(found.value("kode", "")), _title(found))


def _title(found: Record) -> str:
    try:
        known = service(str(found.value("layanan")))
        return known.case(str(found.value("varian")), found.value("versi")).title
    except UnknownService:
        return ""


def sign(edge: Edge, ticket: str, strokes: str) -> None:
    """Lay the signature on the desk; a later one takes its place.

    :raises NothingToSign: nothing can be signed by this ticket.
    :raises InvalidValue: it is no signature.
    """
    signing = signing_of(edge, ticket)
    read_signature(strokes)
    now = edge.stamp().now_ms
    fresh = {one: held for one, held in edge.signed.items() if _is_fresh(held[1], now)}
    edge.signed = {**fresh, signing.record: (strokes, now)}


def signed_for(edge: Edge, record: bytes) -> str:
    """What came by phone for this document; "" where nothing did."""
    strokes, at = edge.signed.get(record, ("", 0))
    return strokes if _is_fresh(at, edge.stamp().now_ms) else ""


def clear(edge: Edge, record: bytes) -> None:
    """The hand-over is recorded: nothing waits any more."""
    edge.signed = {one: held for one, held in edge.signed.items() if one != record}


def _is_fresh(at_ms: int, now_ms: int) -> bool:
    return now_ms - at_ms <= GOOD_FOR_MINUTES * 60_000

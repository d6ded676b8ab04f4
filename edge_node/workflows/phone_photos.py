"""Photos from a petugas's phone for a form that is open on the counter's screen.

The screen shows a QR code; it leads any phone on the kelurahan's Wi-Fi to a page that takes photos
for this one form, and shows nothing of it.
"""

from __future__ import annotations

from collections.abc import Sequence

from itsdangerous import BadSignature, URLSafeTimedSerializer

from edge_node.edge import Edge
from edge_node.store import drafts
from edge_node.store.drafts import Draft
from edge_node.workflows.filing import (
    Upload,
    add_draft_scan,
    filed_in,
    prepare_all,
    read_draft,
    unseen,
)
from edge_node.workflows.portal import too_many
from edge_node.workflows.room import NO_PHOTOS, Room, room
from registration.catalogue import SCAN, Case, service
from registration.texts import Sentence
from vault.engine import writing

GOOD_FOR_MINUTES = 20


class TicketOver(Exception):
    """The ticket is too old or made up, or its form is finished."""


def _signer(edge: Edge) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(edge.vault.keyring.session, salt="loket phone photos 1")


def ticket_for(edge: Edge, record: bytes) -> str:
    """What the QR code carries: the right to add photos to this draft for a while."""
    return str(_signer(edge).dumps(record.hex()))


def draft_of(edge: Edge, ticket: str) -> Draft:
    """:raises TicketOver: nothing can be added by this ticket."""
    try:
        named = _signer(edge).loads(ticket, max_age=GOOD_FOR_MINUTES * 60)
    except BadSignature as wrong:
        raise TicketOver from wrong
    found = read_draft(edge, bytes.fromhex(named))
    if found is None:
        raise TicketOver
    return found


def case_of(kept: Draft) -> Case:
    return service(kept.service).case(kept.case, kept.version)


def add_photos(edge: Edge, kept: Draft, uploads: Sequence[Upload]) -> dict[str, list[Sentence]]:
    """Keep what can be read; returns what to say beside the rest.

    What is typed at the counter meanwhile is not touched.

    :raises TicketOver: the form was finished or thrown away meanwhile.
    """
    if room(edge) is not Room.ENOUGH:
        return {SCAN + one.jenis: [NO_PHOTOS] for one in uploads}
    allowed = frozenset(one.code for one in case_of(kept).documents)
    ready, refused = prepare_all(edge, uploads, allowed)
    with writing(edge.vault.engine) as connection:
        now = drafts.read_draft(connection, edge.vault, edge.stream, kept.record)
        if now is None or filed_in(edge, connection, kept.record) is not None:
            raise TicketOver
        key = drafts.draft_key(connection, edge.vault, edge.stream, kept.record)
        for content in unseen(ready, now.scans):
            full = too_many(now.scans, content.jenis, 1)
            if full is None:
                add_draft_scan(connection, edge, now, key, content)
            else:
                refused.setdefault(SCAN + content.jenis, []).append(full)
        drafts.save_draft(connection, key, now, edge.stamp().now_ms)
    return refused

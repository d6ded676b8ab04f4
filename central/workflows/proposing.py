"""Two officers for one act: the first proposes (`central.workflows.desk`), the second confirms or
sends it back. Nobody confirms what they proposed; what has changed meanwhile is proposed anew."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from central.centre import Centre
from central.store import proposals
from central.store.proposals import SENT_BACK, WAITS, Proposal
from central.workflows.acting import acting
from central.workflows.desk import carry_out, open_locked
from central.workflows.holding import require_free
from central.workflows.seen import ChangedMeanwhile, require_seen
from registration.catalogue import PROPOSED_BY
from registration.errors import IllegalAct
from registration.lifecycle import Act, Status
from registration.texts import N_, Sentence
from sync.body import Author
from vault.corrections import require_decided_status
from vault.engine import Connection, reading, writing
from vault.read import Record, read_record

__all__ = ["SENT_BACK", "WAITS", "Proposal"]


@dataclass(frozen=True, slots=True)
class Found:
    """A proposal beside its request."""

    proposal: Proposal
    record: Record

    @property
    def stale(self) -> bool:
        """Whether the request holds more than the proposer saw."""
        try:
            require_seen(self.record, self.proposal.seen)
        except ChangedMeanwhile:
            return True
        return False


@dataclass(frozen=True, slots=True)
class Page:
    found: list[Found]
    total: int
    page: int
    more: bool


def of(centre: Centre, record: Record) -> Found | None:
    """The proposal about a request that its page shows."""
    with reading(centre.vault.engine) as connection:
        one = proposals.find(connection, centre.vault, record.stream, record.id)
    return Found(one, record) if one is not None else None


def waits(centre: Centre, record: Record, by: Author) -> bool:
    """Whether what this officer did last waits for a second one."""
    found = of(centre, record)
    return found is not None and found.proposal.state == WAITS and found.proposal.by.id == by.id


def count(centre: Centre, state: str = WAITS, account: str | None = None) -> int:
    with reading(centre.vault.engine) as connection:
        return proposals.count(connection, state, account)


def listed(
    centre: Centre, state: str, page: int, page_size: int, account: str | None = None
) -> Page:
    """A page (from 1) of proposals, the oldest first; one behind the end gives the last."""
    vault = centre.vault
    with reading(vault.engine) as connection:
        total = proposals.count(connection, state, account)
        page = max(1, min(page, -(-total // page_size)))
        rows = proposals.list_requests(connection, state, page, page_size, account)
        found = []
        for stream, record in rows[:page_size]:
            one = proposals.find(connection, vault, stream, record)
            if one is not None:
                found.append(Found(one, read_record(connection, vault, stream, record)))
    return Page(found, total, page, len(rows) > page_size)


def confirm(centre: Centre, stream: str, record: bytes, number: str, by: Author) -> Status:
    """The second officer agrees: the act is done, and says who proposed it.

    :param number: the proposal that the officer saw.
    :raises IllegalAct: own proposal, or it is not there any more.
    :raises ChangedMeanwhile: the request changed since it was proposed; the proposal is off.
    """
    with acting(centre) as connection:
        found = open_locked(centre, connection, stream, record)
        one = _waiting(centre, connection, found, number)
        if one.by.id == by.id:
            raise IllegalAct(
                Sentence(
                    N_("Usulan sendiri tidak bisa dikonfirmasi sendiri. Tunggu rekan yang lain.")
                )
            )
        require_free(centre, connection, stream, record, by)
        stale = Found(one, found).stale
        if stale:
            proposals.drop(connection, stream, record)
        else:
            require_decided_status(found)
            writes: Mapping[str, Any] = {**one.writes, PROPOSED_BY: _named(one.by)}
            after = carry_out(centre, connection, found, Act(one.act), by, writes, one.note)
    if stale:
        raise ChangedMeanwhile
    return after


def _named(by: Author) -> dict[str, str]:
    return {"id": by.id, "nama": by.name, "peran": by.role}


def send_back(
    centre: Centre, stream: str, record: bytes, number: str, by: Author, answer: str
) -> None:
    """The second officer does not agree, and says why; the proposer reads it.

    :raises IllegalAct: own proposal (that one is withdrawn), or it is not there any more.
    """
    with writing(centre.vault.engine) as connection:
        found = open_locked(centre, connection, stream, record)
        one = _waiting(centre, connection, found, number)
        if one.by.id == by.id:
            raise IllegalAct(Sentence(N_("Ini usulan Anda sendiri. Tarik saja bila keliru.")))
        require_free(centre, connection, stream, record, by)
        sent = proposals.send_back(one, by, answer, centre.clock())
        proposals.keep(connection, centre.vault, sent)


def withdraw(centre: Centre, stream: str, record: bytes, number: str, by: Author) -> None:
    """The proposer takes it back, or has read what was answered.

    :raises IllegalAct: somebody else's, or it is not there any more.
    """
    with writing(centre.vault.engine) as connection:
        found = open_locked(centre, connection, stream, record)
        one = proposals.find(connection, centre.vault, found.stream, found.id)
        if one is None or one.id != number:
            raise _gone()
        if one.by.id != by.id:
            raise IllegalAct(Sentence(N_("Hanya pengusulnya yang bisa menarik usulan ini.")))
        proposals.drop(connection, stream, record)


def _waiting(centre: Centre, connection: Connection, found: Record, number: str) -> Proposal:
    one = proposals.find(connection, centre.vault, found.stream, found.id)
    if one is None or one.id != number or one.state != WAITS:
        raise _gone()
    return one


def _gone() -> IllegalAct:
    return IllegalAct(
        Sentence(
            N_("Usulan ini sudah tidak menunggu lagi. Mungkin rekan Anda sudah memutuskannya.")
        )
    )

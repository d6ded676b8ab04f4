"""A day's work at the counter, to go home by or to hand over to the next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from edge_node.edge import Edge
from edge_node.store import tickets
from edge_node.store.tickets import TicketState
from edge_node.workflows.deeds import deeds, of_account
from edge_node.workflows.drafting import unfinished
from vault.engine import reading


@dataclass(frozen=True, slots=True)
class Summary:
    """One day, of one person and of the whole counter."""

    day: date
    mine: Mapping[str, int]
    """{act: how often}."""
    all: Mapping[str, int]
    """By everybody, residents and the centre among them."""
    served: int
    """Numbers of the queue that were served."""
    absent: int
    """Numbers that were called, and nobody came."""
    unfinished: int
    """Forms that the counter began and nobody finished yet, of whatever day."""


def summary(edge: Edge, day: date, account_id: str) -> Summary:
    done = deeds(edge, day, day)
    with reading(edge.vault.engine) as connection:
        served, absent = (
            len(tickets.in_state(connection, day, state))
            for state in (TicketState.SELESAI, TicketState.LEWAT)
        )
    return Summary(
        day,
        Counter(one.act for one in of_account(done, account_id)),
        Counter(one.act for one in done),
        served,
        absent,
        len(unfinished(edge)),
    )

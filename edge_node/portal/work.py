"""One form under way, as its pages need it: a new request, or a correction of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for

from edge_node.portal.access import Entry, entry_of, looked_up, not_here
from edge_node.portal.current import lang, say, t, the_edge
from edge_node.portal.steps import Step, by_document, steps_of
from edge_node.store.drafts import Draft
from edge_node.workflows import portal
from edge_node.workflows.filing import read_draft
from registration.catalogue import DATA, Case, Document, service
from registration.display import show
from vault.read import Record


class Elsewhere(Exception):
    """This page is not the right one any more: go to `url`."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


@dataclass(slots=True)
class Work:
    """A draft with all around it."""

    entry: Entry
    draft: Draft
    case: Case
    steps: list[Step]
    target: Record | None

    @property
    def token(self) -> str:
        return self.entry.token

    @property
    def typed(self) -> dict[str, str]:
        if self.target is None:
            return self.draft.typed
        return portal.merged(self.target, self.draft, self.entry.touched)

    @property
    def filed_scans(self) -> Mapping[str, Mapping[str, Any]]:
        """Photos that the request holds already, where one is corrected."""
        return self.target.scans if self.target is not None else {}

    def step(self, number: int) -> Step:
        if not 1 <= number <= len(self.steps):
            raise not_here()
        return self.steps[number - 1]

    def lacking(self) -> list[Document]:
        """Required documents without a photo that nobody will bring either."""
        shown = by_document(self.draft.scans).keys() | by_document(self.filed_scans).keys()
        return [
            one
            for one in self.case.documents
            if one.required and one.code not in shown and one.code not in self.entry.bring
        ]

    def check(self, names: frozenset[str] | None = None) -> portal.Checked:
        """What is to be said about these answers, or about all."""
        asked = names if names is not None else frozenset(one.name for one in self.case.fields)
        return portal.check(the_edge(), self.draft, self.typed, asked)

    def shown(self, name: str, values: Mapping[str, Any]) -> str:
        """An answer for the eye; what cannot be read stays as it was typed."""
        if name in values:
            return say(show(DATA + name, values[name], lang()))
        return self.typed.get(name, "")

    def head(self, position: int) -> dict[str, Any]:
        """What every page of the form shows above its questions."""
        return {
            "work": self,
            "title": t(self.case.title),
            "position": position,
            "count": len(self.steps) + 2,
            "reason": self.target.value("alasan", "") if self.target else "",
        }


def open_work(token: str) -> Work:
    """The form behind an address, for the phone that began it.

    :raises Elsewhere: it is filed, or wants code and birth date once more.
    """
    entry = entry_of(token)
    edge = the_edge()
    if entry.filed:
        raise Elsewhere(url_for("filing.receipt", token=token))
    target = None
    if entry.target is not None:
        if looked_up() != entry.target:
            raise Elsewhere(url_for("following.ask", lagi=1))
        found = portal.progress(edge, entry.target)
        if found is None or not found.can_correct:
            raise Elsewhere(url_for("following.result"))
        target = found.record
    draft = read_draft(edge, entry.record)
    if draft is None:
        if portal.progress(edge, entry.record) is not None:
            entry.filed = True
            entry.save()
            raise Elsewhere(url_for("filing.receipt", token=token))
        if target is not None:
            raise Elsewhere(url_for("following.result"))
        raise not_here()
    case = service(draft.service).case(draft.case, draft.version)
    return Work(entry, draft, case, steps_of(case), target)

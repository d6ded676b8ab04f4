"""The form of a case cut into steps that a phone can show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import groupby

from edge_node.portal.current import t
from edge_node.portal.fields import ViewField, view_field
from registration.catalogue import Case, Field, FieldGroup

_MOST = 6
"""Short groups that follow each other share a step up to so many questions."""


@dataclass(frozen=True, slots=True)
class Step:
    """Some questions on one page."""

    number: int
    groups: tuple[FieldGroup, ...]

    @property
    def title(self) -> str:
        return " & ".join(t(group.title) for group in self.groups)

    @property
    def fields(self) -> tuple[Field, ...]:
        return tuple(one for group in self.groups for one in group.fields)

    @property
    def names(self) -> frozenset[str]:
        return frozenset(one.name for one in self.fields)

    def shown(self) -> list[ViewField]:
        return [view_field(one) for one in self.fields]


def steps_of(case: Case) -> list[Step]:
    """The pages of questions; photos and the review come after them."""
    pages: list[list[FieldGroup]] = []
    size = 0
    for group in case.groups:
        if pages and size + len(group.fields) <= _MOST:
            pages[-1].append(group)
            size += len(group.fields)
        else:
            pages.append([group])
            size = len(group.fields)
    return [Step(number, tuple(groups)) for number, groups in enumerate(pages, start=1)]


def step_of(steps: list[Step], name: str) -> Step | None:
    """The page on which a field stands."""
    return next((step for step in steps if name in step.names), None)


def by_document(manifests: Mapping[str, Mapping[str, object]]) -> dict[str, list[str]]:
    """Document code → ids of its photos."""

    def jenis(scan: str) -> str:
        return str(manifests[scan]["jenis"])

    return {code: list(found) for code, found in groupby(sorted(manifests, key=jenis), key=jenis)}

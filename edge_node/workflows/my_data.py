"""All that is held of one request, for the person whose it is (UU 27/2022)."""

from __future__ import annotations

from dataclasses import dataclass

from edge_node.edge import Edge
from edge_node.workflows import portal
from edge_node.workflows.portal import Progress
from registration.catalogue import DATA, DROPPED, RECORD_FIELDS
from registration.retention import schedule
from sync.record import standing
from vault.read import Record


@dataclass(frozen=True, slots=True)
class Photo:
    """One kept photo or PDF."""

    id: str
    jenis: str
    mime: str
    bytes: int
    taken_away: bool
    """It counts no more, and is kept for the history."""


@dataclass(frozen=True, slots=True)
class Kept:
    """One field and every value that stands for it: while it is undecided there are several."""

    field: str
    values: tuple[object, ...]


@dataclass(frozen=True, slots=True)
class MyData:
    """One request as its owner may have it all."""

    progress: Progress
    answers: tuple[Kept, ...]
    about: tuple[Kept, ...]
    photos: tuple[Photo, ...]
    kept_days: int | None
    """How long it is kept after its last change; None while it goes on."""

    @property
    def record(self) -> Record:
        return self.progress.record


def read(edge: Edge, record: bytes) -> MyData | None:
    """None when it is not here (any more)."""
    progress = portal.progress(edge, record)
    if progress is None:
        return None
    found = progress.record
    asked = [DATA + one.name for one in progress.case.fields]
    # As the form asked; what a newer form asked comes last.
    names = sorted(
        found.fields, key=lambda name: asked.index(name) if name in asked else len(asked)
    )
    fields = [Kept(name, tuple(standing(found.state, name))) for name in names]
    return MyData(
        progress,
        tuple(one for one in fields if one.field.startswith(DATA)),
        tuple(one for one in fields if one.field in RECORD_FIELDS),
        tuple(
            Photo(
                scan,
                str(manifest["jenis"]),
                str(manifest["mime"]),
                int(manifest["size"]),
                DROPPED + scan in found.fields,
            )
            for scan, manifest in found.named("berkas").items()
        ),
        _kept_days(found),
    )


def _kept_days(found: Record) -> int | None:
    for rule in schedule().rules:
        if (rule.kind, rule.status) == (found.kind, found.status):
            return rule.days
    return None

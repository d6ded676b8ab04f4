"""Making an auditor's file of a centre, looking into it, and making it anew with other contents."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from typing import Any

import cbor2

from central.centre import Centre
from central.evidence import archive, chapters
from central.evidence.archive import Member
from central.evidence.chapters import unsequenced
from central.evidence.findings import Checked
from central.evidence.trail import TRAIL
from central.evidence.verify import Older, verify_file
from central.workflows import evidence, seeing
from central.workflows.seeing import Look
from crypto.identity import Identity
from registration.lifecycle import Role
from sync.body import Author
from sync.cose import sign1, unverified_payload

WATI = Author("wati-id", "Wati Susilo", Role.AUDITOR)
RUDI = Author("rudi-id", "Rudi Hartono", Role.VERIFIKATOR)
FIRST_PART = chapters.TRAIL_PART.format(1)
FIRST_TABLE = chapters.TABLE_PART.format(1)


def look(centre: Centre, *records: bytes, stream: str = "32.75.02.1004") -> None:
    """Rudi looks at records, one after the other."""
    for record in records:
        seeing.saw(centre, RUDI, Look.PERMOHONAN, [(stream, record)])


def exported(centre: Centre, **span: int) -> bytes:
    made = evidence.begin(centre, WATI, **span)
    return b"".join(evidence.parts(centre, made))


def check(file: bytes, older: Older | None = None, **more: str) -> Checked:
    return verify_file(io.BytesIO(file), older=older, **more)[0]


def vouched(file: bytes) -> Older:
    checked, older = verify_file(io.BytesIO(file))
    assert checked.good, checked.findings
    return older


def told(checked: Checked) -> set[tuple[str, str, int | None]]:
    return {(one.what, one.where, one.at) for one in checked.findings}


def rows_of(file: bytes, name: str = FIRST_PART) -> list[Any]:
    (member,) = [one for one in archive.listed(file) if one.name == name]
    return list(unsequenced(member.data))


def again(
    file: bytes,
    change: Callable[[list[Member]], Sequence[Member]],
    signer: Identity,
    ends: Callable[[dict[str, Any]], None] = lambda _: None,
) -> bytes:
    """The file made anew with other members, and signed for: what whoever holds a key can do."""
    *members, signed = archive.listed(file)
    said = cbor2.loads(unverified_payload(cbor2.loads(signed.data)[0]))
    made = list(change(members))
    said["members"] = [[one.name, len(one.data), one.sha] for one in made]
    ends(said["ends"])
    signature = cbor2.dumps([sign1(signer, cbor2.dumps(said, canonical=True))])
    last = Member(signed.name, signature, signed.time_s)
    packed = [archive.packed(one.name, one.data, one.time_s) for one in (*made, last)]
    return b"".join((*packed, archive.end()))


def with_rows(
    file: bytes, change: Callable[[list[Any]], list[Any]], signer: Identity, name: str = FIRST_PART
) -> bytes:
    """The file with other rows in one part of a chain; table and ends follow."""
    rows = change(rows_of(file, name))

    def members(all_of: list[Member]) -> list[Member]:
        made = []
        for one in all_of:
            data = one.data
            if one.name == name:
                data = chapters.sequence(rows)
            elif one.name == FIRST_TABLE and name == FIRST_PART:
                data = chapters.table_of(map(chapters.entry_of, rows))
            made.append(Member(one.name, data, one.time_s))
        return made

    def ends(said: dict[str, Any]) -> None:
        chain = TRAIL if name == FIRST_PART else name.rpartition("/")[0]
        said[chain] = [rows[-1][0], rows[-1][-1]]

    return again(file, members, signer, ends)

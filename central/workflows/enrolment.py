"""Taking a kelurahan's server in by a one-time code."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from central.centre import Centre
from central.store import codes, nodes
from crypto.identity import replica_id
from registration.regions import kelurahan
from sync.enrol import EnrolCode, admit, proves, read_application
from sync.errors import SyncError
from vault.engine import writing

LIFETIME = timedelta(minutes=30)


class CodeRefused(SyncError):
    """An unknown, used or expired code, or one that the applicant does not really know."""


def issue_code(centre: Centre, stream: str, lifetime: timedelta = LIFETIME) -> EnrolCode:
    """A new code for a kelurahan, good once and for a short time.

    :raises KeyError: there is no such kelurahan.
    """
    return issue_codes(centre, [stream], lifetime)[0]


def issue_codes(
    centre: Centre, streams: Sequence[str], lifetime: timedelta = LIFETIME
) -> list[EnrolCode]:
    """A new code for each of these kelurahan, all or none.

    :raises KeyError: one of them does not exist.
    """
    for stream in streams:
        kelurahan(stream)
    keyring = centre.vault.keyring
    expires = centre.clock() + int(lifetime.total_seconds() * 1000)
    made = [EnrolCode.issue(keyring.identity.public, keyring.recipient.public) for _ in streams]
    with writing(centre.vault.engine) as connection:
        for code, stream in zip(made, streams, strict=True):
            codes.add(connection, centre.vault, code, stream, expires)
    return made


def enrol(centre: Centre, raw: bytes) -> bytes:
    """The answer to a node that applies.

    :raises CodeRefused: the code is not good (any more), or not proven.
    :raises Malformed, BadSignature: not an application.
    """
    applicant = read_application(raw)
    keyring = centre.vault.keyring
    now = centre.clock()
    with writing(centre.vault.engine) as connection:
        code = codes.read(connection, centre.vault, applicant.code_id)
        if code is None:
            raise CodeRefused("this code is not known")
        replica = replica_id(applicant.sign_public)
        if code.used_by not in (None, replica):
            raise CodeRefused("this code was used already")
        if code.expires_ms < now:
            raise CodeRefused("this code's time is over; ask for a new one")
        if not proves(applicant, code.secret):
            raise CodeRefused("the code was not proven")
        name = kelurahan(code.stream).name
        nodes.enrol(
            connection,
            applicant.code_id,
            replica=replica,
            stream=code.stream,
            name=name,
            sign_public=applicant.sign_public,
            seal_public=applicant.seal_public,
            now_ms=now,
        )
    return admit(
        keyring.identity,
        keyring.recipient.public,
        applicant,
        code.secret,
        code.stream,
        name,
        centre.clock(),
    )

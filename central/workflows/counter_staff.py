"""Accounts of those who work at the counters: what admins do here is a change that travels there.

Nothing of it lets anybody in at the centre. A counter follows at its next contact, and says then
how far it has heard.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from central.centre import Centre
from central.store import audit
from central.store.heard import Heard, heard_by
from central.workflows.acting import acting
from crypto.passphrase import hash_password
from registration import staff as law
from registration.regions import kelurahan
from registration.retention import DAY_MS
from registration.staff import Act, Login, Password, Status
from sync.body import Author, Body
from sync.ids import new_record_id
from vault import accounts, tally
from vault.engine import Connection, reading
from vault.errors import VaultError
from vault.fold import lock_stream
from vault.one_time import new_code
from vault.read import Filter, Record, list_records
from vault.write import write

_AT_ONCE = 200


class NoSuchAccount(VaultError):
    """This kelurahan has no account of this id."""


class Reach(StrEnum):
    """How far the last word of the centre about an account has come."""

    OWN = "own"
    """The centre said nothing about it: the counter wrote it all."""
    WAITS = "waits"
    NO_SERVER = "no_server"
    """The kelurahan has no server that could hear of it."""
    THERE = "there"


@dataclass(frozen=True, slots=True)
class Known:
    """An account, its history, and whether the counter knows it as it stands here."""

    login: Login
    record: Record
    reach: Reach
    reached_ms: int = 0
    """When that was; 0: it is not known to the minute."""


def list_accounts(centre: Centre, stream: str) -> list[Known]:
    """All accounts of a kelurahan, those in use first, by name."""
    with reading(centre.vault.engine) as connection:
        return _listed(connection, centre, stream)


def count_active(centre: Centre) -> dict[str, int]:
    """{kelurahan: how many accounts are in use}."""
    with reading(centre.vault.engine) as connection:
        counts = tally.kept(connection)
    return {
        stream: number
        for (stream, kind, status, _), number in counts.items()
        if kind == law.KIND and status == Status.AKTIF
    }


def one_of(centre: Centre, stream: str, account_id: str) -> Known:
    """:raises NoSuchAccount: there is none."""
    with reading(centre.vault.engine) as connection:
        return _one(connection, centre, stream, account_id)


def _listed(connection: Connection, centre: Centre, stream: str) -> list[Known]:
    heard = heard_by(connection, stream)
    records = {one.id: one for one in _records(connection, centre, stream)}
    told = ((one.id, law.account_of(one.state, centre.vault.rules)) for one in records.values())
    logins = law.logins((record, one) for record, one in told if one is not None)
    found = [
        Known(one, records[one.record], *_reach(centre, records[one.record], heard))
        for one in logins
    ]
    return sorted(found, key=lambda one: (not one.login.account.active, one.login.account.name))


def _records(connection: Connection, centre: Centre, stream: str) -> Sequence[Record]:
    only, found, more = Filter(stream=stream, kind=law.KIND, oldest_first=True), [], True
    page = 1
    while more:
        some, more = list_records(connection, centre.vault, only, page, _AT_ONCE)
        found += some
        page += 1
    return found


def _reach(centre: Centre, record: Record, heard: Sequence[Heard]) -> tuple[Reach, int]:
    ours: dict[bytes, int] = {}
    for one in record.told:
        if one.change.replica in centre.vault.central_writers:
            ours[one.change.replica] = max(ours.get(one.change.replica, 0), one.change.seq)
    if not ours:
        return Reach.OWN, 0
    if not heard:
        return Reach.NO_SERVER, 0
    for server in heard:
        if all(server.upto.get(log, 0) >= seq for log, seq in ours.items()):
            # When it heard of something before the last that it has heard is not kept.
            last = any(server.upto.get(log) == seq for log, seq in ours.items())
            return Reach.THERE, server.at_ms if last else 0
    return Reach.WAITS, 0


def _one(connection: Connection, centre: Centre, stream: str, account_id: str) -> Known:
    for one in _listed(connection, centre, stream):
        if one.login.account.id == account_id:
            return one
    raise NoSuchAccount(account_id)


def add(
    centre: Centre, by: Author, stream: str, username: str, name: str, role: str, reason: str
) -> tuple[Login, str]:
    """A new account of a kelurahan, and the one-time code that opens it there.

    :raises FormInvalid: with a sentence beside each field; nothing is written.
    """
    username, name, known_role = law.checked(username, name, role)
    reason = law.checked_reason(reason)
    code, password = _code(centre)
    with acting(centre) as connection:
        lock_stream(connection, stream)
        law.require_free(username, [one.login for one in _listed(connection, centre, stream)])
        account_id, record = accounts.new_account_id(), new_record_id(centre.clock())
        writes = law.opening(account_id, username, name, known_role, password)
        body = Body(Act.BUAT, by, writes, reason)
        write(connection, centre.vault, stream, record, law.KIND, body, centre.stamp(), new=True)
        made = _one(connection, centre, stream, account_id)
        _note(connection, centre, by, "counter-account-add", made, reason)
    return made.login, code


def change(centre: Centre, by: Author, stream: str, account_id: str, name: str, role: str) -> None:
    """Another name or role.

    :raises FormInvalid, NoSuchAccount: nothing is written.
    """
    with acting(centre) as connection:
        found = _locked(connection, centre, stream, account_id)
        known = found.login.account
        _, name, known_role = law.checked(known.username, name, role)
        writes: dict[str, Any] = {}
        if name != known.name:
            writes[law.NAME] = name
        if known_role != known.role:
            writes[law.ROLE] = known_role
        if writes:
            told = f"{known.name}, {known.role} > {name}, {known_role}"
            _write(connection, centre, found, Act.UBAH, by, writes, "")
            _note(connection, centre, by, "counter-account-change", found, told)


def close(centre: Centre, by: Author, stream: str, account_id: str, reason: str) -> None:
    """Nobody gets in by it any more from the counter's next contact on, and who is in is out.

    :raises FormInvalid, NoSuchAccount: nothing is written.
    """
    reason = law.checked_reason(reason)
    with acting(centre) as connection:
        found = _locked(connection, centre, stream, account_id)
        if not found.login.account.active:
            return
        _write(connection, centre, found, Act.TUTUP, by, {"status": Status.DITUTUP}, reason)
        _note(connection, centre, by, "counter-account-close", found, reason)


def new_password(
    centre: Centre, by: Author, stream: str, account_id: str, reason: str
) -> tuple[Login, str]:
    """A one-time code in place of the password; it opens a closed account again.

    :raises FormInvalid, NoSuchAccount: nothing is written.
    """
    reason = law.checked_reason(reason)
    code, password = _code(centre)
    with acting(centre) as connection:
        found = _locked(connection, centre, stream, account_id)
        act, writes = law.given_code(found.login.account, password)
        _write(connection, centre, found, act, by, writes, reason)
        audited = "counter-account-open" if act is Act.BUKA else "counter-account-code"
        _note(connection, centre, by, audited, found, reason)
    return found.login, code


def _locked(connection: Connection, centre: Centre, stream: str, account_id: str) -> Known:
    lock_stream(connection, stream)
    return _one(connection, centre, stream, account_id)


def _code(centre: Centre) -> tuple[str, Password]:
    code = new_code(3)
    until = centre.clock() + law.CODE_DAYS * DAY_MS
    return code, Password(hash_password(code), once=True, until_ms=until)


def _write(
    connection: Connection,
    centre: Centre,
    found: Known,
    act: Act,
    by: Author,
    writes: Mapping[str, Any],
    reason: str,
) -> None:
    record, body = found.record, Body(act, by, writes, reason)
    write(connection, centre.vault, record.stream, record.id, law.KIND, body, centre.stamp())


def _note(
    connection: Connection, centre: Centre, by: Author, act: str, about: Known, more: str
) -> None:
    # Who it is about is sealed with the reason: the subject stands in clear.
    who, stream = about.login, about.record.stream
    told = f"{who.account.name} ({who.username}), {kelurahan(stream).name}: {more}"
    subject = f"{stream} {who.account.id}"
    audit.note_act(connection, centre.vault, centre.clock(), act, subject, [by], told)

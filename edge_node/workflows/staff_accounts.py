"""Accounts of this counter's staff: each act is a change in its log, and works without a line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from crypto.passphrase import hash_password
from edge_node.edge import Edge
from edge_node.store import staff as store
from registration import staff as law
from registration.errors import FormInvalid
from registration.retention import DAY_MS
from registration.staff import Act, Login, Password, Status
from registration.texts import N_, Sentence
from sync.body import Author, Body
from sync.ids import new_record_id
from vault import accounts
from vault.engine import Connection, reading, writing
from vault.errors import VaultError
from vault.one_time import new_code, password_trouble
from vault.read import Record
from vault.write import write

SERVER = Author("", "perintah di server", "")
"""Whoever may run commands there; the command does not know who that is."""


class NoSuchAccount(VaultError):
    """This counter has no account of this id."""


@dataclass(frozen=True, slots=True)
class Known:
    """An account and its history."""

    login: Login
    record: Record


def list_accounts(edge: Edge) -> list[Known]:
    """All accounts, those in use first, by name."""
    with reading(edge.vault.engine) as connection:
        return _listed(connection, edge)


def _listed(connection: Connection, edge: Edge) -> list[Known]:
    records = store.records(connection, edge.vault, edge.stream)
    by_id = {one.id: one for one in records}
    found = [Known(one, by_id[one.record]) for one in store.logins(connection, edge.vault, records)]
    return sorted(found, key=lambda one: (not one.login.account.active, one.login.account.name))


def one_of(edge: Edge, account_id: str) -> Known:
    """:raises NoSuchAccount: there is none."""
    with reading(edge.vault.engine) as connection:
        return _one(connection, edge, account_id)


def _one(connection: Connection, edge: Edge, account_id: str) -> Known:
    for one in _listed(connection, edge):
        if one.login.account.id == account_id:
            return one
    raise NoSuchAccount(account_id)


def carry_over(edge: Edge) -> int:
    """Write down accounts that stand in no record yet (this box was upgraded); how many.

    Also shows those that came while this box did not know what they are.
    """
    with writing(edge.vault.engine) as connection:
        store.derive(connection, edge.vault, edge.stream)
        missing = store.unrecorded(connection, edge.vault)
        for one in missing:
            if one.role not in law.ROLES:
                continue
            password = store.password_of(connection, one.id)
            role = next(role for role in law.ROLES if role == one.role)
            writes = law.opening(one.id, one.username, one.name, role, password)
            record = _begin(connection, edge, SERVER, writes)
            if not one.active:
                _write(connection, edge, record, Act.TUTUP, SERVER, {"status": Status.DITUTUP})
    return len(missing)


def add(edge: Edge, by: Author, username: str, name: str, role: str) -> tuple[Login, str]:
    """A new account, and the one-time code that opens it.

    :raises FormInvalid: with a sentence beside each field; nothing is written.
    """
    username, name, known_role = law.checked(username, name, role)
    code, password = _code(edge)
    with writing(edge.vault.engine) as connection:
        law.require_free(username, [one.login for one in _listed(connection, edge)])
        account_id = accounts.new_account_id()
        writes = law.opening(account_id, username, name, known_role, password)
        _begin(connection, edge, by, writes)
        made = _one(connection, edge, account_id).login
    edge.ask_exchange()
    return made, code


def change(edge: Edge, by: Author, account_id: str, name: str, role: str) -> None:
    """Another name or role.

    :raises FormInvalid, IllegalAct, NoSuchAccount: nothing is written.
    """
    with writing(edge.vault.engine) as connection:
        found = _one(connection, edge, account_id)
        known = found.login.account
        law.require_others(found.login, by.id)
        _, name, known_role = law.checked(known.username, name, role)
        writes: dict[str, Any] = {}
        if name != known.name:
            writes[law.NAME] = name
        if known_role != known.role:
            writes[law.ROLE] = known_role
        if writes:
            _write(connection, edge, found.record.id, Act.UBAH, by, writes)
    edge.ask_exchange()


def close(edge: Edge, by: Author, account_id: str, reason: str) -> None:
    """Nobody gets in by it any more, and who is in is out.

    :raises FormInvalid, IllegalAct, NoSuchAccount: nothing is written.
    """
    reason = law.checked_reason(reason)
    with writing(edge.vault.engine) as connection:
        found = _one(connection, edge, account_id)
        law.require_others(found.login, by.id)
        if found.login.account.active:
            writes = {"status": Status.DITUTUP}
            _write(connection, edge, found.record.id, Act.TUTUP, by, writes, reason)
    edge.ask_exchange()


def new_password(edge: Edge, by: Author, account_id: str, reason: str) -> tuple[Login, str]:
    """A one-time code in place of the password; it opens a closed account again.

    :raises FormInvalid, IllegalAct, NoSuchAccount: nothing is written.
    """
    reason = law.checked_reason(reason)
    code, password = _code(edge)
    with writing(edge.vault.engine) as connection:
        found = _one(connection, edge, account_id)
        law.require_others(found.login, by.id)
        act, writes = law.given_code(found.login.account, password)
        _write(connection, edge, found.record.id, act, by, writes, reason)
    edge.ask_exchange()
    return found.login, code


def choose_password(edge: Edge, by: Author, old: str, new: str, again: str) -> None:
    """The owner's own password, which travels as its hash: a new box has it too.

    :raises FormInvalid: with a sentence beside each field; nothing is written.
    """
    carry_over(edge)
    errors: dict[str, list[Sentence]] = {}
    known = one_of(edge, by.id)
    with reading(edge.vault.engine) as connection:
        if not accounts.password_is(connection, by.id, old):
            errors["lama"] = [Sentence(N_("Kata sandi yang sekarang tidak cocok."))]
    trouble = password_trouble(known.login.username, new)
    if trouble is None and new == old:
        trouble = Sentence(N_("Ini kata sandi yang sekarang. Pilih yang lain."))
    if trouble is not None:
        errors["baru"] = [trouble]
    elif new != again:
        errors["ulang"] = [Sentence(N_("Tidak sama dengan yang di atas. Ketik sekali lagi."))]
    if errors:
        raise FormInvalid(errors)
    writes = {law.PASSWORD: Password(hash_password(new)).plain()}
    with writing(edge.vault.engine) as connection:
        _write(connection, edge, known.record.id, Act.SANDI, by, writes)
    edge.ask_exchange()


def set_by_command(edge: Edge, username: str, name: str, role: str, password: str) -> None:
    """An account made by a command on the server, or its new name, role and password.

    :raises FormInvalid: with a sentence beside each field; nothing is written.
    """
    username, name, known_role = law.checked(username, name, role)
    carry_over(edge)
    chosen = Password(hash_password(password))
    with writing(edge.vault.engine) as connection:
        found = next(
            (one for one in _listed(connection, edge) if one.login.username == username), None
        )
        account_id = found.login.account.id if found else accounts.new_account_id()
        writes = law.opening(account_id, username, name, known_role, chosen)
        if found is None:
            _begin(connection, edge, SERVER, writes)
        else:
            del writes[law.ID], writes[law.USERNAME]
            _write(connection, edge, found.record.id, Act.UBAH, SERVER, writes)


def _code(edge: Edge) -> tuple[str, Password]:
    code = new_code(3)
    until = edge.stamp().now_ms + law.CODE_DAYS * DAY_MS
    return code, Password(hash_password(code), once=True, until_ms=until)


def _begin(connection: Connection, edge: Edge, by: Author, writes: Mapping[str, Any]) -> bytes:
    stamp = edge.stamp()
    record = new_record_id(stamp.now_ms)
    body = Body(Act.BUAT, by, writes)
    write(connection, edge.vault, edge.stream, record, law.KIND, body, stamp, new=True)
    return record


def _write(
    connection: Connection,
    edge: Edge,
    record: bytes,
    act: Act,
    by: Author,
    writes: Mapping[str, Any],
    reason: str = "",
) -> None:
    body = Body(act, by, writes, reason)
    write(connection, edge.vault, edge.stream, record, law.KIND, body, edge.stamp())

"""What admins do to the accounts of the centre. Each act is written down with who did it."""

from __future__ import annotations

from collections.abc import Collection

from central.centre import Centre
from central.store import audit, factors, people, sessions
from central.store.people import Person
from central.workflows.signing_in import ROLES
from registration.errors import FormInvalid
from registration.lifecycle import Role
from registration.regions import all_kelurahan
from registration.texts import N_, Sentence
from sync.body import Author
from vault import accounts
from vault.accounts import StaffAccount
from vault.engine import Connection, reading, writing
from vault.errors import VaultError
from vault.one_time import new_code

__all__ = ["SERVER", "NoSuchPerson", "NotPossible", "Person"]

SERVER = Author("", "perintah di server", "")
"""Whoever may run commands there; the command does not know who that is."""
CODE_MS = 3 * 24 * 60 * 60 * 1000
"""How long the one-time code is good that an admin reads out to somebody."""
_LONGEST_USERNAME = 40
_LONGEST_NAME = 60


class NotPossible(VaultError):
    """Something stands against it; `sentence` says what."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(str(sentence))
        self.sentence = sentence


class NoSuchPerson(VaultError):
    """There is no account of this id."""


def list_people(centre: Centre) -> list[Person]:
    with reading(centre.vault.engine) as connection:
        return people.list_people(connection, centre.vault)


def one_of(centre: Centre, account_id: str) -> Person:
    """:raises NoSuchPerson: there is none."""
    found = next((one for one in list_people(centre) if one.account.id == account_id), None)
    if found is None:
        raise NoSuchPerson(account_id)
    return found


def demands(centre: Centre) -> frozenset[str]:
    """The roles that need a second step."""
    with reading(centre.vault.engine) as connection:
        return factors.demands(connection)


def _checked(username: str, name: str, role: str, stream: str) -> tuple[str, str, str, str]:
    """:raises FormInvalid: with a sentence beside each field."""
    username, name = username.strip().casefold(), " ".join(name.split())
    errors: dict[str, list[Sentence]] = {}
    usable = username.replace(".", "").replace("-", "").replace("_", "").isalnum()
    if not (3 <= len(username) <= _LONGEST_USERNAME and username.isascii() and usable):
        errors["username"] = [
            Sentence(N_("Pakai 3 sampai 40 huruf kecil, angka, titik, atau tanda hubung."))
        ]
    if not 2 <= len(name) <= _LONGEST_NAME:
        errors["nama"] = [Sentence(N_("Tulis namanya, paling panjang 60 huruf."))]
    if role not in ROLES:
        errors["peran"] = [Sentence(N_("Pilih perannya."))]
    if role != Role.PENYELIA:
        stream = ""
    elif stream not in {one.code for one in all_kelurahan()}:
        errors["kelurahan"] = [Sentence(N_("Pilih kelurahan yang diawasi penyelia ini."))]
    if errors:
        raise FormInvalid(errors)
    return username, name, role, stream


def add(
    centre: Centre, by: Author, username: str, name: str, role: str, stream: str
) -> tuple[StaffAccount, str]:
    """A new account and the one-time code that opens it.

    :raises FormInvalid: with a sentence beside each field; nothing is written.
    """
    username, name, role, stream = _checked(username, name, role, stream)
    code = new_code(3)
    with writing(centre.vault.engine) as connection:
        # One admin at a time: the username's token would refuse the second one with less grace.
        people.lock_active(connection, Role.ADMIN)
        if accounts.account_named(connection, centre.vault, username) is not None:
            taken = Sentence(
                N_(
                    "Nama pengguna ini sudah dipakai. Kalau baru saja Anda tambahkan, buka akunnya "
                    "di daftar dan buat kode baru."
                )
            )
            raise FormInvalid({"username": [taken]})
        made = accounts.add_account(connection, centre.vault, username, name, role, code)
        people.save_kept(
            connection,
            made.id,
            stream=stream,
            must_change=True,
            code_until_ms=centre.clock() + CODE_MS,
        )
        _note(connection, centre, "account-add", made, by, role)
    return made, code


def change(
    centre: Centre, by: Author, account_id: str, name: str, role: str, stream: str
) -> StaffAccount:
    """Another name, role or kelurahan; another role or kelurahan ends the person's sessions.

    :raises FormInvalid, NotPossible, NoSuchPerson: nothing is written.
    """
    with writing(centre.vault.engine) as connection:
        admins = people.lock_active(connection, Role.ADMIN)
        found = _found(connection, centre, account_id)
        _, name, role, stream = _checked(found.username, name, role, stream)
        if found.role == Role.ADMIN and role != Role.ADMIN:
            _spare_admin(found, by, admins)
        before = people.kept_of(connection, account_id)
        accounts.rename(connection, centre.vault, found, name, role)
        people.save_kept(connection, account_id, stream=stream)
        if (role, stream) != (found.role, before.stream):
            sessions.end_all(connection, account_id)
        after = _found(connection, centre, account_id)
        told = f"{found.name}, {found.role} > {role} {stream}".rstrip()
        _note(connection, centre, "account-change", after, by, told)
    return after


def set_active(centre: Centre, by: Author, account_id: str, *, active: bool) -> StaffAccount:
    """Let somebody in again, or out at once, wherever they are signed in.

    :raises NotPossible, NoSuchPerson: nothing is written.
    """
    with writing(centre.vault.engine) as connection:
        admins = people.lock_active(connection, Role.ADMIN)
        found = _found(connection, centre, account_id)
        if found.active == active:
            return found
        if not active:
            if found.id == by.id:
                raise NotPossible(Sentence(N_("Akun sendiri tidak bisa dinonaktifkan.")))
            if found.role == Role.ADMIN:
                _spare_admin(found, by, admins)
        accounts.set_active(connection, account_id, active)
        sessions.end_all(connection, account_id)
        act = "account-reactivate" if active else "account-deactivate"
        _note(connection, centre, act, found, by, "")
    return found


def reset_password(centre: Centre, by: Author, account_id: str) -> tuple[StaffAccount, str]:
    """A one-time code in place of the password; it must be changed with the next sign-in.

    :raises NotPossible, NoSuchPerson: nothing is written.
    """
    code = new_code(3)
    with writing(centre.vault.engine) as connection:
        found = _found(connection, centre, account_id)
        if found.id == by.id:
            raise NotPossible(
                Sentence(N_("Kata sandi sendiri diganti di halaman “Akun saya”, bukan di sini."))
            )
        accounts.set_password(connection, account_id, code)
        people.save_kept(
            connection, account_id, must_change=True, code_until_ms=centre.clock() + CODE_MS
        )
        sessions.end_all(connection, account_id)
        _note(connection, centre, "account-reset", found, by, "")
    return found, code


def drop_second(centre: Centre, by: Author, account_id: str) -> StaffAccount:
    """Somebody lost the phone or the key: the password alone is enough, until it is set up anew.

    :raises NotPossible, NoSuchPerson: nothing is written.
    """
    with writing(centre.vault.engine) as connection:
        found = _found(connection, centre, account_id)
        if found.id == by.id:
            raise NotPossible(
                Sentence(N_("Pengaman akun sendiri diatur di halaman “Akun saya”, bukan di sini."))
            )
        factors.drop_totp(connection, account_id)
        factors.drop_passkeys(connection, account_id)
        sessions.end_all(connection, account_id)
        _note(connection, centre, "account-second-off", found, by, "")
    return found


def demand(centre: Centre, by: Author, roles: Collection[str]) -> None:
    """Say which roles need a second step. Who lacks it sets it up before anything else."""
    wanted = sorted(one for one in ROLES if one in roles)
    with writing(centre.vault.engine) as connection:
        people.lock_active(connection, Role.ADMIN)
        if factors.demands(connection) == frozenset(wanted):
            return
        factors.set_demands(connection, wanted)
        audit.note_act(
            connection, centre.vault, centre.clock(), "second-demand", " ".join(wanted), [by], ""
        )


def add_on_server(centre: Centre, username: str, name: str, role: str, password: str) -> None:
    """An account was added or changed by a command on the server: its password is no code."""
    with writing(centre.vault.engine) as connection:
        one = accounts.add_account(connection, centre.vault, username, name, role, password)
        people.save_kept(connection, one.id, must_change=False, code_until_ms=0)
        told = f"{one.name} ({one.username}): {one.role}"
        audit.note_act(
            connection, centre.vault, centre.clock(), "account-add", one.id, [SERVER], told
        )


def _found(connection: Connection, centre: Centre, account_id: str) -> StaffAccount:
    found = accounts.any_account(connection, centre.vault, account_id)
    if found is None:
        raise NoSuchPerson(account_id)
    return found


def _spare_admin(found: StaffAccount, by: Author, admins: Collection[str]) -> None:
    if found.id == by.id:
        raise NotPossible(
            Sentence(N_("Peran admin sendiri tidak bisa dilepas. Minta admin lain melakukannya."))
        )
    if not set(admins) - {found.id}:
        raise NotPossible(Sentence(N_("Ini admin yang terakhir. Angkat admin lain dulu.")))


def _note(
    connection: Connection, centre: Centre, act: str, about: StaffAccount, by: Author, more: str
) -> None:
    # Who it is about is sealed with the reason: the subject stands in clear.
    told = f"{about.name} ({about.username})" + (f": {more}" if more else "")
    audit.note_act(connection, centre.vault, centre.clock(), act, about.id, [by], told)

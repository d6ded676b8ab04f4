"""Accounts of those who work at a counter: their life, and what holds of what was written apart.

A record is one account of one kelurahan. Both the counter and the centre write to it. What two
places did without knowing of each other is settled by rule, always to the safer side: a closed
account stays closed, of two roles the lesser one holds, a one-time code beats a chosen password.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Any

from registration.errors import FormInvalid, IllegalAct
from registration.lifecycle import Role
from registration.texts import N_, Sentence
from sync.record import RecordState, Register
from sync.resolve import Rules, resolve

KIND = "staf"

ID = "staf.id"
"""What acts of this person name as their author; the same on every box of the kelurahan."""
USERNAME = "staf.pengguna"
NAME = "staf.nama"
ROLE = "staf.peran"
PASSWORD = "staf.sandi"  # noqa: S105 - the name of a field
"""What a password is checked by: see `Password`. No page shows it."""


class Status(StrEnum):
    """Where an account stands. No word of it is a status of another kind."""

    AKTIF = "aktif"
    DITUTUP = "ditutup"


class Act(StrEnum):
    """What a person can do to an account."""

    BUAT = "buat_akun"
    UBAH = "ubah_akun"
    KODE = "kode_akun"
    """A new one-time code in place of the password."""
    SANDI = "sandi_akun"
    """The owner chose a password."""
    TUTUP = "tutup_akun"
    BUKA = "buka_akun"


ROLES = (Role.PETUGAS, Role.PAMOR, Role.PENYELIA)
_LESSER_FIRST = (Role.PAMOR, Role.PETUGAS, Role.PENYELIA)

SHORTEST_USERNAME, LONGEST_USERNAME = 3, 40
LONGEST_NAME = 60
CODE_DAYS = 14
"""How long a one-time code is good: it may have to wait for a line before anybody can use it."""


def resolve_statuses(statuses: Iterable[Status]) -> Status:
    """Closing wins over whatever did not know of it."""
    return Status.DITUTUP if Status.DITUTUP in statuses else Status.AKTIF


@dataclass(frozen=True, slots=True)
class Password:
    """What is kept in place of a password."""

    phc: str
    """The slow hash, with its parameters."""
    once: bool = False
    """A one-time code: whoever enters by it must choose a password."""
    until_ms: int = 0
    """How long such a code is good (Unix ms)."""

    def plain(self) -> dict[str, Any]:
        return {"phc": self.phc, "sekali": self.once, "sampai": self.until_ms}


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it is after all that was written."""

    id: str
    username: str
    """As it was asked for; who signs in by which is said by `logins`."""
    name: str
    role: Role
    active: bool
    password: Password


def opening(
    account_id: str, username: str, name: str, role: Role, password: Password
) -> dict[str, Any]:
    """What the change writes that an account begins with."""
    return {
        ID: account_id,
        USERNAME: username,
        NAME: name,
        ROLE: role,
        PASSWORD: password.plain(),
        "status": Status.AKTIF,
    }


def given_code(account: Account, password: Password) -> tuple[Act, dict[str, Any]]:
    """The act that a one-time code is given by, and what it writes; a closed account opens."""
    writes: dict[str, Any] = {PASSWORD: password.plain()}
    if account.active:
        return Act.KODE, writes
    return Act.BUKA, {**writes, "status": Status.AKTIF}


def account_of(state: RecordState, rules: Rules) -> Account | None:
    """The account that a record tells of; None: it is not one that this version can let in."""

    def text(name: str) -> str:
        register = state.fields.get(name)
        return "" if register is None else str(resolve(name, register, rules).value)

    passwords, roles = state.fields.get(PASSWORD), state.fields.get(ROLE)
    status = state.fields.get("status")
    if passwords is None or roles is None or status is None or not text(ID) or not text(USERNAME):
        return None
    known = [role for role in _LESSER_FIRST if any(role == e.value for e in roles.entries)]
    password = _password(passwords, rules)
    if password is None:
        return None
    # A status or a role of a newer version lets nobody in.
    active = all(one.value == Status.AKTIF for one in status.entries) and bool(known)
    role = known[0] if known else _LESSER_FIRST[0]
    username = text(USERNAME).strip().casefold()
    return Account(text(ID), username, text(NAME), role, active, password)


def _password(register: Register, rules: Rules) -> Password | None:
    """A code that was given out beats what was chosen meanwhile: it may have been given because
    somebody else knew the password."""
    readable = [one for one in register.entries if _is_password(one.value)]
    codes = [one for one in readable if one.value["sekali"]]
    standing = tuple(codes or readable)
    if not standing:
        return None
    value = resolve(PASSWORD, Register(standing, register.seen), rules).value
    return Password(value["phc"], value["sekali"], value["sampai"])


def _is_password(value: object) -> bool:
    return (
        isinstance(value, Mapping)
        and isinstance(value.get("phc"), str)
        and isinstance(value.get("sekali"), bool)
        and isinstance(value.get("sampai"), int)
    )


@dataclass(frozen=True, slots=True)
class Login:
    """An account and the name that it signs in by."""

    record: bytes
    account: Account
    username: str
    namesake: str = ""
    """The id of the account that has the wanted username, where two places gave it."""

    @property
    def renamed(self) -> bool:
        return bool(self.namesake)


def logins(
    found: Iterable[tuple[bytes, Account]], taken: Mapping[str, str] = MappingProxyType({})
) -> list[Login]:
    """Who signs in by which name: the same on every replica that holds the same records.

    A username that two places gave stays with the record that began first; the others get a
    number behind it. Of two records of one account (a box that was set back to before it wrote
    the first one down) the first holds.

    :param found: (record, account); ids of records carry when they began.
    :param taken: {username: account id} of accounts that are in no record yet.
    """
    owners = dict(taken)
    known: set[str] = set()
    listed: list[Login] = []
    for record, account in sorted(found, key=lambda one: one[0]):
        if account.id in known:
            continue
        known.add(account.id)
        wanted = account.username
        username, number = wanted, 2
        while owners.get(username, account.id) != account.id:
            username, number = f"{wanted}-{number}", number + 1
        owners[username] = account.id
        namesake = owners[wanted] if username != wanted else ""
        listed.append(Login(record, account, username, namesake))
    return listed


def checked(username: str, name: str, role: str) -> tuple[str, str, Role]:
    """What was typed, tidied.

    :raises FormInvalid: with a sentence beside each field.
    """
    username, name = username.strip().casefold(), " ".join(name.split())
    errors: dict[str, list[Sentence]] = {}
    usable = username.replace(".", "").replace("-", "").replace("_", "").isalnum()
    fits = SHORTEST_USERNAME <= len(username) <= LONGEST_USERNAME
    if not (fits and username.isascii() and usable):
        errors["username"] = [
            Sentence(N_("Pakai 3 sampai 40 huruf kecil, angka, titik, atau tanda hubung."))
        ]
    if not 2 <= len(name) <= LONGEST_NAME:
        errors["nama"] = [Sentence(N_("Tulis namanya, paling panjang 60 huruf."))]
    if role not in ROLES:
        errors["peran"] = [Sentence(N_("Pilih perannya."))]
    if errors:
        raise FormInvalid(errors)
    return username, name, Role(role)


def checked_reason(reason: str) -> str:
    """:raises FormInvalid: nobody could later tell from it why."""
    reason = " ".join(reason.split())
    if not 3 <= len(reason) <= 200:
        raise FormInvalid({"alasan": [Sentence(N_("Tulis alasannya, paling panjang 200 huruf."))]})
    return reason


def require_free(username: str, listed: Iterable[Login]) -> None:
    """:raises FormInvalid: an account that is known here has this username, closed or not."""
    if any(username in (one.username, one.account.username) for one in listed):
        taken = Sentence(N_("Nama pengguna ini sudah dipakai di loket ini. Pilih yang lain."))
        raise FormInvalid({"username": [taken]})


def require_others(one: Login, by: str) -> None:
    """:raises IllegalAct: nobody shuts themselves out, or takes their own role away."""
    if one.account.id == by:
        raise IllegalAct(
            Sentence(
                N_("Akun sendiri tidak bisa diubah dari sini. Minta penyelia lain atau admin.")
            )
        )


ROLE_NOTES: Mapping[Role, str] = MappingProxyType(
    {
        Role.PETUGAS: N_("Melayani di loket: mengajukan, memverifikasi, menyerahkan."),
        Role.PAMOR: N_("Mengisi permohonan di rumah warga dan menyerahkannya ke loket."),
        Role.PENYELIA: N_("Sama seperti petugas, ditambah pengawasan, pengaduan, dan akun."),
    }
)
"""What each role may do, in words."""
STATUS_LABELS: Mapping[Status, str] = MappingProxyType(
    {Status.AKTIF: N_("Akun aktif"), Status.DITUTUP: N_("Akun ditutup")}
)
ACT_LABELS: Mapping[Act, str] = MappingProxyType(
    {
        Act.BUAT: N_("membuat akun ini"),
        Act.UBAH: N_("mengubah nama atau perannya"),
        Act.KODE: N_("membuat kode sekali pakai"),
        Act.SANDI: N_("memilih kata sandi sendiri"),
        Act.TUTUP: N_("menutup akun ini"),
        Act.BUKA: N_("membuka lagi akun ini"),
    }
)
"""What somebody did, after the name of who did it."""

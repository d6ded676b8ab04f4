"""Getting in: the password, the second step, and sessions that the server can end."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from enum import StrEnum

import pyotp

from central.centre import Centre
from central.store import factors, people, sessions
from central.store.people import Kept
from central.store.sessions import SignedIn
from registration.lifecycle import Role
from vault import accounts
from vault.accounts import StaffAccount
from vault.engine import Connection, reading, writing
from vault.one_time import as_code

__all__ = ["ROLES", "SignedIn"]

ROLES = (Role.VERIFIKATOR, Role.ADMIN, Role.PENYELIA, Role.AUDITOR)
"""Who may sign in at the centre."""
_TRIES = 6
_PAUSE_MS = 60_000
_STEP_S = 30


class Verdict(StrEnum):
    """What became of a code."""

    RIGHT = "right"
    WRONG = "wrong"
    WAIT = "wait"
    """Too many wrong ones in a row: only one a minute is looked at now."""


@dataclass(frozen=True, slots=True)
class Known:
    """Somebody whose password was right."""

    account: StaffAccount
    second: bool
    """One more step is to be done."""
    stale: bool
    """The password is a one-time code whose time is over."""


@dataclass(frozen=True, slots=True)
class Ways:
    """How a person can take the second step."""

    codes: bool
    passkeys: bool
    recovery_codes: int


def check_password(centre: Centre, username: str, password: str) -> Known | None:
    """None: no account at the centre with this username and password."""
    with reading(centre.vault.engine) as connection:
        found = accounts.log_in(connection, centre.vault, username, password)
        if found is None or found.role not in ROLES:
            return None
        kept = people.kept_of(connection, found.id)
        ways = _ways(connection, centre, found.id, kept)
    stale = 0 < kept.code_until_ms < centre.clock()
    return Known(found, ways.codes or ways.passkeys, stale)


def ways(centre: Centre, account_id: str) -> Ways:
    with reading(centre.vault.engine) as connection:
        return _ways(connection, centre, account_id, people.kept_of(connection, account_id))


def _ways(connection: Connection, centre: Centre, account_id: str, kept: Kept) -> Ways:
    return Ways(
        kept.totp is not None,
        bool(factors.passkeys_of(connection, centre.vault, account_id)),
        factors.count_recovery_codes(connection, account_id),
    )


def step_of(secret: str, code: str, now_ms: int, after: int) -> int | None:
    """The time step whose code this is, if it came after the last one that was used.

    A clock on a phone may be half a minute off either way.
    """
    totp = pyotp.TOTP(secret)
    here = now_ms // 1000 // _STEP_S
    for step in (here - 1, here, here + 1):
        right = totp.generate_otp(step)
        if step > after and secrets.compare_digest(right.encode(), code.encode()):
            return step
    return None


def second_step(centre: Centre, account_id: str, typed: str) -> Verdict:
    """A code of the phone, or one of the recovery codes; each is good once."""
    code = as_code(typed)
    digits = code.replace("-", "")
    now = centre.clock()
    with writing(centre.vault.engine) as connection:
        people.save_kept(connection, account_id)
        kept = people.kept_of(connection, account_id, lock=True)
        if kept.wrong >= _TRIES and now - kept.wrong_ms < _PAUSE_MS:
            return Verdict.WAIT
        if digits.isdecimal() and len(digits) == 6:
            secret = factors.open_secret(centre.vault, kept.totp) if kept.totp else None
            step = step_of(secret, digits, now, kept.totp_step) if secret else None
            if step is not None:
                people.save_kept(connection, account_id, totp_step=step, wrong=0)
                return Verdict.RIGHT
        elif factors.use_recovery_code(connection, account_id, code):
            people.save_kept(connection, account_id, wrong=0)
            return Verdict.RIGHT
        people.save_kept(connection, account_id, wrong=kept.wrong + 1, wrong_ms=now)
    return Verdict.WRONG


def begin(centre: Centre, account_id: str, browser: str) -> str:
    """A new session; its token goes into the cookie and nowhere else."""
    with writing(centre.vault.engine) as connection:
        return begin_in(connection, centre, account_id, browser)


def begin_in(
    connection: Connection,
    centre: Centre,
    account_id: str,
    browser: str,
    *,
    emergency: bool = False,
) -> str:
    token = secrets.token_urlsafe(32)
    sessions.begin(connection, token, account_id, centre.clock(), browser, emergency=emergency)
    return token


def who_is(centre: Centre, token: str) -> SignedIn | None:
    """Who a session belongs to, while it holds."""
    now = centre.clock()
    with reading(centre.vault.engine) as connection:
        found = sessions.look_up(connection, centre.vault, token, now)
    if found is None:
        return None
    person, worth_noting = found
    if worth_noting:
        with writing(centre.vault.engine) as connection:
            sessions.note_seen(connection, token, now)
    return person


def leave(centre: Centre, account_id: str, token: str) -> None:
    with writing(centre.vault.engine) as connection:
        sessions.end(connection, account_id, [sessions.digest_of(token)])

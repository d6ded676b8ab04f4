"""What people do to their own account: password, codes by phone, sessions."""

from __future__ import annotations

from dataclasses import dataclass

import pyotp

from central.centre import Centre
from central.store import audit, factors, people, sessions
from central.store.factors import Passkey
from central.store.sessions import Session, SignedIn
from central.workflows.signing_in import step_of
from registration.errors import FormInvalid
from registration.texts import N_, Sentence
from sync.body import Author
from vault import accounts
from vault.engine import Connection, reading, writing
from vault.one_time import as_code, new_code, password_trouble

RECOVERY_CODES = 8
_ISSUER = "Loket Disdukcapil"


@dataclass(frozen=True, slots=True)
class OwnAccount:
    """What the page shows."""

    codes: bool
    recovery_codes: int
    passkeys: list[Passkey]
    sessions: list[Session]
    here: bytes
    """Which of the sessions this one is."""


def read(centre: Centre, who: SignedIn, token: str) -> OwnAccount:
    with reading(centre.vault.engine) as connection:
        return OwnAccount(
            people.kept_of(connection, who.id).totp is not None,
            factors.count_recovery_codes(connection, who.id),
            factors.passkeys_of(connection, centre.vault, who.id),
            sessions.list_of(connection, who.id, centre.clock()),
            sessions.digest_of(token),
        )


def change_password(
    centre: Centre, who: SignedIn, token: str, old: str, new: str, again: str
) -> None:
    """A new password; all other sessions end.

    :raises FormInvalid: with a sentence beside each field; nothing is written.
    """
    with writing(centre.vault.engine) as connection:
        errors: dict[str, list[Sentence]] = {}
        # In an emergency the password may be what was lost.
        if not who.emergency and not accounts.password_is(connection, who.id, old):
            errors["lama"] = [Sentence(N_("Kata sandi yang sekarang tidak cocok."))]
        trouble = password_trouble(who.username, new)
        if trouble is None and accounts.password_is(connection, who.id, new):
            trouble = Sentence(N_("Ini kata sandi yang sekarang. Pilih yang lain."))
        if trouble is not None:
            errors["baru"] = [trouble]
        elif new != again:
            errors["ulang"] = [Sentence(N_("Tidak sama dengan yang di atas. Ketik sekali lagi."))]
        if errors:
            raise FormInvalid(errors)
        accounts.set_password(connection, who.id, new)
        people.save_kept(connection, who.id, must_change=False, code_until_ms=0)
        sessions.end_all(connection, who.id, but=token)
        _note(connection, centre, "own-password", who)


def begin_codes(centre: Centre, who: SignedIn) -> tuple[str, str]:
    """The secret for a phone's app, and the address for its camera. It counts once confirmed.

    Asked again, it is the same until then: a reload must not spoil what the phone has taken.
    """
    with writing(centre.vault.engine) as connection:
        people.save_kept(connection, who.id)
        kept = people.kept_of(connection, who.id, lock=True)
        if kept.totp_new is not None:
            secret = factors.open_secret(centre.vault, kept.totp_new)
        else:
            secret = pyotp.random_base32()
            sealed = factors.seal_secret(centre.vault, secret)
            people.save_kept(connection, who.id, totp_new=sealed)
    return secret, pyotp.TOTP(secret).provisioning_uri(name=who.username, issuer_name=_ISSUER)


def confirm_codes(centre: Centre, who: SignedIn, token: str, typed: str) -> list[str] | None:
    """The phone shows the right code: it is asked from now on. Returns the recovery codes, which
    nobody can read again; None: the code was wrong. All other sessions end.
    """
    digits = as_code(typed).replace("-", "")
    with writing(centre.vault.engine) as connection:
        people.save_kept(connection, who.id)
        kept = people.kept_of(connection, who.id, lock=True)
        if kept.totp_new is None:
            return None
        secret = factors.open_secret(centre.vault, kept.totp_new)
        step = step_of(secret, digits, centre.clock(), 0)
        if step is None:
            return None
        people.save_kept(
            connection, who.id, totp=kept.totp_new, totp_new=None, totp_step=step, wrong=0
        )
        codes = _renew(connection, who.id)
        sessions.end_all(connection, who.id, but=token)
        _note(connection, centre, "own-codes-on", who)
    return codes


def renew_recovery_codes(centre: Centre, who: SignedIn, password: str) -> list[str]:
    """New codes; those before are good no more.

    :raises FormInvalid: the password is wrong.
    """
    with writing(centre.vault.engine) as connection:
        require_password(connection, who, password)
        codes = _renew(connection, who.id)
        _note(connection, centre, "own-recovery-codes", who)
    return codes


def stop_codes(centre: Centre, who: SignedIn, password: str) -> None:
    """No codes by phone any more.

    :raises FormInvalid: the password is wrong.
    """
    with writing(centre.vault.engine) as connection:
        require_password(connection, who, password)
        factors.drop_totp(connection, who.id)
        _note(connection, centre, "own-codes-off", who)


def drop_passkey(centre: Centre, who: SignedIn, key_id: bytes, password: str) -> None:
    """:raises FormInvalid: the password is wrong."""
    with writing(centre.vault.engine) as connection:
        require_password(connection, who, password)
        if factors.drop_passkeys(connection, who.id, [key_id]):
            _note(connection, centre, "own-passkey-off", who)


def end_session(centre: Centre, who: SignedIn, digest: bytes) -> None:
    with writing(centre.vault.engine) as connection:
        sessions.end(connection, who.id, [digest])


def end_others(centre: Centre, who: SignedIn, token: str) -> None:
    with writing(centre.vault.engine) as connection:
        sessions.end_all(connection, who.id, but=token)


def require_password(connection: Connection, who: SignedIn, password: str) -> None:
    """Whoever found a screen open must not get further than that screen.

    :raises FormInvalid: it is not theirs. In an emergency nobody is asked.
    """
    if not who.emergency and not accounts.password_is(connection, who.id, password):
        raise FormInvalid({"sandi": [Sentence(N_("Kata sandi ini tidak cocok. Ketik ulang."))]})


def _renew(connection: Connection, account_id: str) -> list[str]:
    codes = [new_code() for _ in range(RECOVERY_CODES)]
    factors.replace_recovery_codes(connection, account_id, codes)
    return codes


def _note(connection: Connection, centre: Centre, act: str, who: SignedIn) -> None:
    by = Author(who.id, who.name, who.role)
    audit.note_act(connection, centre.vault, centre.clock(), act, who.id, [by], "")

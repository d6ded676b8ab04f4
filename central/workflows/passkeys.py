"""Passkeys (WebAuthn): a device that knows its owner signs in without a password."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import Any

import webauthn
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from central.centre import Centre
from central.store import audit, factors
from central.store.factors import Passkey
from central.store.sessions import SignedIn
from central.workflows.own_account import require_password
from central.workflows.signing_in import ROLES
from sync.body import Author
from vault import accounts
from vault.engine import Connection, writing

_CHALLENGE_MS = 5 * 60 * 1000
_LONGEST_LABEL = 40


@dataclass(frozen=True, slots=True)
class Site:
    """What passkeys are bound to: they are good at this address and at no look-alike."""

    origin: str
    host: str


class NoPasskey(Exception):
    """The answer of the device is not good; nothing was changed."""


def _challenge(connection: Connection, now_ms: int) -> bytes:
    made = secrets.token_bytes(32)
    factors.add_challenge(connection, made, now_ms, now_ms + _CHALLENGE_MS)
    return made


def begin_adding(centre: Centre, site: Site, who: SignedIn, password: str) -> tuple[bytes, str]:
    """The challenge, and what the browser is to ask of the device (JSON).

    :raises FormInvalid: the password is wrong.
    """
    with writing(centre.vault.engine) as connection:
        require_password(connection, who, password)
        held = factors.passkeys_of(connection, centre.vault, who.id)
        challenge = _challenge(connection, centre.clock())
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name="Loket Disdukcapil",
        user_id=who.id.encode(),
        user_name=who.username,
        user_display_name=who.name,
        challenge=challenge,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(one.id) for one in held],
    )
    return challenge, webauthn.options_to_json(options)


def finish_adding(
    centre: Centre, site: Site, who: SignedIn, challenge: bytes, answer: Any, label: str
) -> None:
    """:raises NoPasskey: the answer is not good, or not to this challenge."""
    now = centre.clock()
    _take(centre, challenge)
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=site.host,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError) as error:
        raise NoPasskey(str(error)) from error
    name = " ".join(label.split())[:_LONGEST_LABEL]
    with writing(centre.vault.engine) as connection:
        if factors.passkey_by_id(connection, centre.vault, made.credential_id) is not None:
            raise NoPasskey("this device is known already")
        key = Passkey(
            made.credential_id,
            who.id,
            made.credential_public_key,
            made.sign_count,
            name,
            now,
            0,
        )
        factors.add_passkey(connection, centre.vault, key)
        by = Author(who.id, who.name, who.role)
        audit.note_act(connection, centre.vault, now, "own-passkey-on", who.id, [by], "")


def begin_entering(centre: Centre, site: Site, account_id: str = "") -> tuple[bytes, str]:
    """The challenge, and what the browser is to ask: any passkey of this site, or a person's."""
    allowed = None
    with writing(centre.vault.engine) as connection:
        challenge = _challenge(connection, centre.clock())
        if account_id:
            held = factors.passkeys_of(connection, centre.vault, account_id)
            allowed = [PublicKeyCredentialDescriptor(one.id) for one in held]
    options = webauthn.generate_authentication_options(
        rp_id=site.host,
        challenge=challenge,
        allow_credentials=allowed,
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return challenge, webauthn.options_to_json(options)


def finish_entering(
    centre: Centre, site: Site, challenge: bytes, answer: Any, account_id: str = ""
) -> str:
    """The id of the account that was proven; with `account_id` it can only be that one.

    :raises NoPasskey: the answer is not good, not to this challenge, or nobody's who may enter.
    """
    _take(centre, challenge)
    try:
        key_id = base64url_to_bytes(answer["id"])
    except (ValueError, KeyError, TypeError) as error:
        raise NoPasskey("no passkey was named") from error
    with writing(centre.vault.engine) as connection:
        key = factors.passkey_by_id(connection, centre.vault, key_id, lock=True)
        owner = accounts.account_by_id(connection, centre.vault, key.account) if key else None
        if key is None or owner is None or owner.role not in ROLES:
            raise NoPasskey("nobody has this passkey")
        if account_id and owner.id != account_id:
            raise NoPasskey("this is somebody else's passkey")
        try:
            proven = webauthn.verify_authentication_response(
                credential=answer,
                expected_challenge=challenge,
                expected_rp_id=site.host,
                expected_origin=site.origin,
                credential_public_key=key.public,
                credential_current_sign_count=key.uses,
                require_user_verification=True,
            )
        except (WebAuthnException, ValueError, KeyError, TypeError) as error:
            raise NoPasskey(str(error)) from error
        factors.note_use(connection, key.id, proven.new_sign_count, centre.clock())
    return owner.id


def _take(centre: Centre, challenge: bytes) -> None:
    with writing(centre.vault.engine) as connection:
        if not factors.take_challenge(connection, challenge, centre.clock()):
            raise NoPasskey("this was answered already, or too late")

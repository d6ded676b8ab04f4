"""Who calls the API, and whether the client may; what it sent, checked."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec

from flask import Response, g, request
from marshmallow import Schema, ValidationError

from central.views.api.schemas import KEY
from central.views.current import the_centre
from central.workflows import api_clients
from central.workflows.api_clients import BadToken, Client, Scope, TooMany
from registration.texts import N_
from web.problems import Problem

P = ParamSpec("P")
_ARGS = "api_client"


def needs(scope: Scope) -> Callable[[Callable[P, Response]], Callable[P, Response]]:
    """Only clients that were given this scope."""

    def decorate(view: Callable[P, Response]) -> Callable[P, Response]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> Response:
            client = _known()
            if scope not in client.scopes:
                raise Problem(
                    403,
                    "cakupan-kurang",
                    N_("Klien API ini tidak diberi wewenang untuk itu"),
                    f"perlu cakupan {scope}",
                )
            setattr(g, _ARGS, client)
            return view(*args, **kwargs)

        return guarded

    return decorate


def _known() -> Client:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    try:
        if kind.lower() != "bearer":
            raise BadToken("no token")
        return api_clients.authenticate(the_centre(), token.strip())
    except BadToken:
        raise Problem(
            401,
            "token-tidak-dikenal",
            N_("Token API tidak dikenal atau sudah dicabut"),
            headers={"WWW-Authenticate": 'Bearer realm="Loket"'},
        ) from None
    except TooMany as many:
        raise Problem(
            429,
            "terlalu-sering",
            N_("Terlalu sering mencoba"),
            N_("Ada terlalu banyak percobaan dalam waktu singkat."),
            headers={"Retry-After": str(many.retry_after)},
        ) from None


def the_client() -> Client:
    """Only behind `needs`."""
    found: Client = getattr(g, _ARGS)
    return found


def body(schema: Schema) -> dict[str, Any]:
    """The JSON that was sent, as `schema` has it."""
    if request.mimetype != "application/json":
        raise Problem(415, "bukan-json", N_("Isi harus berupa application/json"))
    try:
        loaded: dict[str, Any] = schema.load(request.get_json())
    except ValidationError as invalid:
        raise refused(invalid) from None
    return loaded


def refused(invalid: ValidationError) -> Problem:
    said: Any = invalid.messages
    if not isinstance(said, dict):
        said = {"_": said}
    told = {str(name): [str(one) for one in _flat(found)] for name, found in said.items()}
    return Problem(
        422, "isian-salah", N_("Ada isian yang tidak dapat diterima"), extra={"errors": told}
    )


def _flat(said: Any) -> list[Any]:
    if isinstance(said, dict):
        return [one for part in said.values() for one in _flat(part)]
    return said if isinstance(said, list) else [said]


def only_these(*names: str) -> None:
    """No query parameters but these: a misspelt cursor must not begin again from the start."""
    strangers = sorted(set(request.args) - set(names))
    if strangers:
        raise refused(ValidationError({name[:40]: ["tidak dikenal"] for name in strangers}))


def repeat_key() -> str:
    """The Idempotency-Key, without which nothing is written."""
    key = request.headers.get("Idempotency-Key", "")
    if not re.fullmatch(KEY, key):
        raise Problem(
            400,
            "tanpa-kunci-ulang",
            N_("Header Idempotency-Key belum ada atau tidak sah"),
            N_("Kirim kunci acak yang sama setiap kali mengulang permintaan yang sama."),
        )
    return key

"""Codes that a person reads from one screen and types into another, and what a password must be."""

from __future__ import annotations

import secrets

from registration.texts import N_, Sentence

_LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_GROUP = 4
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 200


def new_code(groups: int = 4) -> str:
    """Letters that do not look alike, in groups of four; four groups are 78 random bits."""
    return "-".join("".join(secrets.choice(_LETTERS) for _ in range(_GROUP)) for _ in range(groups))


def as_code(typed: str) -> str:
    """What was typed, as `new_code` writes it."""
    letters = "".join(one for one in typed.upper() if one.isalnum())
    return "-".join(letters[at : at + _GROUP] for at in range(0, len(letters), _GROUP))


def password_trouble(username: str, password: str) -> Sentence | None:
    """What is wrong with a password that somebody wants; None: nothing."""
    if len(password) < SHORTEST_PASSWORD:
        return Sentence(
            N_("Pakai %(count)s huruf atau lebih; kalimat pendek lebih mudah diingat."),
            {"count": SHORTEST_PASSWORD},
        )
    if len(password) > LONGEST_PASSWORD:
        return Sentence(N_("Kata sandi ini terlalu panjang."))
    if username.casefold() in password.casefold() or len(set(password)) < 4:
        return Sentence(N_("Kata sandi ini terlalu mudah ditebak. Pilih yang lain."))
    return None

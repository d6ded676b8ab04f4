"""Addresses of requests: a record id as 32 hex digits, never a name or a NIK."""

from __future__ import annotations

import re

from flask import abort

_ID = re.compile("[0-9a-f]{32}")


def record_id(text: str) -> bytes:
    """The record id in an address, or 404."""
    if _ID.fullmatch(text) is None:
        abort(404)
    return bytes.fromhex(text)

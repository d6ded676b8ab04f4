"""What can go wrong with keys and sealed data."""

from __future__ import annotations


class CryptoError(Exception):
    """Base of all errors of this package."""


class Tampered(CryptoError):
    """Sealed bytes or a signature do not verify: altered, cut short, or another key's."""


class WrongKey(CryptoError):
    """A key, key file or passphrase is malformed or not the one that is needed."""

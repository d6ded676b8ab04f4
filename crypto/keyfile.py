"""The key file: a node's key-encryption key on media kept apart from the database."""

from __future__ import annotations

import base64
import binascii
import os
from pathlib import Path

from crypto.errors import WrongKey
from crypto.keys import KEY_BYTES, new_key

_HEADER = "loket key-encryption key 1"


def create_key_file(path: Path) -> bytes:
    """Write a new random key to `path` (mode 0600) and return it.

    :raises FileExistsError: a key file is never overwritten; it may be the only copy.
    """
    key = new_key()
    write_key_file(path, key)
    return key


def write_key_file(path: Path, key: bytes) -> None:
    """Write a key to `path` (mode 0600); it is there after a power cut.

    :raises FileExistsError: a key file is never overwritten; it may be the only copy.
    """
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(f"{_HEADER}\n{base64.b64encode(key).decode()}\n")
        file.flush()
        os.fsync(file.fileno())
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def read_key_file(path: Path) -> bytes:
    """The key in `path`.

    :raises WrongKey: missing, unreadable, or not a key file.
    """
    try:
        header, encoded = path.read_text().splitlines()[:2]
        key = base64.b64decode(encoded, validate=True)
    except OSError as error:
        raise WrongKey(f"the key file {path} cannot be read: {error.strerror}") from error
    except (ValueError, binascii.Error) as error:
        raise WrongKey(f"{path} is not a key file") from error
    if header != _HEADER or len(key) != KEY_BYTES:
        raise WrongKey(f"{path} is not a key file")
    return key

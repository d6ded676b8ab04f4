"""Who serves this counter: one process at a time may hold its keys and take what others answer."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from vault.errors import VaultError


class AlreadyServed(VaultError):
    """Another process serves this counter."""


@contextmanager
def only_server(data: Path) -> Iterator[None]:
    """Be the one that serves the counter in `data`; ends with the process, however that ends.

    :raises AlreadyServed: another process is.
    """
    descriptor = os.open(data / "serving.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise AlreadyServed("this counter is served by another process already") from error
        yield
    finally:
        os.close(descriptor)

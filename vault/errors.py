"""What the store refuses."""

from __future__ import annotations


class VaultError(Exception):
    """Base of all errors of this package."""


class NoSuchRecord(VaultError):
    """No record of that id is held here."""


class KeyMissing(VaultError):
    """The record's data key has not come yet, or was destroyed."""


class ContextFromFuture(VaultError):
    """A change claims to have seen what was not written yet."""


class NotInitialised(VaultError):
    """There is no store here, or it has no keys."""


class ScanIncomplete(VaultError):
    """Parts of a scan have not come yet."""


class WorkUnderWay(VaultError):
    """The keys are being changed already, or not all of it is done yet."""


class StoreDamaged(VaultError):
    """The database's file is not what was written."""

    def __init__(self, name: str, found: str) -> None:
        told = " ".join(found.split())
        super().__init__(f"{name}: the store is damaged ({told}); nothing was changed")


class BlobsAway(VaultError):
    """Where scans are kept cannot be reached, or could not keep one."""

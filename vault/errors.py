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


class SchemaTooNew(VaultError):
    """The database is of a later release, and this one's code does not work on it."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"the database is of a later release ({revision}), which this one does not work on; "
            "nothing was changed"
        )


class UpgradeTooFar(VaultError):
    """The release that runs is too old for the schema of this one."""

    def __init__(self, revision: str) -> None:
        super().__init__(
            f"what runs now may be older than {revision} and would not work on the new schema: "
            "upgrade to a release in between first, or stop all processes and start this release, "
            "which then migrates; nothing was changed"
        )


class MigrationHeldUp(VaultError):
    """What a migration changes stayed in use."""

    def __init__(self) -> None:
        super().__init__(
            "the database was in use for minutes by what a migration must wait for (a long report, "
            "a backup, a transaction left open, another migration); what was done so far stands, "
            "start again"
        )

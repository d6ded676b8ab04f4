"""Who works on which request just now. A claim ends by itself, so that a forgotten one holds
nobody up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from central.store.desk_tables import claim
from sync.body import Author
from vault.core import Vault
from vault.sql import insert_for

_KIND = "claim"


@dataclass(frozen=True, slots=True)
class Claim:
    """One request in somebody's hands."""

    stream: str
    record: bytes
    account: str
    name: str
    since_ms: int
    until_ms: int
    former: str
    """The account out of whose hands an admin took it; else empty."""

    def keeps_out(self, by: Author) -> bool:
        """Whether it is somebody else's."""
        return self.account != by.id


def take(
    connection: Connection,
    vault: Vault,
    stream: str,
    record: bytes,
    by: Author,
    now_ms: int,
    until_ms: int,
    *,
    over: bool = False,
    former: str = "",
) -> bool:
    """Take a request, or hold it longer; False where somebody else has it.

    :param over: whoever has it.
    :param former: out of whose hands.
    """
    values = {
        "stream": stream,
        "record": record,
        "account": by.id,
        "sealed": vault.keyring.seal_row(_KIND, by.name.encode()),
        "since_ms": now_ms,
        "until_ms": until_ms,
        "former": former,
    }
    statement = insert_for(connection.dialect.name, claim)
    names = ("account", "sealed", "since_ms", "until_ms", "former")
    changed = {name: statement.excluded[name] for name in names}
    free = None if over else (claim.c.until_ms <= now_ms) | (claim.c.account == by.id)
    statement = statement.on_conflict_do_update(
        index_elements=["stream", "record"],
        set_=changed,
        where=free,
    ).returning(claim.c.account)
    return connection.execute(statement, values).first() is not None


def holder(
    connection: Connection, vault: Vault, stream: str, record: bytes, now_ms: int
) -> Claim | None:
    """Who has it now."""
    found = among(connection, vault, [(stream, record)], now_ms)
    return found.get((stream, record))


def among(
    connection: Connection, vault: Vault, requests: Sequence[tuple[str, bytes]], now_ms: int
) -> dict[tuple[str, bytes], Claim]:
    """The claims on these requests that count now."""
    if not requests:
        return {}
    query = select(claim).where(
        claim.c.record.in_([record for _, record in requests]), claim.c.until_ms > now_ms
    )
    return {
        (row.stream, row.record): Claim(
            row.stream,
            row.record,
            row.account,
            vault.keyring.unseal_row(_KIND, row.sealed).decode(),
            row.since_ms,
            row.until_ms,
            row.former,
        )
        for row in connection.execute(query)
    }


def release(connection: Connection, stream: str, record: bytes) -> None:
    connection.execute(delete(claim).where(claim.c.stream == stream, claim.c.record == record))

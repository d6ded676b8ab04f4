"""What phones in the field hand over: the keys they seal to, sealed pieces, what became of them."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

from sqlalchemy import Connection, delete, func, insert, select, update

from crypto.browser_recipient import BrowserRecipient
from edge_node.store.tables import field_draft, field_item, field_key, field_piece
from vault.keyring import Keyring

_KIND = "field key"


@dataclass(frozen=True, slots=True)
class Item:
    """A sealed thing on its way."""

    size: int
    have: int

    @property
    def whole(self) -> bool:
        return self.have == self.size


@dataclass(frozen=True, slots=True)
class HandedOver:
    """A phone's draft, and the record that it is here."""

    draft: bytes
    record: bytes
    account: str
    at_ms: int
    done: bool


# Keys


def newest_key(connection: Connection, keyring: Keyring) -> tuple[BrowserRecipient, int] | None:
    """The key that phones seal to now, and when it was made."""
    row = connection.execute(
        select(field_key.c.sealed, field_key.c.made_ms).order_by(field_key.c.made_ms.desc())
    ).first()
    return None if row is None else (_opened(keyring, row.sealed), row.made_ms)


def key_named(connection: Connection, keyring: Keyring, which: bytes) -> BrowserRecipient | None:
    sealed = connection.execute(select(field_key.c.sealed).where(field_key.c.id == which)).scalar()
    return None if sealed is None else _opened(keyring, sealed)


def _opened(keyring: Keyring, sealed: bytes) -> BrowserRecipient:
    return BrowserRecipient.from_secret(keyring.unseal_row(_KIND, sealed))


def add_key(connection: Connection, keyring: Keyring, made: BrowserRecipient, now_ms: int) -> None:
    sealed = keyring.seal_row(_KIND, made.secret)
    connection.execute(insert(field_key), {"id": made.id, "sealed": sealed, "made_ms": now_ms})


def forget_keys(connection: Connection, before_ms: int) -> int:
    """Destroy the keys that another took the place of before a time; returns how many."""
    made = connection.execute(
        select(field_key.c.id, field_key.c.made_ms).order_by(field_key.c.made_ms)
    ).all()
    old = [one.id for one, after in pairwise(made) if after.made_ms < before_ms]
    for which in old:
        connection.execute(delete(field_key).where(field_key.c.id == which))
    return len(old)


# What is coming


def item(connection: Connection, account: str, sha: bytes) -> Item | None:
    row = connection.execute(
        select(field_item.c.size, field_item.c.have).where(
            field_item.c.account == account, field_item.c.sha == sha
        )
    ).first()
    return None if row is None else Item(row.size, row.have)


def add_item(connection: Connection, account: str, sha: bytes, size: int, now_ms: int) -> None:
    row = {"account": account, "sha": sha, "size": size, "have": 0, "at_ms": now_ms}
    connection.execute(insert(field_item), row)


def add_piece(
    connection: Connection, account: str, sha: bytes, at: int, body: bytes, now_ms: int
) -> None:
    """Append to an item; the caller has checked that it ends at `at`."""
    row = {"account": account, "sha": sha, "at": at, "body": body}
    connection.execute(insert(field_piece), row)
    connection.execute(
        update(field_item)
        .where(field_item.c.account == account, field_item.c.sha == sha)
        .values(have=at + len(body), at_ms=now_ms)
    )


def contents(connection: Connection, account: str, sha: bytes) -> bytes:
    """What has come of an item."""
    bodies = connection.execute(
        select(field_piece.c.body)
        .where(field_piece.c.account == account, field_piece.c.sha == sha)
        .order_by(field_piece.c.at)
    ).scalars()
    return b"".join(bodies)


def drop_item(connection: Connection, account: str, sha: bytes) -> None:
    for table in (field_piece, field_item):
        connection.execute(delete(table).where(table.c.account == account, table.c.sha == sha))


def bytes_of(connection: Connection, account: str) -> int:
    """How much an account's items will take when they have all come."""
    query = select(func.coalesce(func.sum(field_item.c.size), 0))
    return int(connection.execute(query.where(field_item.c.account == account)).scalar_one())


def forget_items(connection: Connection, before_ms: int) -> int:
    """Drop what nobody went on with since a time; returns how many."""
    old = connection.execute(
        select(field_item.c.account, field_item.c.sha).where(field_item.c.at_ms < before_ms)
    ).all()
    for account, sha in old:
        drop_item(connection, account, sha)
    return len(old)


# What became of drafts


def handed_over(connection: Connection, draft: bytes) -> HandedOver | None:
    row = connection.execute(select(field_draft).where(field_draft.c.draft == draft)).first()
    return None if row is None else HandedOver(*row)


def begin_hand_over(connection: Connection, begun: HandedOver) -> None:
    connection.execute(
        insert(field_draft),
        {
            "draft": begun.draft,
            "record": begun.record,
            "account": begun.account,
            "at_ms": begun.at_ms,
            "done": begun.done,
        },
    )


def end_hand_over(connection: Connection, draft: bytes) -> None:
    connection.execute(update(field_draft).where(field_draft.c.draft == draft).values(done=True))


def handed_over_by(connection: Connection, account: str, most: int) -> list[HandedOver]:
    """The last drafts that an account handed over, the newest first."""
    rows = connection.execute(
        select(field_draft)
        .where(field_draft.c.account == account, field_draft.c.done.is_(True))
        .order_by(field_draft.c.at_ms.desc())
        .limit(most)
    )
    return [HandedOver(*row) for row in rows]


def forget_hand_overs(connection: Connection, before_ms: int) -> int:
    return connection.execute(delete(field_draft).where(field_draft.c.at_ms < before_ms)).rowcount

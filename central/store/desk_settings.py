"""What admins decide about the desk: kept reasons, acts for two officers, quotas."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, delete, insert, or_, select, update

from central.store.desk_tables import desk_done, desk_quota, desk_reason, four_eyes
from vault.sql import insert_for, insert_new


@dataclass(frozen=True, slots=True)
class Reason:
    """A reason to choose from."""

    id: str
    act: str
    layanan: str
    """Empty: for all services."""
    text: str
    active: bool


def reasons(
    connection: Connection, act: str, layanan: str | None = None, *, retired: bool = False
) -> list[Reason]:
    """The reasons for an act: of one service and those of all, in the order they were made."""
    query = select(desk_reason).where(desk_reason.c.act == act)
    if layanan is not None:
        query = query.where(or_(desk_reason.c.layanan == layanan, desk_reason.c.layanan == ""))
    if not retired:
        query = query.where(desk_reason.c.active.is_(True))
    query = query.order_by(desk_reason.c.layanan.desc(), desk_reason.c.place, desk_reason.c.id)
    return [
        Reason(row.id, row.act, row.layanan, row.text, row.active)
        for row in connection.execute(query)
    ]


def reason(connection: Connection, number: str) -> Reason | None:
    row = connection.execute(select(desk_reason).where(desk_reason.c.id == number)).first()
    return Reason(row.id, row.act, row.layanan, row.text, row.active) if row else None


def add_reason(connection: Connection, act: str, layanan: str, text: str, now_ms: int) -> None:
    """Add a reason; the same one twice stands once, and comes back where it was retired."""
    same = (
        (desk_reason.c.act == act)
        & (desk_reason.c.layanan == layanan)
        & (desk_reason.c.text == text)
    )
    if connection.execute(update(desk_reason).where(same).values(active=True)).rowcount:
        return
    connection.execute(
        insert(desk_reason),
        {
            "id": uuid.uuid4().hex,
            "act": act,
            "layanan": layanan,
            "text": text,
            "active": True,
            "place": now_ms,
        },
    )


def change_reason(connection: Connection, number: str, layanan: str, text: str) -> None:
    connection.execute(
        update(desk_reason).where(desk_reason.c.id == number).values(layanan=layanan, text=text)
    )


def set_active(connection: Connection, number: str, active: bool) -> None:
    connection.execute(update(desk_reason).where(desk_reason.c.id == number).values(active=active))


def needs_second(connection: Connection, act: str, layanan: str) -> bool:
    """Whether this act of this service needs two officers."""
    query = select(four_eyes.c.act).where(four_eyes.c.act == act, four_eyes.c.layanan == layanan)
    return connection.execute(query).first() is not None


def all_four_eyes(connection: Connection) -> set[tuple[str, str]]:
    """{(act, layanan)}"""
    query = select(four_eyes.c.act, four_eyes.c.layanan)
    return {(act, layanan) for act, layanan in connection.execute(query).tuples()}


def set_four_eyes(connection: Connection, wanted: Collection[tuple[str, str]]) -> None:
    connection.execute(delete(four_eyes))
    rows = [{"act": act, "layanan": layanan} for act, layanan in sorted(wanted)]
    if rows:
        insert_new(connection, four_eyes, rows)


def quotas(connection: Connection) -> dict[str, int]:
    """{layanan: how many a day}; what is not named has no quota."""
    query = select(desk_quota.c.layanan, desk_quota.c.daily)
    return dict(connection.execute(query).tuples().all())


def set_quotas(connection: Connection, wanted: Mapping[str, int]) -> None:
    connection.execute(delete(desk_quota))
    rows = [{"layanan": layanan, "daily": daily} for layanan, daily in sorted(wanted.items())]
    if rows:
        insert_new(connection, desk_quota, rows)


def count_done(connection: Connection, day: int, layanan: str) -> None:
    """One more request of a service is decided today."""
    statement = insert_for(connection.dialect.name, desk_done)
    statement = statement.on_conflict_do_update(
        index_elements=["day", "layanan"], set_={"number": desk_done.c.number + 1}
    )
    connection.execute(statement, {"day": day, "layanan": layanan, "number": 1})


def done_on(connection: Connection, day: int) -> dict[str, int]:
    """{layanan: how many were decided on a day}"""
    query = select(desk_done.c.layanan, desk_done.c.number).where(desk_done.c.day == day)
    return dict(connection.execute(query).tuples().all())

"""The lists of open work come from an index in order, however much is open."""

from __future__ import annotations

import re
import uuid
from typing import Any

import pytest
from sqlalchemy import insert, text
from sqlalchemy.sql import Select

from central.centre import migrate
from central.store.desk_tables import task
from central.store.worklist import Wanted, ordered
from tests.postgres import new_database
from vault.engine import Connection, make_engine, writing

SERVICES = ("ktp-el", "kk", "kia", "akta-kelahiran")
LISTS = {
    "task_due": Wanted(),
    "task_due_service": Wanted(layanan="kk"),
    "task_due_place": Wanted(stream="32.75.02.1004"),
    "task_care": Wanted(by_care=True),
    "task_care_service": Wanted(by_care=True, layanan="kk"),
}


def _fill(connection: Connection) -> None:
    rows = [
        {
            "stream": f"32.75.02.{1001 + number % 56}",
            "record": uuid.UUID(int=number).bytes,
            "layanan": SERVICES[number % 4],
            "status": "diverifikasi",
            "due": 20_000 + number % 30,
            "verified": number,
            "weight": 0,
            "care": number % 3,
        }
        for number in range(20_000)
    ]
    connection.execute(insert(task), rows)


def _plan(connection: Connection, query: Select[Any]) -> str:
    sql = query.limit(26).compile(connection.engine, compile_kwargs={"literal_binds": True})
    sqlite = connection.dialect.name == "sqlite"
    rows = connection.execute(text(f"EXPLAIN {'QUERY PLAN' if sqlite else ''} {sql}"))
    return "\n".join(str(row[3] if sqlite else row[0]) for row in rows)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_each_list_is_read_in_order(
    database: str, request: pytest.FixtureRequest, tmp_path: Any
) -> None:
    url = f"sqlite:///{tmp_path / 'c.sqlite3'}"
    if database == "postgresql":
        cluster = request.getfixturevalue("postgres_cluster")
        url = new_database(cluster, f"p{uuid.uuid4().hex[:12]}")
    engine = make_engine(url)
    migrate(engine)
    with writing(engine) as connection:
        _fill(connection)
        connection.execute(text("ANALYZE"))
        plans = {
            (name, free): _plan(connection, ordered(Wanted(**_asked(only, free)), 1))
            for name, only in LISTS.items()
            for free in (False, True)
        }
    engine.dispose()

    for (name, _), plan in plans.items():
        assert re.search(rf"\b{name}\b", plan), plan
        assert "Sort" not in plan, plan
        assert "TEMP B-TREE" not in plan, plan


def _asked(only: Wanted, free: bool) -> dict[str, Any]:
    return {
        "stream": only.stream,
        "layanan": only.layanan,
        "by_care": only.by_care,
        "free": free,
    }

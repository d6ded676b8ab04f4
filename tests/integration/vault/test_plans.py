"""SQLite finds a record's changes by their index, however long the log is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.sql.expression import Select

from central.centre import migrate
from vault.data_keys import _BORN
from vault.engine import make_engine, reading, sqlite_url
from vault.history import OF_RECORDS
from vault.tables import log

_STREAM, _RECORDS = "32.75.02.1004", [b"r" * 16, b"s" * 16]


@pytest.mark.parametrize(
    "query",
    [
        OF_RECORDS.where(log.c.stream == _STREAM, log.c.record == _RECORDS[0]),
        OF_RECORDS.where(log.c.stream == _STREAM, log.c.record.in_(_RECORDS)),
        select(log.c.seq).where(log.c.stream == _STREAM, log.c.record == _RECORDS[0]),
    ],
)
def test_the_changes_of_a_record_are_found_without_reading_the_log(
    query: Select[Any], tmp_path: Path
) -> None:
    engine = make_engine(sqlite_url(tmp_path / "store.sqlite3"))
    migrate(engine)
    engine.dispose()

    with reading(engine) as connection:
        sql = query.compile(engine, compile_kwargs={"literal_binds": True})
        plan = [row[3] for row in connection.execute(text(f"EXPLAIN QUERY PLAN {sql}"))]
    engine.dispose()

    assert any("log_record (stream=? AND record=?)" in step for step in plan), plan
    assert not any("SEARCH log USING PRIMARY KEY (stream=?)" in step for step in plan), plan


def test_the_keys_of_new_records_are_found_without_reading_all_keys(tmp_path: Path) -> None:
    engine = make_engine(sqlite_url(tmp_path / "store.sqlite3"))
    migrate(engine)

    with reading(engine) as connection:
        sql, order, _ = _BORN._for(connection)
        span = {"stream": _STREAM, "replica": _RECORDS[0], "first": 5, "last": 9}
        values = tuple(span[name] for name in order or ())
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values)
        plan = [row[3] for row in rows]
    engine.dispose()

    assert "SEARCH data_key USING PRIMARY KEY (stream=? AND record=?)" in plan, plan
    assert any("SEARCH log USING PRIMARY KEY (stream=? AND replica=?" in step for step in plan)

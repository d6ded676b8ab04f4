"""No staff page reads the whole store: what SQLite plans for each query behind them."""

from __future__ import annotations

import re
from typing import Any

import pytest
from sqlalchemy import event

from edge_node.app import create_staff_app
from edge_node.edge import Edge
from edge_node.workflows.lookup import Group
from registration.invented.people import Person
from tests.integration.edge_staff.conftest import Browser, record_in
from vault.engine import reading

_ON_WHAT_GROWS = re.compile(r"\b(view|log|blind|data_key)\b")
_A_PART = re.compile(r"(record|seq|token|status)[=>]\?|view_conflicts")
"""By what a step takes up a few rows only: a record, the end of a log, a token, an open queue."""


@pytest.fixture
def asked(edge: Edge) -> Any:
    """Every query of this counter, with its values."""
    found: dict[str, Any] = {}

    def keep(_connection: Any, _cursor: Any, sql: str, values: Any, *_: Any) -> None:
        if sql.lstrip().upper().startswith("SELECT"):
            found[sql] = values

    event.listen(edge.vault.engine, "before_cursor_execute", keep)
    return found


def _reads_all(edge: Edge, asked: dict[str, Any]) -> list[str]:
    found = []
    with reading(edge.vault.engine) as connection:
        for sql, values in list(asked.items()):
            for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", values):
                step = str(row[3])
                reads = step.startswith(("SCAN", "SEARCH")) and _ON_WHAT_GROWS.search(step)
                if reads and not _A_PART.search(step):
                    found.append(f"{step}: {sql}")
    return found


def test_no_page_reads_the_whole_store(
    edge: Edge, asked: dict[str, Any], siti: Browser, people: list[Person]
) -> None:
    lia = Browser(create_staff_app(edge).test_client()).log_in("ibu.lia")
    record = record_in(siti.file(people[0]))
    asked.clear()

    pages = ["/", "/?kelompok=selesai&layanan=kia", "/menunggu", "/sinkron", "/register"]
    pages += ["/dokumen-tiba", "/antrean", "/ringkasan", f"/permohonan/{record}"]
    pages += [f"/?kelompok={group}&hal=2" for group in Group]
    for page in pages:
        assert siti.get(page).status_code == 200, page
    for typed in (people[0].nik, "SITI", "BTJ-0000"):
        siti.post("/cari", {"q": typed})
    assert lia.get("/pengawasan").status_code == 200

    assert len(asked) > 30
    assert _reads_all(edge, asked) == []

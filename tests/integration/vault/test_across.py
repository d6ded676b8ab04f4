"""Pages over all streams hold what a plain sort would give, and are read from an index."""

from __future__ import annotations

import random

import pytest
from sqlalchemy import insert, select

from vault import tally
from vault.across import page_of_keys
from vault.core import Vault
from vault.engine import reading, writing
from vault.read import Filter, _where, count_records
from vault.tables import view

KIND = "permohonan"
PAGE = 7
FILTERS = (
    Filter(),
    Filter(oldest_first=True),
    Filter(layanan="kia"),
    Filter(statuses=("selesai", "batal")),
    Filter(statuses=("selesai", "batal"), layanan="kia"),
    Filter(statuses=("menunggu", "dikerjakan"), oldest_verified_first=True),
    Filter(statuses=("menunggu",), layanan="kia", oldest_verified_first=True),
    Filter("32.75.02.1001", ("menunggu", "dikerjakan"), oldest_verified_first=True),
    Filter(statuses=("tidak-ada",)),
    Filter(conflicted=True),
    Filter(kind=None),
)
_ROWS = 150


@pytest.fixture
def rows(vault: Vault) -> list[dict[str, object]]:
    """Records of three streams in each status and of each service, in no order."""
    rng = random.Random(4)
    made: list[dict[str, object]] = [
        {
            "stream": f"32.75.02.100{rng.randrange(3)}",
            "record": rng.randbytes(16),
            "kind": KIND if rng.random() < 0.9 else "pengaduan",
            "layanan": rng.choice(("ktp-el", "kk", "kia")),
            "varian": "",
            "kanal": "loket",
            "status": rng.choice(("menunggu", "dikerjakan", "selesai", "batal")),
            "conflicts": int(rng.random() < 0.2),
            "changed": 0,
            "verified": rng.randrange(20),
        }
        for _ in range(_ROWS)
    ]
    with writing(vault.engine) as connection:
        connection.execute(insert(view), made)
        tally.recount(connection)
    return made


def sorted_plainly(rows: list[dict[str, object]], only: Filter) -> list[object]:
    found = [
        row
        for row in rows
        if only.kind in (None, row["kind"])
        and only.stream in (None, row["stream"])
        and (only.statuses is None or row["status"] in only.statuses)
        and only.layanan in (None, row["layanan"])
        and (not only.conflicted or row["conflicts"])
    ]
    if only.oldest_verified_first:
        found.sort(key=lambda row: (row["verified"], row["record"]))
    else:
        found.sort(key=lambda row: row["record"], reverse=not only.oldest_first)
    return [row["record"] for row in found]


def ordered(vault: Vault, only: Filter, first: int, total: int | None) -> list[object]:
    with reading(vault.engine) as connection:
        keys = page_of_keys(connection, _where, only, first, PAGE, total)
        query = select(view.c.record, view.c.verified).join(
            keys, (keys.c.stream == view.c.stream) & (keys.c.record == view.c.record)
        )
        found = list(connection.execute(query).tuples())
    if only.oldest_verified_first:
        found.sort(key=lambda row: (row[1], row[0]))
    else:
        found.sort(reverse=not only.oldest_first)
    return [record for record, _ in found]


@pytest.mark.parametrize("only", FILTERS)
def test_every_page_from_either_end_holds_what_a_sort_gives(
    vault: Vault, rows: list[dict[str, object]], only: Filter
) -> None:
    expected = sorted_plainly(rows, only)
    with reading(vault.engine) as connection:
        total = count_records(connection, only)
    assert total == len(expected)

    for first in range(0, total + 1, PAGE):
        wanted = expected[first : first + PAGE]
        assert ordered(vault, only, first, None) == wanted
        assert ordered(vault, only, first, total) == wanted


@pytest.mark.parametrize("vault", ["postgresql"], indirect=True)
@pytest.mark.parametrize("only", [FILTERS[at] for at in (0, 2, 3, 4, 5, 6, 9)])
def test_postgresql_has_each_list_in_order_and_sorts_nothing(
    vault: Vault, rows: list[dict[str, object]], only: Filter
) -> None:
    with reading(vault.engine) as connection:
        # So few rows are sorted faster: it is to sort only where it must.
        connection.exec_driver_sql("SET LOCAL enable_sort = off")
        connection.exec_driver_sql("SET LOCAL enable_seqscan = off")

        keys = page_of_keys(connection, _where, only, 0, PAGE, None)
        sql = select(keys).compile(connection.engine, compile_kwargs={"literal_binds": True})
        plan = [str(row[0]) for row in connection.exec_driver_sql(f"EXPLAIN {sql}")]

    assert any("Index" in step for step in plan), plan
    assert not any("Sort  " in step or "Seq Scan" in step for step in plan), plan

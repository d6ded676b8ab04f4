"""Which failures of the database pass by themselves, and what whoever asked is told of them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from flask import Flask
from sqlalchemy import create_engine, text
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from central.database_away import RETRY_S, is_away, once_there, problem_of
from vault.errors import BlobsAway, NoSuchRecord
from web.app import WebSettings, create_app
from web.problems import translate_failures

PASSING = ("08006", "08P01", "40001", "40P01", "53100", "53300", "57P01", "57P02", "57P03", "25006")
LASTING = ("22P02", "23505", "42P01", "42501", "57014", "25001")


def _said(sqlstate: str) -> psycopg.Error:
    found = psycopg.errors.lookup(sqlstate)("said the server")
    assert found.sqlstate == sqlstate
    return found


def _wrapped(error: psycopg.Error) -> DBAPIError:
    return DBAPIError.instance("SELECT 1", {}, error, psycopg.Error)  # type: ignore[return-value]


@pytest.mark.parametrize("sqlstate", PASSING)
def test_a_failover_a_conflict_or_a_full_server_passes(sqlstate: str) -> None:
    error = _said(sqlstate)

    assert is_away(error)
    assert is_away(_wrapped(error))


@pytest.mark.parametrize("sqlstate", LASTING)
def test_a_statement_that_is_wrong_does_not_pass(sqlstate: str) -> None:
    error = _said(sqlstate)

    assert not is_away(error)
    assert not is_away(_wrapped(error))


def test_a_connection_that_is_refused_passes() -> None:
    with pytest.raises(OperationalError) as refused:
        create_engine("postgresql+psycopg://loket@127.0.0.1:1/loket").connect()

    assert is_away(refused.value)


def test_a_pool_that_nobody_gives_back_to_passes() -> None:
    assert is_away(PoolTimeout("no connection in time"))


def test_a_locked_sqlite_file_passes_and_a_wrong_statement_does_not(tmp_path: Path) -> None:
    file = tmp_path / "store.sqlite3"
    holder, waiter = (sqlite3.connect(file, timeout=0, isolation_level=None) for _ in range(2))
    holder.execute("BEGIN EXCLUSIVE")

    with pytest.raises(sqlite3.OperationalError) as locked:
        waiter.execute("BEGIN IMMEDIATE")
    with pytest.raises(sqlite3.OperationalError) as wrong:
        holder.execute("SELECT nothing FROM nowhere")

    assert is_away(locked.value)
    assert not is_away(wrong.value)
    holder.close()
    waiter.close()


@pytest.fixture
def failing() -> Callable[[Exception], Flask]:
    """An app whose every page fails with what the test says."""

    def made(error: Exception) -> Flask:
        settings = WebSettings(secret_key=b"k" * 32, cookie_name="uji", title="Uji")
        app = create_app("central", settings)
        translate_failures(app, problem_of)

        def fail() -> str:
            raise error

        app.add_url_rule("/sync/v1/exchange", "exchange", fail, methods=["POST"])
        app.add_url_rule("/berkas", "berkas", fail)
        return app

    return made


@pytest.mark.parametrize(
    ("error", "slug"),
    [
        (_said("57P01"), "database-away"),
        (_wrapped(_said("25006")), "database-away"),
        (BlobsAway("timed out"), "scans-away"),
    ],
)
def test_a_node_is_told_to_come_back_and_never_that_it_is_refused(
    failing: Callable[[Exception], Flask], error: Exception, slug: str
) -> None:
    app = failing(error)
    app.config["WTF_CSRF_ENABLED"] = False

    answer = app.test_client().post("/sync/v1/exchange", data=b"bundle")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == str(RETRY_S)
    assert answer.content_type == "application/problem+json"
    assert answer.get_json(force=True)["type"] == f"urn:loket:problem:{slug}"


def test_an_officer_reads_that_the_database_moves_and_what_is_kept_is_safe(
    failing: Callable[[Exception], Flask],
) -> None:
    answer = failing(_said("57P01")).test_client().get("/berkas")

    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == str(RETRY_S)
    assert "Basis data sedang berpindah" in answer.text
    assert "Yang sudah tersimpan tetap aman." in answer.text
    assert "coba lagi" in answer.text


def test_a_defect_stays_a_defect(failing: Callable[[Exception], Flask]) -> None:
    for error in (_said("42P01"), NoSuchRecord("none")):
        assert failing(error).test_client().get("/berkas").status_code == 500


def test_a_start_waits_for_the_database_but_not_for_ever() -> None:
    time = [0.0]
    tries: list[float] = []

    def act() -> str:
        tries.append(time[0])
        if len(tries) < 4:
            raise _said("57P03")
        return "open"

    def sleep(seconds: float) -> None:
        time[0] += seconds

    assert once_there(act, now=lambda: time[0], sleep=sleep) == "open"
    assert len(tries) == 4
    tries.clear()
    with pytest.raises(psycopg.errors.CannotConnectNow):
        once_there(act, patience_s=2.0, now=lambda: time[0], sleep=sleep)


def test_a_start_does_not_wait_for_what_will_not_pass() -> None:
    def act() -> None:
        create_engine("sqlite://").connect().execute(text("SELECT nothing FROM nowhere"))

    def never(_seconds: float) -> None:
        raise AssertionError("it waited")

    with pytest.raises(OperationalError):
        once_there(act, sleep=never)

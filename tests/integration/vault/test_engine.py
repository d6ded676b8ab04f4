"""What the engine does with PostgreSQL's troubles and with poolers in front of it."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from vault.engine import make_engine, reading, writing


def test_connections_to_a_server_that_became_a_standby_are_given_up(postgres_centre: str) -> None:
    engine = make_engine(postgres_centre)
    with engine.connect() as connection:
        connection.execute(text("SET default_transaction_read_only = on"))
        connection.commit()

    with pytest.raises(DBAPIError) as refused, writing(engine) as connection:
        connection.execute(text("CREATE TABLE anything (one int)"))
    with writing(engine) as connection:
        connection.execute(text("CREATE TABLE anything (one int)"))

    assert refused.value.connection_invalidated
    engine.dispose()


@pytest.mark.parametrize(("said", "threshold"), [("none", None), ("0", 0), ("7", 7)])
def test_the_url_says_whether_statements_are_prepared(
    postgres_centre: str, said: str, threshold: int | None
) -> None:
    engine = make_engine(f"{postgres_centre}&prepare_threshold={said}")

    with reading(engine) as connection:
        driver = connection.connection.driver_connection

    assert driver is not None
    assert driver.prepare_threshold == threshold
    engine.dispose()

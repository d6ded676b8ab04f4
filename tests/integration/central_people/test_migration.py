"""The tables of people come and go without trouble, with data in them."""

from __future__ import annotations

import runpy
from pathlib import Path

from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import inspect

import central.store
from central.centre import Centre
from central.store.people_tables import person
from central.workflows import emergency, people
from sync.body import Author
from tests.integration.central_people.conftest import on_both

VERSIONS = Path(central.store.__file__).parent / "migrations" / "versions"


@on_both
def test_down_and_up_again(centre: Centre) -> None:
    people.add(centre, Author("", "x", "admin"), "dewi", "Dewi", "auditor", "")
    emergency.issue(centre, "ani")
    (file,) = VERSIONS.glob("*_people.py")
    migration = runpy.run_path(str(file))

    with centre.vault.engine.begin() as connection:
        with Operations.context(MigrationContext.configure(connection)):
            migration["downgrade"]()
            gone = inspect(connection).has_table("person")
            migration["upgrade"]()
        rows = connection.execute(person.select()).all()

    assert not gone
    assert rows == []
    assert len(people.list_people(centre)) == 4

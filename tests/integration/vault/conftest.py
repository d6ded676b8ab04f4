"""One sealed store on each database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from central.centre import migrate
from crypto.keys import new_key
from tests.stores import put_empty
from vault.core import Vault
from vault.engine import make_engine, sqlite_url, writing
from vault.keyring import create_keyring
from vault.opening import open_vault


@pytest.fixture(params=["sqlite", "postgresql"])
def vault(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Vault]:
    if request.param == "sqlite":
        put_empty(migrate, tmp_path / "store.sqlite3")
        url = sqlite_url(tmp_path / "store.sqlite3")
    else:
        url = request.getfixturevalue("postgres_centre")
    engine = make_engine(url)
    with writing(engine) as connection:
        keyring = create_keyring(connection, new_key())
    yield open_vault(engine, keyring, b"centre".ljust(16))
    engine.dispose()

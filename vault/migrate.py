"""Bringing a database to the schema of this version (Alembic), while others work on it.

A release only adds to the schema; what is no longer used goes a release later (ADR 22). So the code
of one release works on the schema of the next. How old the code may be that still does stands in
the database itself: a migration that takes something away says so by its `oldest_code`.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from enum import Enum, auto
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import column, delete, func, insert, inspect, select, table, text
from sqlalchemy.exc import OperationalError

from vault.engine import Connection, Engine, reading, writing
from vault.errors import MigrationHeldUp, SchemaTooNew, UpgradeTooFar
from vault.tables import oldest_code

if TYPE_CHECKING:
    from alembic.config import Config
    from alembic.script import Script

_LOCK = 0x10CE7
_LOCK_WAIT = "2s"
"""While a change to a table waits for those who use it, everybody else waits behind it."""
_PAUSE_S = 0.5
_TRIES = 600
_LOCK_NOT_AVAILABLE = "55P03"
_VERSION = table("alembic_version", column("version_num"))
_REVISION = re.compile(r'^revision = "(\w+)"$', re.MULTILINE)
_HERE = Path(__file__).parent / "migrations"


class _Step(Enum):
    """What became of the next thing to do."""

    DONE = auto()
    NOTHING_LEFT = auto()
    HELD_UP = auto()


def config_of(versions: Sequence[Path]) -> Config:
    """What Alembic is told of the store's and of a server's migrations."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.set_main_option("version_locations", "\n".join(map(str, _folders(versions))))
    config.set_main_option("path_separator", "newline")
    return config


def upgrade(
    engine: Engine, versions: Sequence[Path], *, sleep: Callable[[float], None] = time.sleep
) -> None:
    """Run all migrations of the store and of the server whose `versions` folders are given.

    Several processes may come at once, and others go on with their work. Nothing is done where the
    database is of a later release and this code may run on it.

    :raises SchemaTooNew: it may not.
    :raises MigrationHeldUp: a table stayed in use for minutes.
    """
    if _is_settled(engine, versions):
        return
    tries = 0
    while (step := _next_step(engine, versions)) is not _Step.NOTHING_LEFT:
        if step is _Step.HELD_UP:
            tries += 1
            if tries == _TRIES:
                raise MigrationHeldUp
            sleep(_PAUSE_S)


def require_next_release(engine: Engine, versions: Sequence[Path]) -> None:
    """Refuse where code that works on the schema as it is would not work on what follows.

    :raises UpgradeTooFar: the code must first be as new as one of the missing migrations.
    """
    with reading(engine) as connection:
        found = _revisions(connection)
    if not found or found - _own_revisions(versions):
        return
    missing = _missing(versions, found)
    to_come = {script.revision for script in missing}
    for script in missing:
        oldest = _oldest_code_of(script)
        if oldest in to_come:
            raise UpgradeTooFar(oldest)


def _folders(versions: Sequence[Path]) -> list[Path]:
    return [_HERE / "versions", *versions]


def _branch(revision: str) -> str:
    """Revisions of a branch are numbered: vault0001, vault0002, …"""
    return revision.rstrip("0123456789")


def _revision_of(file: Path) -> str:
    revision = _REVISION.search(file.read_text())
    if revision is None:
        raise ValueError(f"{file.name} names no revision")
    return revision[1]


def _own_revisions(versions: Sequence[Path]) -> set[str]:
    return {_revision_of(file) for one in _folders(versions) for file in one.glob("[0-9]*.py")}


def _revisions(connection: Connection) -> set[str]:
    """Those that the database stands at; none: it is empty."""
    if not inspect(connection).has_table(_VERSION.name):
        return set()
    return set(connection.execute(select(_VERSION.c.version_num)).scalars())


def _is_settled(engine: Engine, versions: Sequence[Path]) -> bool:
    """Whether there is nothing for this code to do.

    :raises SchemaTooNew: this code must not run on the database at all.
    """
    newest = {_revision_of(max(one.glob("[0-9]*.py"))) for one in _folders(versions)}
    with reading(engine) as connection:
        found = _revisions(connection)
        if found == newest:
            return True
        later = found - _own_revisions(versions)
        if not later:
            return False
        oldest = {row.branch: row.revision for row in connection.execute(select(oldest_code))}
    too_old = any(one < oldest.get(_branch(one), "") for one in newest)
    # Releases that are not in one line: nobody can say what this one may add to that one.
    aside = found - later - newest
    if too_old or aside:
        raise SchemaTooNew(max(later))
    return True


def _next_step(engine: Engine, versions: Sequence[Path]) -> _Step:
    """Run one missing migration: what it locks is free again before the next one."""
    try:
        with writing(engine) as connection:
            if not _takes_turn(connection):
                return _Step.HELD_UP
            found = _revisions(connection)
            if found - _own_revisions(versions):
                return _Step.NOTHING_LEFT
            missing = _missing(versions, found)
            if not missing:
                return _Step.NOTHING_LEFT
            # In an empty database nobody waits for anything.
            together = [] if found else list(takewhile(_is_in_transaction, missing))
            _run(engine, connection, versions, together or missing[:1])
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        return _Step.HELD_UP
    return _Step.DONE


def _takes_turn(connection: Connection) -> bool:
    """Whether nobody else migrates.

    Asked, not waited for: who waits in a statement holds a snapshot, and an index that is built
    beside other work waits for every snapshot.
    """
    if connection.dialect.name != "postgresql":
        return True
    return bool(connection.scalar(select(func.pg_try_advisory_xact_lock(_LOCK))))


def _missing(versions: Sequence[Path], found: Iterable[str]) -> list[Script]:
    # Takes a quarter of a server's start, and is needed once a version.
    from alembic.script import ScriptDirectory

    directory = ScriptDirectory.from_config(config_of(versions))
    steps = directory.iterate_revisions("heads", tuple(found), implicit_base=True)
    return list(steps)[::-1]


def _run(
    engine: Engine, turn: Connection, versions: Sequence[Path], scripts: Sequence[Script]
) -> None:
    """Run these, in the transaction that has the turn unless one cannot be in a transaction."""
    last = scripts[-1]
    if engine.dialect.name != "postgresql":
        _alembic(turn, versions, last)
    elif _is_in_transaction(last):
        turn.execute(text(f"SET LOCAL lock_timeout = '{_LOCK_WAIT}'"))
        _alembic(turn, versions, last)
    else:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as beside:
            _alembic(beside, versions, last)
    for script in scripts:
        _keep_oldest_code(turn, script)


def _alembic(connection: Connection, versions: Sequence[Path], script: Script) -> None:
    from alembic import command

    config = config_of(versions)
    config.attributes["connection"] = connection
    command.upgrade(config, script.revision)


def _is_in_transaction(script: Script) -> bool:
    return bool(getattr(script.module, "in_transaction", True))


def _oldest_code_of(script: Script) -> str | None:
    """The oldest code that works on what a migration leaves; None: as before it."""
    found: str | None = getattr(script.module, "oldest_code", None)
    return found


def _keep_oldest_code(connection: Connection, script: Script) -> None:
    oldest = _oldest_code_of(script)
    if oldest is not None:
        branch = _branch(oldest)
        connection.execute(delete(oldest_code).where(oldest_code.c.branch == branch))
        connection.execute(insert(oldest_code).values(branch=branch, revision=oldest))

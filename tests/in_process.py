"""`loket` commands of a test's setup, run in this process: each start of Python is most of a
second. What commands are like as processes has tests of its own."""

from __future__ import annotations

from collections.abc import Mapping

from click.testing import CliRunner

from demo import processes
from loket import main

_as_process = processes.loket


def loket(
    *arguments: str,
    stdin: str = "",
    env: Mapping[str, str] | None = None,
    prefix: tuple[str, ...] = (),
) -> str:
    """As `demo.processes.loket`; behind a prefix (another namespace) it is a process, and on
    PostgreSQL, whose connections end with it."""
    if prefix or (env or {}).get("LOKET_DATABASE_URL"):
        return _as_process(*arguments, stdin=stdin, env=env, prefix=prefix)
    # As on a command line: a `StrEnum` is its text.
    plain = [str(one) for one in arguments]
    done = CliRunner().invoke(main, plain, input=stdin, env=env)
    if done.exit_code:
        said = done.stderr.strip() or repr(done.exception)
        raise processes.NotStarted(f"loket {' '.join(arguments[:2])}: {said}")
    return done.stdout

"""Processor time of a database's own processes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine, event


class Backends:
    """What the database's processes that serve this centre have worked so far."""

    def __init__(self, engine: Engine) -> None:
        self._pids: set[int] = set()
        event.listen(engine, "connect", self._met)
        # Its connections of before are not counted: let it make new ones.
        engine.dispose()

    def _met(self, connection: psycopg.Connection[Any], _record: object) -> None:
        self._pids.add(connection.info.backend_pid)

    def worked_ms(self) -> float:
        return sum(_on_processor_ns(pid) for pid in self._pids) / 1e6


def _on_processor_ns(pid: int) -> int:
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0])

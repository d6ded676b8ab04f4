"""Runs `loket` and kills it at one point: `python -m tests.integration.carriers.killed N edge …`.

The points are numbered in the order the process comes to them: before and after each fsync and
rename, and before and after each commit.
"""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, event

import loket

_left = [int(sys.argv[1])]


def _point(*_: object) -> None:
    _left[0] -= 1
    if _left[0] == 0:
        os.kill(os.getpid(), signal.SIGKILL)


def _around(call: Callable[..., Any]) -> Callable[..., Any]:
    def surrounded(*arguments: Any, **named: Any) -> Any:
        _point()
        result = call(*arguments, **named)
        _point()
        return result

    return surrounded


if __name__ == "__main__":
    os.fsync = _around(os.fsync)
    os.replace = _around(os.replace)
    os.rename = _around(os.rename)
    event.listen(Engine, "commit", _point)
    event.listen(Engine, "begin", _point)
    loket.main(sys.argv[2:])

"""Checks, one line each; a step that breaks is a failed check and hides no other step."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

T = TypeVar("T")


class NotInTime(Exception):
    """What was waited for did not come; the message says what was seen last."""


class Checks:
    """Counts and prints."""

    def __init__(self) -> None:
        self.passed = self.failed = 0
        self._started = time.monotonic()

    def check(self, what: str, ok: object, seen: object = "") -> bool:
        """One check; `seen` is told where it fails."""
        if ok:
            self.passed += 1
            print(f"ok      {what}", flush=True)
        else:
            self.failed += 1
            print(f"FAILED  {what}: {seen if seen != '' else 'not so'}", flush=True)
        return bool(ok)

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """A part of the story; whatever breaks in it is one failed check."""
        print(f"\n[{time.monotonic() - self._started:5.1f} s] {title}", flush=True)
        try:
            yield
        except Exception as error:  # noqa: BLE001 - the other steps still have something to say
            frame = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno}"
            self.check(title, False, f"{type(error).__name__} at {where}: {error}"[:600])

    def summary(self) -> int:
        """The last line; the exit status of the whole."""
        print(f"{self.passed} passed, {self.failed} failed", flush=True)
        return 1 if self.failed else 0


def until(
    condition: Callable[[], T],
    seconds: float,
    what: str,
    *,
    every: float = 0.1,
    meanwhile: Callable[[], object] | None = None,
) -> T:
    """The first true answer of `condition`.

    :param meanwhile: done once a second, such as pressing a button.
    :raises NotInTime: none came in `seconds`.
    """
    deadline = time.monotonic() + seconds
    pressed = 0.0
    while True:
        answer = condition()
        if answer:
            return answer
        now = time.monotonic()
        if now > deadline:
            raise NotInTime(f"{what}: not within {seconds:.0f} s, last seen {answer!r}")
        if meanwhile is not None and now - pressed > 1.0:
            pressed = now
            meanwhile()
        time.sleep(every)

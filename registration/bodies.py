"""The zstd dictionaries that bodies are compressed with, shipped with the code."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

_SUFFIX = ".zdict"


@cache
def body_dictionaries() -> dict[int, bytes]:
    """{number: dictionary}. A number is never given to another dictionary: old logs need it."""
    folder = files("registration").joinpath("data")
    return {
        int(entry.name.removesuffix(_SUFFIX).rsplit("-", 1)[-1]): entry.read_bytes()
        for entry in folder.iterdir()
        if entry.name.endswith(_SUFFIX)
    }

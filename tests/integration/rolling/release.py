"""Releases as folders that processes run from: this one, and one that is still to come."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.integration.migrations.releases import Release

ROOT = Path(__file__).parents[3]
_PACKAGES = ("crypto", "sync", "registration", "vault", "web", "central")
_VERSIONS = Path("central") / "store" / "migrations" / "versions"
_GROWS = """op.create_table("paint", sa.Column("name", sa.Text(), primary_key=True))
    op.add_column("node", sa.Column("colour", sa.Text()))
    op.add_column("tip", sa.Column("rank", sa.Integer(), nullable=False, server_default="0"))"""
_BUILDS_AN_INDEX = """op.drop_index("log_late", "log", if_exists=True, postgresql_concurrently=True)
    op.create_index("log_late", "log", ["record"], postgresql_concurrently=True)"""
_NEEDS_WHAT_IS_NEW = """
node.append_column(Column("colour", Text))
"""
_COMMAND = """#!/bin/sh
PYTHONSAFEPATH=1 PYTHONPATH={code} exec {python} -m loket "$@"
"""


def runs_from(installed: Path) -> Mapping[str, str]:
    """The environment of a process of that release, whatever folder it is started in."""
    return {"PYTHONPATH": str(installed / "code"), "PYTHONSAFEPATH": "1"}


def install(code: Path, folder: Path) -> Path:
    """A release in a folder, with `bin/loket`."""
    (folder / "bin").mkdir(parents=True)
    (folder / "code").symlink_to(code)
    command = folder / "bin" / "loket"
    command.write_text(_COMMAND.format(code=folder / "code", python=sys.executable))
    command.chmod(0o755)
    return folder


def next_release(folder: Path) -> Path:
    """This release's code with migrations of tables that every exchange uses, and with code that
    asks for what they add.

    Or what is in the folder LOKET_NEXT_RELEASE, to go from a real release to the one after it.
    """
    if "LOKET_NEXT_RELEASE" in os.environ:
        return Path(os.environ["LOKET_NEXT_RELEASE"])
    folder.mkdir()
    leave = shutil.ignore_patterns("__pycache__")
    for package in _PACKAGES:
        shutil.copytree(ROOT / package, folder / package, ignore=leave)
    shutil.copy(ROOT / "loket.py", folder)
    with (folder / "central" / "store" / "tables.py").open("a") as tables:
        tables.write(_NEEDS_WHAT_IS_NEW)
    versions = folder / _VERSIONS
    grown = Release(versions).followed_by(_GROWS)
    last = grown.followed_by(_BUILDS_AN_INDEX, "in_transaction = False")
    shutil.copytree(last.versions, versions, dirs_exist_ok=True)
    for one in (grown, last):
        shutil.rmtree(one.versions)
    return folder

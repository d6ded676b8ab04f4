"""Releases that are still to come: today's migrations of the centre, and some more behind them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

import central.centre

TODAY = Path(central.centre.__file__).parent / "store" / "migrations" / "versions"
_BRANCH = "central"
_FORM = """
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"
branch_labels = None
depends_on = None
{said}


def upgrade() -> None:
    {act}
"""


@dataclass(frozen=True, slots=True)
class Release:
    """The folder of a release's migrations."""

    versions: Path

    @property
    def number(self) -> int:
        return max(int(file.name[:4]) for file in self.versions.glob("[0-9]*.py"))

    @property
    def revision(self) -> str:
        return f"{_BRANCH}{self.number:04}"

    def followed_by(self, act: str, *said: str) -> Release:
        """The next release, whose migration does `act` and says this much about itself.

        In `said`, {this} and {next} stand for the revisions of the two.
        """
        number = self.number + 1
        folder = self.versions.parent / f"until{number}"
        shutil.copytree(self.versions, folder, ignore=shutil.ignore_patterns("__pycache__"))
        found = Release(folder)
        revision = f"{_BRANCH}{number:04}"
        words = "\n".join(said).replace("{this}", self.revision).replace("{next}", revision)
        (folder / f"{number:04}_to_come.py").write_text(
            _FORM.format(revision=revision, before=self.revision, said=words, act=act)
        )
        return found


def today(folder: Path) -> Release:
    """This release, in a folder where others may follow it."""
    copy = folder / "today"
    shutil.copytree(TODAY, copy, ignore=shutil.ignore_patterns("__pycache__"))
    return Release(copy)

"""Staff pages of the counter. No SQL, no crypto: views call workflows."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Mount all blueprints of the staff app."""

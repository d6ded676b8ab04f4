"""The residents' portal: its own app at its own address, without one staff page."""

from __future__ import annotations

from flask import Flask


def register(app: Flask) -> None:
    """Mount all blueprints of the portal."""

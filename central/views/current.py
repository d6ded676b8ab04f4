"""What the views reach for: the centre behind this app, and who is at the screen."""

from __future__ import annotations

from typing import cast

from flask import current_app

from central.admission.gate import Gate
from central.app import CENTRE, FOLDER, GATE, TURNS
from central.centre import Centre
from central.turns import Turns
from central.workflows.folding import Folder
from sync.body import Author
from web.session import current_account


def the_centre() -> Centre:
    return cast(Centre, current_app.extensions[CENTRE])


def the_gate() -> Gate:
    return cast(Gate, current_app.extensions[GATE])


def the_turns() -> Turns:
    return cast(Turns, current_app.extensions[TURNS])


def the_folder() -> Folder | None:
    return cast("Folder | None", current_app.extensions[FOLDER])


def author() -> Author:
    """The logged-in officer, as changes name them. Only behind `requires_role`."""
    account = current_account()
    if account is None:
        raise RuntimeError("a view without requires_role asked for its author")
    return Author(account.id, account.name, account.role)

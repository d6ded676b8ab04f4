"""What the views reach for: the counter behind this app, and who is at the screen."""

from __future__ import annotations

from typing import cast

from flask import current_app

from edge_node.app import EXTENSION
from edge_node.edge import Edge
from sync.body import Author
from web.session import current_account


def the_edge() -> Edge:
    return cast(Edge, current_app.extensions[EXTENSION])


def author() -> Author:
    """The logged-in member of staff, as changes name them. Only behind `requires_role`."""
    account = current_account()
    if account is None:
        raise RuntimeError("a view without requires_role asked for its author")
    return Author(account.id, account.name, account.role)

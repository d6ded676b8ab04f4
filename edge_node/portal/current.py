"""What the portal's views reach for: the counter behind this app, its limits, the language."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from flask import current_app
from flask_babel import get_locale, gettext

from edge_node.app import EXTENSION
from edge_node.edge import Edge
from edge_node.portal.limits import Limits
from registration.texts import Sentence

LIMITS = "loket.portal.limits"


def the_edge() -> Edge:
    return cast(Edge, current_app.extensions[EXTENSION])


def limits() -> Limits:
    return cast(Limits, current_app.extensions[LIMITS])


def lang() -> str:
    return str(get_locale() or "id")


def t(text: str) -> str:
    """A msgid in the reader's language. Nothing stays nothing: gettext("") is a file's header."""
    return str(gettext(text)) if text else ""


def say(sentence: Sentence) -> str:
    return sentence.render(t)


def say_all(found: Mapping[str, Iterable[Sentence]]) -> dict[str, list[str]]:
    """Sentences by field, ready for the page."""
    return {name: [say(one) for one in sentences] for name, sentences in found.items()}

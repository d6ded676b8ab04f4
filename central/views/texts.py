"""Flask-Babel's functions, typed; their names are those that extraction looks for."""

from __future__ import annotations

import flask_babel


def gettext(text: str, **values: object) -> str:
    return str(flask_babel.gettext(text, **values))


def ngettext(one: str, many: str, num: int, **values: object) -> str:
    return str(flask_babel.ngettext(one, many, num, **values))

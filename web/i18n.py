"""Languages: texts are written in Indonesian; English is a translation of them."""

from __future__ import annotations

from pathlib import Path

from flask import Flask, abort, redirect, request, session
from flask_babel import Babel
from werkzeug.wrappers import Response

from web.urls import safe_next

LANGUAGES = {"id": "Indonesia", "en": "English"}
TIMEZONE = "Asia/Jakarta"
TRANSLATIONS = Path(__file__).parent / "translations"


def N_(text: str) -> str:  # noqa: N802 - gettext's customary name
    """Mark a text for extraction where it is written; it is translated where it is shown."""
    return text


def install_languages(app: Flask, default_locale: str) -> None:
    def choose() -> str:
        chosen = session.get("lang")
        if chosen in LANGUAGES:
            return str(chosen)
        # Not what the browser asks for: many phones and office PCs here are set to English by
        # whoever sold them. Who wants English says so once.
        return default_locale

    Babel(
        app,
        default_locale=default_locale,
        default_timezone=TIMEZONE,
        default_translation_directories=str(TRANSLATIONS),
        locale_selector=choose,
    )

    @app.post("/bahasa/<lang>", endpoint="bahasa")
    def switch(lang: str) -> Response:
        if lang not in LANGUAGES:
            abort(404)
        session["lang"] = lang
        return redirect(safe_next(request.form.get("next"), f"{request.script_root}/"), 303)

"""The app factory both servers and the portal start from."""

from __future__ import annotations

import gzip
import hashlib
from datetime import date
from functools import lru_cache
from io import BytesIO
from pathlib import Path
from typing import IO, Any

from flask import Blueprint, Flask, Request, after_this_request, request, url_for
from flask_babel import format_date, get_locale
from flask_wtf.csrf import CSRFProtect
from jinja2 import StrictUndefined
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

from web.i18n import LANGUAGES, install_languages
from web.problems import install_problems
from web.session import SESSION_LIFETIME, current_account
from web.settings import MIB, WebSettings

__all__ = ["WebSettings", "allow_camera", "create_app", "exempt_from_csrf"]

STATIC = Path(__file__).parent / "static"
_TEXTS = (".css", ".js", ".svg", ".txt")

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; img-src 'self' blob: data:; "
    "script-src 'self'; style-src 'self'; object-src 'none'; base-uri 'none'; "
    "frame-ancestors 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    # Not no-referrer: the CSRF check needs to see the page's own origin under HTTPS.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def allow_camera() -> None:
    """Let the page that answers this request open the camera; no other page may."""

    @after_this_request
    def allow(response: Response) -> Response:
        policy = SECURITY_HEADERS["Permissions-Policy"]
        response.headers["Permissions-Policy"] = policy.replace("camera=()", "camera=(self)")
        return response


class MemoryRequest(Request):
    """Uploads stay in memory: a temporary file would put personal data on disk in clear."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        return BytesIO()


class LoketFlask(Flask):
    request_class = MemoryRequest
    # A misspelt name in a template must fail in a test, not show as nothing.
    jinja_options = {
        "undefined": StrictUndefined,
        "trim_blocks": True,
        "lstrip_blocks": True,
    }


def create_app(name: str, settings: WebSettings) -> Flask:
    """An app of package `name` with everything the web apps share. Blueprints are the caller's."""
    app = LoketFlask(name, static_folder=None)
    app.config.update(
        SECRET_KEY=settings.secret_key,
        SESSION_COOKIE_NAME=settings.cookie_name,
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_REFRESH_EACH_REQUEST=False,
        PERMANENT_SESSION_LIFETIME=SESSION_LIFETIME,
        MAX_CONTENT_LENGTH=settings.max_body_bytes,
        MAX_FORM_MEMORY_SIZE=1 * MIB,
        MAX_FORM_PARTS=400,
        # The token lives as long as the session: a form open over lunch still submits.
        WTF_CSRF_TIME_LIMIT=None,
        PRODUCT_TITLE=settings.title,
        AFTER_SESSION=settings.after_session,
    )
    CSRFProtect(app)
    install_languages(app, settings.default_locale)
    install_problems(app)
    _install_assets(app)
    _install_headers(app)
    _install_context(app)
    if settings.debug_gallery:
        from web.gallery import gallery_blueprint

        app.register_blueprint(gallery_blueprint())
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(  # type: ignore[method-assign]
            app.wsgi_app, x_for=hops, x_proto=hops, x_host=hops
        )
    return app


def exempt_from_csrf(app: Flask, blueprint: Blueprint) -> None:
    """For machines' blueprints, whose callers sign what they send and hold no cookie."""
    app.extensions["csrf"].exempt(blueprint)


@lru_cache(maxsize=64)
def _fingerprint(filename: str) -> str:
    return hashlib.sha256((STATIC / filename).read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=64)
def _compressed(filename: str) -> bytes:
    return gzip.compress((STATIC / filename).read_bytes(), 9, mtime=0)


def _compress(response: Response, filename: str) -> None:
    """Send a static text with a quarter of its bytes to whoever can read that.

    Pages are not compressed: they hold secrets beside what others may have put into them, and the
    length would tell of the secrets (BREACH).
    """
    if response.status_code != 200 or Path(filename).suffix not in _TEXTS:
        return
    response.vary.add("Accept-Encoding")
    if not request.accept_encodings["gzip"]:
        return
    close = getattr(response.response, "close", None)
    if close is not None:
        close()
    response.direct_passthrough = False
    response.set_data(_compressed(filename))
    response.headers["Content-Encoding"] = "gzip"
    etag, _ = response.get_etag()
    response.set_etag(f"{etag}-gzip")


def asset(filename: str) -> str:
    """Address of a static file that changes with its content, so it may be cached for good."""
    return url_for("web.static", filename=filename, v=_fingerprint(filename))


def _is_iso_date(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    # Python reads 19901124 as well; a browser's date box does not.
    return len(text) == 10


def _date_words(text: str) -> str:
    return str(format_date(date.fromisoformat(text), "d MMMM y", rebase=False))


def _install_assets(app: Flask) -> None:
    blueprint = Blueprint(
        "web",
        __name__,
        static_folder="static",
        static_url_path="/static",
        template_folder="templates",
    )
    app.register_blueprint(blueprint)
    app.jinja_env.globals["asset"] = asset
    app.jinja_env.tests["iso_date"] = _is_iso_date
    app.jinja_env.filters["date_words"] = _date_words


def _install_headers(app: Flask) -> None:
    @app.after_request
    def add(response: Response) -> Response:
        for name, value in SECURITY_HEADERS.items():
            response.headers.setdefault(name, value)
        if request.endpoint != "web.static" or response.status_code >= 400:
            # A view may add to this word, never take it away.
            if not response.cache_control.no_store:
                response.headers["Cache-Control"] = "no-store"
            return response
        _compress(response, request.view_args["filename"])  # type: ignore[index]
        if request.args.get("v") == _fingerprint(request.view_args["filename"]):  # type: ignore[index]
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        else:
            response.headers["Cache-Control"] = "no-cache"
        return response


def _install_context(app: Flask) -> None:
    """Defaults for what the base templates show; an app's own processors override them."""

    @app.context_processor
    def defaults() -> dict[str, Any]:
        return {
            "product": app.config["PRODUCT_TITLE"],
            "office": "",
            "home_url": f"{request.script_root}/",
            "here": request.script_root + request.path,
            "nav": (),
            "account": current_account(),
            "account_url": None,
            "logout_url": None,
            "weather": None,
            "banner": None,
            "new_request_url": None,
            "footer_text": "",
            "help_text": "",
            "for_staff": (),
            "lang": str(get_locale() or "id"),
            "languages": LANGUAGES,
        }

"""Addresses that came from outside."""

from __future__ import annotations

from urllib.parse import urlsplit


def safe_next(url: str | None, default: str = "/") -> str:
    """`url` if it is a plain path on this server, else `default`.

    Browsers read backslashes as slashes and drop tabs and newlines, so `/\\host` and
    `/<tab>/host` would leave the site.
    """
    if not url or not url.startswith("/") or url.startswith("//"):
        return default
    if "\\" in url or any(ord(char) <= 0x20 or ord(char) == 0x7F for char in url):
        return default
    try:
        parts = urlsplit(url)
    except ValueError:
        return default
    return default if parts.scheme or parts.netloc else url

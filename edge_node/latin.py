"""Texts as the fonts that every PDF reader has can show them."""

from __future__ import annotations

import unicodedata


def latin(text: str) -> str:
    """What those fonts can show; other letters lose their marks."""
    folded = unicodedata.normalize("NFKD", text)
    return "".join(
        char if ord(char) < 256 else "?" for char in folded if not unicodedata.combining(char)
    ).replace("\u00b7", "-")

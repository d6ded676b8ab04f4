"""Text for the fonts that every PDF reader has: they know Latin-1 and no more.

Fonts of our own would show every letter, but cost half a megabyte on the box and the memory to
subset them; names on Indonesian records are Latin letters with hardly a mark.
"""

from __future__ import annotations

import unicodedata

_LIKE = str.maketrans("‘’“”–—…·ŁłĐđıŒœ", "''\"\"--.-LlDdiOo")
"""What takes no mark off by itself."""


def core_text(text: str) -> str:
    """The text with letters outside Latin-1 without their marks, or as `?` where that is none."""
    return "".join(_shown(char) for char in text.translate(_LIKE))


def _shown(char: str) -> str:
    if ord(char) < 256:
        return char
    bare = "".join(one for one in unicodedata.normalize("NFKD", char) if ord(one) < 256)
    return bare or ("" if unicodedata.combining(char) else "?")

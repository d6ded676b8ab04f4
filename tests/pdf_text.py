"""Reading back the text of a PDF that fpdf2 made with core fonts: what a person could select."""

from __future__ import annotations

import re
import zlib

_STREAM = re.compile(rb"/Length (\d+)\s*>>\s*stream\r?\n")
"""By its length: what is packed may end with a byte that looks like the end of a line."""
_SHOWN = re.compile(rb"\(((?:\\.|[^\\()])*)\) Tj")
_ESCAPED = re.compile(rb"\\(.)", re.DOTALL)


def pieces(pdf: bytes) -> list[str]:
    """Each piece of text, in the order of the pages."""
    shown: list[str] = []
    for found in _STREAM.finditer(pdf):
        try:
            page = zlib.decompress(pdf[found.end() : found.end() + int(found[1])])
        except zlib.error:
            continue
        shown += [_ESCAPED.sub(rb"\1", one).decode("latin-1") for one in _SHOWN.findall(page)]
    return shown


def pages(pdf: bytes) -> int:
    return len(re.findall(rb"/Type /Page\b(?!s)", pdf))

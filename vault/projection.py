"""What of a permohonan may stand in clear, and what it is found by."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from registration.names import name_words
from sync.resolve import Resolution
from vault.core import Projection

PREFIX = 3
"""Letters of each word of a name that its token is made of. So short a prefix finds what is still
being typed, needs one row a word, and tells less to who counts tokens than whole words would."""

_INDEXED = {"data.nik": "nik", "data.no_kk": "kk", "kode": "kode"}
_NAME = "data.nama"


def name_tokens(text: str) -> list[tuple[str, str]]:
    """Tokens of the words of a name, or of what was typed to search for one."""
    return [("nama", word[:PREFIX]) for word in name_words(text)]


def project_permohonan(fields: Mapping[str, Resolution]) -> Projection:
    """The projection of a folded permohonan."""

    def text(name: str) -> str:
        found = fields.get(name)
        return str(found.value) if found is not None else ""

    return Projection(
        text("layanan"), text("varian"), text("kanal"), text("status"), frozenset(_found_by(fields))
    )


def _found_by(fields: Mapping[str, Resolution]) -> Iterator[tuple[str, str]]:
    """Of a field in conflict all values count: whoever looks for either must find it."""
    for name, resolution in fields.items():
        if name in _INDEXED:
            yield from ((_INDEXED[name], str(entry.value)) for entry in resolution.entries)
        elif name == _NAME:
            for entry in resolution.entries:
                yield from name_tokens(str(entry.value))

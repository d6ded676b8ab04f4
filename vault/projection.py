"""What of a permohonan may stand in clear, and what it is found by."""

from __future__ import annotations

from collections.abc import Iterator

from registration.names import name_words
from sync.record import RecordState, standing
from sync.resolve import Rules, resolve
from vault.core import Projection

PREFIX = 3
"""Letters of each word of a name that its token is made of. So short a prefix finds what is still
being typed, needs one row a word, and tells less to who counts tokens than whole words would."""

_LONGEST_CODE = 60
_INDEXED = {
    "data.nik": "nik",
    "data.no_kk": "kk",
    "kode": "kode",
    # Who comes to ask after a certificate shows a card of their own.
    "data.nik_ibu": "nik",
    "data.nik_ayah": "nik",
    "data.nik_pelapor": "nik",
    "data.nik_pasangan": "nik",
    "data.nik_anggota": "nik",
}
_NAME = "data.nama"


def name_tokens(text: str) -> list[tuple[str, str]]:
    """Tokens of the words of a name, or of what was typed to search for one."""
    return [("nama", word[:PREFIX]) for word in name_words(text)]


def project_permohonan(state: RecordState, rules: Rules) -> Projection:
    """The projection of a folded permohonan."""

    def text(name: str) -> str:
        values = standing(state, name)
        if not values:
            return ""
        one = values[0] if len(values) == 1 else resolve(name, state.fields[name], rules).value
        # PostgreSQL's text knows no NUL, and a code is short.
        return str(one).replace("\0", "")[:_LONGEST_CODE]

    return Projection(
        text("layanan"),
        text("varian"),
        text("kanal"),
        text("status"),
        frozenset(_found_by(state)),
    )


def _found_by(state: RecordState) -> Iterator[tuple[str, str]]:
    """Of a field in conflict all values count: whoever looks for either must find it."""
    for name, kind in _INDEXED.items():
        for value in standing(state, name):
            yield kind, str(value)
    for value in standing(state, _NAME):
        yield from name_tokens(str(value))

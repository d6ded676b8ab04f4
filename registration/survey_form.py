"""What the survey asks beside its nine questions."""

from __future__ import annotations

from collections.abc import Mapping

from registration.gate import GateSchema, TextField, pass_gate
from registration.shapes import Field, FieldKind
from registration.texts import N_

COMMENT = Field(
    "saran",
    N_("Saran"),
    FieldKind.LONG_TEXT,
    required=False,
    help=N_("Jangan tulis nama atau nomor, supaya tetap tanpa nama."),
    max_length=500,
    width="full",
)


class CommentSchema(GateSchema):
    """The last page of the survey."""

    saran = TextField(COMMENT)


def load_comment(data: Mapping[str, str]) -> str:
    """What was written; "" where nothing was."""
    return str(pass_gate(CommentSchema(), data).get("saran", ""))

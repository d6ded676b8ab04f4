"""The one gate for data from outside: marshmallow, speaking in our sentences.

Fields are described by `registration.shapes.Field`; a schema field only hands the text to
`registration.values` and turns a refusal into marshmallow's.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, pre_load

from registration.errors import FormInvalid, InvalidValue
from registration.shapes import Field, FieldKind, Value
from registration.texts import N_, Sentence
from registration.values import read_value, tidy

FORM = "_form"
"""The name under which stand errors that belong to no single field."""

_NOT_TEXT = Sentence(N_("Isian ini harus berupa teks."))
_UNKNOWN = N_("Ada isian yang tidak dikenal: %(names)s. Muat ulang halaman, lalu coba lagi.")
_NO_FORM = Sentence(N_("Formulir tidak terbaca. Muat ulang halaman, lalu coba lagi."))


class TextField(fields.Field[Value]):
    """A field that arrives as text and leaves as a plain value."""

    def __init__(self, spec: Field, *, attribute: str | None = None) -> None:
        ask = (
            N_("Pilih dulu: %(label)s.")
            if spec.kind is FieldKind.CHOICE
            else N_("%(label)s belum diisi.")
        )
        missing = [Sentence(ask, {"label": Sentence(spec.label)})]
        super().__init__(
            required=spec.required,
            data_key=spec.name,
            attribute=attribute,
            error_messages={"required": missing, "null": missing},
        )
        self.spec = spec

    def _deserialize(
        self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any
    ) -> Value:
        if not isinstance(value, str):
            raise ValidationError([_NOT_TEXT])
        schema = self.parent
        assert isinstance(schema, GateSchema)  # noqa: S101 - for the type checker
        try:
            return self.read(value, schema.today)
        except InvalidValue as refused:
            raise ValidationError([refused.sentence]) from None

    def read(self, text: str, today: date) -> Value:
        """What to keep of the text, or InvalidValue."""
        return read_value(self.spec, text, today)


class GateSchema(Schema):
    """Knows the day, drops empty answers, refuses what it was not asked."""

    def __init__(self, *, today: date = date.max) -> None:
        super().__init__(unknown=RAISE)
        self.today = today

    @property
    def names(self) -> frozenset[str]:
        """What the form may hold, by the names that it arrives under."""
        return frozenset(field.data_key or name for name, field in self.load_fields.items())

    @pre_load
    def drop_blank(self, data: Mapping[str, Any], **_: Any) -> dict[str, Any]:
        """An empty box is no answer."""
        names = self.names
        return {
            name: value
            for name, value in data.items()
            if not (isinstance(value, str) and not tidy(value) and name in names)
        }


def pass_gate(schema: GateSchema, data: Mapping[str, Any]) -> dict[str, Any]:
    """The checked values, or FormInvalid with a sentence for each field that is wrong."""
    if not isinstance(data, Mapping):
        raise FormInvalid({FORM: [_NO_FORM]})
    try:
        loaded: dict[str, Any] = schema.load(data)
    except ValidationError as refused:
        raise FormInvalid(_told(schema, refused.messages)) from None
    return loaded


def _told(schema: GateSchema, messages: Any) -> dict[str, list[Sentence]]:
    told: dict[str, list[Sentence]] = {}
    strangers = []
    names = schema.names
    for name, said in messages.items():
        if name in names:
            told[name] = list(_sentences(said))
        else:
            strangers.append(str(name)[:40])
    if strangers:
        told[FORM] = [Sentence(_UNKNOWN, {"names": ", ".join(sorted(strangers)[:5])})]
    return told


def _sentences(said: Any) -> Iterable[Sentence]:
    if isinstance(said, Sentence):
        yield said
    elif isinstance(said, Mapping):
        for part in said.values():
            yield from _sentences(part)
    elif isinstance(said, str):
        yield Sentence(said)
    else:
        for part in said:
            yield from _sentences(part)

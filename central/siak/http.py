"""SIAK over HTTP. Every answer is checked: SIAK is another house, and lines mix things up."""

from __future__ import annotations

import re
from typing import Any

from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from central.outbound.errors import WrongAnswer
from central.outbound.http import HttpLine
from central.siak.interface import Person, Submission

LOOK_UP_S = 5.0
"""An officer waits at the screen."""
WORK_S = 15.0
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9./ -]{1,58}[A-Za-z0-9]")
_DIGITS = validate.Regexp(r"^\d{16}$")
_FIELDS = (
    "nama",
    "tempat_lahir",
    "tanggal_lahir",
    "jenis_kelamin",
    "golongan_darah",
    "alamat",
    "rt",
    "rw",
    "agama",
    "status_perkawinan",
    "pekerjaan",
)


_Person = Schema.from_dict(
    {
        "nik": fields.Str(required=True, validate=_DIGITS),
        "no_kk": fields.Str(required=True, validate=_DIGITS),
        **{name: fields.Str(validate=validate.Length(max=200)) for name in _FIELDS},
    },
    name="Person",
)


class _Family(Schema):
    class Meta:
        unknown = EXCLUDE

    no_kk = fields.Str(required=True)
    anggota = fields.List(fields.Dict(), required=True, validate=validate.Length(max=60))


class _Number(Schema):
    class Meta:
        unknown = EXCLUDE

    referensi = fields.Str(required=True)
    nik = fields.Str(required=True)
    nomor = fields.Str(required=True, allow_none=True)


def _checked(schema: Schema, told: dict[str, Any]) -> dict[str, Any]:
    try:
        loaded: dict[str, Any] = schema.load(told)
    except ValidationError:
        raise WrongAnswer("garbled") from None
    return loaded


class HttpSiak:
    """Implements `Siak`."""

    def __init__(self, base_url: str, token: str, read_s: float = WORK_S) -> None:
        self._line = HttpLine(base_url, token, read_s)

    def person(self, nik: str) -> Person | None:
        status, told = self._line.post("/v1/penduduk", {"nik": nik})
        if status == 404:
            return None
        found = _checked(_Person(unknown=EXCLUDE), told)
        if found["nik"] != nik:
            raise WrongAnswer("another-person")
        return found

    def family(self, no_kk: str) -> tuple[Person, ...] | None:
        status, told = self._line.post("/v1/keluarga", {"no_kk": no_kk})
        if status == 404:
            return None
        found = _checked(_Family(), told)
        members = tuple(_checked(_Person(unknown=EXCLUDE), one) for one in found["anggota"])
        if any(one["no_kk"] != no_kk for one in (found, *members)):
            raise WrongAnswer("another-person")
        return members

    def submit(self, wanted: Submission) -> None:
        body = {
            "referensi": wanted.reference,
            "layanan": wanted.service,
            "keperluan": wanted.case,
            "kode": wanted.code,
            "nik": wanted.nik,
            "data": dict(wanted.data),
        }
        status, told = self._line.post("/v1/permohonan", body, key=wanted.reference)
        if status == 404 or told.get("referensi") != wanted.reference:
            raise WrongAnswer("another-person" if status != 404 else "garbled")

    def number(self, wanted: Submission) -> str | None:
        status, told = self._line.post("/v1/permohonan/nomor", {"referensi": wanted.reference})
        if status == 404:
            raise WrongAnswer("forgotten")
        found = _checked(_Number(), told)
        if (found["referensi"], found["nik"]) != (wanted.reference, wanted.nik):
            raise WrongAnswer("another-person")
        number: str | None = found["nomor"]
        if number is not None and not _NUMBER.fullmatch(number):
            raise WrongAnswer("garbled")
        return None if number is None else number.upper()

    def close(self) -> None:
        self._line.close()

"""The OpenAPI document, made from the schemas that the calls themselves use."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin, resolver
from marshmallow import Schema

from central.views.api import schemas
from central.workflows.api_clients import Scope

VERSION = "1.0.0"
_TITLE = "API Loket Disdukcapil"
_ABOUT = (
    "Untuk SIAK dan sistem kota. Setiap panggilan membawa token klien "
    "(`Authorization: Bearer …`). NIK dan nomor KK hanya ada di isi permintaan dan jawaban, "
    "tidak pernah di alamat. Penulisan memerlukan `Idempotency-Key`; mengulang dengan kunci yang "
    "sama memberi jawaban yang sama dan tidak menggandakan apa pun."
)
_ONE = "/api/v1/permohonan/{stream}/{record}"


@dataclass(frozen=True, slots=True)
class Call:
    """One call, for the document and for the page about it."""

    method: str
    path: str
    summary: str
    scope: Scope
    answer: type[Schema]
    takes: type[Schema] | None = None
    query: tuple[tuple[str, Mapping[str, Any], str], ...] = ()
    writes: bool = False

    @property
    def of_one(self) -> bool:
        return "{record}" in self.path

    @property
    def asked(self) -> list[str]:
        """The names in what is sent."""
        return [] if self.takes is None else list(self.takes().fields)

    @property
    def told(self) -> list[str]:
        """The names in the answer."""
        return list(self.answer().fields)


CALLS = (
    Call("get", f"{_ONE}/status", "Status satu permohonan", Scope.STATUS, schemas.StatusOut),
    Call("get", _ONE, "Satu permohonan lengkap", Scope.REQUEST, schemas.RequestOut),
    Call(
        "post",
        "/api/v1/permohonan/cari",
        "Cari permohonan menurut NIK, nomor KK atau kode",
        Scope.STATUS,
        schemas.FoundOut,
        schemas.FindIn,
    ),
    Call(
        "get",
        "/api/v1/perubahan",
        "Permohonan yang berubah sejak sebuah kursor, masing-masing sekali",
        Scope.CHANGES,
        schemas.ChangesOut,
        query=(
            (
                "kursor",
                {"type": "string", "pattern": schemas.CURSOR, "default": "0"},
                "Dari jawaban sebelumnya; tanpa ini dari awal",
            ),
            (
                "batas",
                {"type": "integer", "minimum": 1, "maximum": schemas.LIMIT, "default": 50},
                "Paling banyak berapa",
            ),
        ),
    ),
    Call(
        "post",
        f"{_ONE}/proses",
        "Mulai mengerjakan",
        Scope.DECIDE,
        schemas.StatusOut,
        writes=True,
    ),
    Call(
        "post",
        f"{_ONE}/terbitkan",
        "Terbitkan dengan nomor dokumen",
        Scope.DECIDE,
        schemas.StatusOut,
        schemas.IssueIn,
        writes=True,
    ),
    Call(
        "post",
        f"{_ONE}/kembalikan",
        "Kembalikan ke loket untuk diperbaiki",
        Scope.DECIDE,
        schemas.StatusOut,
        schemas.ReasonIn,
        writes=True,
    ),
    Call(
        "post",
        f"{_ONE}/tolak",
        "Tolak untuk selamanya",
        Scope.DECIDE,
        schemas.StatusOut,
        schemas.ReasonIn,
        writes=True,
    ),
    Call("get", "/api/v1/loket", "Keadaan server kelurahan", Scope.NODES, schemas.NodesOut),
)
_ETAG = {"ETag": {"schema": {"type": "string"}, "description": "Untuk If-Match"}}
_REFUSED = {
    400: "Permintaan tidak terbaca",
    401: "Token tidak dikenal",
    403: "Cakupan kurang",
    404: "Tidak ditemukan",
    409: "Tidak bisa pada status ini, atau Idempotency-Key sudah dipakai untuk hal lain",
    412: "Berubah sejak dibaca (If-Match)",
    415: "Bukan application/json",
    422: "Isian salah",
    429: "Terlalu sering; tunggu menurut Retry-After",
}


def outline() -> list[Call]:
    """The calls, for the page about them."""
    return list(CALLS)


@cache
def document() -> Mapping[str, Any]:
    """OpenAPI 3.1."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name)
    spec = APISpec(
        title=_TITLE,
        version=VERSION,
        openapi_version="3.1.0",
        plugins=[plugin],
        info={"description": _ABOUT},
        security=[{"token": []}],
    )
    spec.components.security_scheme("token", {"type": "http", "scheme": "bearer"})
    spec.components.schema("Problem", schema=schemas.ProblemOut)
    for call in CALLS:
        spec.path(path=call.path, operations={call.method: _operation(call)})
    return spec.to_dict()


def _name(schema: Any) -> str:
    return resolver(schema).removesuffix("Out").removesuffix("In") + (
        "Input" if _class_name(schema).endswith("In") else ""
    )


def _class_name(schema: Any) -> str:
    return schema.__name__ if isinstance(schema, type) else type(schema).__name__


def _operation(call: Call) -> dict[str, Any]:
    refusals = [401, 403, 422, 429]
    if call.of_one:
        refusals.append(404)
    if call.takes is not None or call.writes:
        refusals.append(400)
    if call.takes is not None:
        refusals.append(415)
    if call.writes:
        refusals += [409, 412]
    problem = {"application/problem+json": {"schema": "Problem"}}
    responses: dict[str, Any] = {
        str(code): {"description": _REFUSED[code], "content": problem} for code in sorted(refusals)
    }
    responses["200"] = {
        "description": "Berhasil",
        "content": {"application/json": {"schema": call.answer}},
        **({"headers": _ETAG} if call.of_one else {}),
    }
    if call.of_one and not call.writes:
        responses["304"] = {"description": "Tidak berubah (If-None-Match)"}
    told: dict[str, Any] = {
        "summary": call.summary,
        "description": f"Cakupan: `{call.scope}`.",
        "operationId": _operation_id(call),
        "parameters": _parameters(call),
        "responses": responses,
    }
    if call.takes is not None:
        content = {"application/json": {"schema": call.takes}}
        told["requestBody"] = {"required": True, "content": content}
    return told


def _operation_id(call: Call) -> str:
    last = call.path.rsplit("/", 1)[-1]
    return "permohonan" if last == "{record}" else last


def _parameters(call: Call) -> list[dict[str, Any]]:
    listed = [
        {"in": "query", "name": name, "required": False, "description": about, "schema": schema}
        for name, schema, about in call.query
    ]
    if call.of_one:
        listed += [
            _text("path", "stream", schemas.CODE, "Kode wilayah kelurahan", required=True),
            _text("path", "record", schemas.RECORD, "id permohonan", required=True),
        ]
    if call.writes:
        listed += [
            _text("header", "Idempotency-Key", schemas.KEY, "Sama pada ulangan", required=True),
            _text("header", "If-Match", None, "ETag yang dibaca; ditolak bila sudah berubah"),
        ]
    return listed


def _text(
    where: str, name: str, pattern: str | None, about: str, *, required: bool = False
) -> dict[str, Any]:
    schema: dict[str, Any] = {"type": "string"}
    if pattern is not None:
        schema["pattern"] = pattern
    return {"in": where, "name": name, "required": required, "description": about, "schema": schema}

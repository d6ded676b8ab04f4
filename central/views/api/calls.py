"""The calls of `/api/v1/`. Each is described for the document by what stands in `api.document`."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import Blueprint, Response, render_template, request
from marshmallow import Schema, ValidationError

from central.views.api import schemas
from central.views.api.document import document, outline
from central.views.api.gate import body, needs, only_these, refused, repeat_key, the_client
from central.views.api.shown import difference_of, etag_of, node_of, request_of, status_of
from central.views.current import the_centre
from central.views.words import say
from central.workflows import api, lookup, seeing, settling
from central.workflows.api_clients import Scope, author_of
from central.workflows.seen import ChangedMeanwhile, read_token
from central.workflows.watching import watch
from registration.acts_schema import load_issue, load_reject, load_return
from registration.errors import FormInvalid, IllegalAct
from registration.lifecycle import Act
from registration.texts import N_
from sync.change import Context
from vault.errors import NoSuchRecord
from vault.read import Record
from web.problems import Problem

calls = Blueprint("api", __name__, url_prefix="/api/v1")
_ONE = "/permohonan/<stream>/<record>"
_PAGE = 50


def _json(schema: Schema, told: Any, etag: str = "") -> Response:
    response = Response(
        json.dumps(schema.dump(told), ensure_ascii=False), content_type="application/json"
    )
    if etag:
        response.headers["ETag"] = etag
    return response


def _not_found() -> Problem:
    return Problem(404, "permohonan-tidak-ada", N_("Permohonan tidak ditemukan"))


def _id(stream: str, record: str) -> tuple[str, bytes]:
    if not re.fullmatch(schemas.CODE, stream) or not re.fullmatch(schemas.RECORD, record):
        raise _not_found()
    return stream, bytes.fromhex(record)


def _read(stream: str, record: str) -> Record:
    only_these()
    try:
        return api.read(the_centre(), *_id(stream, record))
    except NoSuchRecord:
        raise _not_found() from None


def _saw(*found: Record) -> None:
    """The client is about to see these, or that they are there."""
    things = [(one.stream, one.id) for one in found]
    seeing.saw(the_centre(), author_of(the_client()), seeing.Look.API, things)


def _told(found: Record, schema: Schema, told: dict[str, Any]) -> Response:
    """The record, or nothing where the caller has it already (If-None-Match)."""
    etag = etag_of(found)
    if etag in [one.strip() for one in request.headers.get("If-None-Match", "").split(",")]:
        return Response(status=304, headers={"ETag": etag})
    return _json(schema, told, etag)


@calls.get(f"{_ONE}/status")
@needs(Scope.STATUS)
def status(stream: str, record: str) -> Response:
    found = _read(stream, record)
    return _told(found, schemas.StatusOut(), status_of(found))


@calls.get(_ONE)
@needs(Scope.REQUEST)
def detail(stream: str, record: str) -> Response:
    found = _read(stream, record)
    _saw(found)
    return _told(found, schemas.RequestOut(), request_of(found))


@calls.post("/permohonan/cari")
@needs(Scope.STATUS)
def find() -> Response:
    only_these()
    asked = body(schemas.FindIn())
    found = api.find(the_centre(), asked["jenis"], asked["nilai"])
    _saw(*found)
    return _json(schemas.FoundOut(), {"permohonan": [status_of(one) for one in found]})


@calls.get("/perubahan")
@needs(Scope.CHANGES)
def changes() -> Response:
    only_these("kursor", "batas")
    cursor, limit = request.args.get("kursor", "0"), request.args.get("batas", str(_PAGE))
    wrong = {}
    if not re.fullmatch(schemas.CURSOR, cursor):
        wrong["kursor"] = ["bukan kursor"]
    if not re.fullmatch("[1-9][0-9]{0,2}", limit) or int(limit) > schemas.LIMIT:
        wrong["batas"] = [f"1 sampai {schemas.LIMIT}"]
    if wrong:
        raise refused(ValidationError(wrong))
    found = api.changes(the_centre(), int(cursor), int(limit))
    told = {
        "permohonan": [status_of(one) for one in found.records],
        "kursor": str(found.cursor),
        "masih_ada": found.more,
    }
    return _json(schemas.ChangesOut(), told)


@calls.get("/loket")
@needs(Scope.NODES)
def nodes() -> Response:
    only_these()
    lines = watch(the_centre())
    told = [node_of(node, lines) for node in lines.nodes if not node.retired]
    return _json(schemas.NodesOut(), {"loket": told})


@calls.post(f"{_ONE}/proses")
@needs(Scope.DECIDE)
def start(stream: str, record: str) -> Response:
    return _decide(stream, record, Act.PROSES)


@calls.post(f"{_ONE}/terbitkan")
@needs(Scope.DECIDE)
def issue(stream: str, record: str) -> Response:
    asked = body(schemas.IssueIn())
    return _decide(stream, record, Act.TERBITKAN, lambda: load_issue(asked).nomor_dokumen)


@calls.post(f"{_ONE}/kembalikan")
@needs(Scope.DECIDE)
def give_back(stream: str, record: str) -> Response:
    asked = body(schemas.ReasonIn())
    return _decide(stream, record, Act.KEMBALIKAN, lambda: load_return(asked).alasan)


@calls.post(f"{_ONE}/tolak")
@needs(Scope.DECIDE)
def reject(stream: str, record: str) -> Response:
    asked = body(schemas.ReasonIn())
    return _decide(stream, record, Act.TOLAK, lambda: load_reject(asked).alasan)


@calls.get(f"{_ONE}/perbedaan")
@needs(Scope.REQUEST)
def differences(stream: str, record: str) -> Response:
    only_these()
    centre = the_centre()
    try:
        opened = lookup.open_request(centre, *_id(stream, record))
    except NoSuchRecord:
        raise _not_found() from None
    _saw(opened.record)
    found = settling.conflicts_in(centre.vault, opened.record)
    told = {"perbedaan": [difference_of(one, opened) for one in found]}
    return _told(opened.record, schemas.DifferencesOut(), told)


@calls.post(f"{_ONE}/putuskan")
@needs(Scope.DECIDE)
def settle(stream: str, record: str) -> Response:
    asked = body(schemas.SettleIn())
    only_these()
    key = repeat_key()
    with told_as_problems():
        wanted = api.Settlement(
            *_id(stream, record),
            {one["isian"]: one["kunci"] for one in asked["pilihan"]},
            {one["isian"]: one["dilihat"] for one in asked["pilihan"]},
            load_reject({"alasan": asked["alasan"]}).alasan,
        )
        answer, repeated = api.settle(the_centre(), the_client(), key, wanted, _answer)
    return _done(answer, repeated)


def _decide(stream: str, record: str, act: Act, text: Callable[[], str] = lambda: "") -> Response:
    """Through the same gate and the same law as an officer's page."""
    only_these()
    key = repeat_key()
    with told_as_problems():
        wanted = api.Decision(*_id(stream, record), act, text(), _if_match())
        answer, repeated = api.decide(the_centre(), the_client(), key, wanted, _answer)
    return _done(answer, repeated)


@contextmanager
def told_as_problems() -> Iterator[None]:
    """What the workflows refuse, as the API's refusals."""
    try:
        yield
    except FormInvalid as invalid:
        said = {name: [say(one) for one in found] for name, found in invalid.errors.items()}
        raise refused(ValidationError(said)) from None
    except NoSuchRecord:
        raise _not_found() from None
    except IllegalAct as illegal:
        raise Problem(
            409, "tidak-bisa-sekarang", N_("Tidak bisa dilakukan sekarang"), say(illegal.sentence)
        ) from None
    except ChangedMeanwhile:
        raise _changed() from None
    except api.KeyReused:
        raise Problem(
            409, "kunci-ulang-dipakai", N_("Idempotency-Key ini sudah dipakai untuk hal lain")
        ) from None


def _changed() -> Problem:
    return Problem(412, "sudah-berubah", N_("Permohonan ini berubah sejak dibaca. Baca lagi dulu."))


def _done(answer: bytes, repeated: bool) -> Response:
    response = Response(answer, content_type="application/json")
    response.headers["ETag"] = json.loads(answer)["diubah_terakhir"]
    if repeated:
        response.headers["Idempotent-Replay"] = "true"
    return response


def _answer(found: Record) -> bytes:
    return json.dumps(schemas.StatusOut().dump(status_of(found)), ensure_ascii=False).encode()


def _if_match() -> Context | None:
    said = request.headers.get("If-Match", "").strip()
    if not said or said == "*":
        return None
    context = read_token(said.strip('"'))
    if context is None:
        raise _changed()
    return context


@calls.get("/openapi.json")
def described() -> Response:
    return Response(
        json.dumps(document(), ensure_ascii=False, indent=1), content_type="application/json"
    )


@calls.get("/dokumentasi")
def documentation() -> str:
    headers = {
        "token": "Authorization: Bearer loket_…",
        "repeat": "Idempotency-Key",
        "seen": "If-Match",
        "wait": "Retry-After",
    }
    return render_template("central/api.html", calls=outline(), headers=headers)

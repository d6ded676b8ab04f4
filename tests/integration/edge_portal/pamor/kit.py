"""The app on a Pamor's phone, as the tests play it."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from crypto.browser_recipient import BrowserRecipient, seal_as_browser
from edge_node.edge import Edge
from edge_node.workflows import field_keys
from edge_node.workflows.field_drafts import info_of
from registration.invented.people import Person
from sync.timekeeping import Comparison
from tests.integration.edge_portal.conftest import picture, record_of
from vault.engine import reading
from vault.read import read_record

MONTH, HOUR = timedelta(days=31), timedelta(hours=1)
PASSWORD = "rahasia-sekali"
AGREED = {"teks": "pamor-1", "cara": "dibacakan", "pukul": "2026-11-25T03:00:00Z"}


@dataclass
class FieldPhone:
    """The app on a Pamor's phone, as far as the server can tell."""

    client: FlaskClient
    headers: dict[str, str] = field(default_factory=lambda: {"Accept": "application/json"})

    def sign_in(self, user: str = "joko", password: str = PASSWORD) -> TestResponse:
        answer = self.client.post(
            "/pamor/api/masuk", json={"pengguna": user, "sandi": password}, headers=self.headers
        )
        if answer.status_code == 200:
            self.headers["Authorization"] = f"Bearer {answer.json['tanda']}"  # type: ignore[index]
        return answer

    def knows(self) -> dict[str, Any]:
        told = self.client.get("/pamor/bentuk.json").json
        assert told is not None
        return told  # type: ignore[no-any-return]

    def held(self, sha: str) -> int:
        answer = self.client.head(f"/pamor/api/potongan/{sha}", headers=self.headers)
        assert answer.status_code == 204
        return int(answer.headers["Upload-Offset"])

    def piece(self, sha: str, at: int, size: int, body: bytes) -> TestResponse:
        headers = self.headers | {"Upload-Offset": str(at), "Upload-Length": str(size)}
        return self.client.patch(f"/pamor/api/potongan/{sha}", data=body, headers=headers)

    def send(self, sealed: bytes) -> str:
        sha = hashlib.sha256(sealed).hexdigest()
        at = self.held(sha)
        assert self.piece(sha, at, len(sealed), sealed[at:]).status_code == 204
        return sha

    def hand_over(self, draft: bytes, key: bytes, sha: str) -> TestResponse:
        return self.client.post(
            f"/pamor/api/serah/{draft.hex()}",
            json={"kunci": key.hex(), "isian": sha},
            headers=self.headers,
        )


@dataclass
class Sealed:
    """A draft as it lies on a phone."""

    draft: bytes
    key: BrowserRecipient
    answers: bytes
    photos: list[bytes]

    def send(self, phone: FieldPhone) -> TestResponse:
        for one in self.photos:
            phone.send(one)
        return phone.hand_over(self.draft, self.key.id, phone.send(self.answers))


def seal(
    edge: Edge, person: Person, *, photos: int = 1, draft: bytes = b"", **changes: Any
) -> Sealed:
    """A lost card, filled in at home."""
    key = field_keys.present_key(edge)
    draft = draft or secrets.token_bytes(16)
    sealed = [
        seal_as_browser(key.public, b"kk\n" + picture(), info_of(draft, "foto"))
        for _ in range(photos)
    ]
    said = {
        "layanan": "ktp-el",
        "keperluan": "hilang",
        "versi": 1,
        "isian": person.form("hilang"),
        "yakin": [],
        "bawa": [],
        "setuju": AGREED,
        "selesai": True,
        "foto": [hashlib.sha256(one).hexdigest() for one in sealed],
        **changes,
    }
    answers = seal_as_browser(key.public, json.dumps(said).encode(), info_of(draft, "isian"))
    return Sealed(draft, key, answers, sealed)


def filed(edge: Edge, code: str) -> Any:
    with reading(edge.vault.engine) as connection:
        return read_record(connection, edge.vault, edge.stream, record_of(edge, code))


def later(edge: Edge, span: timedelta) -> None:
    """So much time goes by, and the centre has just told the time."""
    now = edge.clock().later(int(span.total_seconds() * 1000))
    edge.clock = lambda: now
    told = Comparison(0, now.wall_ms, 0, now.boot, now.up_ms)
    edge.standing = replace(edge.standing, clock=told)

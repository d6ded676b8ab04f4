"""Drafts from the field: sealed as a phone seals them, handed over in every wrong order."""

from __future__ import annotations

import hashlib
import json
import re
import secrets
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import update
from werkzeug.test import TestResponse

from crypto.browser_recipient import BrowserRecipient, seal_as_browser
from edge_node.app import create_portal_app
from edge_node.edge import Edge
from edge_node.store.tables import field_draft
from edge_node.workflows import field_keys, field_upload
from edge_node.workflows.drafting import keep_typed, throw_away, unfinished
from edge_node.workflows.field_drafts import info_of
from registration.invented.people import Person
from registration.lifecycle import Role
from sync.ids import new_record_id
from sync.timekeeping import Comparison
from tests.integration.edge_portal.conftest import SITI, picture, record_of, say
from vault import accounts
from vault.engine import reading, writing
from vault.read import read_record

PASSWORD = "rahasia-sekali"
AGREED = {"teks": "pamor-1", "cara": "dibacakan", "pukul": "2026-11-25T03:00:00Z"}


@pytest.fixture
def edge(edge: Edge) -> Edge:
    with writing(edge.vault.engine) as connection:
        for username, role in (("joko", Role.PAMOR), ("asep", Role.PAMOR), ("siti", Role.PETUGAS)):
            accounts.add_account(connection, edge.vault, username, username, role, PASSWORD)
    return edge


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


@pytest.fixture
def rw(app: Flask) -> FieldPhone:
    phone = FieldPhone(app.test_client())
    assert phone.sign_in().status_code == 200
    return phone


def filed(edge: Edge, code: str) -> Any:
    with reading(edge.vault.engine) as connection:
        return read_record(connection, edge.vault, edge.stream, record_of(edge, code))


def test_a_draft_is_filed_in_the_pamors_name_with_the_residents_consent(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    answer = seal(edge, person).send(rw).json

    assert answer is not None
    assert answer["hasil"] == "diajukan"
    found = filed(edge, answer["kode"])
    assert found.value("data.nik") == person.nik
    assert found.value("persetujuan") == "pamor-1 dibacakan 2026-11-25T03:00:00Z"
    assert found.value("kanal") == "loket"
    assert [one["jenis"] for one in found.scans.values()] == ["kk"]
    assert found.told[0].body.by.role == Role.PAMOR


def test_what_was_handed_over_is_gone_from_the_place_where_it_arrived(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person)

    one.send(rw)

    assert rw.held(hashlib.sha256(one.answers).hexdigest()) == 0
    assert rw.held(hashlib.sha256(one.photos[0]).hexdigest()) == 0


def test_handing_over_twice_gives_one_request_and_the_same_receipt(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person)

    first, again = one.send(rw).json, one.send(rw).json

    assert first == again


def test_a_colleague_may_hand_over_what_was_cut_off(
    edge: Edge, app: Flask, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person)
    colleague = FieldPhone(app.test_client())
    colleague.sign_in("asep")

    first, again = one.send(rw).json, one.send(colleague).json

    assert first == again


@pytest.mark.parametrize("cut_at", [1, 80, 81, 400, 800])
def test_sending_goes_on_at_every_place_where_it_was_cut(
    edge: Edge, rw: FieldPhone, person: Person, cut_at: int
) -> None:
    one = seal(edge, person, photos=0)
    sha, size = hashlib.sha256(one.answers).hexdigest(), len(one.answers)
    rw.piece(sha, 0, size, one.answers[:cut_at])

    at = rw.held(sha)
    rw.piece(sha, at, size, one.answers[at:])

    assert at == cut_at
    told = rw.hand_over(one.draft, one.key.id, sha).json
    assert told is not None
    assert told["hasil"] == "diajukan"


def test_a_piece_whose_answer_was_lost_is_not_kept_twice(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0)
    sha, size = hashlib.sha256(one.answers).hexdigest(), len(one.answers)
    rw.piece(sha, 0, size, one.answers[:100])

    again = rw.piece(sha, 0, size, one.answers[:100])

    assert again.status_code == 409
    assert again.headers["Upload-Offset"] == "100"


def test_pieces_of_any_size_come_together(edge: Edge, rw: FieldPhone, person: Person) -> None:
    one = seal(edge, person, photos=0)
    sha, size = hashlib.sha256(one.answers).hexdigest(), len(one.answers)

    for at in range(0, size, 97):
        rw.piece(sha, at, size, one.answers[at : at + 97])
        rw.piece(sha, at, size, one.answers[at : at + 97])

    told = rw.hand_over(one.draft, one.key.id, sha).json
    assert told is not None
    assert told["hasil"] == "diajukan"


def test_a_server_that_died_after_filing_gives_the_same_receipt(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person)
    first = one.send(rw).json
    with writing(edge.vault.engine) as connection:
        connection.execute(update(field_draft).values(done=False))

    again = one.send(rw).json

    assert again == first
    assert len(rw.client.get("/pamor/api/diserahkan", headers=rw.headers).json or []) == 1


def test_a_form_of_a_newer_version_stays_on_the_phone(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    answer = seal(edge, person, photos=0, versi=99).send(rw)

    assert answer.status_code == 422
    assert answer.json is not None
    assert answer.json["title"].startswith("Formulir ini lebih baru")
    assert unfinished(edge) == []


def test_a_photo_that_is_still_on_its_way_is_asked_for(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person)

    answer = rw.hand_over(one.draft, one.key.id, rw.send(one.answers))

    assert answer.status_code == 409
    assert answer.json is not None
    assert answer.json["kurang"] == [hashlib.sha256(one.photos[0]).hexdigest()]
    assert unfinished(edge) == []


def test_bytes_that_are_not_what_they_are_named_by_are_thrown_away(rw: FieldPhone) -> None:
    sha = hashlib.sha256(b"what was meant").hexdigest()

    answer = rw.piece(sha, 0, 4, b"else")

    assert answer.status_code == 409
    assert "Upload-Offset" not in answer.headers
    assert rw.held(sha) == 0


def test_what_is_too_large_is_refused_before_it_is_sent(rw: FieldPhone) -> None:
    sha = "0" * 64

    one = rw.piece(sha, 0, field_upload.MOST_ITEM + 1, b"begins")
    piece = rw.piece(sha, 0, field_upload.MOST_ITEM, bytes(field_upload.MOST_PIECE + 1))

    assert (one.status_code, piece.status_code) == (413, 413)


def test_one_account_cannot_fill_the_disk(rw: FieldPhone) -> None:
    most = field_upload.MOST_OF_ACCOUNT // field_upload.MOST_ITEM
    sizes = [
        rw.piece(f"{number:064x}", 0, field_upload.MOST_ITEM, b"begins").status_code
        for number in range(most + 1)
    ]

    assert sizes == [204] * most + [413]


def test_a_full_disk_leaves_the_draft_on_the_phone(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0)
    sha = rw.send(one.answers)
    edge.settings = replace(edge.settings, free_mib_photos=1e9)

    piece, opened = rw.piece("0" * 64, 0, 9, b"x"), rw.hand_over(one.draft, one.key.id, sha)

    assert (piece.status_code, opened.status_code) == (507, 507)
    edge.settings = replace(edge.settings, free_mib_photos=1.0)
    told = rw.hand_over(one.draft, one.key.id, sha).json
    assert told is not None
    assert told["hasil"] == "diajukan"


def test_a_draft_that_is_sealed_to_another_server_does_not_open(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0)
    other = BrowserRecipient.generate()
    theirs = seal_as_browser(other.public, b"{}", info_of(one.draft, "isian"))

    unknown = rw.hand_over(one.draft, other.id, rw.send(theirs))
    wrong = rw.hand_over(one.draft, one.key.id, rw.send(theirs))

    assert (unknown.status_code, wrong.status_code) == (422, 422)
    assert unfinished(edge) == []


def test_what_was_sealed_for_one_draft_opens_in_no_other(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0)

    answer = rw.hand_over(secrets.token_bytes(16), one.key.id, rw.send(one.answers))

    assert answer.status_code == 422


@pytest.mark.parametrize(
    "broken", [{"isian": 3}, {"foto": ["x"]}, {"versi": "satu"}, {"isian": {"nik": 1}}]
)
def test_a_draft_that_no_app_would_write_is_refused(
    edge: Edge, rw: FieldPhone, person: Person, broken: dict[str, Any]
) -> None:
    answer = seal(edge, person, photos=0, **broken).send(rw)

    assert answer.status_code == 422


def test_what_is_not_finished_stands_at_the_counter_with_its_consent(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    some = {"nama": person.nama, "nik": "3275"}

    told = seal(edge, person, isian=some, selesai=False).send(rw).json

    assert told is not None
    assert (told["hasil"], told["alasan"]) == ("loket", ["Isian ini belum selesai diisi."])
    (kept,) = unfinished(edge)
    assert kept.typed["nama"] == person.nama
    assert kept.by == "joko"
    assert kept.consent.startswith("pamor-1 dibacakan")
    assert len(kept.scans) == 1


def test_what_the_rules_refuse_is_finished_at_the_counter_and_the_reason_is_told(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    wrong = person.form("hilang") | {"nik": "123"}

    told = seal(edge, person, photos=0, isian=wrong).send(rw).json

    assert told is not None
    assert told["hasil"] == "loket"
    assert told["alasan"][0].startswith("NIK:")
    assert "123" in [one.typed["nik"] for one in unfinished(edge)]


def test_without_consent_nothing_is_filed(edge: Edge, rw: FieldPhone, person: Person) -> None:
    told = seal(edge, person, photos=0, setuju=None).send(rw).json

    assert told is not None
    assert told["alasan"] == ["Persetujuan warga belum dicatat."]


def test_handing_over_again_does_not_overwrite_what_the_counter_typed(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0, selesai=False)
    one.send(rw)
    (kept,) = unfinished(edge)
    keep_typed(edge, kept.record, "ktp-el", "hilang", {"nama": "DEWI LESTARI"}, version=1, by=SITI)

    told = one.send(rw).json

    assert told is not None
    assert told["alasan"] == ["Sudah diserahkan dan menunggu dilengkapi di loket."]
    assert unfinished(edge)[0].typed["nama"] == "DEWI LESTARI"


def test_what_the_counter_threw_away_does_not_come_back(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0, selesai=False)
    one.send(rw)
    throw_away(edge, unfinished(edge)[0].record)

    told = one.send(rw).json

    assert told is not None
    assert told["alasan"] == ["Sudah diserahkan, lalu dihapus di loket."]
    assert unfinished(edge) == []


def test_a_records_id_is_of_this_servers_time_whatever_the_phone_says(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    long_ago = new_record_id(0)

    told = seal(edge, person, photos=0, draft=long_ago).send(rw).json

    assert told is not None
    born = int.from_bytes(record_of(edge, told["kode"])[:6], "big")
    assert abs(born - edge.stamp().now_ms) < 60_000


# Who may


def test_nothing_is_taken_from_who_is_not_signed_in(edge: Edge, app: Flask, person: Person) -> None:
    stranger = FieldPhone(app.test_client())
    one = seal(edge, person, photos=0)

    statuses = [
        stranger.piece("0" * 64, 0, 1, b"x").status_code,
        stranger.client.head(f"/pamor/api/potongan/{'0' * 64}").status_code,
        stranger.hand_over(one.draft, one.key.id, "0" * 64).status_code,
        stranger.client.get("/pamor/api/diserahkan", headers=stranger.headers).status_code,
    ]
    stranger.headers["Authorization"] = "Bearer made-up"
    statuses.append(stranger.piece("0" * 64, 0, 1, b"x").status_code)

    assert statuses == [401] * 5


def test_passwords_cannot_be_tried_for_long(app: Flask) -> None:
    thief = FieldPhone(app.test_client())

    statuses = [thief.sign_in("joko", f"tebak-{number}").status_code for number in range(6)]

    assert statuses == [422] * 5 + [429]


def test_signing_in_leaves_a_residents_session_on_the_same_phone_alone(app: Flask) -> None:
    phone = FieldPhone(app.test_client())

    answer = phone.sign_in()

    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


def test_an_account_sees_what_it_handed_over_and_nobody_elses(
    edge: Edge, app: Flask, rw: FieldPhone, person: Person
) -> None:
    told = seal(edge, person, photos=0).send(rw).json
    colleague = FieldPhone(app.test_client())
    colleague.sign_in("asep")

    mine = rw.client.get("/pamor/api/diserahkan", headers=rw.headers)
    theirs = colleague.client.get("/pamor/api/diserahkan", headers=colleague.headers)

    assert told is not None
    assert [one["kode"] for one in mine.json or []] == [told["kode"]]
    assert person.nama not in mine.text
    assert theirs.json == []


def test_the_list_says_how_it_stands_now(edge: Edge, rw: FieldPhone, person: Person) -> None:
    told = seal(edge, person, photos=0).send(rw).json
    assert told is not None
    record = record_of(edge, told["kode"])
    say(edge, record, "verifikasi", SITI, status="diverifikasi")

    (one,) = rw.client.get("/pamor/api/diserahkan", headers=rw.headers).json or []

    assert one["keadaan"].startswith("Berkas lengkap.")


# Keys and time


def later(edge: Edge, span: timedelta) -> None:
    """So much time goes by, and the centre has just told the time."""
    now = edge.clock().later(int(span.total_seconds() * 1000))
    edge.clock = lambda: now
    told = Comparison(0, now.wall_ms, 0, now.boot, now.up_ms)
    edge.standing = replace(edge.standing, clock=told)


MONTH, HOUR = timedelta(days=31), timedelta(hours=1)


def test_a_key_is_used_for_a_month_and_opens_for_some_more(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0)

    later(edge, MONTH)
    field_keys.forget_old(edge)
    after = field_keys.present_key(edge)

    assert after.id != one.key.id
    told = one.send(rw).json
    assert told is not None
    assert told["hasil"] == "diajukan"


def test_a_key_is_destroyed_in_the_end_and_its_drafts_open_for_nobody(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0)
    later(edge, MONTH)
    field_keys.present_key(edge)

    later(edge, field_keys.KEPT + HOUR)
    field_keys.forget_old(edge)
    rw.sign_in()
    answer = one.send(rw)

    assert answer.status_code == 422
    assert answer.json is not None
    assert "terlalu lama disimpan di HP" in answer.json["title"]


def test_a_clock_that_nobody_vouches_for_destroys_no_key(edge: Edge, person: Person) -> None:
    one = seal(edge, person)
    far = edge.clock().later(10**12)
    edge.clock = lambda: far

    field_keys.forget_old(edge)

    assert field_keys.present_key(edge).id == one.key.id


def test_the_key_stands_on_the_disk_for_nobody(edge: Edge) -> None:
    key = field_keys.present_key(edge)

    files = [one.read_bytes() for one in edge.settings.data.iterdir() if one.is_file()]
    assert any(key.id in one for one in files)
    assert not any(key.secret in one for one in files)


def test_what_nobody_goes_on_with_is_dropped_after_a_week(
    edge: Edge, rw: FieldPhone, person: Person
) -> None:
    one = seal(edge, person, photos=0)
    sha, size = hashlib.sha256(one.answers).hexdigest(), len(one.answers)
    rw.piece(sha, 0, size, one.answers[:100])

    later(edge, field_keys.ITEM_LIFE + HOUR)
    field_keys.forget_old(edge)
    rw.sign_in()

    assert rw.held(sha) == 0


# The app itself


def kept_by(client: FlaskClient) -> dict[str, Any]:
    """What the service worker keeps."""
    script = client.get("/pamor/sw.js").text
    told: dict[str, Any] = json.loads(script.removeprefix("const TOLD = ").partition(";\n")[0])
    return told


def test_all_that_the_app_needs_is_kept_for_when_there_is_no_network(app: Flask) -> None:
    client = app.test_client()

    kept = kept_by(client)["simpan"]

    texts = {}
    for address in kept:
        with client.get(address) as answer:
            assert answer.status_code == 200, address
            texts[address] = answer.get_data().decode(errors="replace")
    page = texts["/pamor/"]
    needed = set(re.findall(r'(?:src|href)="(/[^"#]+)"', page))
    assert needed - {"/pamor/aset/ikon-192.png"} <= set(kept)
    for text in texts.values():
        imports = re.findall(r'from "\./([a-z]+\.js)"', text)
        assert {f"/pamor/aset/{one}" for one in imports} <= set(kept)


def test_a_new_key_is_a_new_version_of_the_app(edge: Edge, app: Flask) -> None:
    client = app.test_client()
    before = kept_by(client)["versi"]
    same = kept_by(client)["versi"]

    later(edge, MONTH)

    assert same == before
    assert kept_by(client)["versi"] != before


def test_the_page_is_the_same_for_everybody(app: Flask) -> None:
    client = app.test_client()
    client.post("/bahasa/en")

    answer = client.get("/pamor/")

    assert 'lang="id"' in answer.text
    assert "csrf" not in answer.text


def test_practice_has_no_field_app(edge: Edge) -> None:
    assert create_portal_app(edge, practice=True).test_client().get("/pamor/").status_code == 404


def test_the_captive_portal_leads_nobody_away_from_the_app(edge: Edge) -> None:
    edge.settings = replace(edge.settings, portal_url="https://portal.kelurahan.example")
    client = create_portal_app(edge).test_client()

    page = client.get("/pamor/", base_url="https://portal.kelurahan.example")
    worker = client.get("/pamor/sw.js", base_url="https://portal.kelurahan.example")

    assert (page.status_code, worker.status_code) == (200, 200)

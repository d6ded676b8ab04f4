from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from structlog.testing import capture_logs


def test_machines_get_problem_json(client: FlaskClient) -> None:
    answer = client.get("/sync/tolak")

    assert answer.status_code == 409
    assert answer.content_type == "application/problem+json"
    assert answer.get_json(force=True) == {
        "type": "urn:loket:problem:sudah-ada",
        "title": "Sudah ada",
        "status": 409,
        "detail": "Kode ini sudah dipakai.",
        "seq": 7,
    }


def test_a_caller_that_asks_for_json_gets_it_anywhere(client: FlaskClient) -> None:
    answer = client.get("/tolak", headers={"Accept": "application/json"})

    assert answer.content_type == "application/problem+json"


@pytest.mark.parametrize("accept", ["", "*/*", "text/html,application/xhtml+xml,*/*;q=0.8"])
def test_people_get_a_page(client: FlaskClient, accept: str) -> None:
    answer = client.get("/tolak", headers={"Accept": accept})

    assert answer.status_code == 409
    assert answer.content_type.startswith("text/html")
    assert "Kode ini sudah dipakai." in answer.text
    assert "tetap aman" in answer.text


def test_an_unknown_address_is_told_in_the_form_its_caller_reads(client: FlaskClient) -> None:
    page = client.get("/tidak-ada")
    machine = client.get("/sync/tidak-ada")

    assert page.status_code == 404
    assert "Halaman tidak ditemukan" in page.text
    assert machine.get_json(force=True)["type"] == "urn:loket:problem:tidak-ditemukan"


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    answer = client.put("/halaman")

    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_form_without_token_is_refused_in_words(client: FlaskClient) -> None:
    answer = client.post("/kirim", data={"nama": "Dewi"})

    assert answer.status_code == 400
    assert "terlalu lama terbuka" in answer.text
    assert "Dewi" not in answer.text


def test_a_failure_shows_a_reference_and_logs_no_personal_data(client: FlaskClient) -> None:
    with capture_logs() as logs:
        answer = client.get("/gagal?cari=DEWI+LESTARI")

    reference = re.search(r'<code class="code">(\w{6})</code>', answer.text)
    assert answer.status_code == 500
    assert reference
    assert "Traceback" not in answer.text
    (entry,) = [log for log in logs if log["event"] == "request.failed"]
    assert entry["ref"] == reference[1]
    assert "ValueError" in str(entry["failure"])
    for secret in ("3275024107900001", "DEWI", "cari"):
        assert secret not in str(entry)
        assert secret not in answer.text


def test_a_failure_while_sending_says_to_look_before_repeating(
    app: Flask, free: FlaskClient
) -> None:
    assert "periksa dulu di daftar" in free.post("/gagal").text


def test_a_machine_gets_the_reference_too(client: FlaskClient) -> None:
    answer = client.get("/api/gagal")

    assert answer.status_code == 500
    assert len(answer.get_json(force=True)["reference"]) == 6


def test_the_page_comes_even_when_what_pages_need_is_broken(app: Flask) -> None:
    @app.context_processor
    def broken() -> dict[str, object]:
        raise RuntimeError("no store")

    answer = app.test_client().get("/_komponen")

    assert answer.status_code == 500
    assert "Ada gangguan di server" in answer.text

from __future__ import annotations

import gzip
import re
import tempfile
from pathlib import Path

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient
from jinja2 import UndefinedError

from web.app import STATIC, WebSettings, asset, create_app


def test_pages_carry_strict_headers_and_are_not_stored(client: FlaskClient) -> None:
    headers = client.get("/halaman").headers

    policy = headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "unsafe" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert headers["Cache-Control"] == "no-store"


def test_static_texts_travel_compressed_and_pages_never(client: FlaskClient) -> None:
    asks = {"Accept-Encoding": "gzip"}
    with (
        client.get("/static/loket.css", headers=asks) as small,
        client.get("/static/loket.css") as plain,
    ):
        unpacked = gzip.decompress(small.data)

        assert (small.headers["Content-Encoding"], small.headers["Vary"]) == (
            "gzip",
            "Accept-Encoding",
        )
        assert unpacked == plain.data
        assert len(small.data) < len(plain.data) / 3
        assert small.headers["ETag"] != plain.headers["ETag"]
        assert "Content-Encoding" not in plain.headers
    assert "Content-Encoding" not in client.get("/_komponen/portal", headers=asks).headers


def test_a_static_file_is_kept_for_good_only_under_its_fingerprint(
    app: Flask, client: FlaskClient
) -> None:
    with app.test_request_context():
        url = asset("loket.css")

    with client.get(url) as fingerprinted, client.get("/static/loket.css") as plain:
        assert "immutable" in fingerprinted.headers["Cache-Control"]
        assert plain.headers["Cache-Control"] == "no-cache"
    assert client.get("/static/tidak-ada.css").headers["Cache-Control"] == "no-store"


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites() -> None:
    app = create_app("web", WebSettings(secret_key=b"k" * 32, secure_cookies=True))

    @app.get("/sandi")
    def token() -> str:
        return render_template_string("{{ csrf_token() }}")

    cookie = app.test_client().get("/sandi", base_url="https://loket.test").headers["Set-Cookie"]

    assert "HttpOnly" in cookie
    assert "Secure" in cookie
    assert "SameSite=Lax" in cookie


def test_the_secret_is_not_shown_when_the_settings_are_printed() -> None:
    assert "rahasia" not in repr(WebSettings(secret_key=b"rahasia"))


def test_uploads_stay_in_memory(
    free: FlaskClient, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setattr("werkzeug.formparser.default_stream_factory", _forbidden)
    for name in ("TemporaryFile", "SpooledTemporaryFile", "mkstemp"):
        monkeypatch.setattr(tempfile, name, _forbidden)
    # Written by hand, because the test client itself would make a temporary file.
    body = (
        b'--x\r\nContent-Disposition: form-data; name="nama"\r\n\r\nDewi\r\n'
        b'--x\r\nContent-Disposition: form-data; name="foto"; filename="kk.jpg"\r\n\r\n'
        + b"y" * 5_000_000
        + b"\r\n--x--\r\n"
    )

    answer = free.post("/kirim", data=body, content_type="multipart/form-data; boundary=x")

    assert answer.json == {"form": {"nama": "Dewi"}, "streams": ["BytesIO"], "sizes": [5_000_000]}
    assert list(tmp_path.iterdir()) == []


def _forbidden(*_args: object, **_more: object) -> None:
    raise AssertionError("an upload was about to be written to disk")


def test_a_body_beyond_the_limit_is_refused_in_words() -> None:
    app = create_app("web", WebSettings(secret_key=b"k" * 32, max_body_bytes=1000))

    answer = app.test_client().post("/bahasa/en", data={"next": "x" * 2000})

    assert answer.status_code == 413
    assert "Berkas terlalu besar" in answer.text


def test_a_misspelt_name_in_a_template_fails(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(UndefinedError):
        render_template_string("{{ salah_tulis }}")


def test_the_base_pages_need_nothing_from_the_view(app: Flask) -> None:
    for base in ("web/base.html", "web/base_public.html"):
        with app.test_request_context():
            html = render_template_string("{% extends '" + base + "' %}")
        assert '<html lang="id">' in html
        assert 'href="#isi"' in html


def test_no_page_has_inline_script_or_style(client: FlaskClient) -> None:
    for path in ("/_komponen", "/_komponen/portal", "/_komponen/masuk", "/tidak-ada"):
        html = client.get(path).text
        assert not re.search(r"<script(?![^>]*\bsrc=)", html), path
        assert not re.search(r"<style|\sstyle=|\son[a-z]+=|javascript:", html), path


def test_the_portal_stays_under_60_kilobytes(client: FlaskClient) -> None:
    page = len(client.get("/_komponen/portal").data)

    static = sum((STATIC / name).stat().st_size for name in _portal_files(client))

    assert page + static < 60_000


def _portal_files(client: FlaskClient) -> set[str]:
    return set(re.findall(r"/static/([\w.]+)\?v=", client.get("/_komponen/portal").text)) | {
        "loket.svg"
    }


def test_the_language_is_indonesian_until_somebody_chooses(app: Flask) -> None:
    client = app.test_client()

    def lang(**headers: str) -> str:
        found = re.search(
            r'<html lang="(\w+)"', client.get("/_komponen/masuk", headers=headers).text
        )
        assert found
        return found[1]

    assert lang() == "id"
    assert lang(**{"Accept-Language": "fr"}) == "id"
    assert lang(**{"Accept-Language": "en-GB,en;q=0.9"}) == "id"

    app.config["WTF_CSRF_ENABLED"] = False
    moved = client.post("/bahasa/id", data={"next": "/halaman"})
    assert moved.status_code == 303
    assert moved.location == "/halaman"
    assert lang(**{"Accept-Language": "en"}) == "id"


def test_the_language_switch_leaves_neither_the_site_nor_the_known_languages(
    free: FlaskClient,
) -> None:
    assert free.post("/bahasa/xx").status_code == 404
    assert free.post("/bahasa/en", data={"next": "//jahat.test"}).location == "/"

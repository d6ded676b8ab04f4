from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, request
from flask.testing import FlaskClient

from web.app import WebSettings, create_app
from web.problems import Problem


@pytest.fixture
def app() -> Flask:
    """An app with one route for each thing that can happen."""
    app = create_app("web", WebSettings(secret_key=b"k" * 32, debug_gallery=True))

    @app.get("/halaman")
    def page() -> str:
        return "<p>isi</p>"

    @app.post("/kirim")
    def send() -> dict[str, object]:
        return {
            "form": request.form.to_dict(),
            "streams": [type(f.stream).__name__ for f in request.files.values()],
            "sizes": [len(f.read()) for f in request.files.values()],
        }

    @app.get("/sync/tolak")
    @app.get("/tolak")
    def refuse() -> str:
        raise Problem(409, "sudah-ada", "Sudah ada", "Kode ini sudah dipakai.", extra={"seq": 7})

    @app.route("/gagal", methods=["GET", "POST"])
    @app.route("/api/gagal", methods=["GET"])
    def fail() -> str:
        raise ValueError("NIK 3275024107900001 tidak cocok")

    return app


@pytest.fixture
def client(app: Flask) -> Iterator[FlaskClient]:
    with app.test_client() as client:
        yield client


@pytest.fixture
def free(app: Flask) -> FlaskClient:
    """A client for which forms need no token."""
    app.config["WTF_CSRF_ENABLED"] = False
    return app.test_client()

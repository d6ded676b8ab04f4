"""What of the app is kept on a phone for when there is no network."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from edge_node.app import create_portal_app
from edge_node.edge import Edge
from tests.integration.edge_portal.pamor.kit import MONTH, later


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

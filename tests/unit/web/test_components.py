from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from flask import Flask, render_template_string
from flask.testing import FlaskClient

import web

COMPONENTS = Path(web.__file__).parent / "templates" / "web" / "components"


class Ids(HTMLParser):
    """Collects ids and the references to them."""

    def __init__(self) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.references: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id" and value:
                self.ids.append(value)
            elif name in ("for", "aria-describedby", "aria-labelledby", "form") and value:
                self.references.extend(value.split())


def question(**more: Any) -> SimpleNamespace:
    usual = {
        "name": "data.nik",
        "label": "NIK",
        "kind": "numeric",
        "help": "16 angka",
        "example": "3275",
        "required": True,
        "choices": (),
        "max_length": None,
        "inputmode": None,
        "autocomplete": None,
    }
    return SimpleNamespace(**{**usual, **more})


def render_field(app: Flask, f: SimpleNamespace, **more: Any) -> str:
    with app.test_request_context():
        return render_template_string(
            '{% from "web/components/field.html" import field %}'
            "{{ field(f, value, errors, warnings, confirmed) }}",
            f=f,
            **{"value": "", "errors": (), "warnings": (), "confirmed": False, **more},
        )


@pytest.mark.parametrize("path", ["/_komponen", "/_komponen/portal", "/_komponen/masuk"])
def test_every_page_of_the_gallery_renders_with_ids_that_meet(
    client: FlaskClient, path: str
) -> None:
    answer = client.get(path)

    ids = Ids()
    ids.feed(answer.text)
    assert answer.status_code == 200
    assert len(ids.ids) == len(set(ids.ids))
    assert set(ids.references) <= set(ids.ids)


def test_the_gallery_shows_every_component() -> None:
    pages = COMPONENTS.parent
    shown = "".join(path.read_text() for path in pages.glob("*.html"))

    for component in COMPONENTS.glob("*.html"):
        assert f"web/components/{component.name}" in shown, component.name


def test_the_gallery_is_not_there_unless_asked_for() -> None:
    from web.app import WebSettings, create_app

    app = create_app("web", WebSettings(secret_key=b"k" * 32))

    assert app.test_client().get("/_komponen").status_code == 404


@pytest.mark.parametrize("kind", ["text", "textarea", "tel", "numeric", "date"])
def test_what_was_typed_stays_and_is_escaped(app: Flask, kind: str) -> None:
    html = render_field(app, question(kind=kind), value='<b>"31-02"')

    assert "<b>" not in html
    assert "&lt;b&gt;&#34;31-02&#34;" in html
    assert 'type="date"' not in html


def test_a_true_date_is_asked_with_the_date_box_and_told_in_words(app: Flask) -> None:
    html = render_field(app, question(kind="date"), value="1990-03-05")

    assert 'type="date"' in html
    assert "5 Maret 1990" in html


def test_a_refusal_stands_beside_its_field_and_is_tied_to_it(app: Flask) -> None:
    html = render_field(app, question(), value="32", errors=["NIK harus 16 angka."])

    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="f-data.nik-help f-data.nik-example f-data.nik-error"' in html
    assert re.search(r'id="f-data.nik-error">.*NIK harus 16 angka\.', html, re.DOTALL)


def test_a_warning_can_be_confirmed(app: Flask) -> None:
    asked = render_field(app, question(), warnings=["Tidak cocok."])
    confirmed = render_field(app, question(), warnings=["Tidak cocok."], confirmed=True)

    assert 'name="konfirmasi" value="data.nik">' in asked
    assert 'name="konfirmasi" value="data.nik" checked>' in confirmed


def test_few_choices_are_seen_at_once_and_many_fold(app: Flask) -> None:
    few = render_field(
        app, question(kind="choice", choices=[("L", "Laki-laki"), ("P", "Perempuan")]), value="P"
    )
    many = render_field(
        app, question(kind="choice", choices=[(str(n), f"no {n}") for n in range(9)]), value="3"
    )

    assert few.count('type="radio"') == 2
    assert 'value="P" checked' in few
    assert "<select" in many
    assert 'value="3" selected' in many


def test_only_what_may_be_left_empty_says_so(app: Flask) -> None:
    assert "boleh kosong" not in render_field(app, question())
    assert "boleh kosong" in render_field(app, question(required=False))


def test_a_stored_scan_can_be_removed_and_frees_the_field_from_being_required(
    app: Flask,
) -> None:
    scan = SimpleNamespace(
        id="1", name="KK", note="", url=None, thumb_url=None, remove_url="/hapus/1"
    )
    with app.test_request_context():
        html = render_template_string(
            '{% from "web/components/file_field.html" import file_field %}'
            '{{ file_field("kk", "Foto KK", required=True, stored=[scan]) }}',
            scan=scan,
        )

    assert 'formaction="/hapus/1"' in html
    assert 'accept="image/*,application/pdf"' in html
    assert " required" not in html


@pytest.mark.parametrize("state", ["connected", "sending", "waiting", "busy", "act"])
def test_the_weather_is_told_in_words(app: Flask, state: str) -> None:
    weather = SimpleNamespace(
        state=state, symbol="○", sentence="Kalimat", action_url="/x", action_label="Buka"
    )
    with app.test_request_context():
        html = render_template_string('{% extends "web/base.html" %}', weather=weather)

    assert f"weather-{state}" in html
    assert "Kalimat" in html
    # Looking is a link; asking for a transfer changes something, so it posts.
    assert ('<a class="weather-action"' in html) == (state == "act")

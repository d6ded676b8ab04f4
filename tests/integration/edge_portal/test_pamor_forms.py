"""What the field app knows of the forms with no server near: all, as the server asks it."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from flask_babel import force_locale, gettext

from edge_node.pamor.texts import TEXTS
from registration.catalogue import SERVICES, Case, FieldKind, Service
from web.i18n import LANGUAGES

CASES = [
    pytest.param(service, case, lang, id=f"{service.code}-{case.code}-{lang}")
    for service in SERVICES
    for case in service.cases
    for lang in LANGUAGES
]


def known(app: Flask, lang: str) -> dict[str, Any]:
    told = app.test_client().get("/pamor/bentuk.json").json
    assert told is not None
    one: dict[str, Any] = told["bahasa"][lang]
    return one


@pytest.mark.parametrize(("service", "case", "lang"), CASES)
def test_a_form_is_whole(app: Flask, service: Service, case: Case, lang: str) -> None:
    asked = case.at(service.version)

    told = known(app, lang)

    (of,) = [one for one in told["layanan"] if one["kode"] == service.code]
    (form,) = [one for one in of["keperluan"] if one["kode"] == case.code]
    questions = [told["pertanyaan"][place] for step in form["langkah"] for place in step["isi"]]
    assert of["versi"] == service.version
    assert [one["name"] for one in questions] == [one.name for one in asked.fields]
    assert [one["kode"] for one in form["berkas"]] == [one.code for one in asked.documents]
    with app.test_request_context(), force_locale(lang):
        for shown, field in zip(questions, asked.fields, strict=True):
            assert (shown["label"], shown["jenis"]) == (gettext(field.label), field.kind)
            assert shown["required"] == field.required
            assert shown["max_length"] == field.max_length
            if field.kind is not FieldKind.DATE:
                assert shown["help"] == (gettext(field.help) if field.help else "")
                assert shown["example"] == field.example
            choices = [[one.value, gettext(one.label)] for one in field.choices]
            assert shown["choices"] == choices
        for shown, document in zip(form["berkas"], asked.documents, strict=True):
            assert (shown["label"], shown["wajib"]) == (gettext(document.label), document.required)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_all_words_come_along(app: Flask, lang: str) -> None:
    told = known(app, lang)

    assert told["teks"].keys() == TEXTS.keys()
    assert len(told["bulan"]) == 12
    assert all(told["teks"].values())

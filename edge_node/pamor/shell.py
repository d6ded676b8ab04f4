"""The app itself: one page, its scripts, and everything that it must know with no network.

It is kept by a service worker as one set under one version: a change of a script, a form, a word or
the key makes a new set, which takes the place of the old one at the next start.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import asdict
from functools import cache
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from flask_babel import force_locale

from edge_node.pamor.texts import TEXTS
from edge_node.portal.current import t, the_edge
from edge_node.portal.fields import months, view_field
from edge_node.portal.steps import steps_of
from edge_node.workflows import field_drafts, field_keys
from edge_node.workflows.portal import MOST_PHOTOS
from registration.catalogue import SERVICES, Case, Field
from web.app import allow_camera, asset
from web.i18n import LANGUAGES

_STATIC = Path(__file__).parent / "static"
blueprint = Blueprint(
    "pamor",
    __name__,
    url_prefix="/pamor",
    static_folder=str(_STATIC),
    static_url_path="/aset",
)


@cache
def _files() -> tuple[str, ...]:
    return tuple(sorted(one.name for one in _STATIC.iterdir() if one.suffix in (".js", ".css")))


@blueprint.get("/")
def page() -> str:
    with force_locale("id"):
        allow_camera()
    return render_template("pamor/app.html", office=f"Kelurahan {the_edge().node.name}", api=_api())


def _api() -> str:
    """Where the app hands over: never answered from what the phone keeps."""
    return f"{url_for('pamor.page')}api"


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    """What the phone shows beside the icon, once the app is put on its first screen."""
    icon = {"src": asset("loket.svg"), "type": "image/svg+xml", "sizes": "any"}
    said = {
        "name": f"Halo Pamor {the_edge().node.name}",
        "short_name": "Halo Pamor",
        "lang": "id",
        "id": url_for("pamor.page"),
        "start_url": url_for("pamor.page"),
        "scope": url_for("pamor.page"),
        "display": "standalone",
        "background_color": "#f3f5f6",
        "theme_color": "#0b6e69",
        "icons": [
            {**icon, "purpose": "any"},
            *(
                {
                    "src": url_for("pamor.static", filename=f"ikon-{side}.png"),
                    "type": "image/png",
                    "sizes": f"{side}x{side}",
                    "purpose": "any maskable",
                }
                for side in (192, 512)
            ),
        ],
    }
    return Response(json.dumps(said), content_type="application/manifest+json")


@blueprint.get("/bentuk.json")
def forms() -> Response:
    """Forms, words and the key to seal to."""
    return Response(_knowledge(), content_type="application/json")


@blueprint.get("/sw.js")
def worker() -> Response:
    """The service worker. It names its version, so that a phone notices a new one by it."""
    kept = [
        url_for("pamor.page"),
        url_for("pamor.forms"),
        url_for("pamor.manifest"),
        *(url_for("pamor.static", filename=name) for name in _files()),
        *(asset(name) for name in ("loket.css", "portal.css", "loket.svg")),
        # As the style sheet names it.
        url_for("web.static", filename="loket.svg"),
    ]
    told = {"versi": _version(kept), "simpan": kept, "luar": f"{_api()}/"}
    script = (_STATIC / "worker" / "sw.js").read_text()
    return Response(f"const TOLD = {json.dumps(told)};\n{script}", content_type="text/javascript")


def _version(kept: list[str]) -> str:
    said = hashlib.sha256(_knowledge().encode())
    said.update(json.dumps(kept).encode())
    for name in (*_files(), "worker/sw.js"):
        said.update((_STATIC / name).read_bytes())
    said.update(page().encode())
    return said.hexdigest()[:16]


def _knowledge() -> str:
    key = field_keys.present_key(the_edge())
    return json.dumps(
        {
            "kantor": f"Kelurahan {the_edge().node.name}",
            "kunci": {"id": key.id.hex(), "publik": base64.b64encode(key.public).decode()},
            "persetujuan": {"teks": field_drafts.CONSENT, "cara": field_drafts.HOW},
            "foto_terbanyak": MOST_PHOTOS,
            "bahasa": {lang: _in_language(lang) for lang in LANGUAGES},
        },
        ensure_ascii=False,
    )


@cache
def _in_language(lang: str) -> dict[str, Any]:
    """All that is said in one language: it changes with the program only."""
    with force_locale(lang):
        questions: list[dict[str, Any]] = []
        services = [
            {
                "kode": one.code,
                "judul": t(one.title),
                "singkat": t(one.short),
                "ringkas": t(one.summary),
                "versi": one.version,
                "keperluan": [_case(case.at(one.version), questions) for case in one.cases],
            }
            for one in SERVICES
        ]
        return {
            "nama": LANGUAGES[lang],
            "teks": {name: t(said) for name, said in TEXTS.items()},
            "bulan": [name for _, name in months()],
            "layanan": services,
            "pertanyaan": questions,
        }


def _case(case: Case, questions: list[dict[str, Any]]) -> dict[str, Any]:
    """A form: its pages as on the portal; questions by their place in the list of all."""
    return {
        "kode": case.code,
        "judul": t(case.title),
        "ringkas": t(case.summary),
        "langkah": [
            {"judul": step.title, "isi": [_question(one, questions) for one in step.fields]}
            for step in steps_of(case)
        ],
        "berkas": [
            {
                "kode": one.code,
                "label": t(one.label),
                "bantuan": t(one.help),
                "wajib": one.required,
            }
            for one in case.documents
        ],
    }


def _question(field: Field, questions: list[dict[str, Any]]) -> int:
    shown = {**asdict(view_field(field)), "jenis": str(field.kind)}
    if shown not in questions:
        questions.append(shown)
    return questions.index(shown)

"""Refusals and failures: problem+json (RFC 9457) for machines, a plain page for people."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, current_app, request
from flask_babel import get_locale, gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response

from web.i18n import N_
from web.logs import places

log = structlog.get_logger(__name__)

MACHINE_PATHS = ("/sync/", "/relay/", "/api/")
# Without letters and digits that are mistaken for each other when read over the telephone.
_REFERENCE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class Problem(Exception):
    """Something a caller must be told; raised anywhere below a view."""

    def __init__(
        self,
        status: int,
        slug: str,
        title: str,
        detail: str = "",
        *,
        headers: Mapping[str, str] | None = None,
        extra: Mapping[str, Any] | None = None,
    ) -> None:
        super().__init__(slug)
        self.status = status
        self.slug = slug
        self.title = title
        self.detail = detail
        self.headers = dict(headers or {})
        self.extra = dict(extra or {})

    @property
    def type(self) -> str:
        return f"urn:loket:problem:{self.slug}"

    def as_json(self) -> dict[str, Any]:
        body = dict(self.extra)
        body.update(type=self.type, title=self.title, status=self.status)
        if self.detail:
            body["detail"] = self.detail
        return body


@dataclass(frozen=True, slots=True)
class _Sentences:
    """What people read: what happened, what to do, what became of their work."""

    slug: str
    title: str
    happened: str
    do: str


_SAFE = N_("Yang sudah tersimpan tetap aman.")
_SAFE_SENT = N_(
    "Yang sudah tersimpan tetap aman. Isian yang baru dikirim mungkin belum tersimpan: "
    "periksa dulu di daftar sebelum mengisi ulang."
)

_PEOPLE: dict[int, _Sentences] = {
    400: _Sentences(
        "permintaan-tidak-dikenali",
        N_("Isian tidak terbaca"),
        N_("Server menerima isian yang tidak lengkap atau terputus di jalan."),
        N_("Kembali ke halaman sebelumnya, lalu kirim sekali lagi."),
    ),
    401: _Sentences(
        "belum-masuk",
        N_("Silakan masuk dulu"),
        N_("Halaman ini hanya untuk petugas yang sudah masuk."),
        N_("Masuk dengan nama pengguna dan kata sandi Anda, lalu ulangi."),
    ),
    403: _Sentences(
        "bukan-wewenang",
        N_("Halaman ini bukan untuk peran Anda"),
        N_("Akun yang sedang dipakai tidak berwenang membuka halaman ini."),
        N_("Kembali ke halaman awal, atau masuk dengan akun yang berwenang."),
    ),
    404: _Sentences(
        "tidak-ditemukan",
        N_("Halaman tidak ditemukan"),
        N_("Alamat ini tidak ada, atau yang dicari sudah dipindahkan."),
        N_("Periksa alamatnya, atau mulai lagi dari halaman awal."),
    ),
    405: _Sentences(
        "cara-tidak-dikenal",
        N_("Halaman ini tidak dapat dibuka langsung"),
        N_("Alamat ini hanya dipakai oleh tombol di halaman lain."),
        N_("Mulai lagi dari halaman awal."),
    ),
    413: _Sentences(
        "terlalu-besar",
        N_("Berkas terlalu besar"),
        N_("Foto atau berkas yang dikirim lebih besar dari yang dapat diterima."),
        N_("Kirim foto satu per satu, atau ambil ulang dengan ukuran lebih kecil."),
    ),
    415: _Sentences(
        "jenis-tidak-dikenal",
        N_("Jenis berkas tidak dikenal"),
        N_("Server tidak dapat membaca jenis isian ini."),
        N_("Kembali ke halaman sebelumnya, lalu kirim foto atau PDF."),
    ),
    429: _Sentences(
        "terlalu-sering",
        N_("Terlalu sering mencoba"),
        N_("Ada terlalu banyak percobaan dalam waktu singkat."),
        N_("Tunggu sebentar, lalu coba sekali lagi."),
    ),
    500: _Sentences(
        "gangguan",
        N_("Ada gangguan di server"),
        N_("Server tidak dapat menyelesaikan permintaan tadi. Ini bukan kesalahan Anda."),
        N_("Coba sekali lagi. Bila terulang, sebutkan kode di bawah kepada admin."),
    ),
    503: _Sentences(
        "sedang-sibuk",
        N_("Server sedang sibuk"),
        N_("Server belum dapat melayani permintaan ini sekarang."),
        N_("Tunggu satu menit, lalu coba lagi."),
    ),
}

_CSRF = _Sentences(
    "sesi-berakhir",
    N_("Halaman ini sudah terlalu lama terbuka"),
    N_("Demi keamanan, isian tadi tidak diterima karena sesi Anda sudah berakhir."),
    N_("Muat ulang halaman sebelumnya, lalu kirim sekali lagi. Cookie harus diizinkan."),
)


def wants_machine_answer() -> bool:
    """Paths for machines, and callers that ask for JSON rather than a page."""
    if request.path.startswith(MACHINE_PATHS):
        return True
    accept = request.accept_mimetypes
    if not accept:
        return False
    machine = max(accept["application/json"], accept["application/problem+json"])
    return machine > accept["text/html"]


def _machine(problem: Problem) -> Response:
    response = Response(
        json.dumps(problem.as_json(), ensure_ascii=False),
        problem.status,
        content_type="application/problem+json",
    )
    response.headers.extend(problem.headers)
    return response


def _page(
    status: int, sentences: _Sentences, headers: Mapping[str, str], reference: str
) -> Response:
    """Rendered apart from the app's context, which may be the very thing that failed."""
    sent = request.method not in ("GET", "HEAD")
    try:
        lang = str(get_locale() or "id")
        html = current_app.jinja_env.get_template("web/problem.html").render(
            lang=lang,
            product=current_app.config["PRODUCT_TITLE"],
            title=gettext(sentences.title),
            happened=gettext(sentences.happened) if sentences.happened else "",
            do=gettext(sentences.do) if sentences.do else "",
            safe=gettext(_SAFE_SENT if sent else _SAFE),
            reference=reference,
            home=f"{request.script_root}/",
        )
        response = Response(html, status, content_type="text/html; charset=utf-8")
    except Exception as error:  # noqa: BLE001 - the last page must come whatever happens
        log.error("problem.page_failed", failure=places(error))
        response = Response(
            f"{sentences.title}\n\n{sentences.happened}\n{sentences.do}\n{_SAFE_SENT}\n",
            status,
            content_type="text/plain; charset=utf-8",
        )
    response.headers.extend(headers)
    return response


def _answer(problem: Problem, sentences: _Sentences, reference: str = "") -> Response:
    if wants_machine_answer():
        return _machine(problem)
    return _page(problem.status, sentences, problem.headers, reference)


def _sentences_for(status: int) -> _Sentences:
    return _PEOPLE.get(status) or _PEOPLE[500 if status >= 500 else 400]


_TRANSLATORS = "web.translators"
Translate = Callable[[Exception], Problem | None]


def translate_failures(app: Flask, translate: Translate) -> None:
    """Let the app say what a failure is to the caller; None: a failure like any other."""
    app.extensions[_TRANSLATORS].append(translate)


def install_problems(app: Flask) -> None:
    translators: list[Translate] = app.extensions.setdefault(_TRANSLATORS, [])

    @app.errorhandler(Problem)
    def known(problem: Problem) -> Response:
        usual = _sentences_for(problem.status)
        sentences = _Sentences(problem.slug, problem.title, problem.detail, usual.do)
        return _answer(problem, sentences)

    @app.errorhandler(CSRFError)
    def forged(error: CSRFError) -> Response:
        log.info("csrf.refused", endpoint=request.endpoint)
        do = current_app.config["AFTER_SESSION"] or _CSRF.do
        said = _Sentences(_CSRF.slug, _CSRF.title, _CSRF.happened, do)
        return _answer(Problem(400, said.slug, said.title, said.happened), said)

    @app.errorhandler(HTTPException)
    def refused(error: HTTPException) -> Response:
        status = error.code or 500
        if error.response is not None or status < 400:
            return error.get_response()
        sentences = _sentences_for(status)
        headers = {
            name: value
            for name, value in error.get_headers()
            if name.lower() in ("allow", "retry-after", "www-authenticate")
        }
        problem = Problem(
            status, sentences.slug, sentences.title, sentences.happened, headers=headers
        )
        return _answer(problem, sentences)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        for translate in translators:
            problem = translate(error)
            if problem is not None:
                return known(problem)
        if app.debug or app.config.get("PROPAGATE_EXCEPTIONS"):
            raise error
        reference = "".join(secrets.choice(_REFERENCE_ALPHABET) for _ in range(6))
        # The endpoint's name, never the path, the query or the form: those name people.
        log.error(
            "request.failed",
            ref=reference,
            method=request.method,
            endpoint=request.endpoint,
            failure=places(error),
        )
        sentences = _PEOPLE[500]
        problem = Problem(
            500,
            sentences.slug,
            sentences.title,
            sentences.happened,
            extra={"reference": reference},
        )
        return _answer(problem, sentences, reference)

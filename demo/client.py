"""Using the servers' pages over HTTP as a browser without scripts would."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from html import unescape
from typing import Self

import requests

from demo.processes import PASSWORD

_CSRF = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')
CODE = re.compile(r"[A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}")


class Unexpected(Exception):
    """A page answered something else than a person would need here."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the resident takes home."""

    code: str
    record: str
    """Record id in hex."""


class Browser:
    """A session on one server."""

    def __init__(self, base: str, timeout: float = 60.0) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False
        self.timeout = timeout

    def get(self, path: str) -> str:
        response = self.session.get(self.base + path, timeout=self.timeout)
        if response.status_code != 200:
            raise Unexpected(f"GET {path.split('?')[0]}: {response.status_code}")
        return response.text

    def post(
        self,
        path: str,
        fields: Mapping[str, str],
        files: list[tuple[str, tuple[str, bytes, str]]] | None = None,
        expect: tuple[int, ...] = (200,),
    ) -> requests.Response:
        """Send a form; `fields` hold the CSRF token of the page it is on."""
        response = self.session.post(
            self.base + path, data=dict(fields), files=files, timeout=self.timeout
        )
        if response.status_code not in expect:
            raise Unexpected(f"POST {path.split('?')[0]}: {response.status_code}")
        return response

    def log_in(self, username: str, password: str = PASSWORD) -> Self:
        page = self.get("/masuk")
        names = ("pengguna", "sandi") if 'name="sandi"' in page else ("username", "password")
        typed = dict(zip(names, (username, password), strict=True))
        answer = self.post("/masuk", {"csrf_token": csrf(page), **typed})
        if answer.url.endswith("/masuk"):
            raise Unexpected("the login was refused")
        return self


def csrf(page: str) -> str:
    """The CSRF token of a page.

    :raises Unexpected: it has none.
    """
    found = _CSRF.search(page)
    if found is None:
        raise Unexpected("the page has no form")
    return unescape(found.group(1))


def hidden(page: str) -> dict[str, str]:
    """All hidden fields of a page; of a name that occurs more than once the last."""
    return {unescape(name): unescape(value) for name, value in _HIDDEN.findall(page)}


def file_at_counter(
    browser: Browser,
    case: str,
    form: Mapping[str, str],
    photos: Mapping[str, bytes],
    *,
    originals_seen: bool = True,
    token_from: str | None = None,
) -> Receipt:
    """File a KTP-el request on the staff pages.

    :param token_from: the form page to use; None: open a new one. The same page sent twice is one
        request.
    """
    path = f"/permohonan/baru/ktp-el/{case}"
    page = token_from or browser.get(path)
    kept = hidden(page)
    fields = {
        **form,
        "csrf_token": csrf(page),
        "token": kept["token"],
        "versi": kept["versi"],
        **({"asli": "ya"} if originals_seen else {}),
    }
    files = [
        (f"berkas.{jenis}", (f"{jenis}.jpg", data, "image/jpeg")) for jenis, data in photos.items()
    ]
    answer = browser.post(path, fields, files or None)
    return receipt_of(answer)


def receipt_of(answer: requests.Response) -> Receipt:
    """The receipt that a filing was redirected to.

    :raises Unexpected: the answer is another page.
    """
    found = re.search(r"/permohonan/([0-9a-f]{32})/tanda-terima", answer.url)
    code = CODE.search(answer.text)
    if found is None or code is None:
        raise Unexpected("no receipt came back")
    return Receipt(code.group(), found.group(1))

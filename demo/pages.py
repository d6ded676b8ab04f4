"""Pages and their forms as a browser without scripts knows them, for checks that play people.

A form is sent as it stands on the page, hidden fields and all, with only what the person typed
or ticked changed: what a check sends is what a browser would send.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html import unescape
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

import requests

from demo.client import CODE, Browser, Unexpected

Photos = Mapping[str, bytes]
"""Name of the file box → picture."""
_TAG = re.compile(r"<(script|style)\b.*?</\1>|<[^>]+>", re.DOTALL)


@dataclass(slots=True)
class Form:
    """One form of a page, filled in as the page came."""

    action: str = ""
    values: dict[str, list[str]] = field(default_factory=dict)
    names: set[str] = field(default_factory=set)
    """All that can be filled in, file boxes too."""
    boxes: dict[str, list[str]] = field(default_factory=dict)
    """Tick boxes and radio buttons: their values, ticked or not."""
    is_main: bool = False
    """What the page is for, beside the search, the language and the like."""

    def fill(self, typed: Mapping[str, str]) -> Form:
        """Type into the boxes that are there; a date may stand in three boxes."""
        for name, value in typed.items():
            if name in self.names:
                self.values[name] = [value]
            elif f"{name}.hari" in self.names:
                year, month, day = value.split("-")
                for box, part in (("hari", day), ("bulan", month), ("tahun", year)):
                    self.values[f"{name}.{box}"] = [str(int(part))]
        return self


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select = self._text = ""
        self._typed = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = Form(given.get("action", ""), is_main="data-main" in given)
            self.forms.append(self._form)
        if self._form is None:
            return
        name = given.get("name", "")
        if tag == "input" and name:
            self._input(self._form, name, given)
        elif tag == "select":
            self._select = name
            self._form.names.add(name)
        elif tag == "option" and self._select and "selected" in given:
            self._form.values[self._select] = [given.get("value", "")]
        elif tag == "textarea":
            self._text, self._typed = name, ""
            self._form.names.add(name)

    def _input(self, form: Form, name: str, given: dict[str, str]) -> None:
        kind, value = given.get("type", "text"), given.get("value", "")
        form.names.add(name)
        if kind in ("checkbox", "radio"):
            form.boxes.setdefault(name, []).append(value)
            if "checked" in given:
                form.values.setdefault(name, []).append(value)
        elif kind not in ("file", "submit", "button"):
            form.values.setdefault(name, []).append(value)

    def handle_data(self, data: str) -> None:
        if self._text:
            self._typed += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._form is not None:
            self._form.values[self._text] = [self._typed.removeprefix("\n")]
            self._text = ""


@dataclass(frozen=True, slots=True)
class Page:
    """What came back."""

    url: str
    status: int
    html: str

    @property
    def path(self) -> str:
        return urlsplit(self.url).path

    @property
    def text(self) -> str:
        """What a person reads, in one line."""
        return " ".join(unescape(_TAG.sub(" ", self.html)).split())

    @property
    def code(self) -> str:
        """The receipt code on it."""
        found = CODE.search(self.text)
        if found is None:
            raise Unexpected(f"{self.path}: no code on the page ({self.status})")
        return found.group()

    def forms(self) -> list[Form]:
        reader = _Reader()
        reader.feed(self.html)
        return reader.forms

    def main(self) -> Form:
        """The form that the page is for."""
        for one in self.forms():
            if one.is_main:
                return one
        raise Unexpected(f"{self.path} ({self.status}): no form; {self.text[:300]}")

    def form(self, having: str) -> Form:
        """The form that asks for `having`, or whose action ends with it."""
        for one in self.forms():
            if having in one.names or (one.action and one.action.endswith(having)):
                return one
        raise Unexpected(f"{self.path} ({self.status}): no form with {having}")


class Visitor(Browser):
    """A person at a browser without scripts."""

    def open(self, path: str) -> Page:
        return self._landed(self.session.get(self.base + path, timeout=self.timeout))

    def send(self, page: Page, form: Form, photos: Photos | None = None) -> Page:
        """Press the button of a form of `page`, and follow to where it leads."""
        files = [
            (name, (f"{name}.jpg", data, "image/jpeg")) for name, data in (photos or {}).items()
        ]
        url = urljoin(page.url, form.action) if form.action else page.url
        return self._landed(
            self.session.post(url, data=form.values, files=files or None, timeout=self.timeout)
        )

    def send_sure(self, page: Page, form: Form, photos: Photos | None = None) -> Page:
        """`send`; where something looks odd, tick "it is so" and send once more."""
        after = self.send(page, form, photos)
        doubts = _doubts(after.forms()) if after.status == requests.codes.unprocessable else None
        if doubts is None:
            return after
        doubts.values["konfirmasi"] = doubts.boxes["konfirmasi"]
        for name in form.boxes.keys() & doubts.boxes.keys() - {"konfirmasi"}:
            doubts.values[name] = form.values.get(name, [])
        return self.send(after, doubts)

    def _landed(self, answer: requests.Response) -> Page:
        return Page(answer.url, answer.status_code, answer.text)


def _doubts(forms: Iterable[Form]) -> Form | None:
    return next((one for one in forms if "konfirmasi" in one.boxes), None)

"""Every page that a link leads to, in English: nothing in anybody's way there either.

Practice is walked: it holds requests in every state, and nothing can be broken. Each form on the
way is sent empty as well, for the page that it comes back with.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import answer
from tests.browser.stage import PHONE, Screens, Stage
from tests.browser.test_access import Inspector, assert_fits, report
from tests.browser.test_services import attach, confirm_doubts, errand

pytestmark = pytest.mark.long

_ID = re.compile(r"/[0-9a-f]{32}\b")
_TOKEN = re.compile(r"/[\w-]{24,}[.\w-]*")
_FILES = (".pdf", ".xlsx", ".json", ".csv", ".png", ".jpg")
_CASE = re.compile(r"/(baru|ajukan)/([\w-]+)/\w+$")
_CHECKED_FORMS = "main form[novalidate]"
"""Those whose answers the server looks at."""
_SEND_EMPTY = """form => {
  for (const one of form.elements) {
    if (one.type === "checkbox" || one.type === "radio") one.checked = false;
    else if (!["hidden", "submit", "button", "file"].includes(one.type)) one.value = "";
  }
  form.requestSubmit(form.querySelector(".button-primary"));
}"""
_MOST = {"/latihan/permohonan/id?": 5}
"""So many pages of a kind are looked at, else one: requests differ by their state."""


def in_english(page: Page) -> None:
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


def kind_of(url: str) -> str:
    """Addresses that lead to the same kind of page."""
    parts = urlsplit(url)
    names = sorted(pair.split("=")[0] for pair in parts.query.split("&") if pair)
    path = _CASE.sub(r"/\1/\2/case", _TOKEN.sub("/token", _ID.sub("/id", parts.path)))
    return f"{path}?{'&'.join(names)}"


def walk(page: Page, start: str, inspector: Inspector) -> Counter[str]:
    """Open every kind of page that can be come to by links, then send each form that stood on them
    empty; {kind: pages}, and {kind with mistakes: 1} for what came back."""
    seen: Counter[str] = Counter()
    forms: dict[str, tuple[str, int]] = {}
    waiting, known = deque([start]), {start}
    while waiting:
        url = waiting.popleft()
        kind = kind_of(url)
        if seen[kind] >= _MOST.get(kind, 1):
            continue
        seen[kind] += 1
        answered = page.goto(url)
        assert answered is not None
        assert answered.status == 200, f"{url}: {answered.status}"
        expect(page.locator("html")).to_have_attribute("lang", "en")
        inspector.look(kind)
        on_a_phone(page, kind)
        for place in range(page.locator(_CHECKED_FORMS).count()):
            forms.setdefault(f"{kind} form {place + 1}", (url, place))
        hrefs: list[str] = page.locator("a[href]").evaluate_all("all => all.map((one) => one.href)")
        for href in hrefs:
            address = href.split("#")[0]
            inside = address.startswith(start) and not urlsplit(address).path.endswith(_FILES)
            if inside and address not in known and "/berkas/" not in address:
                known.add(address)
                waiting.append(address)
    for kind, (url, place) in forms.items():
        if came_back_with_mistakes(page, url, place):
            what = f"{kind} with mistakes"
            seen[what] += 1
            inspector.look(what)
            on_a_phone(page, what)
    return seen


def came_back_with_mistakes(page: Page, url: str, place: int) -> bool:
    """Send a form of a page without an answer to anything; whether the server wants more."""
    page.goto(url)
    if page.locator(_CHECKED_FORMS).count() <= place:
        return False  # what was sent before has changed the page
    with page.expect_navigation() as answered:
        page.locator(_CHECKED_FORMS).nth(place).evaluate(_SEND_EMPTY)
    return answered.value is not None and answered.value.status == 422


def _mistakes(seen: Counter[str]) -> int:
    return sum(kind.endswith("with mistakes") for kind in seen)


def on_a_phone(page: Page, kind: str) -> None:
    """A Pamor opens the staff's pages on a phone, too."""
    usual = page.viewport_size
    assert usual is not None
    page.set_viewport_size({"width": PHONE[0], "height": PHONE[1]})
    assert_fits(page, kind)
    page.set_viewport_size(usual)


def test_nothing_in_the_way_at_the_counter_in_english(stage: Stage, screens: Screens) -> None:
    page = screens.page()
    page.goto(f"{stage.staff}/latihan/")
    page.get_by_role("button", name="Penyelia Latihan").click()
    in_english(page)
    inspector = Inspector(page)

    seen = walk(page, f"{stage.staff}/latihan/", inspector)

    kinds = {
        "/latihan/tur?",
        "/latihan/menunggu?",
        "/latihan/pengawasan?",
        "/latihan/permohonan/id?",
    }
    assert kinds <= seen.keys(), sorted(seen)
    assert _mistakes(seen) >= 8, sorted(seen)
    assert not inspector.found, report(inspector)


def test_nothing_in_the_way_at_the_portal_in_english(stage: Stage, screens: Screens) -> None:
    page = screens.page(PHONE)
    page.goto(f"{stage.portal}/latihan/")
    in_english(page)
    inspector = Inspector(page)

    seen = walk(page, f"{stage.portal}/latihan/", inspector)
    _file(page, stage, inspector)

    assert len(seen) > 12, sorted(seen)
    assert _mistakes(seen) >= 4, sorted(seen)
    assert not inspector.found, report(inspector)


def _file(page: Page, stage: Stage, inspector: Inspector) -> None:
    """From consent to the receipt; names of fields are the same in every language."""
    one = errand(stage, "kia", "balita")
    page.goto(f"{stage.portal}/latihan/ajukan/kia/balita")
    page.get_by_role("checkbox").check()
    forward = page.locator("main .button-primary")
    forward.click()
    while not page.url.endswith("/foto"):
        here = page.url
        inspector.look(f"step {here[-2:]}")
        for question in one.case.fields:
            name = question.name
            if page.locator(f"[name='{name}'], [name='{name}.hari']").count():
                answer(page, question, one.typed.get(name, ""))
        with page.expect_navigation():
            forward.click()
        if page.locator("main [name='konfirmasi']").count():
            confirm_doubts(page)
            forward.click()
        page.wait_for_url(lambda url, was=here: url != was)
    inspector.look("photos")
    attach(page, stage, one.case)
    forward.click()
    page.wait_for_url("**/periksa")
    inspector.look("review")
    forward.click()
    expect(page.locator(".code-big")).to_be_visible()
    inspector.look("receipt")

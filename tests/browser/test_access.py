"""axe finds no violation of WCAG 2.2 AA on any page, in the light and in the dark."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Response, expect

from tests.browser.field import Words, tour_pamor
from tests.browser.staff import tour_counter_staff
from tests.browser.stage import PHONE, Screens, Stage, resized
from tests.browser.tours import tour_counter, tour_portal
from tests.browser.voices import tour_counter_voices, tour_portal_voices

MOST_BYTES = 60_000
LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
ALL_RULES: dict[str, Any] = {"resultTypes": ["violations"], "runOnly": list(LEVELS)}
# Colours are all that changes in the dark.
IN_THE_DARK: dict[str, Any] = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}

_RUN = """async options => {
  const { violations } = await axe.run(document, options);
  return violations.map(one => [one.id, one.nodes.map(node => String(node.target))]);
}"""


_SPEAK = """async lang => {
  const switched = page => page.querySelector(`form[action$='/bahasa/${lang}']`);
  let form = switched(document);
  if (!form) {  // a page that tells of an error has no switch
    const first = await (await fetch("/")).text();
    form = switched(new DOMParser().parseFromString(first, "text/html"));
  }
  const body = new URLSearchParams(new FormData(form));
  await fetch(form.getAttribute("action"), { method: "POST", body, redirect: "manual" });
}"""


class Inspector:
    """Collects what axe finds, so that one run tells all."""

    def __init__(self, page: Page, *, also_english: bool = False) -> None:
        self.found: list[str] = []
        self.pages = 0
        self._page = page
        self._axe = Axe()
        self._also_english = also_english
        self._refused = False
        page.on("response", self._note)

    def look(self, what: str) -> None:
        self.pages += 1
        self._page.wait_for_load_state("load")
        self._inspect_themes(self._page, what)
        if self._also_english:
            self._look_in_english(what)

    def inspect(self, page: Page, what: str, options: dict[str, Any]) -> None:
        # axe is half a megabyte: it goes into each page once, and only what is wrong comes back.
        if not page.evaluate("'axe' in window"):
            page.evaluate(self._axe.axe_script)
        for rule, nodes in page.evaluate(_RUN, options):
            self.found.append(f"{what}: {rule} at {', '.join(nodes)}")

    def _inspect_themes(self, page: Page, what: str) -> None:
        self.inspect(page, what, ALL_RULES)
        page.emulate_media(color_scheme="dark")
        self.inspect(page, f"{what} (dark)", IN_THE_DARK)
        page.emulate_media(color_scheme="light")

    def _note(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._refused = response.status >= 400

    def _look_in_english(self, what: str) -> None:
        """The same page once more, while what is open and typed on it stays as it is.

        Only what was refused is sent again, in its own tab: nothing came of it.
        """
        refused = self._refused
        page = self._page if refused else self._page.context.new_page()
        self._page.evaluate(_SPEAK, "en")
        if refused:
            page.reload()
        else:
            page.goto(self._page.url)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        self._inspect_themes(page, f"{what} (English)")
        page.evaluate(_SPEAK, "id")
        if refused:
            page.reload()
        else:
            page.close()


def assert_fits(page: Page, what: str) -> None:
    """Nothing stands out of a 360 px wide screen."""
    # A page that was just made narrower is laid out anew with its next frame.
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
    wide, seen = page.evaluate(
        "[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"
    )
    assert wide <= seen, f"{what}: the page is {wide} px wide on a screen of {seen} px"


class Loads:
    """What each page weighs for a phone that has nothing in its cache yet."""

    def __init__(self, page: Page) -> None:
        self.sizes: dict[str, int] = {}
        self._page = page
        self._responses: list[Response] = []
        page.on("response", self._take)
        page.context.new_cdp_session(page).send("Network.setCacheDisabled", {"cacheDisabled": True})

    def measure(self, what: str) -> None:
        """Weigh the page that is open; the resident's own photos do not count."""
        self._page.wait_for_load_state("load")
        came = [one for one in self._responses if "/foto/" not in one.url]
        self.sizes[what] = sum(len(one.body()) for one in came)

    def _take(self, response: Response) -> None:
        if response.request.is_navigation_request():
            self._responses.clear()
        if not 300 <= response.status < 400:
            self._responses.append(response)


def report(inspector: Inspector) -> str:
    return "axe found violations:\n" + "\n".join(inspector.found)


also_english = pytest.mark.parametrize(
    "english", [False, pytest.param(True, marks=pytest.mark.long)]
)


@pytest.mark.long
def test_nothing_in_the_way_at_the_counter(stage: Stage, screens: Screens) -> None:
    page = screens.page()
    inspector = Inspector(page, also_english=True)

    tour_counter(page, stage, inspector.look)

    assert inspector.pages >= 17
    assert not inspector.found, report(inspector)


@pytest.mark.long
def test_nothing_in_the_way_at_the_portal(stage: Stage, screens: Screens) -> None:
    """And all that a small phone must bear: each page is light, and fits."""
    page = screens.page(PHONE)
    inspector, loads = Inspector(page, also_english=True), Loads(page)

    def look(what: str) -> None:
        loads.measure(what)
        assert_fits(page, what)
        inspector.look(what)

    tour_portal(page, stage, stage.person(), look)
    tour_portal_voices(page, stage, look)

    assert inspector.pages >= 20
    assert not inspector.found, report(inspector)
    heavy = {what: size for what, size in loads.sizes.items() if size >= MOST_BYTES}
    assert heavy == {}, f"pages of 60 KB or more: {heavy}"


@also_english
def test_nothing_in_the_way_of_complaints_and_survey_at_the_counter(
    stage: Stage, screens: Screens, english: bool
) -> None:
    page = screens.page()
    inspector = Inspector(page, also_english=english)

    tour_counter_voices(page, stage, inspector.look)

    assert inspector.pages >= 7
    assert not inspector.found, report(inspector)


@pytest.mark.long
def test_nothing_in_the_way_of_a_penyelia_among_accounts(stage: Stage, screens: Screens) -> None:
    page = screens.counter("wulan")
    inspector = Inspector(page, also_english=True)

    def look(what: str) -> None:
        with resized(page, PHONE):
            assert_fits(page, what)
        inspector.look(what)

    tour_counter_staff(page, stage, look)

    assert inspector.pages >= 9
    assert not inspector.found, report(inspector)


@pytest.mark.parametrize("lang", ["id", pytest.param("en", marks=pytest.mark.long)])
def test_nothing_in_the_way_in_the_field(stage: Stage, screens: Screens, lang: str) -> None:
    page = screens.page(PHONE, has_touch=True)
    inspector = Inspector(page)

    def look(what: str) -> None:
        inspector.look(what)
        assert_fits(page, what)

    tour_pamor(page, stage, look, Words(lang))

    assert inspector.pages > 10
    assert inspector.found == [], report(inspector)

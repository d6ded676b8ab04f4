"""axe finds no violation of WCAG 2.2 AA on any page, in the light and in the dark."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.stage import PHONE, Screens, Stage
from tests.browser.tours import tour_centre, tour_counter, tour_portal

LEVELS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
ALL_RULES: dict[str, Any] = {"resultTypes": ["violations"], "runOnly": list(LEVELS)}
# Colours are all that changes in the dark.
IN_THE_DARK: dict[str, Any] = {"resultTypes": ["violations"], "runOnly": ["color-contrast"]}


class Inspector:
    """Collects what axe finds, so that one run tells all."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        self.pages = 0
        self._page = page
        self._axe = Axe()

    def look(self, what: str) -> None:
        self.pages += 1
        self._page.wait_for_load_state("load")
        self._inspect(what, ALL_RULES)
        self._page.emulate_media(color_scheme="dark")
        self._inspect(f"{what} (dark)", IN_THE_DARK)
        self._page.emulate_media(color_scheme="light")

    def _inspect(self, what: str, options: dict[str, Any]) -> None:
        for violation in self._axe.run(self._page, options=options).response["violations"]:
            nodes = ", ".join(str(node["target"]) for node in violation["nodes"])
            self.found.append(f"{what}: {violation['id']} at {nodes}")


def _report(inspector: Inspector) -> str:
    return "axe found violations:\n" + "\n".join(inspector.found)


def test_nothing_in_the_way_at_the_counter(stage: Stage, screens: Screens) -> None:
    page = screens.page()
    inspector = Inspector(page)

    tour_counter(page, stage, inspector.look)

    assert inspector.pages >= 17
    assert not inspector.found, _report(inspector)


def test_nothing_in_the_way_at_the_portal(stage: Stage, screens: Screens) -> None:
    page = screens.page(PHONE)
    inspector = Inspector(page)

    tour_portal(page, stage, stage.person(), inspector.look)

    assert inspector.pages >= 20
    assert not inspector.found, _report(inspector)


def test_nothing_in_the_way_at_the_centre(stage: Stage, screens: Screens) -> None:
    page = screens.page()
    inspector = Inspector(page)

    tour_centre(page, screens, stage, inspector.look)

    assert inspector.pages >= 24
    assert not inspector.found, _report(inspector)

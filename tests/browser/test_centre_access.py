"""axe finds no violation of WCAG 2.2 AA on any page of the centre, in both languages and themes;
and each page fits on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.stage import PHONE, Screens, Stage, resized
from tests.browser.test_access import Inspector, assert_fits, report
from tests.browser.tours import Look
from tests.browser.walks import CENTRE

pytestmark = pytest.mark.long

LEAST = {
    "requests": 9,
    "differences": 13,
    "pairs": 12,
    "voices": 8,
    "desk": 8,
    "around": 10,
    "news": 1,
    "people": 10,
    "staff": 8,
}
"""So many pages at least."""


@pytest.mark.parametrize("name", CENTRE)
def test_nothing_in_the_way_at_the_centre(stage: Stage, screens: Screens, name: str) -> None:
    inspectors: list[Inspector] = []

    def on(page: Page) -> Look:
        inspector = Inspector(page, also_english=True)
        inspectors.append(inspector)

        def look(what: str) -> None:
            with resized(page, PHONE):
                assert_fits(page, what)
            inspector.look(what)

        return look

    CENTRE[name](screens, stage, on)

    assert sum(one.pages for one in inspectors) >= LEAST[name]
    for one in inspectors:
        assert not one.found, report(one)

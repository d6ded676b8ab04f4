"""axe finds no violation of WCAG 2.2 AA on any page of the centre, in both languages and themes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.accountability import tour_centre_accountability
from tests.browser.centre import tour_centre
from tests.browser.desk import tour_centre_desk
from tests.browser.interfaces import tour_interfaces
from tests.browser.people import tour_people
from tests.browser.servers import tour_servers
from tests.browser.stage import Screens, Stage
from tests.browser.test_access import Inspector, report
from tests.browser.tours import Look
from tests.browser.voices import tour_centre_voices
from tests.browser.watching import tour_trail

pytestmark = pytest.mark.long

Walk = Callable[[Screens, Stage, Callable[..., Look]], None]
"""A tour, with what looks at a page of it."""


def _whole(screens: Screens, stage: Stage, on: Callable[..., Look]) -> None:
    page = screens.page()
    tour_centre(page, screens, stage, on(page))


def _voices(screens: Screens, stage: Stage, on: Callable[..., Look]) -> None:
    page = screens.centre("ratna")
    tour_centre_voices(page, stage, on(page))
    tour_centre_accountability(page, stage, on(page))


def _desk(screens: Screens, stage: Stage, on: Callable[..., Look]) -> None:
    page = screens.page()
    tour_centre_desk(page, screens, stage, on(page))


def _around(screens: Screens, stage: Stage, on: Callable[..., Look]) -> None:
    page = screens.centre("ratna")
    tour_servers(page, stage, on(page))
    tour_interfaces(page, stage, on(page))
    tour_trail(page, stage, on(page))


def _people(screens: Screens, stage: Stage, on: Callable[..., Look]) -> None:
    page = screens.page()
    tour_people(page, stage, on(page))


@pytest.mark.parametrize(
    ("walk", "least"),
    [(_whole, 24), (_voices, 8), (_desk, 8), (_around, 10), (_people, 10)],
    ids=["requests", "voices", "desk", "around", "people"],
)
def test_nothing_in_the_way_at_the_centre(
    stage: Stage, screens: Screens, walk: Walk, least: int
) -> None:
    inspectors: list[Inspector] = []

    def on(page: Page) -> Look:
        inspectors.append(Inspector(page, also_english=True))
        return inspectors[-1].look

    walk(screens, stage, on)

    assert sum(one.pages for one in inspectors) >= least
    for one in inspectors:
        assert not one.found, report(one)

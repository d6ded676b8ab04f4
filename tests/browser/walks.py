"""Through every page of the centre: the tours, and whose screens they need."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.accountability import tour_centre_accountability
from tests.browser.centre import tour_centre, tour_centre_differences, tour_centre_pairs
from tests.browser.desk import tour_centre_desk
from tests.browser.interfaces import tour_interfaces
from tests.browser.news import tour_counter_news
from tests.browser.people import tour_people
from tests.browser.servers import tour_servers
from tests.browser.staff import tour_centre_staff
from tests.browser.stage import Screens, Stage
from tests.browser.tours import Look
from tests.browser.voices import tour_centre_voices
from tests.browser.watching import tour_trail

On = Callable[[Page], Look]
"""What looks at the pages of a screen."""
Walk = Callable[[Screens, Stage, On], None]


def _requests(screens: Screens, stage: Stage, on: On) -> None:
    page = screens.page()
    tour_centre(page, stage, on(page))


def _differences(screens: Screens, stage: Stage, on: On) -> None:
    page = screens.centre("ratna")
    tour_centre_differences(page, screens.counter(), stage, on(page))


def _pairs(screens: Screens, stage: Stage, on: On) -> None:
    page = screens.centre("ratna")
    tour_centre_pairs(page, stage, on(page))


def _voices(screens: Screens, stage: Stage, on: On) -> None:
    page = screens.centre("ratna")
    look = on(page)
    tour_centre_voices(page, stage, look)
    tour_centre_accountability(page, stage, look)


def _desk(screens: Screens, stage: Stage, on: On) -> None:
    page = screens.page()
    tour_centre_desk(page, screens, stage, on(page))


def _around(screens: Screens, stage: Stage, on: On) -> None:
    page = screens.centre("ratna")
    look = on(page)
    tour_servers(page, stage, look)
    tour_interfaces(page, stage, look)
    tour_trail(page, stage, look)


def _people(screens: Screens, stage: Stage, on: On) -> None:
    page = screens.page()
    tour_people(page, stage, on(page))


def _staff(screens: Screens, stage: Stage, on: On) -> None:
    page = screens.centre("ratna")
    tour_centre_staff(page, stage, on(page))


def _news(screens: Screens, stage: Stage, on: On) -> None:
    counter = screens.counter()
    tour_counter_news(counter, screens.centre("ratna"), stage, on(counter))


CENTRE: dict[str, Walk] = {
    "requests": _requests,
    "differences": _differences,
    "pairs": _pairs,
    "voices": _voices,
    "desk": _desk,
    "around": _around,
    "news": _news,
    "people": _people,
    "staff": _staff,
}
"""All pages of the centre, and what the counter hears from it."""

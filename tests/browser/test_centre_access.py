"""axe finds no violation of WCAG 2.2 AA on any page of the centre, in both languages and themes."""

from __future__ import annotations

import pytest

from tests.browser.centre import tour_centre
from tests.browser.stage import Screens, Stage
from tests.browser.test_access import Inspector, report
from tests.browser.voices import tour_centre_voices


@pytest.mark.long
def test_nothing_in_the_way_at_the_centre(stage: Stage, screens: Screens) -> None:
    page = screens.page()
    inspector = Inspector(page, also_english=True)

    tour_centre(page, screens, stage, inspector.look)
    tour_centre_voices(page, stage, inspector.look)

    assert inspector.pages >= 24
    assert not inspector.found, report(inspector)

"""Who saw whose data: the trail's pages for axe and the screenshots."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.acts import box
from tests.browser.stage import Stage
from tests.browser.tours import Look, title


def tour_trail(page: Page, stage: Stage, look: Look) -> None:
    """All pages of the trail, as an admin sees them (ratna; `page` is hers)."""
    filed = stage.file_and_send(stage.person())
    stage.rudi.get(f"/permohonan/{stage.place.stream}/{filed.record}")
    page.goto(f"{stage.centre}/jejak")
    title(page, "Jejak akses")
    look("centre: trail")
    page.goto(f"{stage.centre}/jejak?hari=2020-01-01")
    look("centre: trail, nothing found")
    box(page, "kode").fill("BTJ-AAA-AAA")
    page.get_by_role("button", name="Lihat siapa").click()
    expect(page.locator("#f-kode-error")).to_be_visible()
    look("centre: trail, a code with a mistake")
    box(page, "kode").fill(filed.code)
    page.get_by_role("button", name="Lihat siapa").click()
    title(page, "Siapa yang melihat")
    look("centre: who saw one request")
    page.goto(f"{stage.centre}/jejak/permohonan/{stage.place.stream}/{'0' * 32}")
    look("centre: nobody saw it")

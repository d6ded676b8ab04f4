"""What the counter hears of the centre's decisions: the tour."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.acts import box, make_difference, reload_until_seen
from tests.browser.stage import Stage
from tests.browser.tours import Look


def tour_counter_news(counter: Page, admin: Page, stage: Stage, look: Look) -> None:
    """Both are logged in; `look` is at the counter's screen."""
    filed = stage.file_and_send(stage.person())
    ours, theirs = "JL. KENANGA RAYA NO. 3", "JL. KENANGA RAYA NO. 30"
    make_difference(counter, admin, stage, filed, ours, theirs)
    admin.get_by_role("radio", name="Pilih ini").first.check()
    box(admin, "alasan").fill("Sesuai KK yang difoto, dan pemohon sudah ditelepon.")
    admin.get_by_role("button", name="Putuskan").click()
    expect(admin.locator("#kabar")).to_contain_text("Diputuskan")
    counter.goto(stage.staff)
    reload_until_seen(counter, counter.locator("li", has_text=filed.code).filter(has_text="KK"))
    look("counter: news from Disdukcapil")

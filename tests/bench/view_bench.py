"""The portal on a cheap phone that comes for the first time, over a slow mobile line."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from playwright.sync_api import Page, sync_playwright

from tests.bench.harness import Figures
from tests.browser.stage import PHONE, Screens, open_stage, start_chromium
from tests.browser.tours import tour_portal

# DevTools' "Slow 4G", once called "Fast 3G", without its allowances.
_LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
_LARGEST = """
() => new Promise((done) => new PerformanceObserver((list) => {
  const all = list.getEntries();
  if (all.length) done(all[all.length - 1].startTime);
}).observe({ type: "largest-contentful-paint", buffered: true }))
"""


@dataclass(slots=True)
class _SlowPhone:
    """Opens each page a second time as a phone that has nothing of it yet."""

    page: Page
    seconds: dict[str, float] = field(default_factory=dict)
    kb: dict[str, float] = field(default_factory=dict)
    _bytes: float = 0.0

    def begin(self) -> None:
        line = self.page.context.new_cdp_session(self.page)
        line.send("Network.enable")
        line.send("Network.setCacheDisabled", {"cacheDisabled": True})
        line.send("Network.emulateNetworkConditions", _LINE)
        line.on("Network.loadingFinished", lambda finished: self._count(finished))

    def _count(self, finished: dict[str, Any]) -> None:
        self._bytes += finished["encodedDataLength"]

    def see(self, what: str, url: str) -> None:
        self._bytes = 0.0
        answer = self.page.goto(url, wait_until="load")
        if answer is None or answer.url != url or answer.request.redirected_from is not None:
            return
        self.seconds[what] = self.page.evaluate(_LARGEST) / 1000
        # What a resident's own photo weighs is up to the photo.
        if "/foto" not in url:
            self.kb[what] = self._bytes / 1000


def first_views(figures: Figures) -> None:
    """Largest contentful paint and bytes on the wire, of the worst page."""
    with (
        sync_playwright() as playwright,
        open_stage(requests=6, seed=11) as stage,
    ):
        browser = start_chromium(playwright)
        screens = Screens(browser, stage, {})
        walker = screens.page(PHONE)
        phone = _SlowPhone(walker.context.new_page())
        phone.begin()

        def look(what: str) -> None:
            # What only an answer to a form shows has no address to come to first.
            if (
                walker.evaluate("performance.getEntriesByType('navigation')[0].responseStatus")
                < 400
            ):
                phone.see(what, walker.url.split("#")[0])

        tour_portal(walker, stage, stage.person(), look)
        screens.close()
        browser.close()
    slow = max(phone.seconds, key=lambda what: phone.seconds[what])
    heavy = max(phone.kb, key=lambda what: phone.kb[what])
    figures.add(
        "portal.first_view_s",
        phone.seconds[slow],
        "s",
        "< 1.5",
        f"{slow}; {len(phone.seconds)} pages, median "
        f"{sorted(phone.seconds.values())[len(phone.seconds) // 2]:.2f} s",
    )
    figures.add("portal.page_kb_max", phone.kb[heavy], "KB", "< 60", heavy)

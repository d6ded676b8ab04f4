"""A resident's first look at each portal page: a small phone, nothing in its cache, a slow line."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.stage import PHONE, Screens, Stage
from tests.browser.tours import LONGEST_FORMS

MOST_S = 1.5
MOST_KB = 60
_THIRD_GENERATION = {
    "offline": False,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
    "latency": 150,
}
_PAINTED = """() => new Promise(done => {
  new PerformanceObserver(list => {
    const last = list.getEntries().at(-1);
    if (last) done(last.startTime);
  }).observe({ type: "largest-contentful-paint", buffered: true });
})"""


def _first_view(screens: Screens, url: str) -> tuple[float, float]:
    """(seconds until the largest part of the page stood there, KB that came) of a new phone."""
    page: Page = screens.page(PHONE)
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", _THIRD_GENERATION)
    came: list[float] = []
    line.on("Network.loadingFinished", lambda one: came.append(one["encodedDataLength"]))
    answer = page.goto(url, wait_until="networkidle")
    assert answer is not None
    assert answer.status == 200, url
    painted = page.evaluate(_PAINTED) / 1000
    page.context.close()
    return painted, sum(came) / 1024


def test_each_page_of_the_portal_stands_there_soon(stage: Stage, screens: Screens) -> None:
    paths = ["/", "/cek", "/antrean", "/layar"]
    for service, case in LONGEST_FORMS:
        paths += [f"/urus/{service}", f"/ajukan/{service}/{case}"]
    _first_view(screens, stage.portal)  # templates are compiled at first use

    seen = {path: _first_view(screens, stage.portal + path) for path in dict.fromkeys(paths)}

    for path, (seconds, kilobytes) in seen.items():
        print(f"{path:40} {seconds:5.2f} s {kilobytes:6.1f} KB")
    slow = {path: seconds for path, (seconds, _) in seen.items() if seconds >= MOST_S}
    heavy = {path: size for path, (_, size) in seen.items() if size >= MOST_KB}
    assert slow == {}
    assert heavy == {}

"""The resident on a small phone, with and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, Response, expect

from demo.client import csrf, hidden
from tests.browser.acts import (
    answer_all_steps,
    attach_photos,
    begin_at_portal,
    box,
    follow_by_code,
)
from tests.browser.stage import PHONE, SLOW_MS, Screens, Stage, dark_photo
from tests.browser.tours import tour_portal

KB = 1000
MOST_BYTES = 60 * KB


def assert_fits(page: Page, what: str) -> None:
    """Nothing stands out of a 360 px wide screen."""
    wide, seen = page.evaluate(
        "[document.scrollingElement.scrollWidth, document.scrollingElement.clientWidth]"
    )
    assert wide <= seen, f"{what}: the page is {wide} px wide on a screen of {seen} px"


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_resident_files_and_follows_her_own_request(
    stage: Stage, screens: Screens, javascript: bool
) -> None:
    person = stage.person()
    page = screens.portal(javascript=javascript)

    begin_at_portal(page)
    answer_all_steps(page, person)
    attach_photos(page, person)
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa sekali lagi")
    page.get_by_role("button", name="Kirim permohonan").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Permohonan Ibu/Bapak diterima")
    code = page.locator(".code-big").inner_text()
    expect(page.get_by_role("img", name=f"Kode QR untuk {code}").locator("svg")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Tersimpan di kelurahan")

    # Later, on the phone of her neighbour.
    other = screens.portal(javascript=javascript)
    other.get_by_role("link", name="Cek permohonan saya").click()
    follow_by_code(other, code, person)
    expect(other.locator("main")).to_contain_text(code)
    expect(other.locator("main .status")).to_contain_text("Diajukan")
    expect(other.get_by_role("list", name="Riwayat")).to_be_visible()


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_photo_that_can_hardly_be_read_is_told_at_once_and_may_be_sent_anyway(
    stage: Stage, screens: Screens, javascript: bool
) -> None:
    person = stage.person()
    page = screens.portal(javascript=javascript)
    begin_at_portal(page)
    answer_all_steps(page, person)

    attach_photos(page, person)
    box(page, "berkas.kk").set_input_files(dark_photo(person, "kk"))
    page.get_by_role("button", name="Lanjut").click()

    expect(page.get_by_role("alert")).to_contain_text("Ada foto yang kurang jelas.")
    paper = page.locator(".card", has_text="Kartu Keluarga").first
    expect(paper).to_contain_text("Foto kurang terang. Coba di dekat jendela.")
    expect(page.locator(".scan-advice")).to_have_count(1)
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa sekali lagi")


def test_a_stranger_with_the_code_alone_sees_nothing(stage: Stage, screens: Screens) -> None:
    person, stranger = stage.person(), stage.person()
    filed = stage.file(person)
    page = screens.portal()
    page.goto(f"{stage.portal}/cek?kode={filed.code}")

    follow_by_code(page, filed.code, stranger)

    expect(page.get_by_role("alert")).to_contain_text("tidak cocok")
    expect(page.locator("main")).not_to_contain_text(person.nama.title())


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_phone_and_screen_notice_the_call_by_themselves(
    stage: Stage, screens: Screens, javascript: bool
) -> None:
    phone = screens.portal(javascript=javascript)
    phone.get_by_role("link", name="Ambil nomor antrean").click()
    phone.get_by_role("button", name="Kartu Keluarga").click()
    number = phone.locator(".ticket-number").inner_text()
    screen = screens.page(java_script_enabled=javascript)
    screen.goto(f"{stage.portal}/layar")
    expect(screen.locator(".screen-next")).to_contain_text(number)

    call_all(stage, 3)

    expect(screen.locator(".screen-fresh")).to_contain_text(number, timeout=SLOW_MS)
    expect(screen.locator(".screen-fresh")).to_contain_text("Loket 3")
    expect(phone.locator("main")).to_contain_text("Silakan ke Loket 3", timeout=SLOW_MS)


def call_all(stage: Stage, desk: int) -> None:
    """Call until nobody waits; the last one stays at the desk."""
    page = stage.siti.get("/antrean")
    stage.siti.post("/antrean/loket", {"csrf_token": csrf(page), "loket": str(desk)})
    while "Belum ada yang menunggu." not in (page := stage.siti.get("/antrean")):
        fields = {"csrf_token": csrf(page), "sekarang": hidden(page)["sekarang"]}
        stage.siti.post("/antrean/panggil", fields)


def test_each_portal_page_is_light_and_fits_the_phone(stage: Stage, screens: Screens) -> None:
    page = screens.page(PHONE)
    loads = Loads(page)

    def look(what: str) -> None:
        loads.measure(what)
        assert_fits(page, what)

    tour_portal(page, stage, stage.person(), look)

    heavy = {what: size for what, size in loads.sizes.items() if size >= MOST_BYTES}
    assert len(loads.sizes) >= 15
    assert heavy == {}, f"pages of 60 KB or more: {heavy}"


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

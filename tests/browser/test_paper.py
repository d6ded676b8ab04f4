"""A paper form of what is typed so far, from the form that is open."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.acts import box
from tests.browser.stage import Screens, Stage
from tests.pdf_text import pieces


def test_what_was_typed_just_now_is_on_the_paper(stage: Stage, screens: Screens) -> None:
    page = screens.counter()
    page.goto(f"{stage.staff}/permohonan/baru/ktp-el/hilang")
    link = page.get_by_role("link", name="Cetak F-1.02")
    address = link.get_attribute("href")
    assert address is not None

    box(page, "nama").fill("DEWI LESTARI")
    with page.expect_response("**/permohonan/draf/**"):
        link.focus()

    expect(page.locator("[data-draft-said]")).to_contain_text("Ketikan tersimpan")
    made = page.request.get(stage.staff + address)
    assert made.headers["content-type"] == "application/pdf"
    assert "DEWI LESTARI" in pieces(made.body())

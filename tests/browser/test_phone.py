"""The counter's screen shows a code; a phone on the Wi-Fi sends photos into the form."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.acts import box, new_lost_card
from tests.browser.stage import PHONE, Screens, Stage, lost_card, photo


def test_photos_come_from_the_phone_into_the_open_form(stage: Stage, screens: Screens) -> None:
    person = stage.person()
    page = screens.counter()
    new_lost_card(page)
    box(page, "nama").fill(lost_card(person)["nama"])

    page.get_by_role("button", name="Foto dari HP").click()

    expect(page.get_by_role("img", name="Kode QR untuk mengirim foto dari HP")).to_be_visible()
    expect(page.get_by_text("Belum ada foto yang masuk.")).to_be_visible()
    assert box(page, "nama").input_value() == lost_card(person)["nama"]
    code = page.locator(".phone-photos").get_attribute("data-address")
    assert code is not None
    phone = screens.page(PHONE, has_touch=True)
    phone.goto(code)
    phone.get_by_label("Kartu Keluarga").set_input_files(photo(person, "kk"))
    phone.get_by_role("button", name="Kirim foto ini").first.click()
    expect(phone.get_by_text("1 foto sudah masuk")).to_be_visible()
    expect(page.locator(".phone-came")).to_contain_text("Kartu Keluarga · 1 foto")

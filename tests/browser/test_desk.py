"""The verifier's hands stay on the keyboard, and the photo follows the answer."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.stage import Screens, Stage


def test_a_verifier_works_by_keyboard_beside_the_right_photo(
    stage: Stage, screens: Screens
) -> None:
    filed = stage.file_and_send(stage.person())
    officer = screens.centre()
    officer.goto(f"{stage.centre}/permohonan/{stage.place.stream}/{filed.record}")

    officer.keyboard.press("s")
    expect(officer.locator("main")).to_contain_text("Anda kerjakan sampai")
    officer.get_by_role("link", name="Kantor polisi").focus()
    expect(officer.get_by_role("radio", name="Surat kehilangan")).to_be_checked()
    officer.get_by_role("link", name="NIK", exact=True).focus()
    expect(officer.get_by_role("radio", name="Kartu Keluarga")).to_be_checked()
    small = officer.locator(".shelf-view img").first.bounding_box()
    officer.keyboard.press("+")
    officer.keyboard.press("r")
    expect(officer.locator("[data-zoom-said]").first).to_have_text("150%")
    large = officer.locator(".shelf-view img").first.bounding_box()
    officer.keyboard.press("b")
    officer.keyboard.type("3275-KTP-000088 r")
    officer.keyboard.press("Enter")

    expect(officer.locator("#kabar")).to_contain_text(f"{filed.code} terbit")
    assert small is not None
    assert large is not None
    assert large["height"] > large["width"], "turned, the sheet stands upright"
    assert large["height"] > 1.2 * small["width"]


def test_the_next_one_comes_by_a_key_that_can_be_put_off(stage: Stage, screens: Screens) -> None:
    stage.file_and_send(stage.person())
    officer = screens.centre()

    officer.get_by_role("button", name="Tombol huruf").click()
    officer.keyboard.press("a")
    assert officer.locator("form.next-one:not([data-sent])").count() == 1
    officer.get_by_role("button", name="Tombol huruf").click()
    officer.keyboard.press("a")

    expect(officer.locator("main")).to_contain_text("Anda kerjakan sampai")
    officer.keyboard.press("l")
    expect(officer.locator("#kabar")).to_contain_text("Permohonan dilepas")

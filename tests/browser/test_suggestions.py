"""The search box suggests while somebody types: by keyboard, by pointer, and without script."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.browser.stage import PHONE, Screens, Stage
from tests.browser.test_access import ALL_RULES, Inspector, assert_fits


def _box(page: Page) -> Locator:
    return page.locator("#cari")


def _options(page: Page) -> Locator:
    return page.get_by_role("listbox", name="Saran pencarian").get_by_role("option")


def test_suggestions_are_reached_and_left_by_keyboard(stage: Stage, screens: Screens) -> None:
    person = stage.person()
    filed = stage.file(person)
    page = screens.counter()
    asked: list[Any] = []
    page.on("request", lambda one: asked.append(one) if "/cari" in one.url else None)

    page.keyboard.press("/")
    page.keyboard.type(person.nama[:6].lower(), delay=30)
    expect(_options(page).filter(has_text=filed.code)).to_be_visible()

    expect(_box(page)).to_have_attribute("aria-expanded", "true")
    expect(page.locator("#saran-kabar")).to_contain_text("saran. Pilih dengan panah")
    page.keyboard.press("ArrowDown")
    first = _options(page).first
    expect(first).to_have_attribute("aria-selected", "true")
    expect(_box(page)).to_have_attribute("aria-activedescendant", "saran-0")
    expect(_box(page)).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(_box(page)).not_to_have_attribute("aria-activedescendant", re.compile("."))

    page.keyboard.press("Escape")
    expect(_options(page)).to_have_count(0)
    expect(_box(page)).to_have_value(person.nama[:6].lower())
    expect(_box(page)).to_have_attribute("aria-expanded", "false")

    _box(page).fill(person.nik)
    expect(_options(page)).to_have_count(1)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/permohonan/{filed.record}")
    # A few pauses, a few questions; nothing of what was typed in an address.
    assert 1 <= len(asked) <= 8
    assert all(one.method == "POST" and "?" not in one.url for one in asked)


def test_enter_without_a_choice_searches_as_ever(stage: Stage, screens: Screens) -> None:
    person = stage.person()
    stage.file(person)
    stage.file(person)
    page = screens.counter()

    _box(page).fill(person.nama)
    expect(_options(page)).to_have_count(2)
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", name="Hasil cari")).to_be_visible()


def test_a_press_on_a_suggestion_opens_it_on_a_phone_too(stage: Stage, screens: Screens) -> None:
    person = stage.person()
    filed = stage.file(person)
    screens.counter()
    page = screens.page(PHONE, storage_state=screens.logins[f"siti@{stage.staff}"])
    page.goto(stage.staff)

    _box(page).fill(person.nik)
    expect(_options(page)).to_have_count(1)
    assert_fits(page, "the search box with suggestions")
    inspector = Inspector(page)
    inspector.inspect(page, "suggestions", ALL_RULES)
    assert inspector.found == []

    _options(page).first.click()
    page.wait_for_url(f"**/permohonan/{filed.record}")


def test_without_script_the_box_is_a_plain_form(stage: Stage, screens: Screens) -> None:
    person = stage.person()
    filed = stage.file(person)
    screens.counter()
    page = screens.page(
        java_script_enabled=False, storage_state=screens.logins[f"siti@{stage.staff}"]
    )
    page.goto(stage.staff)
    expect(page.get_by_role("combobox", name="Cari NIK, nama, atau kode")).to_have_count(0)

    _box(page).fill(person.nik)
    page.get_by_role("button", name="Cari", exact=True).click()

    page.wait_for_url(f"**/permohonan/{filed.record}")

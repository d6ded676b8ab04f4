"""The back button, two tabs, a press too many: nothing is lost, nothing is doubled."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from registration.invented.people import Person
from tests.browser.acts import (
    FORM,
    answer,
    answer_all_steps,
    attach_photos,
    begin_at_portal,
    box,
)
from tests.browser.stage import Screens, Stage, lost_card

ONE_REQUEST = re.compile(r"/permohonan/[0-9a-f]{32}$")


def fill(page: Page, person: Person) -> None:
    typed = lost_card(person)
    for question in FORM.fields:
        answer(page, question, typed[question.name])


def expect_one_request(page: Page, stage: Stage, person: Person) -> None:
    """A single hit opens at once; two would be a list."""
    page.goto(f"{stage.staff}/")
    page.locator("#cari").fill(person.nik)
    page.get_by_role("button", name="Cari").click()
    expect(page).to_have_url(ONE_REQUEST)


def test_going_back_to_a_filed_form_leads_to_its_receipt(stage: Stage, screens: Screens) -> None:
    person = stage.person()
    page = screens.counter()
    page.goto(f"{stage.staff}/permohonan/baru/ktp-el/hilang")
    fill(page, person)
    page.keyboard.press("Control+s")
    page.wait_for_url("**/tanda-terima")
    first = page.locator(".code-big").inner_text()

    page.go_back()

    page.wait_for_url("**/tanda-terima")
    expect(page.locator(".code-big")).to_have_text(first)
    expect(page.locator("#kabar")).to_contain_text(f"Permohonan {first} sudah diterima.")
    expect_one_request(page, stage, person)


def test_a_reload_in_the_middle_of_a_form_loses_nothing(stage: Stage, screens: Screens) -> None:
    person = stage.person()
    page = screens.counter()
    page.goto(f"{stage.staff}/permohonan/baru/ktp-el/hilang")
    fill(page, person)
    expect(page.locator("[data-draft-said]")).to_contain_text("Ketikan tersimpan")

    page.reload()

    for name in ("nik", "nama", "alamat"):
        expect(box(page, name)).to_have_value(lost_card(person)[name])


def test_one_unfinished_form_in_two_tabs_becomes_one_request(
    stage: Stage, screens: Screens
) -> None:
    person = stage.person()
    first = screens.counter()
    first.goto(f"{stage.staff}/permohonan/baru/ktp-el/hilang")
    fill(first, person)
    first.get_by_role("button", name="Simpan foto dulu").click()
    first.wait_for_url("**lanjut=**")
    second = first.context.new_page()
    second.goto(first.url)
    expect(box(second, "nik")).to_have_value(re.compile(person.nik[:4]))

    second.keyboard.press("Control+s")
    second.wait_for_url("**/tanda-terima")
    first.keyboard.press("Control+s")
    first.wait_for_url("**/tanda-terima")

    expect(first.locator(".code-big")).to_have_text(second.locator(".code-big").inner_text())
    expect_one_request(first, stage, person)


def test_two_people_at_one_counter_in_two_tabs_do_not_mix(stage: Stage, screens: Screens) -> None:
    someone, other = stage.person(), stage.person()
    first = screens.counter()
    second = first.context.new_page()
    for page, person in ((first, someone), (second, other)):
        page.goto(f"{stage.staff}/permohonan/baru/ktp-el/hilang")
        fill(page, person)

    for page in (first, second):
        page.bring_to_front()
        page.keyboard.press("Control+s")
        page.wait_for_url("**/tanda-terima")

    codes = [page.locator(".code-big").inner_text() for page in (first, second)]
    assert codes[0] != codes[1]
    expect(first.locator(".receipt")).to_contain_text(someone.nama.title())
    expect(second.locator(".receipt")).to_contain_text(other.nama.title())
    for person in (someone, other):
        expect_one_request(first, stage, person)


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_resident_who_presses_twice_or_goes_back_has_one_request(
    stage: Stage, screens: Screens, javascript: bool
) -> None:
    person = stage.person()
    page = screens.portal(javascript=javascript)
    begin_at_portal(page)
    answer_all_steps(page, person)
    attach_photos(page, person)
    page.get_by_role("button", name="Lanjut").click()
    send = page.get_by_role("button", name="Kirim permohonan")
    expect(send).to_be_visible()

    send.dblclick(no_wait_after=True)
    expect(page.locator(".code-big")).to_be_visible()
    code = page.locator(".code-big").inner_text()
    page.go_back()
    page.reload()

    expect(page.locator("main")).to_contain_text(code)
    expect_one_request(screens.counter(), stage, person)


def test_a_resident_who_answers_in_two_tabs_loses_no_answer(stage: Stage, screens: Screens) -> None:
    person = stage.person()
    typed = lost_card(person)
    first = screens.portal()
    begin_at_portal(first)
    second = first.context.new_page()
    second.goto(first.url)

    box(first, "nomor_laporan").fill("SKTLK/1")
    box(second, "nomor_laporan").fill(typed["nomor_laporan"])
    for page in (second, first):
        for question in FORM.fields[1:]:
            if page.locator(f"[name='{question.name}'], [name='{question.name}.hari']").count():
                answer(page, question, typed[question.name])
        page.bring_to_front()
        page.get_by_role("button", name="Lanjut").click()
        page.wait_for_url("**/2")

    # What was sent last holds, and the page before shows it.
    second.goto(re.sub(r"/2$", "/1", second.url))
    expect(box(second, "nomor_laporan")).to_have_value("SKTLK/1")
    expect(second.locator("main")).not_to_contain_text("Perlu diperbaiki")

"""The counter: filing with the line cut, a form with mistakes, a double click."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import (
    FORM,
    answer,
    attach_photos,
    box,
    new_lost_card,
    see_line_cut,
    type_lost_card,
    weather,
)
from tests.browser.stage import PAPERS, SLOW_MS, Screens, Stage, lost_card

CODE = re.compile(r"[A-Z]{3}-[2-9A-Z]{3}-[2-9A-Z]{3}")


def test_a_petugas_files_by_keyboard_while_the_line_is_cut(stage: Stage, screens: Screens) -> None:
    person = stage.person()
    page = screens.counter()
    expect(weather(page)).to_contain_text("semua terkirim", timeout=SLOW_MS)
    stage.cut()
    see_line_cut(page)

    new_lost_card(page)
    type_lost_card(page, lost_card(person))
    attach_photos(page, person)
    page.get_by_label("Berkas asli sudah saya cocokkan").check()
    page.keyboard.press("Control+s")

    page.wait_for_url("**/tanda-terima")
    receipt = page.locator(".receipt")
    expect(receipt.locator(".code-big")).to_have_text(CODE)
    code = receipt.locator(".code-big").inner_text()
    expect(receipt.get_by_role("img", name=f"Kode QR untuk {code}").locator("svg")).to_be_visible()
    expect(receipt).to_contain_text("Kartu Keluarga, Surat kehilangan")
    expect(receipt).to_contain_text("dikirim ke Disdukcapil begitu jaringan ada")
    expect(page.locator("#kabar")).to_contain_text(
        "Tersimpan di kelurahan. Akan dikirim saat jaringan pulih."
    )
    expect(weather(page)).to_contain_text(re.compile(r"1 permohonan dan 2 foto aman di sini"))

    stage.mend()
    weather(page).get_by_role("button", name="Kirim sekarang").click()
    expect(weather(page)).to_contain_text("Terhubung · semua terkirim", timeout=SLOW_MS)
    page.get_by_role("link", name="Buka permohonan").click()
    expect(page.locator(".matter .head .status")).to_contain_text("Dikirim")


def _fill(page: Page, typed: dict[str, str]) -> None:
    for question in FORM.fields:
        answer(page, question, typed[question.name])


def test_a_form_with_mistakes_loses_nothing_and_files_when_mended(
    stage: Stage, screens: Screens
) -> None:
    person = stage.person()
    right = lost_card(person)
    wrong = right | {"nik": right["nik"][:15], "tanggal_lahir": "31-02-1995", "telepon": "12"}
    page = screens.counter()
    page.goto(f"{stage.staff}/permohonan/baru/ktp-el/hilang")

    _fill(page, wrong)
    attach_photos(page, person)
    page.keyboard.press("Control+s")

    summary = page.locator(".error-summary")
    expect(summary).to_be_focused()
    expect(summary).to_contain_text("Ada 3 isian yang perlu diperbaiki")
    for question in FORM.fields:
        if question.choices:
            chosen = page.locator(
                f"input[name='{question.name}']:checked, select[name='{question.name}']"
            )
            expect(chosen).to_have_value(wrong[question.name])
        else:
            expect(box(page, question.name)).to_have_value(wrong[question.name])
    for name in ("nik", "tanggal_lahir", "telepon"):
        expect(page.locator(f"#f-{name}-error")).to_be_visible()
        expect(box(page, name)).to_have_attribute("aria-invalid", "true")
    for jenis in PAPERS:
        paper = page.locator(".field-file").filter(has=page.locator(f"#f-berkas\\.{jenis}"))
        expect(paper.locator(".scan").first).to_contain_text("Tersimpan")
    summary.get_by_role("link").first.click()
    expect(box(page, "nik")).to_be_focused()

    for name in ("nik", "tanggal_lahir", "telepon"):
        box(page, name).fill(right[name])
    page.keyboard.press("Control+s")
    page.wait_for_url("**/tanda-terima")
    expect(page.locator(".receipt")).to_contain_text("Kartu Keluarga, Surat kehilangan")


@pytest.mark.parametrize("javascript", [True, False], ids=["script", "no-script"])
def test_a_double_click_is_one_request(stage: Stage, screens: Screens, javascript: bool) -> None:
    person = stage.person()
    signed_in = screens.counter().context.storage_state()
    page = screens.page(java_script_enabled=javascript, storage_state=signed_in)
    page.goto(f"{stage.staff}/permohonan/baru/ktp-el/hilang")
    _fill(page, lost_card(person))

    page.get_by_role("button", name="Simpan & cetak").dblclick(no_wait_after=True)
    page.wait_for_url("**/tanda-terima")

    page.goto(f"{stage.staff}/")
    page.locator("#cari").fill(person.nik)
    page.get_by_role("button", name="Cari").click()
    # A single hit opens at once; two would be a list.
    expect(page).to_have_url(re.compile(r"/permohonan/[0-9a-f]{32}$"))


@pytest.mark.parametrize(("paper", "width_mm"), [("A6", 105), ("80 mm", 80), ("58 mm", 58)])
def test_the_receipt_prints_on_one_slip_of_each_paper(
    stage: Stage, screens: Screens, paper: str, width_mm: int
) -> None:
    filed = stage.file(stage.person())
    page = screens.counter()
    page.goto(f"{stage.staff}/permohonan/{filed.record}/tanda-terima")
    if paper != "A6":
        page.get_by_role("link", name=paper).click()
        page.reload()

    printed = page.pdf(prefer_css_page_size=True)

    boxes = re.findall(rb"/MediaBox ?\[0 0 ([\d.]+) [\d.]+\]", printed)
    assert [round(float(one) / 72 * 25.4) for one in boxes] == [width_mm]

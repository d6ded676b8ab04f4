"""The resident on a small phone, with and without script."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from demo.client import csrf, hidden
from tests.browser.acts import (
    answer_all_steps,
    attach_photos,
    begin_at_portal,
    box,
    follow_by_code,
)
from tests.browser.stage import SLOW_MS, Screens, Stage, dark_photo
from tests.browser.tours import title


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
    title(page, "Permohonan Ibu/Bapak diterima")
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


def test_phone_and_screen_notice_the_call_by_themselves_with_script_and_without(
    stage: Stage, screens: Screens
) -> None:
    phones, walls, numbers = [], [], []
    for javascript in (True, False):
        phone = screens.portal(javascript=javascript)
        phone.get_by_role("link", name="Ambil nomor antrean").click()
        phone.get_by_role("button", name="Kartu Keluarga").click()
        phones.append(phone)
        numbers.append(phone.locator(".ticket-number").inner_text())
        wall = screens.page(java_script_enabled=javascript)
        wall.goto(f"{stage.portal}/layar")
        walls.append(wall)
    for wall in walls:
        expect(wall.locator(".screen-next")).to_contain_text(numbers[-1], timeout=SLOW_MS)

    call_all(stage, 3)

    for wall in walls:
        expect(wall.locator(".screen-fresh")).to_contain_text(numbers[-1], timeout=SLOW_MS)
        expect(wall.locator(".screen-fresh")).to_contain_text("Loket 3")
    for phone, said in zip(phones, ("Sudah dilayani", "Silakan ke Loket 3"), strict=True):
        expect(phone.locator("main")).to_contain_text(said, timeout=SLOW_MS)


def call_all(stage: Stage, desk: int) -> None:
    """Call until nobody waits; the last one stays at the desk."""
    page = stage.siti.get("/antrean")
    stage.siti.post("/antrean/loket", {"csrf_token": csrf(page), "loket": str(desk)})
    while "Belum ada yang menunggu." not in (page := stage.siti.get("/antrean")):
        fields = {"csrf_token": csrf(page), "sekarang": hidden(page)["sekarang"]}
        stage.siti.post("/antrean/panggil", fields)

"""The verification desk: its pages, with an admin and a verifier at two screens."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.acts import box
from tests.browser.stage import Screens, Stage, log_in
from tests.browser.tours import Look, title


def set_rules(page: Page, stage: Stage, *acts: str, daily: str = "") -> None:
    """As an admin: which acts on a KTP-el need two officers, and how many are done a day."""
    page.goto(f"{stage.centre}/meja/aturan")
    for act in ("terbitkan", "tolak", "kembalikan", "perbaiki"):
        page.locator(f"input[value='{act}|ktp-el']").set_checked(act in acts)
    box(page, "jatah-ktp-el").fill(daily)
    page.keyboard.press("Control+s")
    expect(page.locator("#kabar")).to_contain_text("Aturan meja tersimpan")


def tour_centre_desk(page: Page, screens: Screens, stage: Stage, look: Look) -> None:
    """As the admin; `page` is not logged in yet. A verifier proposes at another screen."""
    page.goto(stage.centre)
    log_in(page, "ratna")
    officer = screens.centre()
    filed = stage.file_and_send(stage.person())
    one = f"{stage.centre}/permohonan/{stage.place.stream}/{filed.record}"
    _rules(page, stage, look)
    _reasons(page, stage, look)
    page.goto(f"{stage.centre}/?urut=teliti")
    look("centre: requests, those that ask for care first")
    page.goto(f"{stage.centre}/?milik=saya")
    look("centre: requests, none taken")
    officer.goto(one)
    officer.keyboard.press("s")
    expect(officer.locator("#kabar")).to_contain_text("sekarang Anda kerjakan")
    page.goto(one)
    expect(page.locator("main")).to_contain_text("sedang mengerjakan permohonan ini")
    look("centre: request in a colleague's hands")
    officer.keyboard.press("b")
    officer.keyboard.type("3275-KTP-000099")
    officer.keyboard.press("Enter")
    expect(officer.locator("#kabar")).to_contain_text("Petugas kedua yang memutuskan")
    page.goto(f"{stage.centre}/usulan")
    title(page, "Menunggu petugas kedua")
    look("centre: proposals")
    page.goto(one)
    look("centre: request with a proposal")
    page.get_by_text("Kembalikan usulan").click()
    page.get_by_role("button", name="Kembalikan ke pengusul").click()
    expect(page.locator(".field-error")).to_be_visible()
    look("centre: proposal sent back without a note")
    box(page, "jawaban").fill("Nomornya tertukar dengan yang kemarin.")
    page.get_by_role("button", name="Kembalikan ke pengusul").click()
    expect(page.locator("#kabar")).to_contain_text("Usulan dikembalikan")
    set_rules(page, stage)
    page.goto(one)
    page.get_by_role("button", name="Saya kerjakan").click()
    expect(page.locator("main")).to_contain_text("Anda kerjakan sampai")
    page.locator(".viewer button", has_text="Putar").first.click()
    page.locator(".viewer button", has_text="Perbesar").first.click()
    look("centre: request in one's own hands, its photo enlarged and turned")


def _rules(page: Page, stage: Stage, look: Look) -> None:
    page.goto(f"{stage.centre}/meja/aturan")
    title(page, "Aturan meja verifikasi")
    box(page, "jatah-kk").fill("banyak")
    page.keyboard.press("Control+s")
    expect(page.locator(".field-error")).to_be_visible()
    look("centre: rules of the desk, with mistakes")
    set_rules(page, stage, "terbitkan", "perbaiki", daily="1")
    look("centre: rules of the desk")


def _reasons(page: Page, stage: Stage, look: Look) -> None:
    page.goto(f"{stage.centre}/meja/alasan")
    title(page, "Daftar alasan")
    look("centre: kept reasons")
    page.locator("summary", has_text="Tambah alasan").first.click()
    page.get_by_role("button", name="Simpan alasan").first.click()
    expect(page.locator(".field-error")).to_be_visible()
    look("centre: kept reasons, with mistakes")

"""The pages about other systems: API access, messages to residents, the API's own documentation."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.stage import Stage
from tests.browser.tours import Look, title


def tour_interfaces(page: Page, stage: Stage, look: Look) -> None:
    """As an admin who is signed in at the centre."""
    page.goto(f"{stage.centre}/sambungan")
    title(page, "Sambungan")
    look("centre: connections")
    page.get_by_role("link", name="Lihat pesan yang menunggu").click()
    title(page, "Pesan ke warga")
    look("centre: messages to residents")
    page.goto(f"{stage.centre}/sambungan/api")
    title(page, "Akses API")
    page.get_by_role("link", name="Beri akses baru").click()
    title(page, "Beri akses API")
    page.get_by_role("button", name="Buat token").click()
    expect(page.get_by_text("Pilih setidaknya satu")).to_be_visible()
    look("centre: API access with mistakes")
    page.get_by_label("Nama sistem").fill("SIAK")
    page.get_by_label("Mengikuti permohonan yang berubah").check()
    page.get_by_role("button", name="Buat token").click()
    title(page, "Token untuk SIAK")
    look("centre: API token")
    page.get_by_role("link", name="Sudah disalin").click()
    title(page, "Akses API")
    look("centre: API access")
    page.get_by_role("link", name="Cabut akses").first.click()
    title(page, "Cabut akses SIAK?")
    look("centre: API access, revoke")
    page.goto(f"{stage.centre}/api/v1/dokumentasi")
    title(page, "Dokumentasi API")
    look("centre: API documentation")

"""The centre's summary, reports and complaint desk: the tour."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from demo.client import csrf
from tests.browser.acts import box
from tests.browser.stage import SLOW_MS, Stage, until
from tests.browser.tours import Look, title
from tests.browser.voices import ANSWER, complain


def tour_centre_accountability(page: Page, stage: Stage, look: Look) -> None:
    """As a verifier; `page` is logged in."""
    _tour_summary(page, stage, look)
    _tour_complaint(page, stage, look)


def _tour_summary(page: Page, stage: Stage, look: Look) -> None:
    until(
        lambda: (
            '<p class="figure-number">0</p><p>permohonan masuk' not in stage.rudi.get("/ringkasan")
        ),
        "the centre has counted what was filed",
    )
    page.goto(f"{stage.centre}/ringkasan?masa=tahun")
    title(page, "Ringkasan")
    for summary in page.locator("details.more > summary").all():
        summary.click()
    look("centre: summary of a year")
    page.goto(f"{stage.centre}/ringkasan?masa=minggu&kelurahan={stage.place.stream}")
    title(page, "Ringkasan")
    look("centre: summary of a week")
    page.goto(f"{stage.centre}/laporan")
    title(page, "Laporan")
    look("centre: reports, none")
    page.goto(f"{stage.centre}/ringkasan")
    page.get_by_role("button", name="Buat laporan").click()
    title(page, "Laporan")
    # It looks after itself: nobody reloads.
    expect(page.get_by_role("link", name="PDF untuk dicetak")).to_be_visible(timeout=SLOW_MS)
    look("centre: report, ready")
    page.goto(f"{stage.centre}/laporan")
    look("centre: reports")


def _tour_complaint(page: Page, stage: Stage, look: Look) -> None:
    resident = page.context.new_page()
    code, _ = complain(resident, stage, "Sikap petugas")
    resident.close()
    stage.siti.post("/sinkron/kirim", {"csrf_token": csrf(stage.siti.get("/sinkron"))})
    until(
        lambda: code in stage.rudi.get("/pengaduan?kelompok=pusat"), "the centre has the complaint"
    )
    page.goto(f"{stage.centre}/pengaduan")
    title(page, "Pengaduan")
    look("centre: complaints by what is due")
    page.get_by_role("link", name=code).click()
    title(page, "Sikap petugas")
    look("centre: complaint about staff")
    page.get_by_role("button", name="Ambil alih").click()
    expect(page.locator(".field-error")).to_be_visible()
    look("centre: complaint with mistakes")
    box(page, "alasan").fill("Menyangkut petugas kelurahan itu sendiri.")
    page.get_by_role("button", name="Ambil alih").click()
    expect(page.locator("#kabar")).to_contain_text("Pengaduan diambil alih.")
    look("centre: complaint, taken over")
    box(page, "alasan").fill(ANSWER)
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.locator("#kabar")).to_contain_text("Jawaban tersimpan.")
    look("centre: complaint, answered")

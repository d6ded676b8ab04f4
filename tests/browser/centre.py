"""Through every page of the centre, one after the other; `look` is called on each."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from demo.client import Receipt
from tests.browser.acts import box, make_difference, make_late
from tests.browser.stage import Stage, log_in
from tests.browser.tours import Look, title


def tour_centre(page: Page, stage: Stage, look: Look) -> None:
    """As `ratna`, who may do all; `page` is not logged in yet."""
    filed = stage.file_and_send(stage.person())
    page.goto(stage.centre)
    look("centre: login")
    log_in(page, "ratna")
    look("centre: queue")
    page.goto(f"{stage.centre}/?kelompok=semua")
    look("centre: all requests")
    page.get_by_role("searchbox").fill(filed.code)
    page.get_by_role("button", name="Cari", exact=True).click()
    page.wait_for_url("**/cari")
    look("centre: search")
    _centre_request(page, stage, filed, look)
    page.goto(f"{stage.centre}/permohonan/{stage.place.stream}/{'0' * 32}")
    look("centre: no such request")


def tour_centre_differences(page: Page, counter: Page, stage: Stage, look: Look) -> None:
    """What the two sides wrote without knowing of each other; both are logged in."""
    filed = stage.file_and_send(stage.person())
    make_difference(counter, page, stage, filed, "JL. KENANGA NO. 3", "JL. KENANGA NO. 30")
    look("centre: settle")
    page.get_by_role("button", name="Putuskan").click()
    expect(page.locator(".field-error").first).to_be_visible()
    look("centre: settle with mistakes")
    page.goto(f"{stage.centre}/permohonan/{stage.place.stream}/{filed.record}")
    look("centre: request with a difference")
    page.goto(f"{stage.centre}/perbedaan")
    look("centre: differences")
    page.goto(f"{stage.centre}/perbedaan/sekaligus/data.alamat")
    title(page, "Putuskan sekaligus")
    look("centre: many differences at once")
    page.get_by_role("button", name="Putuskan yang dicentang").click()
    expect(page.locator(".field-error").first).to_be_visible()
    look("centre: many differences at once, with mistakes")
    _centre_decided(page, stage, filed, look)
    _centre_late(counter, page, stage, look)


def tour_centre_pairs(page: Page, stage: Stage, look: Look) -> None:
    """Two requests for one matter, and the counters; `page` is an admin's."""
    _centre_alike(page, stage, look)
    _centre_nodes(page, stage, look)


def _centre_request(page: Page, stage: Stage, filed: Receipt, look: Look) -> None:
    one = f"{stage.centre}/permohonan/{stage.place.stream}/{filed.record}"
    page.goto(one)
    look("centre: request")
    page.locator("summary", has_text="Kembalikan").click()
    page.get_by_role("button", name="Kembalikan ke loket").click()
    expect(page.locator(".field-error")).to_be_visible()
    look("centre: return without a reason")
    page.goto(f"{one}/perbaiki")
    look("centre: correction")
    box(page, "nik").fill("123")
    page.keyboard.press("Control+s")
    expect(page.locator(".error-summary")).to_be_visible()
    look("centre: correction with mistakes")


def _centre_decided(page: Page, stage: Stage, filed: Receipt, look: Look) -> None:
    """A difference is decided, and decided again."""
    page.goto(f"{stage.centre}/perbedaan/{stage.place.stream}/{filed.record}")
    page.get_by_role("radio", name="Pilih ini").first.check()
    box(page, "alasan").fill("Sesuai KK yang difoto.")
    page.get_by_role("button", name="Putuskan").click()
    expect(page.locator("#kabar")).to_contain_text("Diputuskan")
    page.goto(f"{stage.centre}/perbedaan/sudah")
    look("centre: decided differences")
    page.get_by_role("link", name="Putuskan ulang").first.click()
    title(page, "")
    look("centre: decide again")
    page.get_by_role("button", name="Putuskan ulang").click()
    expect(page.locator(".field-error").first).to_be_visible()
    look("centre: decide again, with mistakes")
    page.goto(f"{stage.centre}/perbedaan/sebab")
    look("centre: causes of differences")


def _centre_late(counter: Page, page: Page, stage: Stage, look: Look) -> None:
    filed = stage.file_and_send(stage.person())
    make_late(counter, page, stage, filed, "JL. KENANGA NO. 4")
    look("centre: came after the decision")
    page.get_by_role("button", name="Keputusan tetap").click()
    expect(page.locator(".field-error").first).to_be_visible()
    look("centre: came after the decision, with mistakes")
    page.goto(f"{stage.centre}/perbedaan?jenis=susulan")
    look("centre: differences, late")


def _centre_alike(page: Page, stage: Stage, look: Look) -> None:
    """Somebody has filed twice."""
    twice = stage.person()
    first, second = stage.file_and_send(twice), stage.file_and_send(twice)
    page.goto(f"{stage.centre}/ganda")
    title(page, "Mungkin ganda")
    look("centre: possible duplicates")
    pair = f"{stage.centre}/ganda/{first.record}/{second.record}"
    page.goto(pair)
    title(page, "Apakah ini permohonan yang sama?")
    look("centre: two requests side by side")
    page.get_by_role("button", name="Putuskan").click()
    expect(page.locator(".field-error").first).to_be_visible()
    look("centre: two requests side by side, with mistakes")
    page.goto(f"{stage.centre}/permohonan/{stage.place.stream}/{first.record}")
    look("centre: request that looks like another")
    page.goto(pair)
    page.get_by_role("radio").last.check()
    box(page, "alasan").fill("Orangnya berbeda.")
    page.get_by_role("button", name="Putuskan").click()
    expect(page.locator("#kabar")).to_contain_text("Keduanya dilanjutkan")
    page.goto(pair)
    look("centre: two requests that were judged")


def _centre_nodes(page: Page, stage: Stage, look: Look) -> None:
    page.goto(f"{stage.centre}/node")
    look("centre: counters")
    page.get_by_role("link", name="Cabut").first.click()
    title(page, "Cabut")
    look("centre: revoking a counter")
    page.get_by_role("button", name="Cabut").click()
    expect(page.locator(".field-error").first).to_be_visible()
    look("centre: revoking a counter with mistakes")
    page.goto(f"{stage.centre}/node/catatan")
    look("centre: record of administration")
    page.goto(f"{stage.centre}/node")
    page.get_by_role("link", name="Daftarkan loket baru").click()
    title(page, "Daftarkan loket baru")
    look("centre: new counter")
    page.get_by_role("button", name="Buat kode").click()
    expect(page.locator(".field-error")).to_be_visible()
    look("centre: new counter with mistakes")
    page.get_by_label("Kelurahan").select_option(index=1)
    page.get_by_role("button", name="Buat kode").click()
    title(page, "Kode untuk")
    look("centre: code of a counter")

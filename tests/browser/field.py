"""What a Pamor does in the field app, and a walk through all its screens."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page, expect

from demo.processes import PASSWORD
from tests.browser.acts import answer, box, next_step
from tests.browser.stage import Stage, photo
from tests.browser.test_services import Errand, errand


def begin(page: Page, service: str, case: str) -> None:
    """From the first screen over the resident's consent to the first questions."""
    page.get_by_role("button", name="Mulai permohonan baru").click()
    page.locator(f"main a[href='#/baru/{service}']").click()
    page.locator(f"main a[href='#/baru/{service}/{case}']").click()
    page.get_by_label("Sudah saya bacakan").check()
    page.get_by_role("button", name="Mulai mengisi").click()


def answer_page(page: Page, step: int, one: Errand) -> None:
    expect(page.get_by_text(f"Langkah {step} dari")).to_be_visible()
    for question in one.case.fields:
        name = question.name
        if name in one.typed and page.locator(f"[name='{name}'], [name='{name}.hari']").count():
            answer(page, question, one.typed[name])


def fill_in(page: Page, stage: Stage, one: Errand, *, camera: bool = False) -> None:
    """The whole of a form with its photos, to the sealed draft."""
    begin(page, one.service, one.case.code)
    answer_all(page, one)
    attach_all(page, stage, one)
    if camera:
        photograph(page, one)
    page.get_by_role("button", name="Lanjut").click()
    page.get_by_role("button", name="Selesai, simpan di HP").click()
    expect(page.get_by_text("Permohonan tersegel di HP ini.")).to_be_visible()


def answer_all(page: Page, one: Errand) -> None:
    """From the first questions to the photos."""
    step = 0
    while not page.url.endswith("/foto"):
        step += 1
        answer_page(page, step, one)
        page.get_by_role("button", name="Lanjut").click()
        page.wait_for_url(next_step(step))


def attach_all(page: Page, stage: Stage, one: Errand) -> None:
    person = stage.person()
    for document in one.case.documents:
        if document.required:
            box(page, f"berkas.{document.code}").set_input_files(photo(person, document.code))
            expect(page.get_by_text(f"{document.label} 1", exact=False).first).to_be_visible()


def photograph(page: Page, one: Errand) -> None:
    """One more photo of the first paper, straight from the camera."""
    page.get_by_role("button", name="Foto dengan kamera").first.click()
    page.get_by_role("button", name="Ambil foto").click()
    expect(page.get_by_text(f"{one.case.documents[0].label} 2").first).to_be_visible()


def hand_over(page: Page) -> None:
    page.get_by_role("button", name="Serahkan ke kelurahan").click()
    sign_in(page)


def sign_in(page: Page) -> None:
    page.get_by_label("Nama pengguna").fill("joko")
    page.get_by_label("Kata sandi").fill(PASSWORD)
    page.get_by_role("button", name="Masuk").click()


def tour_pamor(page: Page, stage: Stage, look: Callable[[str], None]) -> None:
    one = errand(stage, "ktp-el", "hilang")
    page.goto(f"{stage.portal}/pamor/")
    expect(page.locator("#keadaan")).to_contain_text("Siap dipakai tanpa jaringan")
    look("pamor: nothing yet")
    page.get_by_role("button", name="Mulai permohonan baru").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Warga mau urus apa?")
    look("pamor: services")
    page.get_by_role("link", name="Kartu Tanda Penduduk").click()
    page.get_by_role("link", name="KTP hilang").click()
    page.get_by_role("button", name="Mulai mengisi").click()
    expect(page.locator(".field-error")).to_be_visible()
    look("pamor: consent not given")
    page.get_by_label("Sudah saya bacakan").check()
    page.get_by_role("button", name="Mulai mengisi").click()
    expect(page.get_by_text("Langkah 1 dari")).to_be_visible()
    page.get_by_role("button", name="Lanjut").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look("pamor: step with mistakes")
    answer_all(page, one)
    look("pamor: photos")
    page.get_by_role("button", name="Lanjut").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look("pamor: photos missing")
    attach_all(page, stage, one)
    look("pamor: photos taken")
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa sekali lagi")
    look("pamor: last look")
    page.get_by_role("button", name="Selesai, simpan di HP").click()
    expect(page.get_by_text("Permohonan tersegel di HP ini.")).to_be_visible()
    page.get_by_role("button", name="Hapus").click()
    look("pamor: one draft")
    page.get_by_role("button", name="Serahkan ke kelurahan").click()
    expect(page.get_by_label("Kata sandi")).to_be_visible()
    look("pamor: sign in")
    sign_in(page)
    expect(page.get_by_text("Semua isian di HP ini sudah diserahkan.")).to_be_visible()
    look("pamor: handed over")
    page.get_by_role("button", name="Lihat yang sudah diserahkan").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Sudah diserahkan")
    look("pamor: what was handed over")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Indonesia")).to_be_visible()

"""What residents say back: complaints, the survey, their own data; the acts and the tour."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from demo.client import Receipt, csrf
from registration.invented.people import Person
from tests.browser.acts import box, follow_by_code
from tests.browser.stage import Stage, log_in
from tests.browser.tours import Look, title

STORY = "Sudah dua bulan KTP saya belum jadi. Saya sudah tiga kali datang ke kelurahan."
ANSWER = "Maaf, blangko habis bulan lalu. KTP Ibu sudah jadi dan bisa diambil hari ini."


def handed_over(stage: Stage, person: Person) -> Receipt:
    """A request whose document its owner has."""
    filed = stage.file_and_send(person)
    stage.issue(filed, "3275-KTP-000077")
    here = f"/permohonan/{filed.record}"
    to = {"penerima": person.nama, "hubungan": "diri_sendiri", "cara": "kertas"}
    stage.siti.post(f"{here}/serahkan", {"csrf_token": csrf(stage.siti.get(here)), **to})
    return filed


def complain(page: Page, stage: Stage, about: str = "Terlalu lama") -> tuple[str, str]:
    """From the portal's first page to the receipt: code and PIN."""
    page.goto(stage.portal)
    page.get_by_role("link", name="Pengaduan").click()
    page.get_by_role("link", name=about).click()
    box(page, "isi").fill(STORY)
    page.get_by_role("button", name="Kirim pengaduan").click()
    title(page, "Pengaduan diterima")
    code, pin = page.locator(".code-big").all_inner_texts()
    return code, pin


def follow_complaint(page: Page, stage: Stage, code: str, pin: str) -> None:
    page.goto(f"{stage.portal}/pengaduan/cek")
    box(page, "kode").fill(code)
    box(page, "pin").fill(pin)
    page.get_by_role("button", name="Cek", exact=True).click()


def answer_complaint(counter: Page, stage: Stage, code: str) -> None:
    """At the counter: found in the list, taken up, answered."""
    counter.goto(f"{stage.staff}/pengaduan")
    counter.get_by_role("link", name=re.compile(code)).click()
    counter.get_by_role("button", name="Saya tangani").click()
    expect(counter.locator("#kabar")).to_contain_text("Pengaduan ditangani.")
    box(counter, "alasan").fill(ANSWER)
    counter.get_by_role("button", name="Kirim jawaban").click()
    expect(counter.locator("#kabar")).to_contain_text("Jawaban tersimpan")


def fill_survey(page: Page, answer: int = 3) -> None:
    """Nine touches, from the page that offers it."""
    page.get_by_role("link", name="Isi survei").click()
    page.get_by_role("link", name="Mulai").click()
    for number in range(1, 10):
        expect(page.locator("main")).to_contain_text(f"Pertanyaan {number} dari 9")
        page.locator(f"button[name='nilai'][value='{answer}']").click()
    title(page, "Ada saran untuk kami?")


def tour_portal_voices(page: Page, stage: Stage, look: Look) -> None:
    """All pages of the portal that are about more than a request."""
    page.goto(f"{stage.portal}/data-saya")
    look("portal: my data, what happens with it")
    page.goto(f"{stage.portal}/pengaduan")
    look("portal: complaint, about what")
    page.goto(f"{stage.portal}/pengaduan/buat/sikap")
    page.get_by_role("button", name="Kirim pengaduan").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look("portal: complaint with mistakes")
    code, pin = complain(page, stage)
    look("portal: complaint, receipt")
    page.goto(f"{stage.portal}/pengaduan/cek")
    look("portal: complaint, follow")
    follow_complaint(page, stage, code, pin)
    look("portal: complaint")
    page.get_by_role("link", name="Tarik pengaduan").click()
    title(page, "Tarik pengaduan ini?")
    look("portal: complaint, withdraw")
    _answer_by_client(stage, code)
    page.goto(f"{stage.portal}/pengaduan/hasil")
    look("portal: complaint, answered")
    page.get_by_role("link", name="Belum puas").click()
    title(page, "Belum puas")
    look("portal: complaint, reopen")
    _tour_survey_and_data(page, stage, look)


def _tour_survey_and_data(page: Page, stage: Stage, look: Look) -> None:
    person = stage.person()
    filed = handed_over(stage, person)
    page.goto(f"{stage.portal}/cek?kode={filed.code}")
    follow_by_code(page, filed.code, person)
    expect(page.locator("main")).to_contain_text("Bagaimana pelayanan kami?")
    look("portal: result, survey offered")
    page.get_by_role("link", name="Lihat data saya").click()
    title(page, "Data saya")
    look("portal: my data")
    page.goto(f"{stage.portal}/survei")
    look("portal: survey")
    page.get_by_role("link", name="Mulai").click()
    title(page, "mudah disiapkan?")
    look("portal: survey, a question")
    page.goto(f"{stage.portal}/cek/hasil")
    fill_survey(page)
    look("portal: survey, a comment")
    page.get_by_role("button", name="Kirim jawaban").click()
    title(page, "Terima kasih")
    look("portal: survey, sent")


def _answer_by_client(stage: Stage, code: str) -> None:
    page = stage.siti.get("/pengaduan")
    found = re.search(rf'/pengaduan/([0-9a-f]{{32}})"(?:(?!/pengaduan/).)*{code}', page, re.DOTALL)
    assert found is not None, code
    one = f"/pengaduan/{found[1]}"
    fields = {"csrf_token": csrf(stage.siti.get(one)), "alasan": ANSWER}
    stage.siti.post(f"{one}/jawab", fields)


def tour_counter_voices(page: Page, stage: Stage, look: Look) -> None:
    """As the penyelia, who reads all; `page` is not logged in yet."""
    page.goto(stage.staff)
    log_in(page, "wulan")
    look("counter: today, as penyelia")
    page.goto(f"{stage.staff}/pengaduan?kelompok=selesai")
    look("counter: complaints, none")
    resident = page.context.new_page()
    code, _ = complain(resident, stage, "Sikap petugas")
    resident.close()
    page.goto(f"{stage.staff}/pengaduan")
    look("counter: complaints")
    page.get_by_role("link", name=re.compile(code)).click()
    title(page, "Sikap petugas")
    look("counter: complaint")
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.locator(".field-error")).to_be_visible()
    look("counter: complaint with mistakes")
    box(page, "alasan").fill(ANSWER)
    page.get_by_role("button", name="Kirim jawaban").click()
    expect(page.locator("#kabar")).to_contain_text("Jawaban tersimpan")
    look("counter: complaint, answered")
    page.goto(f"{stage.staff}/survei")
    look("counter: survey")


def tour_centre_voices(page: Page, stage: Stage, look: Look) -> None:
    """What officers see of complaints; `page` is logged in."""
    page.goto(f"{stage.centre}/pengaduan?kelompok=semua")
    title(page, "Pengaduan")
    look("centre: complaints")

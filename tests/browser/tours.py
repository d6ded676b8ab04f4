"""Through every page of an app, one after the other; `look` is called on each."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from registration.invented.people import Person
from tests.browser.acts import (
    answer_step,
    attach_photos,
    begin_at_portal,
    box,
    follow_by_code,
    next_step,
    see_line_cut,
)
from tests.browser.stage import Stage, dark_photo, log_in, lost_card

Look = Callable[[str], None]


LONGEST_FORMS = (
    ("kk", "datang"),
    ("kia", "anak"),
    ("akta-kelahiran", "biasa"),
    ("akta-kematian", "tidak_jelas"),
)


def title(page: Page, text: str) -> None:
    """The page has come: only then is it looked at."""
    expect(page.get_by_role("heading", level=1)).to_contain_text(text)


def tour_counter(page: Page, stage: Stage, look: Look) -> None:
    twice = stage.person()
    filed = stage.file(twice)
    stage.file(twice)
    _counter_login(page, stage, look)
    look("counter: today")
    page.goto(f"{stage.staff}/?kelompok=periksa")
    look("counter: one queue")
    _counter_search(page, twice.nik, look)
    _counter_new(page, stage, look)
    one = f"{stage.staff}/permohonan/{filed.record}"
    for what, path in (("request", ""), ("receipt", "/tanda-terima"), ("correction", "/perbaiki")):
        page.goto(one + path)
        look(f"counter: {what}")
    page.goto(one)
    page.locator("summary", has_text="Tarik foto").first.click()
    expect(page.get_by_role("button", name="Ya, tarik").first).to_be_visible()
    look("counter: taking a photo away")
    _counter_hand_over(page, stage, look)
    _counter_line(page, stage, one, look)
    _counter_queue(page, stage, look)
    for path in ("menunggu", "ringkasan", "dokumen-tiba", "register", "halo-pamor"):
        page.goto(f"{stage.staff}/{path}")
        look(f"counter: {path}")
    page.goto(f"{stage.staff}/permohonan/{'0' * 32}")
    look("counter: no such request")
    page.goto(f"{stage.staff}/tidak-ada")
    look("counter: no such page")


def _counter_login(page: Page, stage: Stage, look: Look) -> None:
    page.goto(stage.staff)
    look("counter: login")
    page.get_by_label("Nama pengguna").fill("siti")
    page.get_by_label("Kata sandi").fill("salah")
    page.get_by_role("button", name="Masuk").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look("counter: login refused")
    log_in(page, "siti")


def _counter_search(page: Page, nik: str, look: Look) -> None:
    for typed, answer in (
        ("a", "Ketik paling sedikit"),
        ("zzzz tidak ada", "Tidak ada permohonan yang cocok"),
    ):
        page.locator("#cari").fill(typed)
        page.get_by_role("button", name="Cari", exact=True).click()
        expect(page.locator("main .notice")).to_contain_text(answer)
        look(f"counter: search, {answer}")
    page.locator("#cari").fill(nik)
    page.get_by_role("button", name="Cari", exact=True).click()
    expect(page.locator("main")).to_contain_text("2 permohonan cocok")
    look("counter: search, two hits")


def _counter_new(page: Page, stage: Stage, look: Look) -> None:
    page.keyboard.press("F2")
    title(page, "Permohonan baru")
    look("counter: choose a service")
    for case in ("hilang", "perubahan"):
        page.goto(f"{stage.staff}/permohonan/baru/ktp-el/{case}")
        look(f"counter: form of {case}")
    for service, case in LONGEST_FORMS:
        page.goto(f"{stage.staff}/permohonan/baru/{service}/{case}")
        look(f"counter: form of {service} {case}")
    page.goto(f"{stage.staff}/permohonan/baru/ktp-el/hilang")
    box(page, "nama").fill("DEWI LESTARI")
    page.get_by_role("button", name="Isi dari data lama").click()
    look("counter: nothing to fill in from")
    page.get_by_role("button", name="Foto dengan kamera ini").first.click()
    expect(page.get_by_role("dialog").get_by_role("alert")).to_be_visible()
    look("counter: no camera")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Foto dari HP").click()
    look("counter: code for photos by phone")
    address = page.locator(".phone-photos").get_attribute("data-address")
    page.goto(str(address))
    look("portal: photos by phone")
    page.goto(f"{stage.staff}/register")
    look("counter: register of the day")
    page.goto(stage.staff)
    look("counter: unfinished forms")
    page.get_by_role("link", name=re.compile("^Hapus ")).first.click()
    look("counter: throw an unfinished form away")
    page.goto(f"{stage.staff}/permohonan/baru/ktp-el/hilang")
    attach_photos(page, stage.person())
    page.get_by_role("button", name="Simpan & cetak").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look("counter: form with mistakes")


def _counter_hand_over(page: Page, stage: Stage, look: Look) -> None:
    filed = stage.file_and_send(stage.person())
    stage.issue(filed, "3275-KTP-0001")
    page.goto(f"{stage.staff}/pengambilan")
    look("counter: documents to be fetched")
    one = f"{stage.staff}/permohonan/{filed.record}"
    page.goto(one)
    page.locator("summary", has_text="Serahkan dokumen").click()
    look("counter: hand-over, box to sign in")
    page.get_by_role("button", name="Tanda tangan di HP").click()
    look("counter: hand-over, code for signing on a phone")
    page.goto(str(page.locator(".phone-photos").get_attribute("data-address")))
    look("portal: box to sign in")
    page.goto(one)
    page.locator("summary", has_text="Serahkan dokumen").click()
    page.get_by_role("button", name="Catat penyerahan").click()
    expect(page.locator("#f-garis-error")).to_be_visible()
    look("counter: hand-over, not signed")
    page.get_by_label("Di kertas", exact=True).check()
    page.get_by_role("button", name="Catat penyerahan").click()
    expect(page.locator("#kabar")).to_contain_text("Penyerahan tercatat")
    page.goto(f"{one}/bukti-penyerahan")
    look("counter: proof of hand-over")


def _counter_line(page: Page, stage: Stage, one: str, look: Look) -> None:
    page.goto(f"{stage.staff}/sinkron")
    look("counter: what waits")
    stage.cut()
    see_line_cut(page)
    stage.file(stage.person())
    page.goto(f"{stage.staff}/sinkron")
    look("counter: what waits, line cut")
    page.goto(one)
    look("counter: request, line cut")
    stage.mend()


def _counter_queue(page: Page, stage: Stage, look: Look) -> None:
    page.goto(stage.staff)
    page.get_by_role("link", name="Antrean loket").click()
    title(page, "Antrean loket")
    look("counter: queue, no desk chosen")
    page.get_by_role("button", name="Loket 2").click()
    for matter in ("KTP-el", "KK", "Keperluan lain"):
        page.get_by_label("Mau urus apa?").select_option(label=matter)
        page.get_by_role("button", name="Beri nomor").click()
        expect(page.locator("#kabar")).to_contain_text("Tulis di kertas")
    look("counter: queue")
    page.keyboard.press("F8")
    expect(page.locator("#kabar")).to_contain_text("dipanggil ke Loket 2")
    look("counter: queue, somebody called")
    page.get_by_role("button", name="Tidak datang").click()
    expect(page.locator("#kabar")).to_contain_text("tidak datang")
    page.keyboard.press("F8")
    expect(page.locator("#kabar")).to_contain_text("dipanggil ke Loket 2")
    look("counter: queue, somebody not there")
    page.get_by_role("button", name="Selesai dilayani").click()
    expect(page.locator("#kabar")).to_contain_text("selesai dilayani")


def tour_portal(page: Page, stage: Stage, person: Person, look: Look) -> None:
    page.goto(stage.portal)
    look("portal: first page")
    _portal_number(page, stage, look)
    _portal_other_services(page, stage, look)
    page.goto(stage.portal)
    page.get_by_role("link", name="Kartu Tanda Penduduk").click()
    look("portal: reasons for a KTP-el")
    page.get_by_role("link", name="KTP hilang").click()
    title(page, "KTP hilang")
    look("portal: consent")
    page.get_by_role("button", name="Mulai mengisi").click()
    expect(page.locator(".field-error")).to_be_visible()
    look("portal: consent not given")
    page.goto(stage.portal)
    begin_at_portal(page)
    page.get_by_role("button", name="Lanjut").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look("portal: step with mistakes")
    _portal_steps(page, person, look)
    _portal_photos(page, person, look)
    code = _portal_send(page, stage, look)
    _portal_follow(page, stage, person, code, look)
    _portal_correct(page, stage, look)
    page.goto(f"{stage.portal}/tidak-ada")
    look("portal: no such page")


def _portal_number(page: Page, stage: Stage, look: Look) -> None:
    """A number, and the screen in the waiting room."""
    page.get_by_role("link", name="Ambil nomor antrean").click()
    title(page, "Ambil nomor antrean")
    look("portal: ask for a number")
    page.get_by_role("button", name="Kartu Keluarga").click()
    title(page, "Nomor antrean saya")
    look("portal: number")
    page.goto(f"{stage.portal}/layar")
    look("portal: screen of the waiting room")
    page.goto(stage.portal)
    look("portal: first page, with a number")
    page.get_by_role("link", name="Nomor antrean saya").click()
    page.get_by_role("link", name="Kembalikan nomor").click()
    title(page, "Kembalikan nomor")
    look("portal: give the number back")
    page.get_by_role("button", name="Ya, kembalikan").click()
    expect(page.locator("main")).to_contain_text("sudah dikembalikan")


def _portal_other_services(page: Page, stage: Stage, look: Look) -> None:
    for service, case in LONGEST_FORMS:
        page.goto(f"{stage.portal}/urus/{service}")
        look(f"portal: reasons for {service}")
        page.goto(f"{stage.portal}/ajukan/{service}/{case}")
        look(f"portal: consent for {service}")
        page.get_by_role("checkbox").check()
        page.get_by_role("button", name="Mulai mengisi").click()
        page.wait_for_url("**/1")
        look(f"portal: first step of {service} {case}")
        page.goto(page.url.removesuffix("/1") + "/hapus")
        page.get_by_role("button", name="Ya, hapus").click()


def _portal_steps(page: Page, person: Person, look: Look) -> None:
    typed = lost_card(person)
    number = 1
    while not page.url.endswith("/foto"):
        page.wait_for_url(f"**/{number}")
        look(f"portal: step {number}")
        answer_step(page, typed)
        page.wait_for_url(next_step(number))
        number += 1


def _portal_photos(page: Page, person: Person, look: Look) -> None:
    look("portal: photos")
    page.get_by_role("button", name="Lanjut").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look("portal: photos missing")
    box(page, "berkas.kk").set_input_files(dark_photo(person, "kk"))
    page.get_by_role("button", name="Simpan foto ini").first.click()
    expect(page.locator(".scan-advice")).to_be_visible()
    look("portal: photo too dark")
    page.get_by_role("button", name="Hapus").click()
    expect(page.locator(".scan-advice")).to_be_hidden()
    attach_photos(page, person)
    page.get_by_role("button", name="Simpan foto ini").first.click()
    expect(page.locator(".scan", has_text="Tersimpan").first).to_be_visible()
    look("portal: photos kept")


def _portal_send(page: Page, stage: Stage, look: Look) -> str:
    page.get_by_role("button", name="Lanjut").click()
    title(page, "Periksa sekali lagi")
    look("portal: review")
    review = page.url
    page.get_by_role("link", name="Tidak jadi, hapus isian ini").click()
    title(page, "Hapus isian ini?")
    look("portal: drop what was typed")
    page.goto(stage.portal)
    look("portal: first page, a form unfinished")
    page.goto(review)
    page.get_by_role("button", name="Kirim permohonan").click()
    title(page, "diterima")
    look("portal: receipt")
    return page.locator(".code-big").inner_text()


def _portal_follow(page: Page, stage: Stage, person: Person, code: str, look: Look) -> None:
    page.goto(f"{stage.portal}/cek")
    look("portal: follow")
    page.get_by_role("button", name="Cek", exact=True).click()
    expect(page.locator(".error-summary")).to_be_visible()
    look("portal: follow with mistakes")
    follow_by_code(page, code, person)
    expect(page.get_by_role("list", name="Riwayat")).to_be_visible()
    look("portal: result")
    page.get_by_role("link", name="Batalkan permohonan").click()
    title(page, "Batalkan permohonan ini?")
    look("portal: withdraw")


def _portal_correct(page: Page, stage: Stage, look: Look) -> None:
    """A request that came back, put right by the resident herself."""
    person = stage.person()
    filed = stage.file_and_send(person)
    stage.give_back(filed, "Foto KK buram; mohon difoto ulang di tempat terang.")
    page.goto(f"{stage.portal}/cek?kode={filed.code}")
    follow_by_code(page, filed.code, person)
    again = page.get_by_role("button", name="Perbaiki sekarang")
    expect(again).to_be_visible()
    look("portal: result, returned")
    again.click()
    title(page, "Perbaiki permohonan")
    look("portal: correction")
    page.get_by_role("link", name="Tambah foto").click()
    title(page, "Foto berkas")
    look("portal: correction, photos")

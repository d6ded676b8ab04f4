"""A complaint from a phone without script to its end, and the survey after hand-over."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.acts import follow_by_code, see_line_cut
from tests.browser.stage import Screens, Stage
from tests.browser.tours import title
from tests.browser.voices import (
    ANSWER,
    answer_complaint,
    complain,
    fill_survey,
    follow_complaint,
    handed_over,
)


def test_a_complaint_goes_from_a_phone_to_the_counter_and_back_with_the_line_cut(
    stage: Stage, screens: Screens
) -> None:
    resident, counter = screens.portal(javascript=False), screens.counter()
    stage.cut()
    see_line_cut(counter)

    code, pin = complain(resident, stage)
    answer_complaint(counter, stage, code)
    expect(counter.locator(".timeline")).to_contain_text("Pengaduan dikirim lewat portal.")
    neighbour = screens.portal(javascript=False)
    follow_complaint(neighbour, stage, code, pin)
    expect(neighbour.locator("main")).to_contain_text(ANSWER)
    expect(neighbour.locator("main")).not_to_contain_text("Siti")
    neighbour.get_by_role("button", name="Ya, selesai").click()

    expect(neighbour.locator("main .status")).to_contain_text("Pengaduan selesai")
    counter.reload()
    expect(counter.locator(".head .status")).to_contain_text("Pengaduan selesai")
    expect(counter.locator(".timeline")).to_contain_text("Warga menerima jawabannya.")


def test_the_survey_after_hand_over_is_filled_in_once(stage: Stage, screens: Screens) -> None:
    person = stage.person()
    filed = handed_over(stage, person)
    resident = screens.portal(javascript=False)
    resident.goto(f"{stage.portal}/cek?kode={filed.code}")
    follow_by_code(resident, filed.code, person)

    fill_survey(resident, 4)
    resident.get_by_role("button", name="Kirim jawaban").click()
    title(resident, "Terima kasih, jawaban sudah kami terima.")

    resident.get_by_role("link", name="Ke permohonan saya").click()
    expect(resident.get_by_role("link", name="Isi survei")).to_have_count(0)
    resident.goto(f"{stage.portal}/survei")
    title(resident, "Survei ini sudah diisi. Terima kasih!")
    counter = screens.counter()
    counter.goto(f"{stage.staff}/survei")
    expect(counter.locator("main")).to_contain_text("Hasil ditampilkan mulai 5 jawaban")

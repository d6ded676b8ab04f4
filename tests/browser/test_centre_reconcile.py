"""An admin settles what is not a plain field: states, what came late, two requests for one matter,
and a decision that was wrong. Each time the counter is told in a sentence."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from demo.client import Receipt, csrf
from tests.browser.acts import (
    make_difference,
    make_late,
    reload_until_seen,
    see_line_cut,
    weather,
)
from tests.browser.stage import Screens, Stage

pytestmark = pytest.mark.long

REASON = "Sudah dikonfirmasi ke pemohon lewat telepon."


@pytest.fixture
def admin(screens: Screens) -> Page:
    return screens.centre("ratna")


@pytest.fixture
def counter(screens: Screens) -> Page:
    return screens.counter()


def in_the_news(counter: Page, stage: Stage, code: str, sentence: str) -> None:
    """The counter's first page tells it."""
    counter.goto(stage.staff)
    line = counter.locator("li", has_text=code).filter(has_text=sentence)
    reload_until_seen(counter, line)


def cancelled_and_issued(counter: Page, stage: Stage, filed: Receipt) -> None:
    """While the line is cut the applicant withdraws at the counter, and Disdukcapil issues."""
    stage.cut()
    see_line_cut(counter)
    here = f"/permohonan/{filed.record}"
    fields = {"csrf_token": csrf(stage.siti.get(here)), "alasan": "Pindah ke luar kota."}
    stage.siti.post(f"{here}/batalkan", fields)
    stage.issue_at_centre(filed, "3275-KTP-000555")
    stage.mend()
    counter.goto(stage.staff)
    weather(counter).get_by_role("button", name="Kirim sekarang").click()


def test_two_states_of_which_neither_follows(stage: Stage, counter: Page, admin: Page) -> None:
    filed = stage.file_and_send(stage.person())
    cancelled_and_issued(counter, stage, filed)

    admin.goto(f"{stage.centre}/perbedaan?jenis=status")
    row = admin.locator("tr", has_text=filed.code)
    reload_until_seen(admin, row)
    row.get_by_role("link").first.click()
    block = admin.get_by_role("group", name="Status")
    expect(block).to_contain_text("dokumen yang telanjur terbit harus ditarik")
    block.locator(".compare-column", has_text="Terbit").last.get_by_label("Pilih ini").check()
    admin.get_by_label("Alasan").fill(REASON)
    admin.get_by_role("button", name="Putuskan").click()
    expect(admin.locator("#kabar")).to_contain_text("Diputuskan.")

    in_the_news(counter, stage, filed.code, "memutuskan perbedaan")
    counter.goto(f"{stage.staff}/permohonan/{filed.record}")
    expect(counter.locator(".matter .status").first).to_contain_text("Terbit")


def test_what_came_after_the_decision_takes_it_back(
    stage: Stage, counter: Page, admin: Page
) -> None:
    filed = stage.file_and_send(stage.person())
    make_late(counter, admin, stage, filed, "JL. KENANGA NO. 44")

    admin.get_by_label("Alasan").fill("Alamat di dokumen lama.")
    admin.get_by_role("button", name="Tarik keputusan").click()
    expect(admin.locator("#kabar")).to_contain_text("Keputusan ditarik")

    in_the_news(counter, stage, filed.code, "menarik keputusannya")
    counter.goto(f"{stage.staff}/permohonan/{filed.record}")
    expect(counter.get_by_role("main")).not_to_contain_text("Catat penyerahan")


def test_one_matter_filed_twice(stage: Stage, counter: Page, admin: Page) -> None:
    twice = stage.person()
    first, second = stage.file_and_send(twice), stage.file_and_send(twice)

    admin.goto(f"{stage.centre}/ganda/{first.record}/{second.record}")
    admin.get_by_label(f"Sama. Batalkan {second.code}").check()
    admin.get_by_label("Alasan").fill("NIK dan fotonya sama; pemohon mengajukan dua kali.")
    admin.get_by_role("button", name="Putuskan").click()
    expect(admin.locator("#kabar")).to_contain_text("Satu dibatalkan")

    in_the_news(counter, stage, second.code, f"sama dengan {first.code}")


def test_a_wrong_decision_is_decided_again(stage: Stage, counter: Page, admin: Page) -> None:
    filed = stage.file_and_send(stage.person())
    right, wrong = "JL. MELATI NO. 7", "JL. MELATI NO. 71"
    make_difference(counter, admin, stage, filed, right, wrong)
    admin.locator(".compare-column", has_text=wrong).last.get_by_label("Pilih ini").check()
    admin.get_by_label("Alasan").fill("Sesuai KK yang difoto.")
    admin.get_by_role("button", name="Putuskan").click()
    expect(admin.locator("#kabar")).to_contain_text("Diputuskan.")

    admin.goto(f"{stage.centre}/perbedaan/sudah")
    admin.get_by_role("link", name=f"Putuskan ulang Alamat {filed.code}").click()
    side = admin.locator(".compare-column").filter(has=admin.get_by_text(right, exact=True))
    side.get_by_label("Pilih ini").check()
    admin.get_by_label("Alasan").fill("Salah lihat nomor rumahnya.")
    admin.get_by_role("button", name="Putuskan ulang").click()
    expect(admin.locator("#kabar")).to_contain_text("Diputuskan ulang.")

    in_the_news(counter, stage, filed.code, "Salah lihat nomor rumahnya")

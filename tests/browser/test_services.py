"""Each service from an empty form to the document in somebody's hand."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import pytest
from playwright.sync_api import Page, expect

from demo.client import Receipt, hidden
from registration.catalogue import Case, FieldKind, service
from registration.form import load_form
from registration.invented.forms import filled
from registration.invented.people import REFERENCE_DAY
from tests.browser.acts import answer, box, hand_over, next_step, reload_until_seen
from tests.browser.stage import Screens, Stage, is_whole, photo, until

pytestmark = pytest.mark.long

ONE_OF_EACH = (
    ("ktp-el", "perubahan"),
    ("kk", "pisah"),
    ("kia", "balita"),
    ("akta-kelahiran", "biasa"),
    ("akta-kematian", "biasa"),
)


@dataclass(frozen=True, slots=True)
class Errand:
    """Somebody's matter, as it is typed."""

    service: str
    case: Case
    typed: Mapping[str, str]

    @property
    def doubts(self) -> frozenset[str]:
        """What the form will ask to be looked at once more."""
        said = load_form(
            self.service, self.case.code, self.typed, version=1, today=REFERENCE_DAY
        ).warnings
        return frozenset(name for name, _ in said)


def errand(stage: Stage, service_code: str, case_code: str) -> Errand:
    case = service(service_code).case(case_code)
    typed = filled(stage.people, service_code, case_code)
    for field in case.fields:
        if field.kind is FieldKind.DATE and field.name in typed:
            year, month, day = typed[field.name].split("-")
            typed[field.name] = f"{day}-{month}-{year}"
    return Errand(service_code, case, typed)


def attach(page: Page, stage: Stage, case: Case) -> None:
    person = stage.person()
    for document in case.documents:
        if document.required:
            box(page, f"berkas.{document.code}").set_input_files(photo(person, document.code))


def file_at_desk(page: Page, stage: Stage, one: Errand) -> Receipt:
    page.goto(f"{stage.staff}/permohonan/baru/{one.service}/{one.case.code}")
    for question in one.case.fields:
        if question.name in one.typed:
            answer(page, question, one.typed[question.name])
    attach(page, stage, one.case)
    page.get_by_label("Berkas asli sudah saya cocokkan").check()
    page.keyboard.press("Control+s")
    if one.doubts:
        confirm_doubts(page)
        page.keyboard.press("Control+s")
    page.wait_for_url("**/tanda-terima")
    return Receipt(page.locator(".code-big").inner_text(), record_of(page))


def confirm_doubts(page: Page) -> None:
    boxes = page.locator("main [name='konfirmasi']")
    expect(boxes.first).to_be_visible()
    for found in boxes.all():
        found.check()


def record_of(page: Page) -> str:
    found = re.search(r"/permohonan/([0-9a-f]{32})", page.url)
    assert found is not None
    return found[1]


def file_on_phone(page: Page, stage: Stage, one: Errand) -> str:
    """Through the pages of the portal; returns the code."""
    page.goto(f"{stage.portal}/urus/{one.service}")
    page.locator(f"main a[href$='/{one.case.code}']").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Mulai mengisi").click()
    step = 0
    while not page.url.endswith("/foto"):
        step += 1
        for question in one.case.fields:
            name = question.name
            shown = page.locator(f"[name='{name}'], [name='{name}.hari']").count()
            if shown and name in one.typed:
                answer(page, question, one.typed[name])
        # What came is looked at only once it has come: the form again, or the next page.
        with page.expect_navigation():
            page.get_by_role("button", name="Lanjut").click()
        if page.locator("main [name='konfirmasi']").count():
            confirm_doubts(page)
            page.get_by_role("button", name="Lanjut").click()
        page.wait_for_url(next_step(step))
    attach(page, stage, one.case)
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Periksa sekali lagi")
    page.get_by_role("button", name="Kirim permohonan").click()
    return page.locator(".code-big").inner_text()


def verify(page: Page, stage: Stage, code: str) -> Receipt:
    """The petugas finds what a resident filed and says that the papers are right."""
    page.goto(f"{stage.staff}/")
    page.locator("#cari").fill(code)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/permohonan/[0-9a-f]{32}$"))
    page.get_by_role("button", name="Berkas cocok, verifikasi").click()
    expect(page.locator("#kabar")).to_contain_text("Sudah diverifikasi.")
    return Receipt(code, record_of(page))


def issue(stage: Stage, filed: Receipt) -> None:
    """Disdukcapil makes the document, once it has everything."""
    path = f"/permohonan/{stage.place.stream}/{filed.record}"
    until(lambda: is_whole(stage.rudi, path), f"the centre has {filed.code} and its photos")
    # The petugas's word that the papers are right may come an exchange after the photos.
    until(lambda: "dilihat" in hidden(stage.rudi.get(path)), f"{filed.code} is verified there")
    stage.issue(filed, f"NO-{filed.code}")


def finish(page: Page, stage: Stage, filed: Receipt) -> None:
    """The document arrives at the counter and is handed over."""
    page.goto(f"{stage.staff}/permohonan/{filed.record}")
    arrived = page.get_by_role("button", name="Dokumen sudah di loket")
    reload_until_seen(page, arrived)
    arrived.click()
    hand_over(page)
    expect(page.locator(".matter .head .status")).to_contain_text("Diserahkan")


def test_staff_files_each_service_and_hands_its_document_over(
    stage: Stage, screens: Screens
) -> None:
    page = screens.counter()
    filed = [file_at_desk(page, stage, errand(stage, *which)) for which in ONE_OF_EACH]

    for one in filed:
        issue(stage, one)
    for one in filed:
        finish(page, stage, one)


def test_a_resident_files_each_service_on_a_small_phone_without_script(
    stage: Stage, screens: Screens
) -> None:
    phone, desk = screens.portal(javascript=False), screens.counter()
    codes = [file_on_phone(phone, stage, errand(stage, *which)) for which in ONE_OF_EACH]

    filed = [verify(desk, stage, code) for code in codes]
    for one in filed:
        issue(stage, one)
    for one in filed:
        finish(desk, stage, one)

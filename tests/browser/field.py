"""What a Pamor does in the field app, and a walk through all its screens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from babel.support import Translations
from playwright.sync_api import Page, expect

from demo.processes import PASSWORD
from edge_node.pamor.texts import TEXTS
from tests.browser.acts import answer, box, next_step
from tests.browser.stage import Stage, photo
from tests.browser.test_services import Errand, errand
from web.i18n import TRANSLATIONS


@dataclass(frozen=True, slots=True)
class Words:
    """What the app says, in one language."""

    lang: str = "id"

    def __call__(self, name: str, **values: object) -> str:
        translated = Translations.load(str(TRANSLATIONS), [self.lang]).gettext(TEXTS[name])
        return translated % values if values else translated


INDONESIAN = Words()


def begin(page: Page, service: str, case: str, say: Words = INDONESIAN) -> None:
    """From the first screen over the resident's consent to the first questions."""
    page.get_by_role("button", name=say("mulai")).click()
    page.locator(f"main a[href='#/baru/{service}']").click()
    page.locator(f"main a[href='#/baru/{service}/{case}']").click()
    page.get_by_label(say("setuju")).check()
    page.get_by_role("button", name=say("mulai_isi")).click()


def answer_page(page: Page, step: int, one: Errand, say: Words = INDONESIAN) -> None:
    expect(page.get_by_text(say("langkah", now=step, all=""))).to_be_visible()
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


def answer_all(page: Page, one: Errand, say: Words = INDONESIAN) -> None:
    """From the first questions to the photos."""
    step = 0
    while not page.url.endswith("/foto"):
        step += 1
        answer_page(page, step, one, say)
        page.get_by_role("button", name=say("lanjut")).click()
        page.wait_for_url(next_step(step))


def attach_all(page: Page, stage: Stage, one: Errand) -> None:
    person = stage.person()
    for document in one.case.documents:
        if document.required:
            box(page, f"berkas.{document.code}").set_input_files(photo(person, document.code))
            # Whoever has a photo is not asked for the paper.
            expect(page.locator(f"[name='bawa'][value='{document.code}']")).to_have_count(0)


def photograph(page: Page, one: Errand) -> None:
    """One more photo of the first paper, straight from the camera."""
    page.get_by_role("button", name="Foto dengan kamera").first.click()
    page.get_by_role("button", name="Ambil foto").click()
    expect(page.get_by_text(f"{one.case.documents[0].label} 2").first).to_be_visible()


def hand_over(page: Page, say: Words = INDONESIAN) -> None:
    page.get_by_role("button", name=say("serahkan_semua")).click()
    sign_in(page, say)


def sign_in(page: Page, say: Words = INDONESIAN) -> None:
    page.get_by_label(say("pengguna")).fill("joko")
    page.get_by_label(say("sandi")).fill(PASSWORD)
    page.get_by_role("button", name=say("masuk"), exact=True).click()


def tour_pamor(
    page: Page, stage: Stage, look: Callable[[str], None], say: Words = INDONESIAN
) -> None:
    one = errand(stage, "ktp-el", "hilang")
    onward = page.get_by_role("button", name=say("lanjut"))
    heading = page.get_by_role("heading", level=1)
    page.goto(f"{stage.portal}/pamor/")
    expect(page.locator("#keadaan")).to_contain_text("Siap dipakai tanpa jaringan")
    if say.lang != "id":
        page.locator(f"#bahasa [lang='{say.lang}']").click()
    look("pamor: nothing yet")
    page.get_by_role("button", name=say("mulai")).click()
    expect(heading).to_have_text(say("pilih_layanan"))
    look("pamor: services")
    page.locator(f"main a[href='#/baru/{one.service}']").click()
    page.locator(f"main a[href='#/baru/{one.service}/{one.case.code}']").click()
    page.get_by_role("button", name=say("mulai_isi")).click()
    expect(page.locator(".field-error")).to_be_visible()
    look("pamor: consent not given")
    page.get_by_label(say("setuju")).check()
    page.get_by_role("button", name=say("mulai_isi")).click()
    expect(page.get_by_text(say("langkah", now=1, all=""))).to_be_visible()
    onward.click()
    expect(page.locator(".error-summary")).to_be_visible()
    look("pamor: step with mistakes")
    answer_all(page, one, say)
    look("pamor: photos")
    onward.click()
    expect(page.locator(".error-summary")).to_be_visible()
    look("pamor: photos missing")
    attach_all(page, stage, one)
    look("pamor: photos taken")
    onward.click()
    expect(heading).to_have_text(say("periksa"))
    look("pamor: last look")
    page.get_by_role("button", name=say("selesai_simpan")).click()
    expect(page.get_by_text(say("tersimpan_lengkap"))).to_be_visible()
    page.get_by_role("button", name=say("hapus")).click()
    look("pamor: one draft")
    page.get_by_role("button", name=say("serahkan_semua")).click()
    expect(page.get_by_label(say("sandi"))).to_be_visible()
    look("pamor: sign in")
    sign_in(page, say)
    expect(page.get_by_text(say("semua_diserahkan"))).to_be_visible()
    look("pamor: handed over")
    page.get_by_role("button", name=say("lihat_diserahkan")).click()
    expect(heading).to_have_text(say("sudah_diserahkan"))
    look("pamor: what was handed over")
    page.locator("#bahasa button").click()
    expect(page.locator("html")).not_to_have_attribute("lang", say.lang)

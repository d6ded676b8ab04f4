"""What people do at the screens, in the words of the tests."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping

from playwright.sync_api import Locator, Page, expect
from playwright.sync_api import TimeoutError as TooLate

from demo.client import Receipt
from registration.catalogue import Field, FieldKind, service
from registration.invented.people import Person
from tests.browser.stage import CASE, PAPERS, SLOW_MS, Stage, lost_card, photo

FORM = service("ktp-el").case(CASE)
_RADIOS = 4
"""Up to so many choices stand open as radio buttons, more fold into a list."""

HIDDEN = """
    document.activeElement.getBoundingClientRect().bottom
    > document.querySelector("main form[data-main] .actions").getBoundingClientRect().top
"""
"""Whether the row of buttons at the bottom stands over what is being typed."""


def box(page: Page, name: str) -> Locator:
    return page.locator(f"main [name='{name}']:visible")


def weather(page: Page) -> Locator:
    return page.locator("#cuaca")


def see_line_cut(page: Page) -> None:
    """Wait until the bar itself has noticed."""
    expect(weather(page)).to_contain_text("Jaringan terputus", timeout=SLOW_MS)


def new_lost_card(page: Page) -> None:
    """F2, then "KTP hilang", by keyboard alone."""
    page.keyboard.press("F2")
    page.wait_for_url("**/permohonan/baru")
    page.get_by_role("link", name="KTP hilang").press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("KTP hilang")


def type_lost_card(page: Page, typed: Mapping[str, str]) -> None:
    """Fill the form with the keyboard alone: Tab must lead from each question to the next."""
    box(page, FORM.fields[0].name).first.focus()
    for question in FORM.fields:
        reached = page.evaluate("document.activeElement.name")
        assert reached == question.name, f"Tab led to {reached!r}, not to {question.name!r}"
        assert not page.evaluate(HIDDEN), f"the row of buttons covers {question.name!r}"
        _type(page, question, typed[question.name])
        page.keyboard.press("Tab")


def _type(page: Page, question: Field, value: str) -> None:
    if question.kind is not FieldKind.CHOICE:
        page.keyboard.type(value)
        return
    place = [one.value for one in question.choices].index(value)
    if len(question.choices) <= _RADIOS:
        page.keyboard.press("Space")
        for _ in range(place):
            page.keyboard.press("ArrowDown")
    else:
        page.keyboard.type(question.choices[place].label)


def attach_photos(page: Page, person: Person) -> None:
    for jenis in PAPERS:
        box(page, f"berkas.{jenis}").set_input_files(photo(person, jenis))


def answer(page: Page, question: Field, value: str) -> None:
    """Fill one question, whatever its shape is on this page."""
    if question.kind is FieldKind.CHOICE:
        open_list = page.locator(f"select[name='{question.name}']")
        if open_list.count():
            open_list.select_option(value)
        else:
            page.locator(f"input[name='{question.name}'][value='{value}']").check()
    elif question.kind is FieldKind.DATE and page.locator(f"[name='{question.name}.hari']").count():
        answer_date(page, question.name, value)
    else:
        box(page, question.name).fill(value)


def answer_date(page: Page, name: str, value: str) -> None:
    """The portal's three boxes, from DD-MM-YYYY."""
    day, month, year = value.split("-")
    page.locator(f"[name='{name}.hari']").fill(str(int(day)))
    page.locator(f"[name='{name}.bulan']").select_option(str(int(month)))
    page.locator(f"[name='{name}.tahun']").fill(year)


def begin_at_portal(page: Page) -> None:
    """From the first page to the first questions."""
    page.get_by_role("link", name="Kartu Tanda Penduduk").click()
    page.get_by_role("link", name="KTP hilang").click()
    page.get_by_role("checkbox").check()
    page.get_by_role("button", name="Mulai mengisi").click()


def answer_step(page: Page, typed: Mapping[str, str]) -> None:
    """Answer what this page of the portal asks, and go on."""
    for question in FORM.fields:
        name = question.name
        if page.locator(f"[name='{name}'], [name='{name}.hari']").count():
            answer(page, question, typed[name])
    page.get_by_role("button", name="Lanjut").click()


def answer_all_steps(page: Page, person: Person) -> int:
    """Through all questions to the photos; returns how many pages that were."""
    typed = lost_card(person)
    steps = 0
    while not page.url.endswith("/foto"):
        steps += 1
        answer_step(page, typed)
        page.wait_for_url(next_step(steps))
    return steps


def next_step(number: int) -> re.Pattern[str]:
    """Where the portal goes from step `number`."""
    return re.compile(rf"/({number + 1}|foto)$")


def follow_by_code(page: Page, code: str, person: Person) -> None:
    page.locator("[name='kode']").fill(code)
    answer_date(page, "tanggal_lahir", f"{person.tanggal_lahir:%d-%m-%Y}")
    page.get_by_role("button", name="Cek", exact=True).click()


def hand_over(page: Page) -> None:
    """On the page of a request whose document is here: its owner takes it."""
    page.locator("summary", has_text="Serahkan dokumen").click()
    page.get_by_role("radio", name="Di kertas", exact=True).check()
    page.get_by_role("button", name="Catat penyerahan").click()
    expect(page.locator("#kabar")).to_contain_text("Penyerahan tercatat.")


def make_difference(
    counter: Page, officer: Page, stage: Stage, filed: Receipt, ours: str, theirs: str
) -> None:
    """Both change the address while the line is cut; leaves the officer where it is settled."""
    at_centre = f"{stage.centre}/permohonan/{stage.place.stream}/{filed.record}"
    stage.cut()
    see_line_cut(counter)
    change_address(counter, f"{stage.staff}/permohonan/{filed.record}/perbaiki", ours)
    change_address(officer, f"{at_centre}/perbaiki", theirs)
    stage.mend()
    weather(counter).get_by_role("button", name="Kirim sekarang").click()
    officer.goto(at_centre)
    settle = officer.get_by_role("link", name="Putuskan", exact=True)
    reload_until_seen(officer, settle)
    settle.click()
    expect(officer.get_by_role("group", name="Alamat")).to_be_visible()


def make_late(counter: Page, officer: Page, stage: Stage, filed: Receipt, address: str) -> None:
    """The counter changes the address while the line is cut, and the document is issued; leaves
    the officer where that is looked at."""
    stage.cut()
    see_line_cut(counter)
    change_address(counter, f"{stage.staff}/permohonan/{filed.record}/perbaiki", address)
    stage.issue_at_centre(filed, "3275-KTP-000123")
    stage.mend()
    weather(counter).get_by_role("button", name="Kirim sekarang").click()
    officer.goto(f"{stage.centre}/permohonan/{stage.place.stream}/{filed.record}")
    notice = officer.get_by_text("sebelum tahu keputusan Disdukcapil")
    reload_until_seen(officer, notice)
    officer.locator("main .notice", has=notice).get_by_role("link", name="Lihat").click()
    expect(officer.get_by_role("heading", name="Yang menyusul dari loket")).to_be_visible()


def change_address(page: Page, url: str, address: str) -> None:
    page.goto(url)
    page.locator("[name='alamat']").fill(address)
    page.keyboard.press("Control+s")
    expect(page.locator("#kabar")).to_contain_text("Perbaikan tersimpan")


def reload_until_seen(page: Page, wanted: Locator) -> None:
    """News from the other side comes with the next exchange; a person would press F5."""
    for _ in range(30):
        page.reload()
        with contextlib.suppress(TooLate):
            wanted.first.wait_for(timeout=1_000)
            return
    expect(wanted.first).to_be_visible(timeout=1_000)

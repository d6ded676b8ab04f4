"""The verifier's day, and settling a difference."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import make_difference, reload_until_seen
from tests.browser.stage import Screens, Stage


def test_a_verifier_issues_a_card_and_the_counter_sees_it(stage: Stage, screens: Screens) -> None:
    person = stage.person()
    filed = stage.file_and_send(person)
    name = person.nama.title()
    officer, counter = screens.centre(), screens.counter()

    officer.get_by_label("Cari NIK, nama, atau kode").fill(filed.code)
    officer.get_by_role("button", name="Cari").click()
    _open(officer, name)
    scan = officer.locator(".shelf-view img").first
    expect(scan).to_be_visible()
    officer.wait_for_function("document.querySelector('.shelf-view img').naturalWidth > 500")
    assert _beside(officer), "the form and its photo do not stand beside each other"
    officer.get_by_role("button", name="Saya kerjakan").click()
    officer.locator("summary", has_text="Terbitkan").click()
    officer.get_by_label("Nomor dokumen").fill("3275-KTP-000042")
    officer.get_by_role("button", name="Terbitkan").click()
    expect(officer.locator("#kabar")).to_contain_text(f"{filed.code} terbit")

    counter.goto(f"{stage.staff}/permohonan/{filed.record}")
    reload_until_seen(counter, counter.locator(".matter .status", has_text="Terbit"))
    expect(counter.locator(".timeline")).to_contain_text("Rudi")


def _open(officer: Page, name: str) -> None:
    """From a list of requests, where the answer was one; else it is open already."""
    if officer.url.endswith("/cari"):
        officer.get_by_role("link", name=re.compile(name, re.IGNORECASE)).click()
    expect(officer.get_by_role("heading", level=1)).to_have_text(re.compile(name, re.IGNORECASE))


def _beside(officer: Page) -> bool:
    form = officer.locator(".desk-form").bounding_box()
    papers = officer.locator(".desk-papers").bounding_box()
    if form is None or papers is None:
        return False
    return form["x"] + form["width"] <= papers["x"] and papers["y"] < form["y"] + 200


def test_the_same_field_changed_on_both_sides_is_settled(stage: Stage, screens: Screens) -> None:
    person = stage.person()
    filed = stage.file_and_send(person)
    ours, theirs = "JL. MELATI RAYA NO. 7", "JL. MELATI DALAM NO. 71"
    counter, officer = screens.counter(), screens.centre()
    make_difference(counter, officer, stage, filed, ours, theirs)

    block = officer.get_by_role("group", name="Alamat")
    expect(block).to_contain_text(person.alamat)
    column = block.locator(".compare-column").filter(has_text=ours)
    expect(column).to_contain_text("Siti")
    column.get_by_label("Pilih ini").check()
    officer.get_by_label("Alasan").fill("Sesuai KK yang difoto.")
    officer.get_by_role("button", name="Putuskan").click()

    expect(officer.locator("#kabar")).to_contain_text("Diputuskan.")
    expect(_address(officer)).to_have_text(ours)
    counter.goto(f"{stage.staff}/permohonan/{filed.record}")
    reload_until_seen(counter, counter.locator(".timeline", has_text="Sesuai KK yang difoto."))
    expect(_address(counter)).to_have_text(ours)
    expect(counter.locator(".matter")).not_to_contain_text("Menunggu keputusan")


def _address(page: Page) -> Locator:
    rows = page.locator(".definitions > div")
    return rows.filter(has=page.locator("dt", has_text=re.compile("^Alamat$"))).locator("dd")

"""What was typed survives: the browser killed, the server killed, a session that ran out."""

from __future__ import annotations

import os
import shutil
import signal
import uuid
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from registration.format import title_name
from tests.browser.acts import FORM, answer, box, new_lost_card
from tests.browser.stage import ARGS, Screens, Stage, log_in, lost_card, until

TYPED = ("nik", "nama", "alamat")


def processes_with(mark: str) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdecimal() and mark in (entry / "cmdline").read_text():
                found.append(int(entry.name))
        except (FileNotFoundError, ProcessLookupError):
            continue
    return found


def type_some(page: Page, stage: Stage) -> dict[str, str]:
    typed = lost_card(stage.person())
    new_lost_card(page)
    for question in FORM.fields:
        if question.name in TYPED:
            answer(page, question, typed[question.name])
    expect(page.locator("[data-draft-said]")).to_contain_text("Ketikan tersimpan")
    return typed


def goes_on(page: Page, typed: dict[str, str]) -> None:
    """From the list of unfinished forms on the first page."""
    page.get_by_role("link", name=f"Lanjutkan {title_name(typed['nama'])}").click()
    for question in FORM.fields:
        if question.name in TYPED:
            expect(box(page, question.name)).to_have_value(typed[question.name])


def test_a_killed_browser_and_a_killed_server_lose_nothing_that_was_typed(
    chromium: Browser, stage: Stage, screens: Screens
) -> None:
    mark = f"--loket-test={uuid.uuid4().hex}"
    doomed = chromium.browser_type.launch(
        executable_path=shutil.which("chromium"), args=[*ARGS, mark], headless=True
    )
    page = doomed.new_page()
    page.goto(stage.staff)
    log_in(page, "siti")
    typed = type_some(page, stage)

    for pid in processes_with(mark):
        os.kill(pid, signal.SIGKILL)
    stage.place.server.kill()
    until(lambda: not processes_with(mark), "the browser is gone")
    stage.place.server.kill()
    stage.place.server.start()

    again = screens.counter()
    goes_on(again, typed)


def test_a_session_that_ran_out_in_the_middle_of_a_form_costs_a_login(
    stage: Stage, screens: Screens
) -> None:
    page = screens.counter("wulan")
    typed = type_some(page, stage)
    page.context.clear_cookies()

    page.keyboard.press("Control+s")

    expect(page.get_by_role("main")).to_contain_text("Yang sudah diketik ada di sana")
    page.get_by_role("link", name="Ke halaman awal").click()
    log_in(page, "wulan")
    goes_on(page, typed)

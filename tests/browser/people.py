"""People at the centre: accounts, second steps, emergency access; the acts and the tour."""

from __future__ import annotations

import re
import secrets
import time

import pyotp
from playwright.sync_api import Page, expect

from central.workflows import emergency
from tests.browser.acts import box
from tests.browser.stage import Stage, log_in
from tests.browser.tours import Look, title

ADMIN = "ratna"
OWN_PASSWORD = "kuda putih makan rumput"


def leave(page: Page) -> None:
    page.get_by_role("button", name="Keluar", exact=True).click()
    title(page, "Masuk")


def type_password(page: Page, user: str, password: str) -> None:
    page.get_by_label("Nama pengguna").fill(user)
    page.get_by_label("Kata sandi").fill(password)
    page.get_by_role("button", name="Masuk").click()


def add_person(page: Page, stage: Stage, user: str, role: str) -> str:
    """An admin adds somebody; returns the one-time code."""
    page.goto(f"{stage.centre}/petugas/baru")
    box(page, "nama").fill("Dewi Lestari")
    box(page, "username").fill(user)
    page.get_by_label(role).check()
    page.get_by_role("button", name="Tambah akun").click()
    title(page, "Kode untuk Dewi Lestari")
    return page.locator(".once-code").inner_text()


def choose_password(page: Page, code: str) -> None:
    """Whoever came in by a one-time code makes a password of her own."""
    for name, typed in (("lama", code), ("baru", OWN_PASSWORD), ("ulang", OWN_PASSWORD)):
        box(page, name).fill(typed)
    page.get_by_role("button", name="Ganti kata sandi").click()
    title(page, "Akun saya")


def set_up_codes(page: Page) -> list[str]:
    """A phone takes the key and shows the first code; returns the recovery codes."""
    secret = page.locator(".code.digits").inner_text().replace(" ", "")
    box(page, "kode").fill(pyotp.TOTP(secret).at(int(time.time())))
    page.get_by_role("button", name="Pasang").click()
    title(page, "Kode HP terpasang")
    return page.locator(".once-codes li").all_inner_texts()


def tour_people(page: Page, stage: Stage, look: Look) -> None:
    """All pages about the people of the centre; `page` is nobody's yet."""
    user = f"dewi-{secrets.token_hex(3)}"
    page.goto(stage.centre)
    log_in(page, ADMIN)
    code = _tour_accounts(page, stage, look, user)
    leave(page)
    _tour_own(page, stage, look, user, code)
    leave(page)
    _tour_emergency(page, stage, look)
    leave(page)


def _tour_accounts(page: Page, stage: Stage, look: Look, user: str) -> str:
    page.goto(f"{stage.centre}/petugas/baru")
    look("centre: new account")
    page.get_by_role("button", name="Tambah akun").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look("centre: new account with mistakes")
    code = add_person(page, stage, user, "Auditor")
    look("centre: one-time code")
    page.goto(f"{stage.centre}/petugas/")
    look("centre: accounts")
    page.get_by_role("row", name=re.compile(user)).get_by_role("link").click()
    title(page, "Dewi Lestari")
    page.locator("summary", has_text="Nonaktifkan akun").click()
    look("centre: account")
    return code


def _tour_own(page: Page, stage: Stage, look: Look, user: str, code: str) -> None:
    type_password(page, user, code)
    title(page, "Ganti kata sandi")
    look("centre: first password")
    page.get_by_role("button", name="Ganti kata sandi").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look("centre: first password with mistakes")
    choose_password(page, code)
    page.goto(f"{stage.centre}/akun/kode-hp")
    look("centre: codes by phone")
    recovery = set_up_codes(page)
    look("centre: recovery codes")
    page.goto(f"{stage.centre}/akun/")
    look("centre: own account")
    leave(page)
    type_password(page, user, OWN_PASSWORD)
    title(page, "Langkah kedua")
    look("centre: second step")
    box(page, "kode").fill("123456")
    page.get_by_role("button", name="Lanjut").click()
    expect(page.get_by_role("alert")).to_be_visible()
    look("centre: second step refused")
    box(page, "kode").fill(recovery[0])
    page.get_by_role("button", name="Lanjut").click()
    title(page, "Jejak akses")
    look("centre: first page of an auditor")


def _tour_emergency(page: Page, stage: Stage, look: Look) -> None:
    page.get_by_role("link", name="Akses darurat").click()
    title(page, "Akses darurat")
    look("centre: emergency access")
    centre = stage.town.open_centre()
    code = emergency.issue(centre, ADMIN)
    centre.vault.engine.dispose()
    box(page, "username").fill(ADMIN)
    box(page, "kode").fill(code)
    page.get_by_role("button", name="Buka").click()
    title(page, "Akun saya")
    look("centre: own account in an emergency")
    page.get_by_role("button", name="Sudah saya baca").click()
    title(page, "Akun")

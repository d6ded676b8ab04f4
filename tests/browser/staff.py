"""Accounts of the counters' staff, at the counter and at the centre; the tours."""

from __future__ import annotations

import re
import secrets

from playwright.sync_api import Page, expect

from tests.browser.acts import box
from tests.browser.stage import Stage
from tests.browser.tours import Look, title

NAME = "Dewi Lestari"


def tour_counter_staff(page: Page, stage: Stage, look: Look) -> None:
    """The penyelia's accounts and the own password; `page` is logged in as a penyelia."""
    page.goto(f"{stage.staff}/akun")
    title(page, "Akun loket")
    look("counter: accounts")
    page.get_by_role("link", name="Tambah akun").click()
    user = _add(page, look, "counter", {})
    page.get_by_role("link", name="Selesai, lihat daftar akun").click()
    _one(page, user, look, "counter")
    page.goto(f"{stage.staff}/akun/sandi")
    look("counter: own password")
    page.get_by_role("button", name="Ganti kata sandi").click()
    expect(page.locator(".field-error").first).to_be_visible()
    look("counter: own password with mistakes")


def tour_centre_staff(page: Page, stage: Stage, look: Look) -> None:
    """The same accounts from the city; `page` is logged in as an admin of the centre."""
    page.goto(f"{stage.centre}/akun-loket")
    title(page, "Akun loket")
    look("centre: accounts of the counters, by kelurahan")
    page.get_by_role("link", name=stage.place.name, exact=True).click()
    title(page, f"Akun Loket {stage.place.name}")
    look("centre: accounts of a counter")
    page.get_by_role("link", name="Tambah akun").click()
    user = _add(page, look, "centre", {"alasan": "Petugas baru, surat tugas nomor 12"})
    page.get_by_role("link", name="Selesai, lihat daftar akun").click()
    _one(page, user, look, "centre")


def _add(page: Page, look: Look, where: str, more: dict[str, str]) -> str:
    title(page, "Tambah akun")
    look(f"{where}: new account of a counter")
    page.get_by_role("button", name="Tambah akun").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(f"{where}: new account of a counter with mistakes")
    user = f"dewi-{secrets.token_hex(3)}"
    for name, typed in {"nama": NAME, "username": user, **more}.items():
        box(page, name).fill(typed)
    page.get_by_role("radio", name=re.compile("Petugas")).check()
    page.get_by_role("button", name="Tambah akun").click()
    title(page, f"Kode untuk {NAME}")
    look(f"{where}: one-time code of a counter's account")
    return user


def _one(page: Page, user: str, look: Look, where: str) -> None:
    page.get_by_role("row", name=re.compile(user)).get_by_role("link").click()
    title(page, NAME)
    look(f"{where}: account of a counter")
    page.locator("summary", has_text="Tutup akun").click()
    page.get_by_role("button", name="Ya, tutup").click()
    expect(page.locator(".field-error")).to_be_visible()
    look(f"{where}: account of a counter, closed without a reason")
    page.locator("input[name=alasan]:visible").fill("Pindah tugas")
    page.get_by_role("button", name="Ya, tutup").click()
    expect(page.locator("#kabar")).to_contain_text("Akun ditutup")
    look(f"{where}: closed account of a counter")

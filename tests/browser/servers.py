"""The servers as officers and admins see them; `page` is logged in as an admin."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.stage import Stage
from tests.browser.tours import Look, title


def tour_servers(page: Page, stage: Stage, look: Look) -> None:
    """The chart, a server, a new box in its place, the rules, the keys. Changes nothing."""
    page.goto(f"{stage.centre}/node")
    title(page, "Loket terhubung")
    look("centre: servers")
    page.goto(f"{stage.centre}/node?saring=perlu")
    look("centre: servers that want an eye, none")
    page.goto(f"{stage.centre}/node")
    page.get_by_role("table").get_by_role("link", name=stage.place.name).first.click()
    title(page, "Server Loket")
    look("centre: one server")
    page.get_by_role("link", name="Ganti perangkat").click()
    title(page, "Ganti perangkat")
    look("centre: replacing a box")
    page.get_by_role("button", name="Cabut yang lama dan buat kode").click()
    expect(page.locator(".field-error")).to_be_visible()
    look("centre: replacing a box with mistakes")
    page.goto(f"{stage.centre}/node/peringatan")
    title(page, "Peringatan")
    look("centre: alerts, none")
    _tour_rules(page, stage, look)
    page.goto(f"{stage.centre}/node/kunci")
    title(page, "Kunci pusat")
    look("centre: keys of the centre")
    page.get_by_role("link", name="Ganti kunci tanda tangan").click()
    title(page, "Ganti kunci tanda tangan")
    page.get_by_role("button", name="Ganti kunci tanda tangan").click()
    expect(page.locator(".field-error")).to_be_visible()
    look("centre: changing a key with mistakes")


def _tour_rules(page: Page, stage: Stage, look: Look) -> None:
    """And what an alert looks like: a limit that every disk is under."""
    rules = f"{stage.centre}/node/peringatan/aturan"
    page.goto(rules)
    title(page, "Atur peringatan")
    look("centre: rules of alerts")
    box = page.get_by_label(re.compile("kurang dari berapa persen"))
    usual = box.input_value()
    box.fill("banyak")
    page.get_by_role("button", name="Simpan aturan").click()
    expect(page.locator(".field-error")).to_be_visible()
    look("centre: rules of alerts with mistakes")
    box.fill("100")
    page.get_by_role("button", name="Simpan aturan").click()
    expect(page.locator("#kabar")).to_contain_text("Aturan disimpan")
    page.goto(f"{stage.centre}/node/peringatan")
    look("centre: alerts")
    page.get_by_role("button", name="Saya tangani").first.click()
    expect(page.locator("main")).to_contain_text("Ditangani oleh")
    look("centre: alerts, looked after")
    page.goto(f"{stage.centre}/node?saring=perlu")
    look("centre: servers that want an eye")
    page.goto(rules)
    box.fill(usual)
    page.get_by_role("button", name="Simpan aturan").click()
    expect(page.locator("#kabar")).to_contain_text("Aturan disimpan")
    page.goto(f"{stage.centre}/node/peringatan")
    look("centre: alerts, over")

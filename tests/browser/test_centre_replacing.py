"""A kelurahan's box is broken: the admin puts another in its place, and the counter goes on."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import box, hand_over, reload_until_seen, weather
from tests.browser.stage import SLOW_MS, Screens, Stage
from tests.browser.tours import title

pytestmark = pytest.mark.long

REASON = "Perangkat rusak kena air hujan, diganti dari gudang."


@pytest.fixture
def stage(spare_town: Stage) -> Stage:
    """Its counter is replaced."""
    return spare_town


@pytest.fixture
def logins() -> dict[str, Any]:
    return {}


def replace_box(admin: Page, stage: Stage) -> str:
    """From the chart to the one-time code."""
    admin.goto(f"{stage.centre}/node")
    admin.get_by_role("table").get_by_role("link", name=stage.place.name).first.click()
    title(admin, f"Server Loket {stage.place.name}")
    admin.get_by_role("link", name="Ganti perangkat").click()
    title(admin, f"Ganti perangkat Loket {stage.place.name}")
    box(admin, "alasan").fill(REASON)
    admin.get_by_role("button", name="Cabut yang lama dan buat kode").click()
    title(admin, f"Kode untuk Loket {stage.place.name}")
    return str(admin.locator(".enrol-code").get_attribute("aria-label"))


def issue(officer: Page, url: str, number: str) -> None:
    officer.goto(url)
    officer.get_by_role("button", name="Saya kerjakan").click()
    officer.locator("summary", has_text="Terbitkan").click()
    officer.get_by_label("Nomor dokumen").fill(number)
    officer.get_by_role("button", name="Terbitkan").click()
    expect(officer.locator("#kabar")).to_contain_text("terbit")


def test_a_request_of_the_old_box_is_handed_on_at_the_new_one(
    stage: Stage, screens: Screens
) -> None:
    person = stage.person()
    filed = stage.file_and_send(person)
    at_centre = f"{stage.centre}/permohonan/{stage.place.stream}/{filed.record}"
    old, admin, officer = screens.counter(), screens.centre("ratna"), screens.centre()
    expect(weather(old)).to_contain_text("Terhubung")

    code = replace_box(admin, stage)
    told = weather(old)
    expect(told).to_contain_text("Izin perangkat ini dicabut oleh Disdukcapil", timeout=SLOW_MS)
    expect(told).to_contain_text("jangan menerima permohonan baru di sini")

    place = stage.town.add_counter(stage.place.stream, code)
    place.server.start()
    stage.move_to(place)
    issue(officer, at_centre, "3275-KTP-000314")
    counter = screens.counter()
    reload_until_seen(counter, counter.get_by_role("link", name=person.nama.title()))
    counter.goto(f"{stage.staff}/permohonan/{filed.record}")
    reload_until_seen(counter, counter.locator(".matter .status", has_text="Terbit"))
    hand_over(counter)

    officer.goto(at_centre)
    reload_until_seen(officer, officer.locator(".timeline", has_text="menyerahkan dokumen"))
    admin.goto(f"{stage.centre}/node")
    rows = admin.get_by_role("table").get_by_role("row").filter(has_text=place.name)
    expect(rows.filter(has_text="terhubung")).to_have_count(1)
    expect(rows.filter(has_text="dicabut")).to_have_count(1)
    admin.goto(f"{stage.centre}/node/catatan")
    expect(admin.locator("main")).to_contain_text("mengganti perangkat server")
    expect(admin.locator("main")).to_contain_text(REASON)

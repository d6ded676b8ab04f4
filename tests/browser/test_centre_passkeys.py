"""A passkey is set up, signs in alone, and is the second step after a password."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, CDPSession, Page, expect

from demo.processes import PASSWORD
from tests.browser.people import ADMIN, leave, type_password
from tests.browser.stage import SLOW_MS, Stage, log_in
from tests.browser.tours import title

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def page(chromium: Browser, stage: Stage) -> Iterator[Page]:
    """Chromium with a device that knows its owner. Passkeys want a name, not a number."""
    context = chromium.new_context(locale="id-ID", reduced_motion="reduce")
    opened = context.new_page()
    opened.set_default_timeout(SLOW_MS)
    opened.goto(stage.centre.replace("127.0.0.1", "localhost"))
    yield opened
    context.close()


@pytest.fixture
def device(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})
    return session


def test_a_passkey_signs_in_alone_and_after_a_password(page: Page, device: CDPSession) -> None:
    log_in(page, ADMIN)
    page.get_by_role("link", name="Ratna").click()
    page.get_by_label("Nama perangkat ini").fill("laptop kantor")
    page.get_by_label("Kata sandi Anda").fill("bukan ini")
    page.get_by_role("button", name="Pasang kunci sandi").click()
    expect(page.locator("[data-passkey-said]")).to_contain_text("tidak cocok")
    page.get_by_label("Kata sandi Anda").fill(PASSWORD)
    page.get_by_role("button", name="Pasang kunci sandi").click()
    expect(page.locator("#kabar")).to_contain_text("Kunci sandi terpasang")
    expect(page.locator("main")).to_contain_text("laptop kantor")

    leave(page)
    page.get_by_role("button", name="Pakai kunci sandi").click()
    title(page, "Permohonan")
    leave(page)
    type_password(page, ADMIN, PASSWORD)
    title(page, "Langkah kedua")
    page.get_by_role("button", name="Pakai kunci sandi").click()
    title(page, "Permohonan")

    page.get_by_role("link", name="Ratna").click()
    page.locator("summary", has_text="Hapus laptop kantor").click()
    page.locator("details[open]").get_by_label("Kata sandi Anda").fill(PASSWORD)
    page.get_by_role("button", name="Ya, hapus").click()
    expect(page.locator("#kabar")).to_contain_text("Kunci sandi dihapus.")
    leave(page)
    page.get_by_role("button", name="Pakai kunci sandi").click()
    expect(page.locator("[data-passkey-said]")).to_contain_text("tidak dikenal")

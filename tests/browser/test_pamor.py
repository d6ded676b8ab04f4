"""Halo Pamor: filled in at people's homes with no network, handed over on the kelurahan's Wi-Fi."""

from __future__ import annotations

import os
import re
import shutil
import signal
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect
from playwright.sync_api import TimeoutError as TooLate

from crypto.browser_recipient import BrowserRecipient
from registration.format import title_name
from tests.browser.field import answer_page, begin, fill_in, hand_over
from tests.browser.stage import ARGS, PHONE, SLOW_MS, Screens, Stage, Viewport, until
from tests.browser.test_drafts import processes_with
from tests.browser.test_services import ONE_OF_EACH, Errand, errand, finish, issue, verify

UNFINISHED = ("ktp-el", "hilang")
CAMERA = ("--use-fake-device-for-media-stream", "--use-fake-ui-for-media-stream")
VECTOR = {
    "info": "4f6465206f6e2061204772656369616e2055726e",
    "skEm": "90345e3a1d116c1dd39ae76d95ab858c142223a63e44f8f85318cfa91a84858e",
    "pkRm": "04abc7e49a4c6b3566d77d0304addc6ed0e98512ffccf505e6a8e3eb25c685136f"
    "853148544876de76c0f2ef99cdc3a05ccf5ded7860c7c021238f9e2073d2356c",
    "enc": "04c06b4f6bebc7bb495cb797ab753f911aff80aefb86fd8b6fcc35525f3ab5f03e"
    "0b21bd31a86c6048af3cb2d98e0d3bf01da5cc4c39ff5370d331a4f1f7d5a4e0",
    "aad": "436f756e742d30",
    "pt": "4265617574792069732074727574682c20747275746820626561757479",
    "ct": "58c61a45059d0c5704560e9d88b564a8b63f1364b8d1fcb3c4c6ddc1d2917424"
    "65e902cd216f8908da49f8f96f",
}
"""Of RFC 9180's test vectors (github.com/cfrg/draft-irtf-cfrg-hpke): base mode, P-256,
HKDF-SHA256, AES-256-GCM, the first message."""
KEY = "async () => (await (await fetch('/pamor/bentuk.json')).json()).kunci.id"
SEAL = """async ({ info, pkRm, pt, aad, skEm, enc }) => {
  const { seal, hex } = await import("/pamor/aset/hpke.js");
  const bytes = (text) => Uint8Array.from(text.match(/../g) || [], (one) => parseInt(one, 16));
  const base64 = (part) => btoa(String.fromCharCode(...part))
    .replace(/[+]/g, "-").replace(/[/]/g, "_").replace(/=/g, "");
  const curve = { name: "ECDH", namedCurve: "P-256" };
  let ephemeral = null;
  if (skEm) {
    const point = bytes(enc);
    const jwk = { kty: "EC", crv: "P-256", x: base64(point.slice(1, 33)),
      y: base64(point.slice(33)), d: base64(bytes(skEm)) };
    ephemeral = {
      privateKey: await crypto.subtle.importKey("jwk", jwk, curve, false, ["deriveBits"]),
      publicKey: await crypto.subtle.importKey("raw", point, curve, true, []),
    };
  }
  return hex(await seal(bytes(pkRm), bytes(info), bytes(pt), bytes(aad), ephemeral));
}"""


@dataclass(slots=True)
class Phone:
    """A Pamor's phone: a browser whose folder outlives it."""

    chromium: Browser
    folder: Path
    stage: Stage

    def start(self, *, offline: bool = False) -> Page:
        context: BrowserContext = self.chromium.browser_type.launch_persistent_context(
            self.folder,
            executable_path=shutil.which("chromium"),
            args=[*ARGS, *CAMERA],
            headless=True,
            viewport=Viewport(width=PHONE[0], height=PHONE[1]),
            locale="id-ID",
            timezone_id="Asia/Jakarta",
            has_touch=True,
        )
        context.set_default_timeout(20_000)
        context.set_offline(offline)
        page = context.pages[0]
        page.goto(f"{self.stage.portal}/pamor/")
        expect(page.locator("#keadaan")).to_contain_text("Siap dipakai tanpa jaringan")
        return page

    def kill(self) -> None:
        """The battery falls out."""
        for pid in processes_with(str(self.folder)):
            os.kill(pid, signal.SIGKILL)
        until(lambda: not processes_with(str(self.folder)), "the browser is gone")

    def holds(self, text: str) -> bool:
        """Whether anything that the browser left on the disk shows this."""
        return self.holds_any(text.encode(), text.encode("utf-16-le"))

    def holds_any(self, *marks: bytes) -> bool:
        files = [one for one in self.folder.rglob("*") if one.is_file()]
        return any(mark in one.read_bytes() for one in files for mark in marks)


def slowly(page: Page) -> None:
    """Wi-Fi through two walls: the cut then comes in the middle."""
    limits = {"offline": False, "latency": 5, "downloadThroughput": -1, "uploadThroughput": 1 << 20}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", limits)


def finish_at_counter(desk: Page, stage: Stage, one: Errand) -> str:
    """What the field left open is confirmed at the counter; returns the code."""
    desk.goto(stage.staff)
    desk.get_by_role("link", name=f"Lanjutkan {title_name(one.typed['nama'])}").click()
    desk.keyboard.press("Control+s")
    for found in desk.locator("main [name='konfirmasi']").all():
        found.check()
    desk.keyboard.press("Control+s")
    desk.wait_for_url("**/tanda-terima")
    return desk.locator(".code-big").inner_text()


def test_the_browser_seals_as_rfc_9180_says_and_the_server_opens_it(
    stage: Stage, screens: Screens
) -> None:
    page = screens.page(PHONE)
    page.goto(f"{stage.portal}/pamor/")
    ours = BrowserRecipient.generate()

    fixed = page.evaluate(SEAL, VECTOR)
    sealed = page.evaluate(
        SEAL, {"info": b"for us".hex(), "pkRm": ours.public.hex(), "pt": b"data".hex(), "aad": ""}
    )

    assert fixed == VECTOR["enc"] + VECTOR["ct"]
    assert ours.open(bytes.fromhex(sealed), b"for us") == b"data"


@pytest.mark.long
def test_each_service_from_the_field_without_network_to_the_document_in_hand(
    chromium: Browser, stage: Stage, screens: Screens, tmp_path: Path
) -> None:
    phone = Phone(chromium, tmp_path / "phone", stage)
    errands = [errand(stage, *which) for which in ONE_OF_EACH]
    open_one = errand(stage, *UNFINISHED)

    page = phone.start()
    page.context.set_offline(True)
    page.reload()
    fill_in(page, stage, errands[0], camera=True)
    for one in errands[1:]:
        fill_in(page, stage, one)
    begin(page, *UNFINISHED)
    answer_page(page, 1, open_one)
    page.get_by_role("button", name="Lanjut").click()
    answer_page(page, 2, open_one)
    expect(page.locator("[data-tersimpan]")).to_contain_text("Tersegel di HP ini")
    phone.kill()

    assert phone.holds(ONE_OF_EACH[1][1]), "the search itself finds nothing"
    assert not phone.holds_any(b"JFIF"), "a photo is not sealed"
    for one in (*errands, open_one):
        for name in ("nama", "nik", "alamat", "nik_ibu", "nama_ibu"):
            assert not one.typed.get(name) or not phone.holds(one.typed[name]), name

    page = phone.start(offline=True)
    expect(page.locator("[data-draf]")).to_have_count(6)
    page.context.set_offline(False)
    slowly(page)
    hand_over(page)
    expect(page.get_by_role("status").first).to_contain_text("Nomor 2")
    page.context.set_offline(True)
    expect(page.get_by_text("Tidak tersambung ke kelurahan.")).to_be_visible()
    page.context.set_offline(False)
    page.get_by_role("button", name="Lanjutkan menyerahkan").click()
    done = page.get_by_text("Semua isian di HP ini sudah diserahkan.")
    expect(done).to_be_visible(timeout=SLOW_MS)

    told = page.locator("[data-hasil]")
    expect(told).to_have_count(6)
    desk = screens.counter()
    codes = []
    for place, one in enumerate(errands):
        outcome = told.nth(place)
        if outcome.get_attribute("data-hasil") == "diajukan":
            assert not one.doubts
            codes.append(outcome.locator(".code").inner_text())
        else:
            assert one.doubts
            codes.append(finish_at_counter(desk, stage, one))
    expect(told.nth(5)).to_contain_text("Isian ini belum selesai diisi.")
    desk.goto(stage.staff)
    waiting = desk.get_by_role("link", name=f"Lanjutkan {title_name(open_one.typed['nama'])}")
    expect(waiting).to_be_visible()
    filed = [verify(desk, stage, code) for code in codes]
    for one in filed:
        issue(stage, one)
    for one in filed:
        finish(desk, stage, one)

    page.get_by_role("button", name="Lihat yang sudah diserahkan").click()
    expect(page.get_by_text("Dokumen sudah diserahkan. Selesai.")).to_have_count(5)
    page.context.close()


def a_month_goes_by(stage: Stage) -> None:
    """For the key that phones seal to."""
    # Practice has a store of its own below the counter's.
    (store,) = stage.town.root.glob("*/edge.sqlite3")
    with closing(sqlite3.connect(store, timeout=10)) as connection, connection:
        connection.execute("UPDATE field_key SET made_ms = made_ms - 31 * 24 * 3600 * 1000")


def _starts_with_another_key(page: Page, before: str) -> bool:
    """Whether this start brought a new set; one whose download was cut short leaves it to the
    next. Looked at once a second: a worker that is asked without a pause puts its update off."""
    page.reload()
    try:
        page.wait_for_function(
            f"async before => await ({KEY})() !== before", arg=before, polling=1000, timeout=20_000
        )
    except TooLate:
        return False
    return True


def test_the_next_start_has_the_new_key_and_what_was_sealed_to_the_old_one_is_opened(
    stage: Stage, screens: Screens
) -> None:
    page = screens.page(PHONE, has_touch=True)
    page.goto(f"{stage.portal}/pamor/")
    expect(page.locator("#keadaan")).to_contain_text("Siap dipakai tanpa jaringan")
    before = page.evaluate(KEY)
    begin(page, *UNFINISHED)
    expect(page.get_by_text("Langkah 1 dari")).to_be_visible()
    page.get_by_role("button", name="Simpan, lengkapi di loket").click()
    expect(page.locator("[data-draf]")).to_be_visible()

    a_month_goes_by(stage)
    until(lambda: _starts_with_another_key(page, before), "the new set is here", 120.0)
    page.reload()

    hand_over(page)
    expect(page.locator("[data-hasil]")).to_contain_text("Sudah di kelurahan")


def test_who_did_not_agree_is_not_filled_in_for(stage: Stage, screens: Screens) -> None:
    page = screens.page(PHONE)
    page.goto(f"{stage.portal}/pamor/#/baru/ktp-el/hilang")

    page.get_by_role("button", name="Mulai mengisi").click()

    expect(page.get_by_text("Bacakan dulu, lalu centang bila warga setuju.")).to_be_visible()
    assert not re.search("#/isi/", page.url)

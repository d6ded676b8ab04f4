"""The auditor's day: who saw whose data, and on another computer that nobody changed the record."""

from __future__ import annotations

import csv
import io
import os
import re
import subprocess
import sys
import tarfile
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from demo.client import Receipt
from registration.format import JAKARTA
from tests.browser.acts import box
from tests.browser.people import OWN_PASSWORD, add_person, choose_password, leave, type_password
from tests.browser.stage import Screens, Stage, until
from tests.browser.tours import title
from vault.engine import reading
from vault.read import find_record

pytestmark = pytest.mark.long

AUDITOR = "dewi"
_ROOT = Path(__file__).parents[2]


@pytest.fixture
def stage(spare_town: Stage) -> Stage:
    """Its centre is switched off at the end of the day."""
    return spare_town


@pytest.fixture
def logins() -> dict[str, Any]:
    return {}


@pytest.fixture
def auditor(stage: Stage, screens: Screens) -> Page:
    """Signed in with a password of her own; the admin made the account this morning."""
    code = add_person(screens.centre("ratna"), stage, AUDITOR, "Auditor")
    page = screens.page()
    page.goto(stage.centre)
    type_password(page, AUDITOR, code)
    title(page, "Ganti kata sandi")
    choose_password(page, code)
    leave(page)
    type_password(page, AUDITOR, OWN_PASSWORD)
    return page


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said."""

    code: int
    said: str


def verify(file: Path, where: Path) -> Answer:
    """`loket audit-verify` in an empty folder of a computer that knows nothing of the centre."""
    where.mkdir()
    done = subprocess.run(
        [sys.executable, "-m", "loket", "audit-verify", str(file)],
        cwd=where,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(_ROOT), "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert list(where.iterdir()) == []
    return Answer(done.returncode, done.stdout + done.stderr)


def looked_at_in_the_browser(stage: Stage, screens: Screens) -> Receipt:
    """A verifier looks for a request by its code and opens it; nobody else ever does."""
    person = stage.person()
    filed = stage.file(person)
    until(lambda: at_centre(stage, filed), "the centre has the request")
    officer = screens.centre()
    officer.get_by_label("Cari NIK, nama, atau kode").fill(filed.code)
    officer.get_by_role("button", name="Cari").click()
    officer.get_by_role("link", name=person.nama.title()).click()
    title(officer, person.nama)
    expect(officer.locator(".shelf-view img").first).to_be_visible()
    return filed


def at_centre(stage: Stage, filed: Receipt) -> bool:
    """Asked of its store: each page that shows it would write a look of its own."""
    centre = stage.town.open_centre()
    with reading(centre.vault.engine) as connection:
        record = bytes.fromhex(filed.record)
        found = find_record(connection, centre.vault, stage.place.stream, record)
    centre.vault.engine.dispose()
    return found is not None


def narrow(page: Page, who: str, place: str) -> None:
    today = datetime.now(UTC).astimezone(JAKARTA).date()
    page.get_by_label("Hari", exact=True).fill(today.isoformat())
    page.get_by_label("Petugas", exact=True).select_option(label=who)
    page.get_by_label("Kelurahan", exact=True).select_option(label=place)
    page.get_by_role("button", name="Saring").click()
    page.wait_for_url("**petugas=*")


def the_look(page: Page, stage: Stage, filed: Receipt) -> Locator:
    """The row of the trail that tells of the opened request."""
    named = f"{stage.place.name} {filed.record[-8:]}"
    rows = page.get_by_role("row").filter(has_text=named)
    return rows.filter(has_text="membuka permohonan").filter(has_text="Rudi")


def take_file(page: Page, to: Path) -> Path:
    with page.expect_download() as begun:
        page.get_by_role("button", name="Ambil berkas").click()
    file = to / begun.value.suggested_filename
    begun.value.save_as(file)
    return file


def rows_about(file: Path, filed: Receipt) -> list[dict[str, str]]:
    """Lines of the tables inside, as any spreadsheet reads them."""
    found: list[dict[str, str]] = []
    with tarfile.open(file) as archive:
        for name in archive.getnames():
            member = archive.extractfile(name) if name.endswith(".csv") else None
            if member is not None:
                table = csv.DictReader(io.StringIO(member.read().decode()))
                found += [row for row in table if filed.record in row["permohonan"]]
    return found


def with_one_byte_changed(file: Path, filed: Receipt) -> Path:
    """Somebody wants it to have been another request that was looked at first."""
    with tarfile.open(file) as archive:
        trail = archive.getmember("jejak/000001.cbor").offset_data
    data = bytearray(file.read_bytes())
    data[data.index(bytes.fromhex(filed.record), trail)] ^= 1
    changed = file.with_name("diubah.tar")
    changed.write_bytes(data)
    return changed


def test_the_auditors_day(stage: Stage, screens: Screens, auditor: Page, tmp_path: Path) -> None:
    filed = looked_at_in_the_browser(stage, screens)

    title(auditor, "Jejak akses")
    narrow(auditor, "Rudi", stage.place.name)
    look = the_look(auditor, stage, filed)
    expect(look).to_have_count(1)
    number = re.search(r"catatan (\d+)", look.inner_text())
    look.get_by_role("link").click()
    title(auditor, "Siapa yang melihat permohonan ini")
    expect(auditor.get_by_role("row").filter(has_text="Rudi")).not_to_have_count(0)
    expect(auditor.get_by_role("row").filter(has_text="Ratna")).to_have_count(0)

    auditor.goto(f"{stage.centre}/permohonan/{stage.place.stream}/{filed.record}")
    title(auditor, "Halaman ini bukan untuk peran Anda")
    expect(auditor.locator("main")).to_contain_text("tidak berwenang membuka halaman ini")

    auditor.goto(f"{stage.centre}/jejak")
    box(auditor, "kode").fill(filed.code)
    auditor.get_by_role("button", name="Lihat siapa").click()
    title(auditor, "Siapa yang melihat permohonan ini")
    auditor.get_by_role("link", name="Jejak akses").last.click()
    file = take_file(auditor, tmp_path)

    screens.close()
    stage.town.centre.stop()
    assert number is not None
    rows = {row["nomor"]: row for row in rows_about(file, filed)}
    assert rows[number[1]]["peran"] == "verifikator"
    assert rows[number[1]]["apa"] == "permohonan"

    whole = verify(file, tmp_path / "komputer-auditor")
    broken = verify(with_one_byte_changed(file, filed), tmp_path / "komputer-lain")

    assert whole.code == 0, whole.said
    assert "UTUH: semua rantai, tanda tangan, dan titik periksa cocok." in whole.said
    first = next(iter(rows))
    assert broken.code == 1
    assert f"jejak: catatan nomor {first} berubah" in broken.said
    assert "bagian “jejak/000001.cbor” bukan yang ditandatangani" in broken.said

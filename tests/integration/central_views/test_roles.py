"""Who only reads, and who sees one kelurahan."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.integration.central_views.conftest import BINTARA, BINTARAJAYA, Counter, Officer


@pytest.fixture
def two(
    open_counter: Callable[[str], Counter],
) -> tuple[tuple[Counter, bytes, str], tuple[Counter, bytes, str]]:
    """A request at each of two counters."""
    filed = []
    for stream in (BINTARAJAYA, BINTARA):
        counter = open_counter(stream)
        if filed:
            counter.people.person()
        record, _ = counter.file()
        counter.exchange()
        filed.append((counter, record, str(counter.read(record).value("kode"))))
    return filed[0], filed[1]


def test_a_penyelia_sees_the_requests_of_one_kelurahan(
    two: tuple[tuple[Counter, bytes, str], ...], reader: Callable[..., Officer]
) -> None:
    (near, record, code), (far, other, other_code) = two
    penyelia = reader("penyelia", BINTARAJAYA)

    listing = penyelia.get("/?kelompok=semua")
    tried = penyelia.get(f"/?kelompok=semua&kelurahan={BINTARA}")
    opened = penyelia.get(near.path(record))
    scan = next(iter(near.read(record).named("berkas")))

    assert code in listing.text
    assert other_code not in listing.text + tried.text
    assert opened.status_code == 200
    assert penyelia.get(near.path(record, f"/berkas/{scan}")).status_code == 200
    assert penyelia.get(far.path(other)).status_code == 404
    assert other_code not in penyelia.post("/cari", {"q": other_code}).text.split("</form>")[-1]
    assert code in penyelia.post("/cari", {"q": code}).text


@pytest.mark.parametrize(("role", "sees"), [("penyelia", 200), ("auditor", 403)])
def test_readers_change_nothing(
    two: tuple[tuple[Counter, bytes, str], ...],
    reader: Callable[..., Officer],
    role: str,
    sees: int,
) -> None:
    (near, record, _), _ = two
    officer = reader(role, BINTARAJAYA if role == "penyelia" else "")
    page = officer.get(near.path(record))

    answers = [
        officer.post(near.path(record, "/proses")),
        officer.post(near.path(record, "/tolak"), {"alasan": "tidak boleh saja"}),
        officer.get(near.path(record, "/perbaiki")),
        officer.post("/node/baru", {"kelurahan": BINTARA}),
        officer.get("/petugas/"),
    ]

    assert page.status_code == sees
    assert "Saya kerjakan" not in page.text
    assert {one.status_code for one in answers} == {403}
    near.exchange()
    assert near.read(record).status == "diverifikasi"


def test_an_auditor_sees_servers_and_acts_and_nobodys_data(
    two: tuple[tuple[Counter, bytes, str], ...], reader: Callable[..., Officer]
) -> None:
    _, (far, other, other_code) = two
    auditor = reader("auditor")

    listing = auditor.get("/?kelompok=semua")

    assert listing.status_code == 303
    assert auditor.get(far.path(other)).status_code == 403
    assert auditor.post("/cari", {"q": other_code}).status_code == 403
    assert auditor.get("/node/catatan").status_code == 200
    assert auditor.get("/node").status_code == 200

"""Many differences of one kind, decided with one reason."""

from __future__ import annotations

import re

from central.centre import Centre
from central.workflows import desk, settling
from edge_node.workflows import acts
from registration.catalogue import policy_of
from sync.body import Author
from tests.integration.central_views.conftest import Counter, Officer, hidden
from tests.integration.central_views.test_differences import CONFIRMED, RUDI, differ
from vault.telling import timeline

ADDRESS = "/perbedaan/sekaligus/data.alamat"


def ticked(loket: Counter, page: object, records: list[bytes]) -> dict[str, object]:
    keys = [f"{loket.edge.stream}/{record.hex()}" for record in records]
    seen = {f"terlihat.{key}": hidden(page, f"terlihat.{key}") for key in keys}  # type: ignore[arg-type]
    return {"pilih": keys, "sisi": "loket", "alasan": "Sesuai KK yang difoto.", **seen}


def test_one_side_for_many_is_one_change_each_and_one_reason(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    records = [
        differ(centre, loket, alamat=(f"JL. PUSAT {number}", f"JL. LOKET {number}"))
        for number in range(3)
    ]
    other = differ(centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"))
    lengths = [len(loket.read(record).told) for record in records]

    listing = rudi.get("/perbedaan").text
    page = rudi.get(ADDRESS)
    done = rudi.post(ADDRESS, ticked(loket, page, records))
    loket.exchange()

    assert ADDRESS in listing
    assert "/perbedaan/sekaligus/data.nama" not in listing
    assert "JL. PUSAT 1" in page.text
    assert "JL. LOKET 1" in page.text
    assert other.hex() not in page.text
    assert done.status_code == 303
    assert "3 permohonan diputuskan" in rudi.get("/perbedaan").text
    for number, record in enumerate(records):
        found = loket.read(record)
        assert found.value("data.alamat") == f"JL. LOKET {number}"
        assert found.conflicts == 0
        assert len(found.told) == lengths[number] + 1
        told = timeline(found.told, loket.edge.place_of, policy_of, ())
        assert "memutuskan perbedaan alamat: Sesuai KK yang difoto." in str(told[-1].sentence)
    assert loket.read(other).conflicts == 1


def test_what_was_unticked_or_changed_meanwhile_is_left_and_told(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    changed, unticked, plain = (
        differ(centre, loket, alamat=("JL. PUSAT", f"JL. LOKET {number}")) for number in range(3)
    )
    page = rudi.get(ADDRESS)
    key = hidden(page, f"terlihat.{loket.edge.stream}/{changed.hex()}").split()[0]
    settling.settle(
        centre, loket.edge.stream, changed, {"data.alamat": key}, RUDI, "Sesuai data SIAK."
    )

    rudi.post(ADDRESS, ticked(loket, page, [changed, plain]))
    told = rudi.get("/perbedaan").text
    loket.exchange()

    assert "1 permohonan diputuskan" in told
    assert "1 dilewati karena berubah sejak halaman dibuka" in told
    assert str(loket.read(changed).value("kode")) in told
    assert loket.read(plain).value("data.alamat") == "JL. LOKET 2"
    assert loket.read(unticked).conflicts == 1
    settled = [one for one in loket.read(changed).told if one.body and one.body.act == "putuskan"]
    assert len(settled) == 1


def test_an_edit_that_came_meanwhile_is_not_settled_over(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record = differ(centre, loket, alamat=("JL. PUSAT", "JL. LOKET"))
    differ(centre, loket, alamat=("JL. PUSAT", "JL. LOKET"))
    page = rudi.get(ADDRESS)
    with_more = ticked(loket, page, [record])
    name = f"terlihat.{loket.edge.stream}/{record.hex()}"
    with_more[name] = str(with_more[name]).split()[0]

    rudi.post(ADDRESS, with_more)

    assert "1 dilewati" in rudi.get("/perbedaan").text
    loket.exchange()
    assert loket.read(record).conflicts == 1


def test_a_form_without_ticks_side_or_reason_comes_back(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    records = [differ(centre, loket, alamat=("JL. PUSAT", "JL. LOKET")) for _ in range(2)]
    page = rudi.get(ADDRESS)
    whole = ticked(loket, page, records)

    none = rudi.post(ADDRESS, {**whole, "pilih": []})
    sideless = rudi.post(ADDRESS, {**whole, "sisi": "", "pilih": whole["pilih"][:1]})  # type: ignore[index]
    silent = rudi.post(ADDRESS, {**whole, "alasan": ""})

    assert none.status_code == sideless.status_code == silent.status_code == 422
    assert "Centang dulu" in none.text
    assert "Pilih dulu: Isi siapa yang dipakai." in sideless.text
    assert len(re.findall(r'name="pilih"[^>]* checked', sideless.text)) == 1
    assert 'value="Sesuai KK yang difoto."' in sideless.text
    assert "Alasan belum diisi." in silent.text
    assert re.search(r'value="loket"[^>]* checked', silent.text)
    assert all(loket.read(record).conflicts == 1 for record in records)


def test_a_conflict_of_states_keeps_the_reason_of_the_side_that_is_taken(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    records = []
    for _ in range(2):
        record, _person = loket.file("baru")
        loket.exchange()
        acts.cancel(loket.edge, record, Author("s", "Siti", "petugas"), "Pemohon pindah.")
        desk.reject(centre, loket.edge.stream, record, RUDI, "Penduduk kota lain.")
        loket.exchange()
        records.append(record)
    page = rudi.get("/perbedaan/sekaligus/status")

    rudi.post("/perbedaan/sekaligus/status", ticked(loket, page, records))
    loket.exchange()

    for record in records:
        assert loket.read(record).status == "dibatalkan"
        assert loket.read(record).value("alasan") == "Pemohon pindah."
        assert loket.read(record).conflicts == 0


def test_nothing_to_decide_is_said_plainly(centre: Centre, loket: Counter, rudi: Officer) -> None:
    record, _ = loket.file("baru")
    loket.exchange()
    form = {name: str(value) for name, value in loket.read(record).named("data").items()}
    desk.correct(
        centre, loket.edge.stream, record, {**form, "alamat": "X 1"}, RUDI, confirmed=CONFIRMED
    )

    assert "Tidak ada perbedaan Alamat yang bisa diputuskan sekaligus" in rudi.get(ADDRESS).text

from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask

from edge_node.edge import Edge
from edge_node.workflows import acts, portal
from registration.invented.people import Person
from tests.integration.edge_portal.conftest import (
    RUDI,
    SITI,
    Phone,
    boxes,
    picture,
    record_of,
    say,
    send_back,
)
from vault.engine import reading
from vault.read import read_record

REASON = "Foto KK buram; mohon difoto ulang."


@pytest.fixture
def filed(phone: Phone, person: Person) -> str:
    return phone.file(person).code


@pytest.fixture
def other(app: Flask) -> Phone:
    """Another phone, at another address."""
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = "10.0.0.9"
    return Phone(client)


def acts_of(edge: Edge, record: bytes) -> list[str]:
    with reading(edge.vault.engine) as connection:
        told = read_record(connection, edge.vault, edge.stream, record).told
    return [one.body.act for one in told if one.body is not None]


def test_code_and_birth_date_open_the_request(other: Phone, filed: str, person: Person) -> None:
    other.look(filed.lower().replace("-", " "), person)

    assert other.at == "/cek/hasil"
    assert "menunggu diperiksa petugas loket" in other.text
    assert "Pemohon mengajukan lewat portal." in other.text
    assert "Perkiraan selesai:" in other.text


def test_a_wrong_date_and_an_unknown_code_get_the_same_answer(
    other: Phone, filed: str, person: Person
) -> None:
    later = replace(person, tanggal_lahir=person.tanggal_lahir.replace(year=1971))

    wrong_date = other.look(filed, later).text.replace(filed, "KODE")
    unknown = other.look("BTJ-222-22R", person)
    if "keliru" in unknown.text:
        unknown = other.look(_other_code(filed), person)

    assert other.status == 422
    assert "tidak cocok" in unknown.text
    assert wrong_date.split("tidak cocok")[1][:60] == unknown.text.split("tidak cocok")[1][:60]


def _other_code(code: str) -> str:
    from registration.codes import new_code

    fresh = new_code(code[:3], lambda n: 1)
    return fresh if fresh != code else new_code(code[:3], lambda n: 2)


def test_a_mistyped_code_is_explained_and_stays(other: Phone, filed: str, person: Person) -> None:
    swapped = filed[:4] + filed[5] + filed[4] + filed[6:]

    other.look(swapped if swapped != filed else filed[:-1] + "2", person)

    assert other.status == 422
    assert "keliru atau tertukar" in other.text
    assert f'value="{person.tanggal_lahir.year}"' in other.page


def test_a_code_of_another_kelurahan_is_sent_there(other: Phone, person: Person) -> None:
    from registration.codes import new_code
    from registration.regions import all_kelurahan

    place = next(one for one in all_kelurahan() if one.abbr != "BTJ")

    other.look(new_code(place.abbr, lambda n: 3), person)

    assert place.name in other.text


def test_the_qr_brings_the_code_but_nothing_is_shown_for_an_address(
    other: Phone, filed: str
) -> None:
    assert f'value="{filed}"' in other.open(f"/cek?kode={filed}").page
    assert other.open("/cek/hasil").at == "/cek"


def test_the_door_closes_after_a_quarter_of_an_hour(
    edge: Edge, other: Phone, filed: str, person: Person
) -> None:
    other.look(filed, person)
    start = edge.clock()

    edge.clock = lambda: start.later(14 * 60_000)
    assert other.open("/cek/hasil").at == "/cek/hasil"
    edge.clock = lambda: start.later(40 * 60_000)
    assert other.open("/cek/hasil").at == "/cek"
    assert "sekali lagi" in other.text


def test_leaving_closes_the_door(other: Phone, filed: str, person: Person) -> None:
    other.look(filed, person).press("/cek/selesai")

    assert other.open("/cek/hasil").at == "/cek"


def test_the_history_names_no_staff(edge: Edge, other: Phone, filed: str, person: Person) -> None:
    send_back(edge, record_of(edge, filed), REASON)

    other.look(filed, person)

    assert REASON in other.text
    assert "Disdukcapil mengembalikan permohonan" in other.text
    assert "Siti" not in other.text
    assert "Rudi" not in other.text


def test_a_returned_request_is_corrected_with_an_answer_and_a_photo(
    edge: Edge, other: Phone, filed: str, person: Person
) -> None:
    record = record_of(edge, filed)
    send_back(edge, record, REASON)
    other.look(filed, person).press("/cek/perbaiki")
    assert other.at.endswith("/periksa")
    assert REASON in other.text
    base = other.base

    other.open(base + "/3?kembali=periksa")
    other.press(**boxes("hilang", person.form("hilang") | {"alamat": "JL. BARU NO. 9"}))
    other.open(base + "/foto").press(files={"berkas.kk": [picture()]})
    other.press()

    found = portal.progress(edge, record)
    assert other.at == "/cek/hasil"
    assert "Perbaikan sudah kami terima" in other.text
    assert found is not None
    assert found.status == "diajukan"
    assert found.record.value("data.alamat") == "JL. BARU NO. 9"
    assert sum(one["jenis"] == "kk" for one in found.record.named("berkas").values()) == 2
    assert acts_of(edge, record)[-1] == "perbaiki"


def test_a_photo_alone_is_a_correction_too(
    edge: Edge, other: Phone, filed: str, person: Person
) -> None:
    record = record_of(edge, filed)
    send_back(edge, record, REASON)

    other.look(filed, person).press("/cek/perbaiki")
    other.open(other.base + "/foto").press(files={"berkas.kk": [picture()]}).press()

    found = portal.progress(edge, record)
    assert found is not None
    assert found.status == "diajukan"
    assert acts_of(edge, record)[-1] == "perbaiki"
    photos = found.record.named("berkas")
    assert len(photos) == 3
    assert all(portal.photo(edge, record, one, small=True) for one in photos)


def test_nothing_changed_is_not_sent(edge: Edge, other: Phone, filed: str, person: Person) -> None:
    send_back(edge, record_of(edge, filed), REASON)

    other.look(filed, person).press("/cek/perbaiki").press()

    assert other.status == 422
    assert "Belum ada yang diubah." in other.text


def test_what_staff_changed_meanwhile_is_not_turned_back(
    edge: Edge, other: Phone, filed: str, person: Person
) -> None:
    record = record_of(edge, filed)
    send_back(edge, record, REASON)
    other.look(filed, person).press("/cek/perbaiki")
    base = other.base
    say(edge, record, "perbaiki", SITI, **{"data.nama": "NAMA DARI LOKET"})

    typed = boxes("hilang", person.form("hilang") | {"rt": "011"})
    other.open(base + "/3").press(**typed)
    other.open(base + "/periksa").press()

    found = portal.progress(edge, record)
    assert found is not None
    assert found.record.value("data.nama") == "NAMA DARI LOKET"
    assert found.record.value("data.rt") == "011"


def test_a_correction_sent_twice_is_one(
    edge: Edge, other: Phone, filed: str, person: Person
) -> None:
    record = record_of(edge, filed)
    send_back(edge, record, REASON)
    other.look(filed, person).press("/cek/perbaiki")
    other.open(other.base + "/foto").press(files={"berkas.kk": [picture()]})
    page, at = other.page, other.at

    other.press()
    other.page, other.at = page, at
    other.press()

    assert acts_of(edge, record).count("perbaiki") == 1


def test_a_correction_wants_the_door_open(
    edge: Edge, other: Phone, filed: str, person: Person
) -> None:
    send_back(edge, record_of(edge, filed), REASON)
    other.look(filed, person).press("/cek/perbaiki")
    at, start = other.at, edge.clock()

    edge.clock = lambda: start.later(16 * 60_000)

    assert other.open(at).at == "/cek"
    assert person.nama not in other.page


def test_a_request_is_withdrawn_after_a_second_question(
    edge: Edge, other: Phone, filed: str, person: Person
) -> None:
    other.look(filed, person).open("/cek/batal")
    assert "Batalkan permohonan ini?" in other.text

    other.press()

    found = portal.progress(edge, record_of(edge, filed))
    assert "Permohonan sudah dibatalkan." in other.text
    assert found is not None
    assert found.status == "dibatalkan"
    assert other.open("/cek/batal").at == "/cek/hasil"


def test_an_issued_request_cannot_be_withdrawn_or_changed(
    edge: Edge, other: Phone, filed: str, person: Person
) -> None:
    record = record_of(edge, filed)
    say(edge, record, "verifikasi", SITI, status="diverifikasi")
    say(edge, record, "terbitkan", RUDI, "KTP/1", status="terbit", nomor_dokumen="KTP/1")
    acts.document_arrived(edge, record, SITI)

    other.look(filed, person)

    assert "Bawa tanda terima atau kode ini." in other.text
    assert "Batalkan" not in other.text
    assert other.open("/cek/batal").at == "/cek/hasil"


def test_trying_dates_is_stopped_with_a_readable_page(
    app: Flask, filed: str, person: Person
) -> None:
    guess = Phone(app.test_client())
    for year in range(1950, 1961):
        guess.look(filed, replace(person, tanggal_lahir=person.tanggal_lahir.replace(year=year)))

    assert guess.status == 429
    assert "Sudah terlalu sering dicoba. Tunggu" in guess.text
    assert f'value="{filed}"' in guess.page
    assert int(guess.headers["Retry-After"]) > 0


def test_trying_dates_from_many_phones_is_stopped_by_the_code(
    app: Flask, filed: str, person: Person
) -> None:
    wrong = replace(person, tanggal_lahir=person.tanggal_lahir.replace(year=1950))
    for number in range(11):
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = f"10.0.1.{number}"
        last = Phone(client).look(filed, wrong)

    assert last.status == 429


def test_one_phone_does_not_stop_another(
    app: Flask, other: Phone, filed: str, person: Person
) -> None:
    loud = Phone(app.test_client())
    for _ in range(12):
        loud.look(_other_code(filed), person)
    assert loud.status == 429

    assert other.look(filed, person).at == "/cek/hasil"

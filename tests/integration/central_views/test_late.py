"""A decision, and what the counter changed before it knew of it."""

from __future__ import annotations

from central.centre import Centre
from central.workflows import desk
from edge_node.workflows import acts
from registration.acts_schema import HandOver
from sync.body import Author
from tests.integration.central_views.conftest import SITI, Counter, Officer, hidden
from tests.integration.central_views.test_resettling import pressed_by_enter

RUDI = Author("r", "Rudi Hartono", "verifikator")


def issued_meanwhile(centre: Centre, loket: Counter) -> bytes:
    """Disdukcapil issues while a correction of the name is on its way."""
    record, _ = loket.file("baru")
    loket.exchange()
    loket.correct(record, nama="DEWI LESTARI")
    desk.issue(centre, loket.edge.stream, record, RUDI, "3275-KTP-1")
    loket.exchange()
    return record


def page_of(loket: Counter, record: bytes) -> str:
    return f"/perbedaan/{loket.edge.stream}/{record.hex()}/susulan"


def test_it_waits_with_what_was_known_and_what_came(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record = issued_meanwhile(centre, loket)

    listing = rudi.get("/perbedaan?jenis=susulan")
    page = rudi.get(page_of(loket, record))
    request = rudi.get(loket.path(record))

    assert page_of(loket, record) in listing.text
    assert "Menyusul setelah keputusan" in listing.text
    assert "menerbitkan dokumen 3275-KTP-1" in page.text
    assert "<strong>DEWI LESTARI</strong>" in page.text
    assert page_of(loket, record) in request.text
    assert 'value="tetap"' in pressed_by_enter(page), "Enter in the reason takes a decision back"


def test_the_decision_stands_and_the_counter_is_told(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record = issued_meanwhile(centre, loket)
    seen = hidden(rudi.get(page_of(loket, record)), "dilihat")

    done = rudi.post(
        page_of(loket, record),
        {"keputusan": "tetap", "alasan": "Namanya sudah sesuai KK.", "dilihat": seen},
    )
    loket.exchange()

    held = loket.read(record)
    assert done.status_code == 303
    assert held.status == "terbit"
    assert held.told[-1].body is not None
    assert held.told[-1].body.note == "Namanya sudah sesuai KK."
    assert "Tidak ada perbedaan yang menunggu" in rudi.get("/perbedaan").text


def test_the_decision_is_taken_back_and_nothing_is_handed_over(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record = issued_meanwhile(centre, loket)
    seen = hidden(rudi.get(page_of(loket, record)), "dilihat")

    rudi.post(
        page_of(loket, record),
        {"keputusan": "tarik", "alasan": "Nama di dokumen salah.", "dilihat": seen},
    )
    loket.exchange()

    held = loket.read(record)
    assert held.status == "diproses"
    assert held.value("nomor_dokumen") is None
    assert "Tidak ada perbedaan yang menunggu" in rudi.get("/perbedaan").text


def test_handed_over_meanwhile_a_person_decides(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record = issued_meanwhile(centre, loket)
    acts.hand_over(loket.edge, record, SITI, HandOver("Dewi", "diri_sendiri", "kertas"))
    seen = hidden(rudi.get(page_of(loket, record)), "dilihat")

    rudi.post(
        page_of(loket, record),
        {"keputusan": "tarik", "alasan": "Nama di dokumen salah.", "dilihat": seen},
    )
    loket.exchange()

    listing = rudi.get("/perbedaan?jenis=status")
    assert f"/perbedaan/{loket.edge.stream}/{record.hex()}" in listing.text
    assert loket.read(record).conflicts == 1


def test_what_came_while_the_page_was_open_is_looked_at_first(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record = issued_meanwhile(centre, loket)
    seen = hidden(rudi.get(page_of(loket, record)), "dilihat")
    acts.document_arrived(loket.edge, record, SITI)
    loket.exchange()

    refused = rudi.post(
        page_of(loket, record), {"keputusan": "tetap", "alasan": "Sesuai KK.", "dilihat": seen}
    )

    assert refused.status_code == 409
    assert "ada yang baru sejak halaman dibuka" in refused.text
    assert "Sesuai KK." in refused.text


def test_without_a_reason_nothing_is_decided(centre: Centre, loket: Counter, rudi: Officer) -> None:
    record = issued_meanwhile(centre, loket)
    seen = hidden(rudi.get(page_of(loket, record)), "dilihat")

    refused = rudi.post(page_of(loket, record), {"keputusan": "tetap", "dilihat": seen})

    assert refused.status_code == 422
    assert page_of(loket, record) in rudi.get("/perbedaan").text


def test_decided_by_a_colleague_the_typed_reason_is_still_there(
    centre: Centre, loket: Counter, rudi: Officer, ani: Officer
) -> None:
    record = issued_meanwhile(centre, loket)
    seen = hidden(rudi.get(page_of(loket, record)), "dilihat")
    first = {"keputusan": "tetap", "alasan": "Sudah dicek.", "dilihat": seen}
    ani.post(page_of(loket, record), first)

    second = rudi.post(page_of(loket, record), first | {"alasan": "Saya juga mengecek."})

    assert second.status_code == 409
    assert "Saya juga mengecek." in second.text

"""Two people changed one field without knowing of each other; an officer decides."""

from __future__ import annotations

import re

import pytest
from werkzeug.test import TestResponse

from central.centre import Centre
from central.workflows import desk
from central.workflows.acting import acting
from central.workflows.consent import Consent
from central.workflows.revoking import revoke
from edge_node.workflows import acts
from registration.acts_schema import HandOver
from registration.signature import pack
from sync.body import Author, Body
from tests.integration.central_views.conftest import SITI, Counter, Officer, copied, hidden
from vault.write import write

RUDI = Author("r", "Rudi Hartono", "verifikator")
ANI = Author("a", "Ani Suryani", "admin")
CONFIRMED = frozenset({"nik", "no_kk"})


def differ(centre: Centre, loket: Counter, **pairs: tuple[str, str]) -> bytes:
    """A request whose fields were changed on both sides: name=(centre, counter)."""
    record, _ = loket.file("baru")
    loket.exchange()
    form = {name: str(value) for name, value in loket.read(record).named("data").items()}
    for name, (ours, _) in pairs.items():
        form[name] = ours
    desk.correct(centre, loket.edge.stream, record, form, RUDI, confirmed=CONFIRMED)
    loket.correct(record, **{name: theirs for name, (_, theirs) in pairs.items()})
    loket.exchange()
    return record


def path(loket: Counter, record: bytes) -> str:
    return f"/perbedaan/{loket.edge.stream}/{record.hex()}"


def side(page: TestResponse, field: str, value: str) -> str:
    """The radio button's value beside what it stands for."""
    found = re.search(
        rf'id="f-pilih\.{re.escape(field)}-([0-9a-f]+-\d+)-value">{re.escape(value)}<', page.text
    )
    assert found, f"{value} is no side of {field}"
    return found[1]


@pytest.mark.parametrize("officer", ["rudi", "ani"])
def test_one_choice_with_a_reason_settles_it_for_both(
    centre: Centre, loket: Counter, officer: str, request: pytest.FixtureRequest
) -> None:
    who: Officer = request.getfixturevalue(officer)
    record = differ(centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"))

    listing = who.get("/perbedaan")
    page = who.get(path(loket, record))
    done = who.post(
        path(loket, record),
        {
            "pilih.data.nama": side(page, "data.nama", "DEWI LOKET"),
            "terlihat.data.nama": hidden(page, "terlihat.data.nama"),
            "alasan": "Sesuai KK.",
        },
    )
    loket.exchange()

    assert "Nama lengkap" in listing.text
    assert record.hex() in listing.text
    assert "Sampai diputuskan, semua loket melihat" in page.text
    assert "Siti, hari ini" in page.text
    assert done.status_code == 303
    assert loket.read(record).value("data.nama") == "DEWI LOKET"
    assert loket.read(record).conflicts == 0
    assert "Tidak ada perbedaan yang menunggu" in who.get("/perbedaan").text


def test_the_request_marks_what_is_undecided(centre: Centre, loket: Counter, rudi: Officer) -> None:
    record = differ(centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"))

    page = rudi.get(loket.path(record)).text

    assert "▲</span> DEWI PUSAT" in page
    assert path(loket, record) in page
    assert "▲ 1 perbedaan" in page


def test_two_fields_may_be_decided_one_by_one(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record = differ(centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"), alamat=("JL. A", "JL. B"))
    page = rudi.get(path(loket, record))

    first = rudi.post(
        path(loket, record),
        {
            "pilih.data.nama": side(page, "data.nama", "DEWI PUSAT"),
            "terlihat.data.nama": hidden(page, "terlihat.data.nama"),
            "terlihat.data.alamat": hidden(page, "terlihat.data.alamat"),
            "alasan": "Sesuai KK.",
        },
    )
    page = rudi.get(path(loket, record))
    second = rudi.post(
        path(loket, record),
        {
            "pilih.data.alamat": side(page, "data.alamat", "JL. B"),
            "terlihat.data.alamat": hidden(page, "terlihat.data.alamat"),
            "alasan": "Sesuai KK.",
        },
    )
    loket.exchange()

    assert first.headers["Location"] == path(loket, record)
    assert "Masih ada 1 perbedaan" in page.text
    assert second.headers["Location"] == loket.path(record)
    assert loket.read(record).value("data.nama") == "DEWI PUSAT"
    assert loket.read(record).value("data.alamat") == "JL. B"


def test_nothing_is_decided_without_choice_and_reason(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record = differ(centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"))
    page = rudi.get(path(loket, record))
    key = side(page, "data.nama", "DEWI LOKET")

    silent = rudi.post(path(loket, record), {"pilih.data.nama": key, "alasan": ""})
    undecided = rudi.post(path(loket, record), {"alasan": "Sesuai KK."})
    neither = rudi.post(path(loket, record), {})

    assert silent.status_code == undecided.status_code == neither.status_code == 422
    assert "Alasan belum diisi." in silent.text
    assert re.search(rf'value="{key}"[^>]* checked', silent.text)
    assert "Pilih dulu isi mana yang benar." in undecided.text
    assert 'value="Sesuai KK."' in undecided.text
    assert "Pilih dulu isi mana yang benar." in neither.text


def test_a_stale_page_decides_nothing_and_keeps_the_reason(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    """Another value came since the page was opened: the page names one side only."""
    record = differ(centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"))
    page = rudi.get(path(loket, record))
    key = side(page, "data.nama", "DEWI LOKET")

    stale = rudi.post(
        path(loket, record),
        {"pilih.data.nama": key, "terlihat.data.nama": key, "alasan": "Sesuai KK."},
    )

    assert stale.status_code == 409
    assert "sudah berubah sejak halaman dibuka" in stale.text
    assert 'value="Sesuai KK."' in stale.text
    assert "DEWI PUSAT" in stale.text
    assert side(stale, "data.nama", "DEWI LOKET") == key


def test_a_correction_leaves_what_is_undecided_alone(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record = differ(centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"))
    page = rudi.get(loket.path(record, "/perbaiki"))
    form = {name: str(value) for name, value in loket.read(record).named("data").items()}

    rudi.post(
        loket.path(record, "/perbaiki"),
        {
            **form,
            "nama": "DEWI LAIN",
            "alamat": "JL. MAWAR 2",
            "konfirmasi": ["nik", "no_kk"],
            "dilihat": hidden(page, "dilihat"),
        },
    )
    loket.exchange()

    assert 'type="hidden" name="nama"' in page.text
    assert loket.read(record).conflicts == 1
    assert loket.read(record).value("data.nama") == "DEWI PUSAT"
    assert loket.read(record).value("data.alamat") == "JL. MAWAR 2"


def test_what_a_colleague_has_settled_is_not_settled_again(
    centre: Centre, loket: Counter, rudi: Officer, ani: Officer
) -> None:
    record = differ(centre, loket, nama=("DEWI PUSAT", "DEWI LOKET"))
    page = rudi.get(path(loket, record))
    chosen = {
        "pilih.data.nama": side(page, "data.nama", "DEWI LOKET"),
        "terlihat.data.nama": hidden(page, "terlihat.data.nama"),
        "alasan": "Sesuai KK.",
    }
    ani.get(path(loket, record))
    ani.post(path(loket, record), chosen)

    late = rudi.post(path(loket, record), chosen)

    assert late.status_code == 409
    assert "sudah berubah sejak halaman dibuka" in late.text
    assert "Sesuai KK." in late.text
    assert "Mungkin rekan Anda sudah memutuskannya" in late.text


def test_a_conflict_of_states_is_decided_like_any_other(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    from edge_node.workflows import acts

    record, _ = loket.file("baru")
    loket.exchange()
    desk.reject(centre, loket.edge.stream, record, RUDI, "Penduduk kota lain.")
    acts.cancel(loket.edge, record, Author("s", "Siti", "petugas"), "Pemohon pindah.")
    loket.exchange()

    page = rudi.get(path(loket, record))
    done = rudi.post(
        path(loket, record),
        {
            "pilih.status": side(page, "status", "Dibatalkan"),
            "terlihat.status": hidden(page, "terlihat.status"),
            "alasan": "Pemohon sudah pindah.",
        },
    )
    loket.exchange()

    assert done.status_code == 303
    assert loket.read(record).status == "dibatalkan"


def test_two_hand_overs_stand_beside_each_other_with_their_signatures(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    record, _ = loket.file("baru")
    loket.exchange()
    desk.issue(centre, loket.edge.stream, record, RUDI, "KTP-1")
    loket.exchange()
    drawn = pack((((10, 20), (300, 40)),))
    acts.hand_over(loket.edge, record, SITI, HandOver("DEWI", "anak", "layar", drawn))
    elsewhere = {"status": "diserahkan", "penerima": {"nama": "BUDI", "hubungan": "kuasa"}}
    with acting(centre) as connection:
        body = Body("serahkan", RUDI, elsewhere, "BUDI")
        stream, stamp = loket.edge.stream, centre.stamp()
        write(connection, centre.vault, stream, record, "permohonan", body, stamp)
    loket.exchange()

    page = rudi.get(path(loket, record)).text

    assert ">DEWI (anak), ditandatangani di layar<" in page
    assert ">BUDI (orang lain dengan surat kuasa)<" in page
    assert page.count('<path d="M10 20L300 40"/>') == 1


def test_boxes_that_write_with_one_identity_are_counted_at_the_head_and_led_to(
    centre: Centre, loket: Counter, rudi: Officer
) -> None:
    first = loket.edge.vault.replica
    quiet = rudi.get("/perbedaan").text
    second = copied(centre, first)
    two = rudi.get("/perbedaan").text
    third = copied(centre, second)
    three = rudi.get("/perbedaan").text

    revoke(centre, second, Consent((ANI,), "Disalin untuk mencoba."))
    revoke(centre, third, Consent((ANI,), "Disalin untuk mencoba."))

    assert "satu identitas" not in quiet
    assert "2 kotak menulis dengan satu identitas: Bintarajaya" in two
    assert f'href="/node/{second.hex()}"' in two
    assert "3 kotak menulis dengan satu identitas: Bintarajaya" in three
    assert f'href="/node/{third.hex()}"' in three
    assert rudi.get(f"/node/{third.hex()}").status_code == 200
    assert "satu identitas" not in rudi.get("/perbedaan").text


def test_a_change_of_keys_is_no_second_box(centre: Centre, loket: Counter, rudi: Officer) -> None:
    copied(centre, loket.edge.vault.replica, retires=True)

    assert "satu identitas" not in rudi.get("/perbedaan").text

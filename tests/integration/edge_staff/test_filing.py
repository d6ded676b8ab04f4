"""Filing at the counter: from a form to a receipt, and what bad input comes to."""

from __future__ import annotations

import io

from edge_node.edge import Edge
from edge_node.workflows.outlook import queue_counts
from registration.invented.people import Person
from tests.integration.edge_staff.conftest import Browser, picture, record_in


def count(edge: Edge) -> int:
    return sum(queue_counts(edge).values())


def complete(pictures: dict[str, bytes]) -> dict[str, bytes]:
    return {"kk": pictures["kk"], "surat_kehilangan": pictures["surat_kehilangan"]}


def test_a_request_with_photos_is_filed_verified_and_leads_to_its_receipt(
    siti: Browser, edge: Edge, people: list[Person], pictures: dict[str, bytes]
) -> None:
    answer = siti.file(people[1], photos=complete(pictures), asli="ya", konfirmasi=["nik", "no_kk"])

    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].endswith("/tanda-terima")
    receipt = siti.get(answer.headers["Location"]).text
    assert "Tersimpan di kelurahan." in receipt
    assert "<svg" in receipt
    assert "BTJ-" in receipt
    assert "Gratis" in receipt
    assert queue_counts(edge)["diverifikasi"] == 1


def test_choosing_shows_every_case(siti: Browser) -> None:
    page = siti.get("/permohonan/baru").text

    for title in ("KTP pertama", "Perubahan data KTP", "KTP hilang", "KTP rusak"):
        assert title in page


def test_a_wrong_nik_is_told_beside_the_field_and_everything_typed_stays(
    siti: Browser, edge: Edge, people: list[Person]
) -> None:
    answer = siti.file(people[1], nik="3275 0252", alamat="JL. KENANGA 12")

    assert answer.status_code == 422
    assert 'id="f-nik-error"' in answer.text
    assert 'value="3275 0252"' in answer.text
    assert 'value="JL. KENANGA 12"' in answer.text
    assert "Yang sudah diketik tidak hilang." in answer.text
    assert count(edge) == 0


def test_an_impossible_date_is_refused_and_kept_as_typed(
    siti: Browser, edge: Edge, people: list[Person]
) -> None:
    answer = siti.file(people[1], tanggal_lahir="31-02-1990")

    assert answer.status_code == 422
    assert 'id="f-tanggal_lahir-error"' in answer.text
    assert 'value="31-02-1990"' in answer.text
    assert count(edge) == 0


def test_a_doubt_is_asked_once_and_confirmed_by_the_petugas(
    siti: Browser, edge: Edge, people: list[Person]
) -> None:
    token = siti.blank()
    other_birth = {"tanggal_lahir": "01-01-1970"}

    doubted = siti.file(people[1], token=token, **other_birth)
    confirmed = siti.file(people[1], token=token, konfirmasi=["nik", "no_kk"], **other_birth)

    assert doubted.status_code == 422
    assert 'name="konfirmasi" value="nik"' in doubted.text
    assert confirmed.status_code == 303
    assert count(edge) == 1


def test_photos_stay_in_the_draft_while_the_form_is_mended(
    siti: Browser, people: list[Person], pictures: dict[str, bytes]
) -> None:
    token = siti.blank()

    refused = siti.file(people[1], photos=complete(pictures), token=token, nik="1")
    mended = siti.file(people[1], token=token, konfirmasi=["nik", "no_kk"])

    assert refused.text.count("Tersimpan") >= 2
    page = siti.get(f"/permohonan/{record_in(mended)}").text
    assert "Belum ada" not in page


def test_photos_first_then_reopened_by_the_token_and_one_removed(
    siti: Browser, people: list[Person], pictures: dict[str, bytes]
) -> None:
    token = siti.blank()

    kept = siti.file(
        people[1], photos={"kk": pictures["kk"]}, token=token, foto_dulu="1", nik="3275"
    )
    again = siti.get(kept.headers["Location"].split("#")[0])
    scan = again.text.split("?hapus=")[1].split('"')[0]
    image = siti.get(f"/permohonan/baru/berkas/{token}/{scan}")
    removed = siti.post(
        f"/permohonan/baru/ktp-el/hilang?hapus={scan}", {"token": token, "nik": "3275"}
    )

    assert kept.status_code == 303
    assert 'value="3275"' in again.text
    assert "perlu diperbaiki" not in again.text
    assert image.content_type == "image/jpeg"
    assert image.headers["Cache-Control"] == "no-store"
    assert "?hapus=" not in siti.get(removed.headers["Location"].split("#")[0]).text


def test_the_same_photo_sent_twice_is_kept_once(
    siti: Browser, people: list[Person], pictures: dict[str, bytes]
) -> None:
    token = siti.blank()

    for _ in range(2):
        kept = siti.file(people[1], photos={"kk": pictures["kk"]}, token=token, foto_dulu="1")

    assert siti.get(kept.headers["Location"].split("#")[0]).text.count("?hapus=") == 1


def test_corrupt_disguised_and_enormous_pictures_each_get_a_sentence(
    siti: Browser, edge: Edge, people: list[Person], pictures: dict[str, bytes]
) -> None:
    bad = {
        "kk": [pictures["kk"][:2000], b"MZ\x90\x00 this is a program"],
        "surat_kehilangan": [picture(8000, 5000)],
    }

    answer = siti.file(people[1], photos=bad, konfirmasi=["nik", "no_kk"])

    assert answer.status_code == 422
    assert "Foto ini rusak atau terpotong" in answer.text
    assert "Ini bukan foto" in answer.text
    assert "40 megapiksel" in answer.text
    assert count(edge) == 0


def test_a_double_click_gives_one_request_and_the_same_receipt(
    siti: Browser, edge: Edge, people: list[Person]
) -> None:
    token = siti.blank()

    answers = [siti.file(people[1], token=token, konfirmasi=["nik", "no_kk"]) for _ in range(2)]

    assert answers[0].headers["Location"] == answers[1].headers["Location"]
    assert count(edge) == 1


def test_a_form_from_the_future_is_told_so_and_keeps_words_and_photos(
    siti: Browser, edge: Edge, people: list[Person], pictures: dict[str, bytes]
) -> None:
    answer = siti.file(people[1], photos=complete(pictures), versi="9")

    assert answer.status_code == 409
    assert "lebih baru daripada yang dikenal loket ini" in answer.text
    assert people[1].alamat in answer.text
    assert "?hapus=" in answer.text
    assert count(edge) == 0


def test_an_upload_cut_off_stores_nothing(siti: Browser, edge: Edge) -> None:
    token = siti.blank()
    body = (
        b'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n' + token.encode() + b"\r\n"
        b'--x\r\nContent-Disposition: form-data; name="berkas.kk"; filename="a.jpg"\r\n\r\n\xff\xd8'
    )

    answer = siti.client.post(
        "/permohonan/baru/ktp-el/hilang",
        input_stream=io.BytesIO(body),
        content_type="multipart/form-data; boundary=x",
        content_length=len(body) + 5000,
    )

    assert answer.status_code == 400
    assert "Yang sudah tersimpan tetap aman" in answer.text
    assert count(edge) == 0


def test_a_forged_token_is_refused(siti: Browser, edge: Edge, people: list[Person]) -> None:
    answer = siti.file(people[1], token="00112233.forged", konfirmasi=["nik", "no_kk"])

    assert answer.status_code == 400
    assert "tidak dikenali" in answer.text
    assert count(edge) == 0


def test_an_unknown_service_is_a_plain_page(siti: Browser) -> None:
    answer = siti.get("/permohonan/baru/paspor/baru")

    assert answer.status_code == 404
    assert "tidak ada" in answer.text


def test_a_pamor_files_but_does_not_verify(
    rw: Browser, edge: Edge, people: list[Person], pictures: dict[str, bytes]
) -> None:
    form = rw.get("/permohonan/baru/ktp-el/hilang").text

    answer = rw.file(people[2], photos=complete(pictures), asli="ya", konfirmasi=["nik", "no_kk"])

    assert "Berkas asli sudah saya cocokkan" not in form
    assert answer.status_code == 303
    assert queue_counts(edge)["diajukan"] == 1
    page = rw.get(f"/permohonan/{record_in(answer)}").text
    assert "Menunggu diverifikasi petugas loket" in page
    assert "Berkas cocok, verifikasi" not in page

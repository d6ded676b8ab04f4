"""The counter's pages: login, queues, search, the line's weather, and who may do what."""

from __future__ import annotations

from dataclasses import replace

import pytest

from edge_node.edge import Edge
from registration.invented.people import Person
from sync.link import Line, Link
from tests.integration.edge_staff.conftest import PASSWORD, Browser, record_in

SURE = {"konfirmasi": ["nik", "no_kk"]}


def set_line(edge: Edge, line: Line, **more: object) -> None:
    now = edge.clock().wall_ms / 1000
    edge.line.link = replace(edge.line.link, line=line, since=now - 60, next_try=now + 90, **more)


@pytest.mark.parametrize(("user", "word"), [("siti", "keliru-sekali"), ("tak.ada", PASSWORD)])
def test_a_wrong_user_and_a_wrong_password_get_the_same_words(
    visitor: Browser, user: str, word: str
) -> None:
    answer = visitor.post("/masuk", {"pengguna": user, "sandi": word})

    assert answer.status_code == 422
    assert "Nama pengguna atau kata sandi tidak cocok." in answer.text
    assert f'value="{user}"' in answer.text
    assert word not in answer.text


def test_guessing_is_slowed_down(visitor: Browser) -> None:
    answers = [
        visitor.post("/masuk", {"pengguna": "siti", "sandi": f"tebakan-{n}"}) for n in range(6)
    ]

    assert [one.status_code for one in answers] == [422] * 5 + [429]
    assert int(answers[-1].headers["Retry-After"]) > 0


def test_login_leads_only_to_addresses_of_this_server(visitor: Browser) -> None:
    away = visitor.post(
        "/masuk", {"pengguna": "siti", "sandi": PASSWORD, "next": "https://contoh.id/"}
    )

    assert away.headers["Location"] == "/"


@pytest.mark.parametrize("path", ["/", "/permohonan/baru", "/sinkron", "/permohonan/" + "0" * 32])
def test_without_login_there_is_only_the_login(visitor: Browser, path: str) -> None:
    answer = visitor.get(path)

    assert answer.status_code == 303
    assert answer.headers["Location"].startswith("/masuk")


def test_logging_out_closes_the_pages(siti: Browser) -> None:
    siti.post("/keluar")

    assert siti.get("/").status_code == 303


def test_an_ended_login_does_not_throw_a_form_away(visitor: Browser) -> None:
    answer = visitor.get("/cuaca")

    assert answer.status_code == 286
    assert "Sesi Anda sudah berakhir" in answer.text


def test_the_weather_is_told_in_words(siti: Browser, edge: Edge, people: list[Person]) -> None:
    untried = siti.get("/").text
    siti.file(people[1], **SURE)
    set_line(edge, Line.CUT)
    cut = siti.get("/cuaca").text
    set_line(edge, Line.BUSY)
    busy = siti.get("/cuaca").text
    set_line(edge, Line.REFUSED, reason="unknown-sender")
    refused = siti.get("/cuaca").text
    set_line(edge, Line.UP, last_ok=edge.clock().wall_ms / 1000)
    edge.standing = replace(edge.standing, acked=99)
    connected = siti.get("/cuaca").text

    assert "Belum tersambung sejak dinyalakan" in untried
    assert "Jaringan terputus sejak" in cut
    assert "1 permohonan aman di sini, paling lama sejak" in cut
    assert "coba lagi" in cut
    assert "Kirim sekarang" in cut
    assert "giliran kita" in busy
    assert "pelayanan tetap jalan" in busy
    assert "Kirim sekarang" not in busy
    assert "Hubungi admin Disdukcapil" in refused
    assert "Terhubung · semua terkirim · terakhir" in connected


def test_weather_that_did_not_change_is_not_sent_again(siti: Browser) -> None:
    mark = siti.get("/cuaca").text.split("/cuaca?v=")[1].split('"')[0]

    assert siti.get(f"/cuaca?v={mark}").status_code == 204


def test_send_now_asks_for_an_exchange_and_comes_back(siti: Browser, edge: Edge) -> None:
    answer = siti.post("/sinkron/kirim")

    assert answer.status_code == 303
    assert edge.line.wanted
    assert "Sedang dicoba kirim sekarang" in siti.get("/sinkron").text


def test_what_waits_is_listed_until_the_centre_has_it(
    siti: Browser, edge: Edge, people: list[Person]
) -> None:
    siti.file(people[1], **SURE)

    waiting = siti.get("/sinkron").text
    edge.standing = replace(edge.standing, acked=99)
    sent = siti.get("/sinkron").text

    assert "BTJ-" in waiting
    assert "Semua sudah terkirim." in sent


def test_a_line_cut_for_more_than_a_day_tells_how_to_carry_by_usb(
    siti: Browser, edge: Edge, people: list[Person]
) -> None:
    siti.file(people[1], **SURE)
    now = edge.clock().wall_ms / 1000
    edge.line.link = Link(Line.CUT, since=now, last_ok=now - 3600)
    short = siti.get("/sinkron").text
    edge.line.link = Link(Line.CUT, since=now, last_ok=now - 25 * 3600)
    long = siti.get("/sinkron").text
    edge.standing = replace(edge.standing, acked=99)
    nothing_waits = siti.get("/sinkron").text

    assert "Bawa dengan USB" not in short
    assert "Bawa dengan USB" in long
    assert "loket-admin edge export" in long
    assert "Bawa dengan USB" not in nothing_waits


def test_found_by_nik_family_card_code_and_the_beginning_of_a_name(
    siti: Browser, people: list[Person]
) -> None:
    record = record_in(siti.file(people[1], **SURE))
    code = siti.get(f"/permohonan/{record}").text.split('class="code">')[1].split("<")[0]
    long_word = max(people[1].nama.split(), key=len)

    for typed in (people[1].nik, people[1].no_kk, code.lower(), long_word[:4].lower()):
        answer = siti.post("/cari", {"q": typed})
        assert answer.status_code == 303, typed
        assert record_in(answer) == record
        assert people[1].nik not in answer.headers["Location"]


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("", "Ketik NIK, nama, atau kode dulu."),
        ("3275 02", "16 angka"),
        ("BTJ-7Q4-K2X", "keliru atau tertukar"),
        ("zzzzz", "Tidak ada permohonan yang cocok."),
        ("xy", "tiga huruf"),
    ],
)
def test_a_search_that_finds_nothing_says_what_to_type(
    siti: Browser, typed: str, said: str
) -> None:
    answer = siti.post("/cari", {"q": typed})

    assert answer.status_code == 200
    assert said in answer.text


def test_the_beginnings_of_names_must_all_fit(siti: Browser, people: list[Person]) -> None:
    siti.file(people[1], nama="DEWI LESTARI", **SURE)
    siti.file(people[2], nama="DEWINTA SARI", **SURE)

    both = siti.post("/cari", {"q": "dewi"})
    one = siti.post("/cari", {"q": "dewi les"})

    assert "2 permohonan cocok" in both.text
    assert one.status_code == 303


def test_queues_have_pages_of_25(siti: Browser, people: list[Person]) -> None:
    for person in people[:27]:
        siti.file(person, **SURE)

    first = siti.get("/?kelompok=periksa&layanan=ktp-el").text
    second = siti.get("/?kelompok=periksa&hal=2").text

    assert first.count('class="row"') == 25
    assert "1–25 dari 27" in first
    assert second.count('class="row"') == 2
    assert "26–27 dari 27" in second


def test_a_request_that_is_not_here_is_a_plain_404(siti: Browser) -> None:
    for path in ("/permohonan/" + "0" * 32, "/permohonan/bukan-id", f"/permohonan/{'0' * 32}/x"):
        assert siti.get(path).status_code == 404

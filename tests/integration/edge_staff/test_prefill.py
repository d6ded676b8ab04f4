"""A form is filled in from what the counter holds of the same people."""

from __future__ import annotations

from edge_node.edge import Edge
from edge_node.workflows import lookup
from registration.invented.people import Person
from registration.lifecycle import Act, Status
from sync.body import Body
from tests.integration.edge_staff.conftest import SITI, Browser, picture, record_in
from vault.engine import writing
from vault.write import write


def filled_in(siti: Browser, typed: dict[str, str], **more: object) -> str:
    """The page after "Isi dari data lama"."""
    answer = siti.file_answers(typed, "rusak", isi="1", **more)
    assert answer.status_code == 303, answer.text
    return siti.get(answer.headers["Location"]).text


def test_a_nik_brings_what_was_filed_before(
    siti: Browser, edge: Edge, people: list[Person]
) -> None:
    person = people[0]
    before = bytes.fromhex(record_in(siti.file(person)))
    code = lookup.read(edge, before).value("kode")

    page = filled_in(siti, {"nik": person.nik, "alamat": "JL. BARU 1"})

    typed = person.form("rusak")
    assert f'value="{typed["nama"]}"' in page
    assert f'value="{person.no_kk}"' in page
    assert 'value="JL. BARU 1"' in page, "what was typed stays"
    assert f"Terisi dari {code}: " in page


def test_photos_that_were_chosen_are_kept_while_the_form_is_filled_in(
    siti: Browser, people: list[Person]
) -> None:
    siti.file(people[0])

    page = filled_in(siti, {"nik": people[0].nik}, photos={"ktp_rusak": picture(900, 700, "JPEG")})

    assert "Foto 1" in page


def test_nobody_known_is_said_and_nothing_is_lost(siti: Browser, people: list[Person]) -> None:
    page = filled_in(siti, {"nik": people[1].nik, "pekerjaan": "GURU"})

    assert "Belum ada data lama" in page
    assert 'value="GURU"' in page


def test_a_cancelled_request_tells_nothing(siti: Browser, edge: Edge, people: list[Person]) -> None:
    record = bytes.fromhex(record_in(siti.file(people[2])))
    with writing(edge.vault.engine) as connection:
        body = Body(Act.BATALKAN, SITI, {"status": Status.DIBATALKAN})
        write(connection, edge.vault, edge.stream, record, "permohonan", body, edge.stamp())

    page = filled_in(siti, {"nik": people[2].nik})

    assert "Belum ada data lama" in page

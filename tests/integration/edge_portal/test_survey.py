"""The survey after hand-over: once for each request, and nobody can tell whose answer is whose."""

from __future__ import annotations

import pytest

from edge_node.edge import Edge
from edge_node.store.tables import surveyed
from edge_node.workflows import survey as workflow
from edge_node.workflows.survey import Period
from registration import survey
from registration.invented.people import Person
from tests.integration.edge_portal.conftest import SITI, Phone, record_of, say
from vault.engine import reading
from vault.read import Filter, Record, list_records


def handed_over(edge: Edge, phone: Phone, person: Person) -> str:
    """A request whose document its owner has."""
    code = phone.file(person).code
    record = record_of(edge, code)
    for act, status in (("verifikasi", "diverifikasi"), ("serahkan", "diserahkan")):
        say(edge, record, act, SITI, status=status)
    return code


def answer_all(phone: Phone, value: int = 3, comment: str = "") -> Phone:
    phone.open("/survei/1")
    for number in range(1, 10):
        assert phone.at == f"/survei/{number}", phone.text
        phone.press(nilai=str(value))
    assert phone.at == "/survei/10"
    return phone.press(saran=comment)


def answers(edge: Edge) -> list[Record]:
    with reading(edge.vault.engine) as connection:
        only = Filter(stream=edge.stream, kind=survey.KIND)
        return list_records(connection, edge.vault, only, 1, 100)[0]


def test_it_is_offered_after_hand_over_and_not_before(
    edge: Edge, phone: Phone, person: Person
) -> None:
    code = phone.file(person).code
    assert "Isi survei" not in phone.look(code, person).text
    assert "setelah dokumen diterima" in phone.open("/survei").text

    say(edge, record_of(edge, code), "serahkan", SITI, status="diserahkan")

    assert "Isi survei" in phone.look(code, person).text
    assert "Tanpa nama." in phone.open("/survei").text


def test_nine_touches_and_a_comment_make_one_record(
    edge: Edge, phone: Phone, person: Person
) -> None:
    phone.look(handed_over(edge, phone, person), person)

    answer_all(phone, 4, "Kursinya ditambah, ya.")

    assert "Terima kasih, jawaban sudah kami terima." in phone.text
    (record,) = answers(edge)
    assert {one: record.value(survey.VALUE + one) for one in survey.ELEMENTS} == dict.fromkeys(
        survey.ELEMENTS, 4
    )
    assert record.value(survey.COMMENT) == "Kursinya ditambah, ya."
    assert record.value("layanan") == "ktp-el"


def test_a_second_time_gets_a_friendly_word_and_changes_nothing(
    edge: Edge, phone: Phone, person: Person
) -> None:
    code = handed_over(edge, phone, person)
    answer_all(phone.look(code, person))

    phone.look(code, person)
    assert "Isi survei" not in phone.text
    assert "sudah diisi" in phone.open("/survei").text
    assert "sudah diisi" in phone.open("/survei/3").text
    with pytest.raises(workflow.NotOpen):
        workflow.answer(edge, record_of(edge, code), dict.fromkeys(survey.ELEMENTS, 1), "")
    assert len(answers(edge)) == 1


def test_nothing_in_an_answer_leads_to_the_request_or_its_person(
    edge: Edge, phone: Phone, person: Person
) -> None:
    code = handed_over(edge, phone, person)
    answer_all(phone.look(code, person))

    (record,) = answers(edge)
    request = record_of(edge, code)
    (told,) = record.told
    assert told.body is not None
    kept = repr(told.body.plain())
    for secret in (person.nama, person.nik, code, request.hex(), repr(request)):
        assert secret not in kept
    assert (told.body.by.id, told.body.by.name) == ("", "")
    # Its id tells the day and not the moment, so that it cannot be laid beside a hand-over.
    assert record.opened_ms % 1000 == 0
    assert (record.opened_ms + 7 * 3_600_000) % 86_400_000 == 0
    with reading(edge.vault.engine) as connection:
        rows = connection.execute(surveyed.select()).all()
    assert [len(row) for row in rows] == [1], "the list of who was heard holds tokens alone"
    assert request not in rows[0][0]


def test_an_answer_can_be_changed_until_it_is_sent(
    edge: Edge, phone: Phone, person: Person
) -> None:
    phone.look(handed_over(edge, phone, person), person)
    phone.open("/survei/1").press(nilai="1")

    phone.open("/survei/1")
    assert "Jawaban tadi" in phone.text
    answer_all(phone, 2)

    (record,) = answers(edge)
    assert record.value("skm.u1") == 2


def test_who_closes_the_page_leaves_no_answer_on_the_phone(
    edge: Edge, phone: Phone, person: Person
) -> None:
    code = handed_over(edge, phone, person)
    phone.look(code, person).open("/survei/1").press(nilai="1")

    phone.open("/cek/hasil").press("/cek/selesai")

    assert "Jawaban tadi" not in phone.look(code, person).open("/survei/1").text


def test_what_is_skipped_is_asked_and_what_is_no_answer_is_refused(
    edge: Edge, phone: Phone, person: Person
) -> None:
    phone.look(handed_over(edge, phone, person), person)
    phone.open("/survei/1").press(nilai="2")

    assert phone.open("/survei/10").at == "/survei/2"
    phone.press(nilai="5")

    assert phone.status == 422
    assert "Sentuh salah satu jawaban." in phone.text
    assert answers(edge) == []


def test_without_code_and_birth_date_there_is_no_survey(phone: Phone) -> None:
    assert phone.open("/survei").at == "/cek"
    assert phone.open("/survei/4").at == "/cek"
    assert phone.open("/survei/selesai").at == "/cek"


def test_the_token_of_a_request_goes_with_its_key(edge: Edge, phone: Phone, person: Person) -> None:
    code = handed_over(edge, phone, person)
    record = record_of(edge, code)

    assert workflow.standing(edge, record) is workflow.Standing.OPEN
    assert workflow.standing(edge, bytes(16)) is workflow.Standing.GONE


def test_too_few_answers_show_nothing_but_their_number(
    edge: Edge, phone: Phone, person: Person
) -> None:
    answer_all(phone.look(handed_over(edge, phone, person), person), 1, "Buruk.")

    found = workflow.findings(edge, Period.BULAN)

    assert (found.count, found.whole, found.by_service, found.comments) == (1, None, {}, ())

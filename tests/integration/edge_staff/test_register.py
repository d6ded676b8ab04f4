"""The daily register: page, spreadsheet, paper."""

from __future__ import annotations

import io
from datetime import timedelta

from openpyxl import load_workbook

from edge_node.edge import Edge
from edge_node.views import register_files
from edge_node.views.register_files import Sheet
from edge_node.workflows import lookup
from edge_node.workflows.register import register_of
from registration.format import title_name
from registration.invented.people import Person
from tests.integration.edge_staff.conftest import Browser, record_in


def test_the_register_holds_what_came_today_in_order(
    siti: Browser, edge: Edge, people: list[Person]
) -> None:
    first = bytes.fromhex(record_in(siti.file(people[0])))
    second = bytes.fromhex(record_in(siti.file(people[1])))

    register = register_of(edge, edge.today())

    assert [line.record.id for line in register.lines] == [first, second]
    assert {line.clerk for line in register.lines} == {"SITI"}
    assert register.by_service == {"ktp-el": 2}
    assert register.whole
    assert not register_of(edge, edge.today() - timedelta(days=1)).lines


def test_the_page_leads_to_each_request_and_to_other_days(
    siti: Browser, edge: Edge, people: list[Person]
) -> None:
    record = record_in(siti.file(people[0]))
    yesterday = edge.today() - timedelta(days=1)

    page = siti.get("/register").text

    assert f"/permohonan/{record}" in page
    assert title_name(people[0].nama) in page
    assert f"/register?hari={yesterday}" in page
    assert "Hari berikutnya" not in page, "nothing was taken in tomorrow"
    assert "Belum ada permohonan" in siti.get(f"/register?hari={yesterday}").text
    assert siti.get("/register?hari=2026-99-99").status_code == 200


def test_the_spreadsheet_holds_the_same(siti: Browser, edge: Edge, people: list[Person]) -> None:
    record = bytes.fromhex(record_in(siti.file(people[0])))

    answer = siti.get("/register.xlsx")

    cells = list(load_workbook(io.BytesIO(answer.data)).worksheets[0].values)
    code = lookup.read(edge, record).value("kode")
    assert next(row for row in cells if code in row)[3] == title_name(people[0].nama)
    assert "attachment" in answer.headers["Content-Disposition"]


def test_the_paper_is_a_pdf_of_all_rows_on_as_many_pages_as_it_takes() -> None:
    rows = tuple(
        (str(n), "09.10", "BTJ-7Q4-K", "Łukasz Ñ", "KTP", "Loket", "S", "B") for n in range(90)
    )
    sheet = Sheet("Register", "Bintarajaya", "24 November 2026", ("a",) * 8, rows, (("KTP", 90),))

    made = register_files.pdf(sheet)

    assert made.startswith(b"%PDF-")
    assert made.count(b"/Type /Page\n") >= 3


def test_a_name_is_no_formula() -> None:
    row = ("1", "09.10", "K", "=HYPERLINK(1)", "KTP", "Loket", "S", "B")
    sheet = Sheet("Register", "Bintarajaya", "24 November 2026", ("a",) * 8, (row,), ())

    cells = load_workbook(io.BytesIO(register_files.xlsx(sheet))).worksheets[0]

    assert {cell.data_type for line in cells for cell in line if cell.value} <= {"s", "n"}


def test_an_rw_officer_does_not_see_the_register(rw: Browser) -> None:
    assert rw.get("/register").status_code == 403
    assert "/register" not in rw.get("/").text

"""Tables as files: opened rightly, and never run."""

from __future__ import annotations

import csv
import io
import re

import pytest
from openpyxl import load_workbook

from tests.pdf_text import pages, pieces
from web.charts import Series, bars, lying_bars
from web.sheets import Book, Sheet, csv_of, pdf_of, xlsx_of

SHEET = Sheet(
    "Tiap kelurahan", ("Kelurahan", "Masuk", "IKM"), [("Bintara", 12, 81.256), ("=1+1", -3, None)]
)
BOOK = Book("Laporan", ("Kota Bekasi · 2026",), (SHEET, SHEET))


def test_csv_opens_by_a_double_click_where_windows_speaks_indonesian() -> None:
    raw = csv_of(("Kelurahan", "Masuk", "IKM"), [("Jati;asih", 12, 81.256), ("Bintara", 3, None)])

    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.decode("utf-8-sig").splitlines() == [
        "Kelurahan;Masuk;IKM",
        '"Jati;asih";12;81,26',
        "Bintara;3;",
    ]


@pytest.mark.parametrize("word", ["=1+1", "+62812", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_word_becomes_a_formula_and_numbers_stay_numbers(word: str) -> None:
    raw = csv_of((word,), [(word,), (-7,)]).decode("utf-8-sig")
    page = load_workbook(
        io.BytesIO(xlsx_of(Book("x", (), (Sheet("t", (word,), [(word,), (-7,)]),))))
    ).worksheets[0]

    rows = [row[0] for row in csv.reader(io.StringIO(raw, newline=""), delimiter=";")]
    cells = [row[0] for row in page.iter_rows(values_only=True)]
    assert rows == ["'" + word, "'" + word, "-7"]
    assert str(cells[-2]).startswith("'")
    assert cells[-1] == -7


def test_a_workbook_has_a_sheet_for_each_table_even_of_one_name() -> None:
    book = load_workbook(io.BytesIO(xlsx_of(BOOK)))

    assert book.sheetnames == ["Tiap kelurahan", "Tiap kelurahan 2"]
    assert list(book.worksheets[0].iter_rows(values_only=True))[-2] == ("Bintara", 12, 81.26)


def test_a_long_table_goes_on_with_its_head_on_the_next_page() -> None:
    long = Sheet("Tiap hari", ("Hari", "Masuk"), [(f"hari {n}", n) for n in range(120)])

    made = pdf_of(Book("Laporan", ("Kota Bekasi",), (long,)))

    assert pages(made) >= 3
    assert pieces(made).count("Hari") == pages(made)
    assert "hari 119" in pieces(made)


def test_bars_are_as_high_as_their_values_and_what_is_nothing_has_none() -> None:
    drawn = str(
        bars("g", "Masuk & terbit", "Dua hari.", ["1", "2", "3"], [Series("Masuk", [2, 4, 0])])
    )

    heights = [float(one) for one in re.findall(r'height="(\d+\.\d+)"', drawn)]
    assert len(heights) == 2
    assert heights[1] == pytest.approx(2 * heights[0], abs=0.2)
    assert "Masuk &amp; terbit" in drawn
    assert "style" not in drawn


def test_lying_bars_tell_their_value_in_words_and_escape_them() -> None:
    drawn = str(lying_bars("g", "Unsur", "Satu.", [("<U1>", 2.0, "2,00")], 4))

    assert "&lt;U1&gt;" in drawn
    assert 'width="225.0"' in drawn
    assert ">2,00<" in drawn

"""The index against figures worked out by hand, and its bands to the last hundredth."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from registration.survey import (
    ELEMENTS,
    FEWEST,
    GRADE_LABELS,
    OTHERS,
    QUESTIONS,
    Answers,
    Grade,
    grade_of,
    grouped,
    is_whole,
    result_of,
    rounded,
)

ANSWERED = st.fixed_dictionaries({element: st.integers(1, 4) for element in ELEMENTS})


def all_of(value: int) -> dict[str, int]:
    return dict.fromkeys(ELEMENTS, value)


def test_nine_elements_are_asked_each_with_four_answers() -> None:
    assert ELEMENTS == ("u1", "u2", "u3", "u4", "u5", "u6", "u7", "u8", "u9")
    assert all(len(set(question.answers)) == 4 for question in QUESTIONS)
    assert all(question.asks.endswith(("?", "gratis.")) for question in QUESTIONS)
    assert set(GRADE_LABELS) == set(Grade)


def test_the_index_of_a_worked_example() -> None:
    # NRR: 3.2 for u1, 4 for u4, 3 for the others; (3.2 + 4 + 7 × 3) / 9 × 25 = 78.33…
    answered: list[Answers] = [{**all_of(3), "u4": 4, "u1": 4}]
    answered += [{**all_of(3), "u4": 4} for _ in range(4)]

    result = result_of(answered)

    assert result is not None
    assert result.means["u1"] == Fraction(16, 5)
    assert result.weighted["u4"] == Fraction(4, 9)
    assert result.index == Fraction(705, 9)
    assert rounded(result.index) == Decimal("78.33")
    assert result.grade is Grade.B
    assert result.weakest == "u2"


def test_where_all_elements_are_alike_none_is_the_weakest() -> None:
    result = result_of([all_of(3)] * FEWEST)

    assert result is not None
    assert result.weakest is None


@pytest.mark.parametrize(
    ("hundredths", "grade"),
    [
        (10000, Grade.A),
        (8831, Grade.A),
        (8830, Grade.B),
        (7661, Grade.B),
        (7660, Grade.C),
        (6500, Grade.C),
        (6499, Grade.D),
        (2500, Grade.D),
    ],
)
def test_the_bands_are_those_of_the_regulation(hundredths: int, grade: Grade) -> None:
    assert grade_of(Fraction(hundredths, 100)) is grade


@pytest.mark.parametrize(
    ("thousandths", "grade"),
    [(88305, Grade.A), (88304, Grade.B), (76605, Grade.B), (76604, Grade.C), (64995, Grade.C)],
)
def test_between_two_bands_the_rounded_index_decides(thousandths: int, grade: Grade) -> None:
    assert grade_of(Fraction(thousandths, 1000)) is grade


@given(st.lists(ANSWERED, min_size=FEWEST, max_size=40))
def test_the_index_is_the_mean_of_all_answers_times_25_and_in_range(
    answered: list[Answers],
) -> None:
    result = result_of(answered)

    assert result is not None
    everything = [value for answers in answered for value in answers.values()]
    assert result.index == Fraction(sum(everything), len(everything)) * 25
    assert 25 <= result.index <= 100
    assert result_of(list(reversed(answered))) == result


@given(st.fractions(25, 100))
def test_rounding_is_off_by_half_a_hundredth_at_most(index: Fraction) -> None:
    assert abs(Fraction(rounded(index)) - index) <= Fraction(1, 200)


@given(st.fractions(25, 100), st.fractions(25, 100))
def test_a_better_index_never_has_a_worse_grade(one: Fraction, other: Fraction) -> None:
    low, high = sorted((one, other))

    assert grade_of(high) <= grade_of(low)


@given(st.lists(ANSWERED, max_size=FEWEST - 1))
def test_too_few_answers_are_not_shown(answered: list[Answers]) -> None:
    assert result_of(answered) is None


@given(st.lists(st.tuples(st.sampled_from(["ktp", "kk", "kia", "akta", ""]), ANSWERED)))
def test_no_group_is_small_and_none_can_be_had_by_subtraction(
    rows: list[tuple[str, Answers]],
) -> None:
    shown = grouped(rows)

    assert all(result.count >= FEWEST for result in shown.values())
    assert sum(result.count for result in shown.values()) in (0, len(rows))
    assert bool(shown) == (len(rows) >= FEWEST)


def test_a_small_rest_takes_the_smallest_group_with_it() -> None:
    rows = [("ktp", all_of(4))] * 9 + [("kk", all_of(3))] * 6 + [("kia", all_of(1))] * 2

    shown = grouped(rows)

    assert {group: result.count for group, result in shown.items()} == {"ktp": 9, OTHERS: 8}


@pytest.mark.parametrize(
    "answers",
    [{}, {**all_of(3), "u10": 3}, {**all_of(3), "u9": 5}, {**all_of(3), "u9": 0},
     {**all_of(3), "u9": True}, {**all_of(3), "u9": "3"}],
)  # fmt: skip
def test_answers_that_are_not_whole_do_not_count(answers: dict[str, object]) -> None:
    assert not is_whole(answers)
    assert is_whole(all_of(1))

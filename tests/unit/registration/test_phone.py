from __future__ import annotations

import pytest

from registration.errors import InvalidPhone
from registration.phone import pretty, to_e164


@pytest.mark.parametrize(
    "typed",
    ["081234567890", "0812-3456-7890", "+62 812 3456 7890", "62 812 3456 7890", "(0812) 3456.7890"],
)
def test_every_usual_spelling_is_one_number(typed: str) -> None:
    assert to_e164(typed) == "+6281234567890"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("081234567", "yang diketik 9 angka"),
        ("08123456789012", "yang diketik 14 angka"),
        ("02188888888", "diawali 08"),
        ("8123456789", "diawali 08"),
        ("+1 202 555 0100", "hanya berisi angka|diawali 08"),
        ("0812345678ab", "hanya berisi angka"),
        ("0812345678/0813", "hanya berisi angka"),
        ("", "hanya berisi angka"),
    ],
)
def test_a_wrong_number_is_refused_with_the_reason(typed: str, said: str) -> None:
    with pytest.raises(InvalidPhone, match=said):
        to_e164(typed)


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+6281234567890", "0812-3456-7890"),
        ("+62812345678", "0812-345-678"),
        ("+62812345678901", "0812-3456-78901"),
        ("+12025550100", "+12025550100"),
    ],
)
def test_a_number_is_shown_in_groups(number: str, shown: str) -> None:
    assert pretty(number) == shown

from __future__ import annotations

import itertools

import pytest

from registration.codes import ALPHABET, new_code, parse_code
from registration.errors import InvalidCode
from registration.regions import all_kelurahan

CODE = "BTJ-7Q4-K2M"


def test_the_code_that_our_screens_show_as_an_example_is_a_right_one() -> None:
    assert parse_code(CODE) == CODE


def test_a_new_code_reads_back() -> None:
    picks = iter([ALPHABET.index(char) for char in "7Q4K2"])

    code = new_code("BTJ", lambda n: next(picks))

    assert code == CODE


def test_every_kelurahan_can_give_codes() -> None:
    for place in all_kelurahan():
        code = new_code(place.abbr, lambda n: n - 1)

        assert parse_code(code) == code


@pytest.mark.parametrize("typed", ["btj7q4k2m", " BTJ 7Q4 K2M ", "btj–7q4–k2m", "B.T.J.7Q4K2M"])
def test_case_spaces_and_dashes_do_not_matter(typed: str) -> None:
    assert parse_code(typed) == CODE


def test_letters_that_people_write_for_digits_are_understood() -> None:
    code = new_code("BTJ", lambda n: ALPHABET.index("8"))

    assert parse_code(code.replace("888", "BBB")) == code


def test_every_swap_of_two_places_is_caught() -> None:
    plain = CODE.replace("-", "")

    for i, j in itertools.combinations(range(9), 2):
        chars = list(plain)
        chars[i], chars[j] = chars[j], chars[i]
        if "".join(chars) != plain:
            with pytest.raises(InvalidCode):
                parse_code("".join(chars))


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("BTJ-7Q4", "yang diketik 6"),
        ("", "yang diketik 0"),
        ("XXX-7Q4-K2M", "Tidak ada kelurahan dengan singkatan “XXX”"),
        ("BTJ-7O4-K2M", "tidak pernah memakai “O”"),
        ("BTJ-7Q4-K2N", "keliru atau tertukar"),
        ("BTJ-7Q4-2KM", "keliru atau tertukar"),
    ],
)
def test_a_mistyped_code_is_refused_with_help(typed: str, said: str) -> None:
    with pytest.raises(InvalidCode, match=said):
        parse_code(typed)


@pytest.mark.parametrize("abbr", ["BT", "BTJX", "BOJ", "btj"])
def test_an_abbreviation_that_codes_cannot_hold_is_a_programming_error(abbr: str) -> None:
    with pytest.raises(ValueError, match="receipt code"):
        new_code(abbr, lambda n: 0)

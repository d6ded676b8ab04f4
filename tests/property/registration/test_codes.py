from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from registration.codes import ALPHABET, new_code, parse_code
from registration.errors import InvalidCode
from registration.regions import all_kelurahan

ABBRS = [place.abbr for place in all_kelurahan()]


@st.composite
def codes(draw: st.DrawFn) -> str:
    abbr = draw(st.sampled_from(ABBRS))
    return new_code(abbr, lambda n: draw(st.integers(0, n - 1)))


def read(text: str) -> str | None:
    try:
        return parse_code(text)
    except InvalidCode:
        return None


@given(codes())
def test_a_code_reads_back_in_any_dress(code: str) -> None:
    assert parse_code(code) == code
    assert parse_code(code.lower().replace("-", " ")) == code
    assert set(code[4:].replace("-", "")) <= set(ALPHABET)


@given(codes(), st.integers(0, 8), st.sampled_from(string.ascii_uppercase + string.digits))
def test_a_single_wrong_character_never_reads_as_another_code(
    code: str, place: int, wrong: str
) -> None:
    chars = list(code.replace("-", ""))
    chars[place] = wrong

    assert read("".join(chars)) in {None, code}


@given(codes(), st.integers(0, 7))
def test_a_swap_of_neighbours_is_caught_even_across_a_dash(code: str, place: int) -> None:
    chars = list(code.replace("-", ""))
    chars[place], chars[place + 1] = chars[place + 1], chars[place]

    assert read("".join(chars)) == (code if chars[place] == chars[place + 1] else None)


@given(st.text(max_size=30))
def test_any_text_is_read_or_refused(text: str) -> None:
    read(text)

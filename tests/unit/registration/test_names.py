from __future__ import annotations

import pytest

from registration.errors import InvalidName
from registration.names import clean_name, name_words, new_name_doubts


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  dewi   lestari ", "DEWI LESTARI"),
        ("suparman", "SUPARMAN"),
        ("Nur’aini, S.Kom", "NUR'AINI, S.KOM"),
        ("José d–Cruz a/l Raj", "JOSÉ D-CRUZ A/L RAJ"),
        ("Jose\u0301", "JOSÉ"),
    ],
)
def test_a_name_is_kept_as_the_card_has_it(typed: str, kept: str) -> None:
    assert clean_name(typed) == kept


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("Dewi 2", "tidak berisi angka"),
        ("Dewi@rumah", "ada “@”"),
        ("Деви", "ada “Д”"),
        ("Dewi\x00", "ada “\ufffd”"),
        (" .- ", "Tulis namanya dengan huruf"),
        ("A" * 61, "yang diketik 61"),
    ],
)
def test_what_is_no_name_is_refused(typed: str, said: str) -> None:
    with pytest.raises(InvalidName, match=said):
        clean_name(typed)


def test_one_word_is_a_doubt_only_for_new_names() -> None:
    assert len(new_name_doubts("SUPARMAN")) == 1
    assert new_name_doubts("RAKA PRATAMA") == []


def test_search_words_drop_accents_and_punctuation() -> None:
    assert name_words("José d'Angelo-Putra, S.Kom") == ["JOSE", "DANGELO", "PUTRA", "S", "KOM"]
    assert name_words(" ?! ") == []

from __future__ import annotations

from registration.texts import Sentence, Words, plain

ENGLISH = {
    "%(label)s belum diisi.": "%(label)s is empty.",
    "Nama": "Name",
    "Alamat": "Address",
    "mengubah %(fields)s": "changed %(fields)s",
}


def translate(text: str) -> str:
    return ENGLISH.get(text, text)


def test_a_sentence_shows_its_indonesian_text_filled_in() -> None:
    sentence = Sentence("NIK harus %(most)s angka.", {"most": 16})

    assert str(sentence) == "NIK harus 16 angka."


def test_sentences_inside_a_sentence_are_translated_too() -> None:
    sentence = Sentence("%(label)s belum diisi.", {"label": Sentence("Nama")})

    assert sentence.render(translate) == "Name is empty."


def test_labels_inside_a_sentence_lose_their_capital_but_abbreviations_keep_it() -> None:
    sentence = Sentence("mengubah %(fields)s", {"fields": Words(("Alamat", "RT", "Nama"))})

    assert str(sentence) == "mengubah alamat, RT, nama"
    assert sentence.render(translate) == "changed address, RT, name"


def test_a_percent_sign_in_a_value_or_a_bare_text_is_harmless() -> None:
    assert str(plain("100 %(x)s %d")) == "100 %(x)s %d"
    assert str(Sentence("100%")) == "100%"


def test_sentences_can_be_members_of_a_set() -> None:
    assert len({Sentence("a", {"x": 1}), Sentence("a", {"x": 1})}) == 1

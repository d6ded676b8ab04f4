from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st

from registration import acts_schema
from registration.catalogue import service
from registration.display import show
from registration.errors import FormInvalid
from registration.form import load_form
from registration.story import Event, tell

T = TypeVar("T")
TODAY = date(2026, 11, 24)
KTP = service("ktp-el")
NAMES = sorted({field.name for case in KTP.cases for field in case.fields})

ANYTHING = st.one_of(
    st.text(max_size=40),
    st.text(st.characters(), max_size=10),
    st.none(),
    st.integers(),
    st.lists(st.text(max_size=3), max_size=2),
    st.sampled_from(["3275025205950003", "12-05-1995", "P", "islam", "kawin", "0812345678", "003"]),
)
FORMS = st.dictionaries(st.one_of(st.sampled_from(NAMES), st.text(max_size=8)), ANYTHING)


BASE = {
    "nik": "3275025205950003",
    "no_kk": "3275020803170021",
    "nama": "DEWI",
    "tempat_lahir": "BEKASI",
    "tanggal_lahir": "1995-05-12",
    "jenis_kelamin": "P",
    "golongan_darah": "O",
    "agama": "islam",
    "status_perkawinan": "kawin",
    "pekerjaan": "GURU",
    "alamat": "JL. MAWAR",
    "rt": "003",
    "rw": "007",
    "telepon": "081234567890",
}


def outcome(load: Callable[[], T]) -> T | FormInvalid:
    """What was made, or the refusal; anything else is a crash."""
    try:
        return load()
    except FormInvalid as refused:
        return refused


def told(refused: FormInvalid) -> bool:
    """Every refusal names a field and says something."""
    said = [str(one) for sentences in refused.errors.values() for one in sentences]
    return bool(said) and all(said) and all(refused.errors.values())


@settings(max_examples=300)
@given(st.sampled_from([case.code for case in KTP.cases]), FORMS)
def test_a_form_is_taken_or_refused_with_sentences_whatever_is_typed(
    case: str, data: dict[str, str]
) -> None:
    asked = {field.name for field in KTP.case(case).fields}

    made = outcome(lambda: load_form("ktp-el", case, data, version=1, today=TODAY))

    if isinstance(made, FormInvalid):
        assert told(made)
        assert set(made.errors) <= asked | {"_form"}
    else:
        assert set(made.values) <= asked


@settings(max_examples=500)
@given(st.sampled_from(sorted(BASE)), ANYTHING)
def test_what_one_field_takes_is_encodable_and_passes_again_unchanged(
    name: str, typed: str
) -> None:
    data = {**BASE, name: typed}

    made = outcome(lambda: load_form("ktp-el", "baru", data, version=1, today=TODAY))

    if isinstance(made, FormInvalid):
        assert set(made.errors) == {name}
        return
    again = load_form("ktp-el", "baru", made.values, version=1, today=TODAY)  # type: ignore[arg-type]
    assert again == made
    for key, value in made.values.items():
        assert str(value).encode()
        assert str(show(f"data.{key}", value))


LOADERS: list[Callable[[dict[str, str]], object]] = [
    acts_schema.load_return,
    acts_schema.load_reject,
    acts_schema.load_cancel,
    acts_schema.load_issue,
    acts_schema.load_hand_over,
    acts_schema.load_login,
    lambda data: acts_schema.load_track(data, today=TODAY),
    lambda data: acts_schema.load_settle(data, options={"data.nama": ["a", "b"]}),
]


@given(
    st.sampled_from(LOADERS),
    st.dictionaries(
        st.one_of(
            st.sampled_from(
                [
                    "alasan",
                    "nomor_dokumen",
                    "penerima",
                    "hubungan",
                    "cara",
                    "garis",
                    "kode",
                    "tanggal_lahir",
                    "pengguna",
                    "sandi",
                    "pilih.data.nama",
                ]
            ),
            st.text(max_size=6),
        ),
        ANYTHING,
    ),
)
def test_an_act_is_taken_or_refused_whatever_is_sent(
    load: Callable[[dict[str, str]], object], data: dict[str, str]
) -> None:
    made = outcome(lambda: load(data))

    assert not isinstance(made, FormInvalid) or told(made)


@given(
    act=st.text(max_size=12),
    role=st.text(max_size=12),
    name=st.text(max_size=20),
    fields=st.lists(st.text(max_size=12), max_size=3),
    note=st.text(max_size=20),
)
def test_a_history_of_a_newer_version_can_still_be_told(
    act: str, role: str, name: str, fields: list[str], note: str
) -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    event = Event(act, name, role, "Bintara", tuple(fields), at, note)

    assert str(tell(event))

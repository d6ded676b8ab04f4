"""The paper forms: which case prints which, and what is ticked on it."""

from __future__ import annotations

import pytest

from registration.catalogue import SERVICES, Case, service
from registration.form import load_form
from registration.invented.forms import filled as typed_form
from registration.invented.people import REFERENCE_DAY, People
from registration.printed import FORMS, NAMES, forms_of
from registration.printed.shapes import Chart, Filled, Line, Listed, Sheet, Ticks
from registration.regions import kelurahan
from registration.shapes import Value

PLACE = kelurahan("32.75.02.1004")
CASES = [(one.code, case) for one in SERVICES for case in one.cases]
OF_F102 = [(code, case) for code, case in CASES if "f102" in forms_of(case)]


def answered(service_code: str, case: Case) -> dict[str, Value]:
    typed = typed_form(People(5), service_code, case.code)
    form = load_form(service_code, case.code, typed, version=1, today=REFERENCE_DAY)
    return form.values


def sheet(form: str, service_code: str, case_code: str, **more: object) -> Sheet:
    case = service(service_code).case(case_code)
    values = answered(service_code, case)
    return FORMS[form](Filled(service_code, case, PLACE, values, **more))  # type: ignore[arg-type]


def ticked(of: Sheet) -> list[str]:
    """All that is ticked, whatever kind of part it is in."""
    found: list[str] = []
    for part in (part for section in of.sections for part in section.parts):
        if isinstance(part, Ticks):
            found += [label for label, yes in part.options if yes]
        elif isinstance(part, Listed):
            found += [label for label, yes in part.items if yes]
        elif isinstance(part, Chart):
            for title, entries in part.columns:
                found += [f"{title} {one.mark} {one.label}" for one in entries if one.ticked]
    return found


def line(of: Sheet, section: str, label: str) -> Line:
    parts = next(one.parts for one in of.sections if one.title == section)
    return next(one for one in parts if isinstance(one, Line) and one.label == label)


@pytest.mark.parametrize(
    ("service_code", "case"), OF_F102, ids=lambda one: getattr(one, "code", one)
)
def test_every_case_of_f102_ticks_what_it_asks_for(service_code: str, case: Case) -> None:
    asked = ticked(FORMS["f102"](Filled(service_code, case, PLACE)))

    assert asked, "a form that asks for nothing is no form"
    card = "KARTU KELUARGA" if service_code == "kk" else "KTP"
    assert any(card in one or "PERUBAHAN DATA" in one for one in asked)
    assert not any("KARTU IDENTITAS ANAK" in one for one in asked)


@pytest.mark.parametrize(
    ("case_code", "said"),
    [
        ("hilang", ["II. KTP-EL C.1 Hilang"]),
        ("rusak", ["II. KTP-EL C.2 Rusak"]),
        ("baru", ["II. KTP-EL A BARU"]),
        ("perubahan", ["IV. PERUBAHAN DATA B KTP-el"]),
    ],
)
def test_the_reason_to_come_is_ticked(case_code: str, said: list[str]) -> None:
    assert ticked(sheet("f102", "ktp-el", case_code)) == said


def test_the_papers_that_are_here_are_ticked_and_others_named() -> None:
    lost = sheet("f102", "ktp-el", "hilang", held={"kk", "surat_kehilangan", "f102"})
    family = sheet("f102", "kk", "hilang", held={"ktp_kepala"})

    assert ticked(lost)[1:] == ["KK lama/KK rusak", "Surat keterangan hilang dari kepolisian"]
    assert ticked(family)[1:] == ["Lainnya: KTP kepala keluarga"]


def test_a_blank_form_has_lines_for_the_pen() -> None:
    case = service("ktp-el").case("hilang")

    blank = FORMS["f102"](Filled("ktp-el", case, PLACE))

    lines = [part for one in blank.sections for part in one.parts if isinstance(part, Line)]
    assert not any(one.value for one in lines)
    assert [one.name for one in blank.signers] == ["", ""]
    assert blank.signers[1].above.startswith("Bekasi, ....")


def test_a_birth_stands_on_f201_with_its_people() -> None:
    case = service("akta-kelahiran").case("biasa")
    values = answered("akta-kelahiran", case)
    values |= {"jenis_kelahiran": "kembar_2", "dilahirkan_di": "bidan", "jenis_kelamin": "P"}

    born = FORMS["f201"](Filled("akta-kelahiran", case, PLACE, values, {"surat_lahir"}))

    assert ticked(born) == [
        "Kelahiran",
        "2. Perempuan",
        "5. Lainnya",
        "2. Kembar 2",
        "1. Dokter",
        "Surat keterangan lahir",
    ]
    assert line(born, "DATA PELAPOR", "NIK").value == values["nik_pelapor"]
    assert line(born, "DATA SAKSI II", "Nama").value == values["nama_saksi_2"]
    assert line(born, "DATA ORANG TUA", "NIK Ibu").value == values["nik_ibu"]
    assert line(born, "DATA ORANG TUA", "Tempat Lahir Ibu").value == "", "nobody asked for it"
    assert line(born, "DATA SUBJEK AKTA KESATU", "Nama").value == "", "a newborn has no NIK yet"


def test_a_death_stands_on_f201_with_the_day_in_boxes() -> None:
    case = service("akta-kematian").case("biasa")
    values = answered("akta-kematian", case) | {
        "tanggal_kematian": "2026-11-04",
        "sebab_kematian": "wabah",
        "penerang_kematian": "kelurahan",
    }

    dead = FORMS["f201"](Filled("akta-kematian", case, PLACE, values))

    assert ticked(dead) == ["Kematian", "2. Wabah penyakit", "4. Lainnya"]
    assert line(dead, "KEMATIAN", "Tanggal Kematian (tgl-bln-thn)").value == "04112026"
    assert line(dead, "DATA SUBJEK AKTA KESATU", "NIK").value == values["nik"]
    assert not any("ORANG TUA" in one.title for one in dead.sections)


@pytest.mark.parametrize(("form", "case"), [("f203", "tanpa_surat"), ("f204", "tanpa_nikah")])
def test_a_statement_is_signed_by_two_witnesses(form: str, case: str) -> None:
    sworn = sheet(form, "akta-kelahiran", case)

    assert sworn.code == NAMES[form]
    assert [one.role for one in sworn.signers][:2] == ["Saksi I", "Saksi II"]
    assert all(one.name for one in sworn.signers)


def test_forms_are_those_that_the_documents_name() -> None:
    by_case = {(code, case.code): forms_of(case) for code, case in CASES}

    assert by_case["ktp-el", "hilang"] == ("f102",)
    assert by_case["akta-kelahiran", "tanpa_surat"] == ("f203", "f201")
    assert by_case["akta-kelahiran", "tanpa_nikah"] == ("f204", "f201")
    assert by_case["kia", "balita"] == ()

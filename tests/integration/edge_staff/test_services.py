"""Every case of every service: filed at the counter, issued at the centre, handed over."""

from __future__ import annotations

from pathlib import Path

import pytest
from markupsafe import escape

from central.workflows import desk
from edge_node.edge import Edge
from edge_node.workflows import acts
from edge_node.workflows.filing import Filed, Upload, file_request, new_record
from registration.acts_schema import HandOver
from registration.catalogue import DATA, SERVICES, FieldKind, service
from registration.form import load_form
from registration.invented.forms import filled
from registration.invented.people import REFERENCE_DAY, People
from registration.lifecycle import Status
from tests.integration.edge_staff.conftest import Browser, picture, record_in
from tests.integration.world import BTJ, RUDI, SITI, make_world

CASES = [(known.code, case.code) for known in SERVICES for case in known.cases]
SURE = ["nama", "nik", "no_kk"]


def papers(code: str, case: str) -> list[str]:
    return [one.code for one in service(code).case(case).documents if one.required]


@pytest.mark.parametrize(("code", "case"), CASES)
def test_the_counter_files_it(siti: Browser, edge: Edge, code: str, case: str) -> None:
    typed = filled(People(41), code, case)
    photos = {one: picture(900, 700, "JPEG") for one in papers(code, case)}

    answer = siti.file_answers(typed, case, code, photos, asli="ya", konfirmasi=SURE)

    assert answer.status_code == 303, answer.text
    assert answer.headers["Location"].endswith("/tanda-terima")
    page = siti.get(f"/permohonan/{record_in(answer)}").text
    form = load_form(code, case, typed, version=1, today=REFERENCE_DAY, confirmed=frozenset(SURE))
    for group in service(code).case(case).groups:
        assert group.title.replace("&", "&amp;") in page
    assert str(form.values["nama"]) in page.upper()


@pytest.mark.parametrize(("code", "case"), CASES)
def test_an_empty_form_names_each_question_that_is_left(
    siti: Browser, code: str, case: str
) -> None:
    answer = siti.file_answers({}, case, code)

    assert answer.status_code == 422
    for field in service(code).case(case).fields:
        chosen = field.kind is FieldKind.CHOICE
        said = f"Pilih dulu: {field.label}." if chosen else f"{field.label} belum diisi."
        assert f'name="{field.name}"' in answer.text
        assert (str(escape(said)) in answer.text) is field.required, said


def test_each_service_reaches_the_hands_of_the_resident(tmp_path: Path) -> None:
    world = make_world(tmp_path / "world")
    counter = world.counter()
    people = People(43)
    photo = picture(900, 700, "JPEG")
    filed: dict[bytes, tuple[str, str]] = {}
    for code, case in CASES:
        record = new_record(counter.edge)
        uploads = [Upload(one, photo) for one in papers(code, case)]
        typed = filled(people, code, case)
        made = file_request(
            counter.edge,
            record,
            code,
            case,
            typed,
            uploads,
            version=1,
            by=SITI,
            confirmed=frozenset(SURE),
            originals_seen=True,
        )
        assert isinstance(made, Filed), made
        filed[record] = (code, typed["nama"])
    counter.exchange(20)
    world.fold()

    for number, record in enumerate(filed, 1):
        assert world.record(record).status == Status.DIVERIFIKASI
        desk.start(world.centre, BTJ, record, RUDI)
        desk.issue(world.centre, BTJ, record, RUDI, f"3275-DOK-{number:03d}")
    counter.exchange(20)
    for record in filed:
        acts.document_arrived(counter.edge, record, SITI)
        acts.hand_over(counter.edge, record, SITI, HandOver("Dewi Lestari", "keluarga"))
    counter.exchange(20)
    world.fold()

    assert world.state() == counter.state()
    for record, (code, name) in filed.items():
        found = world.record(record)
        assert (found.status, found.value("layanan")) == (Status.DISERAHKAN, code)
        assert found.value(DATA + "nama") == name
        assert found.conflicts == 0

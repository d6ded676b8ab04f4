"""Every case of every service, filed by a resident without scripts."""

from __future__ import annotations

import pytest

from edge_node.edge import Edge
from edge_node.portal.steps import steps_of
from edge_node.workflows import portal
from registration.catalogue import DATA, SERVICES, service
from registration.invented.forms import filled
from registration.invented.people import People
from tests.integration.edge_portal.conftest import Phone, boxes, picture, record_of

CASES = [(known.code, case.code) for known in SERVICES for case in known.cases]


def test_the_first_page_leads_to_every_case(phone: Phone) -> None:
    first = phone.open("/").page
    for known in SERVICES:
        assert f'href="/urus/{known.code}"' in first
        page = phone.open(f"/urus/{known.code}").page
        for case in known.cases:
            assert f'href="/ajukan/{known.code}/{case.code}"' in page
            assert phone.open(f"/ajukan/{known.code}/{case.code}").status == 200


@pytest.mark.parametrize(("code", "case"), CASES)
def test_a_resident_files_it(edge: Edge, phone: Phone, code: str, case: str) -> None:
    asked = service(code).case(case)
    typed = filled(People(47), code, case)
    sent = boxes(case, typed, code)

    phone.begin(case, code)
    for number in range(1, len(steps_of(asked)) + 1):
        assert phone.at.endswith(f"/{number}"), phone.text
        # What looks odd (a name of one word) is asked once and confirmed.
        phone.press(**sent)
        if phone.at.endswith(f"/{number}"):
            phone.press(**sent, konfirmasi="nama")
    papers = [one.code for one in asked.documents if one.required]
    phone.press(files={f"berkas.{one}": [picture()] for one in papers})
    assert phone.at.endswith("/periksa"), phone.text
    phone.press()

    found = portal.progress(edge, record_of(edge, phone.code))
    assert found is not None
    assert found.status == "diajukan"
    held = found.record
    assert (held.value("layanan"), held.value("varian")) == (code, case)
    assert held.value(DATA + "nama") == typed["nama"]
    assert {DATA + name for name in typed} <= held.fields.keys()
    born = typed["tanggal_lahir"].split("-")
    followed = phone.open("/cek").press(
        **{
            "kode": str(held.value("kode")),
            "tanggal_lahir.hari": str(int(born[2])),
            "tanggal_lahir.bulan": str(int(born[1])),
            "tanggal_lahir.tahun": born[0],
        },
    )
    assert "Diajukan" in followed.text

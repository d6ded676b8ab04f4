"""What residents said before the demo begins: complaints, some answered, and survey answers."""

from __future__ import annotations

import random

from edge_node.edge import Edge
from edge_node.workflows import complaints, survey
from edge_node.workflows.filing import new_record
from registration.complaint_forms import Complaint
from registration.complaints import Subject
from registration.lifecycle import Role
from registration.survey import ELEMENTS
from sync.body import Author
from vault.engine import writing

_SITI = Author("siti", "Siti", Role.PETUGAS)
_COMPLAINTS = (
    (Subject.WAKTU, "KTP saya sudah sebulan belum jadi. Kapan bisa diambil?", ""),
    (Subject.SIKAP, "Waktu saya bertanya, petugas menjawab sambil marah-marah.", ""),
    (
        Subject.SARANA,
        "Kursi di ruang tunggu kurang, banyak lansia berdiri.",
        "Terima kasih. Sudah kami tambah sepuluh kursi hari ini.",
    ),
)
_COMMENTS = ("Petugasnya sabar.", "Tambah loket hari Senin.", "Parkirnya sempit.")
_SERVICES = ("ktp-el", "ktp-el", "ktp-el", "kk", "akta-kelahiran")
_USUAL = (2, 3, 3, 3, 4, 4, 4)
"""Most are content."""
_ANSWERS = 18


def fill_voices(edge: Edge, seed: int) -> None:
    """Fill a counter's store before its server starts; closes it."""
    rng = random.Random(seed)
    for about, text, answer in _COMPLAINTS:
        record = new_record(edge)
        complaints.make(edge, record, Complaint(about, text))
        if answer:
            complaints.answer(edge, record, _SITI, answer)
    with writing(edge.vault.engine) as connection:
        for number in range(_ANSWERS):
            answers = {element: rng.choice(_USUAL) for element in ELEMENTS}
            comment = _COMMENTS[number] if number < len(_COMMENTS) else ""
            survey.keep(connection, edge, rng.choice(_SERVICES), answers, comment)
    edge.vault.engine.dispose()

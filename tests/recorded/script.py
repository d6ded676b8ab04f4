"""The story that every release's recorded node lives through.

Fixed keys and clocks, so that a recording can be replayed; what is sealed with random nonces is
recorded as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest.mock import patch

from central.centre import Centre
from central.store import codes
from central.workflows import desk, settling
from central.workflows.enrolment import enrol
from central.workflows.folding import fold_all
from central.workflows.ingest import take_bundle
from crypto.identity import Identity
from crypto.keyfile import create_key_file
from crypto.recipient import Recipient
from edge_node.edge import Edge, migrate, open_edge, open_engine
from edge_node.settings import EdgeSettings
from edge_node.workflows import acts
from edge_node.workflows.enrolment import enrol as enrol_edge
from edge_node.workflows.exchange import Courier
from edge_node.workflows.filing import Filed, Upload, file_request, new_record
from registration.lifecycle import Role
from sync.body import Author
from sync.carrier_http import ENROL_PATH, EXCHANGE_PATH, Carried, LineCut
from sync.enrol import EnrolCode, fingerprint
from sync.link import Terms, Trip
from sync.timekeeping import Reading
from tests.integration.world import make_centre
from tests.unit.registration.people import EXTRA, PERSON
from vault.engine import writing
from vault.keyring import create_keyring
from vault.read import read_record, stream_hash

STREAM = "32.75.02.1004"
START_MS = 1_795_500_000_000
"""24 November 2026, in the morning."""
STEP_MS = 60_000
CENTRE_SEED, NODE_SEED = bytes([0x51]) * 32, bytes([0x52]) * 32
CENTRE_RECIPIENT, NODE_RECIPIENT = bytes([0x53]) * 96, bytes([0x54]) * 96
CODE_SECRET = bytes(range(10))
SITI = Author("siti", "Siti", Role.PETUGAS)
RUDI = Author("rudi", "Rudi", Role.VERIFIKATOR)
CONFIRMED = frozenset({"nik", "no_kk"})
PDF = b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


@contextmanager
def keys(seed: bytes, recipient: bytes) -> Iterator[None]:
    """Servers made meanwhile get these keys."""
    with (
        patch.object(Identity, "generate", lambda: Identity.from_seed(seed)),
        patch.object(Recipient, "generate", lambda: Recipient.from_secret(recipient)),
    ):
        yield


def centre_of(folder: Path, url: str = "") -> Centre:
    """An empty centre with the recorded keys, which has given out the recorded code."""
    with keys(CENTRE_SEED, CENTRE_RECIPIENT):
        centre = make_centre(folder, url)
    with writing(centre.vault.engine) as connection:
        codes.add(connection, centre.vault, code_of(centre), STREAM, START_MS + 86_400_000)
    return centre


def code_of(centre: Centre) -> EnrolCode:
    keyring = centre.vault.keyring
    return EnrolCode(CODE_SECRET, fingerprint(keyring.identity.public, keyring.recipient.public))


@dataclass(slots=True)
class Recorder:
    """The line: carries bundles and writes down what passed. `swallow`: the next answer is lost."""

    centre: Centre
    now_ms: int = START_MS
    passed: list[dict[str, Any]] = field(default_factory=list)
    enrolled: bytes = b""
    swallow: bool = False

    def post(self, path: str, raw: bytes) -> bytes:
        self.now_ms += STEP_MS
        centre = replace(self.centre, clock=lambda: self.now_ms)
        if path == ENROL_PATH:
            self.enrolled = raw
            return enrol(centre, raw)
        answer = take_bundle(centre, raw)
        fold_all(self.centre)
        self.passed.append({"at_ms": self.now_ms, "sent": raw.hex(), "answer": answer.hex()})
        if self.swallow:
            self.swallow = False
            raise LineCut("the answer was lost")
        return answer

    def carry(self, raw: bytes, _terms: Terms) -> Carried:
        answer = self.post(EXCHANGE_PATH, raw)
        return Carried(answer, Trip(len(raw), STEP_MS / 1000, len(answer)))

    def close(self) -> None:
        """Nothing is held."""


def node_of(folder: Path, line: Recorder) -> Edge:
    """A counter with the recorded keys, enrolled."""
    folder.mkdir()
    settings = EdgeSettings(folder, folder / "edge.key")
    engine = open_engine(settings)
    migrate(engine)

    def clock() -> Reading:
        return Reading(line.now_ms, "boot-1", line.now_ms - START_MS)

    with keys(NODE_SEED, NODE_RECIPIENT), writing(engine) as connection:
        keyring = create_keyring(connection, create_key_file(settings.key_file or folder))
    code = code_of(line.centre).text()
    enrol_edge(engine, keyring, "http://centre", code, line, clock)  # type: ignore[arg-type]
    engine.dispose()
    edge = open_edge(settings)
    edge.clock = clock
    return edge


def live(edge: Edge, line: Recorder) -> list[bytes]:
    """What happens; the records of the story."""
    courier = Courier(edge, line, now=lambda: line.now_ms / 1000)  # type: ignore[arg-type]
    centre = replace(line.centre, clock=lambda: line.now_ms)

    def exchange() -> None:
        assert courier.run()

    first = _file(edge, "hilang", "kk", "surat_kehilangan")
    second = _file(edge, "baru", "kk", originals_seen=True, nik="3275 0241 0790 0001")
    exchange()
    acts.verify(edge, first, SITI)
    # The centre has it; the node does not hear of it and sends it again.
    line.swallow = True
    courier.run()
    exchange()
    desk.start(centre, STREAM, first, RUDI)
    desk.give_back(centre, STREAM, first, RUDI, "Foto KK buram.")
    desk.issue(centre, STREAM, second, RUDI, "3275-KTP-000001")
    exchange()
    _correct(edge, first, telepon="0812 0000 0001")
    acts.correct(edge, first, {}, [Upload("f102", PDF + b"%2\n")], SITI)
    acts.verify(edge, first, SITI)
    acts.document_arrived(edge, second, SITI)
    exchange()
    # Both change the name, not knowing of each other; an officer settles it.
    form = {name: str(value) for name, value in _data(edge, first).items()}
    desk.correct(centre, STREAM, first, {**form, "nama": "DEWI PUSAT"}, RUDI, confirmed=CONFIRMED)
    _correct(edge, first, nama="DEWI LOKET")
    exchange()
    _, (conflict,) = settling.conflicts_of(centre, STREAM, first)
    key = next(side.key for side in conflict.sides if side.value == "DEWI LOKET")
    settling.settle(centre, STREAM, first, {conflict.field: key}, RUDI, "Sesuai KK.")
    exchange()
    third = _file(edge, "rusak", "kk", nik="3275 0241 0790 0002")
    acts.cancel(edge, third, SITI, "Pemohon pindah.")
    exchange()
    return [first, second, third]


def _file(edge: Edge, case: str, *papers: str, originals_seen: bool = False, **typed: str) -> bytes:
    record = new_record(edge)
    filed = file_request(
        edge,
        record,
        "ktp-el",
        case,
        {**PERSON, **EXTRA[case], **typed},
        [Upload(paper, PDF + paper.encode() + b"\n%%EOF\n") for paper in papers],
        version=1,
        by=SITI,
        confirmed=CONFIRMED,
        originals_seen=originals_seen,
    )
    assert isinstance(filed, Filed), filed
    return record


def _data(edge: Edge, record: bytes) -> dict[str, Any]:
    with writing(edge.vault.engine) as connection:
        return read_record(connection, edge.vault, STREAM, record).named("data")


def _correct(edge: Edge, record: bytes, **changed: str) -> None:
    form = {name: str(value) for name, value in _data(edge, record).items()}
    acts.correct(edge, record, form | changed, [], SITI, confirmed=CONFIRMED)


def told(centre: Centre, records: list[bytes]) -> dict[str, Any]:
    """What the centre holds in the end."""
    with writing(centre.vault.engine) as connection:
        found = [read_record(connection, centre.vault, STREAM, record) for record in records]
        digest = stream_hash(connection, centre.vault, STREAM)
    return {
        "state": digest.hex(),
        "records": {
            one.id.hex(): {
                "status": one.status,
                "conflicts": one.conflicts,
                "changes": len(one.told),
                "scans": len(one.scans),
                "data": {name: str(value) for name, value in one.named("data").items()},
            }
            for one in found
        },
    }

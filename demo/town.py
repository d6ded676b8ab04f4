"""A small town: the centre and three kelurahan as real processes, a line with a switch to each."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from central.centre import Centre, open_centre
from central.settings import CentralSettings
from central.workflows import desk
from demo.processes import Server, Staff, make_centre, make_edge
from demo.relay import Relay, Switchboard
from edge_node.edge import Edge, open_edge
from edge_node.settings import EdgeSettings
from edge_node.workflows.filing import Filed, Upload, file_request, new_record
from registration.invented.people import CASES, DOCUMENTS, People
from registration.invented.scans import draw_scan
from registration.lifecycle import Role, Status
from registration.regions import kelurahan
from sync.body import Author
from vault.accounts import list_accounts
from vault.engine import reading
from vault.read import Filter, list_records

STREAMS = ("32.75.02.1004", "32.75.02.1001", "32.75.04.1005")
"""Bintarajaya, where the study was made, Bintara, and Kayuringinjaya."""
OFFICERS = (
    Staff("rudi", "Rudi", Role.VERIFIKATOR),
    Staff("ratna", "Ratna", Role.ADMIN),
)
COUNTER_STAFF = (
    Staff("siti", "Siti", Role.PETUGAS),
    Staff("joko", "Joko", Role.PAMOR),
    Staff("wulan", "Wulan", Role.PENYELIA),
)


@dataclass(slots=True)
class Place:
    """One kelurahan: its server and its line."""

    stream: str
    name: str
    relay: Relay
    server: Server


@dataclass(slots=True)
class Town:
    """Everything that runs; `close` ends it and leaves nothing behind."""

    root: Path
    centre: Server
    switchboard: Switchboard
    places: list[Place] = field(default_factory=list)
    capture: bool = False
    seed: int = 1

    @classmethod
    def build(
        cls,
        *,
        capture: bool = False,
        seed: int = 1,
        streams: Sequence[str] = STREAMS,
        database_url: str = "",
    ) -> Town:
        """Make and start the centre, the lines, and (not started yet) the counters.

        :param capture: keep every byte that passes a line in `wire-…` files below `root`.
        :param database_url: of the centre; empty: SQLite below `root`.
        """
        root = Path(tempfile.mkdtemp(prefix="loket-"))
        one_process = {"LOKET_DATABASE_URL": database_url, "LOKET_FOLD_HERE": "1"}
        centre = make_centre(root, OFFICERS, one_process if database_url else None)
        town = cls(root, centre, Switchboard(), capture=capture, seed=seed)
        try:
            centre.start()
            for stream in streams:
                town.add_counter(stream)
        except BaseException:
            town.close()
            raise
        return town

    def add_counter(self, stream: str, code: str = "") -> Place:
        """One more server with a line of its own, enrolled but not started.

        :param code: that an admin gave; empty: one is made.
        """
        number, name = len(self.places), kelurahan(stream).name
        host, port = self.centre.addresses["centre"].removeprefix("http://").rsplit(":", 1)
        relay = Relay(
            name,
            host,
            int(port),
            self.seed + number,
            capture=self.root / f"wire-{number}" if self.capture else None,
            switchboard=self.switchboard,
        )
        url = f"http://127.0.0.1:{relay.start()}"
        server = make_edge(
            self.root, f"edge-{number}", stream, self.centre, url, COUNTER_STAFF, code=code
        )
        place = Place(stream, name, relay, server)
        self.places.append(place)
        return place

    def start_counters(self) -> None:
        for place in self.places:
            place.server.start()

    def close(self) -> None:
        """End every process and remove the folder."""
        for place in self.places:
            place.server.stop()
        self.centre.stop()
        for place in self.places:
            place.relay.stop()
        self.switchboard.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def open_edge(self, place: Place) -> Edge:
        """A counter's store, opened in this process (before its server starts)."""
        number = self.places.index(place)
        settings = EdgeSettings(self.root / f"edge-{number}", self.root / f"edge-{number}.key")
        return open_edge(settings)

    def open_centre(self) -> Centre:
        url = self.centre.env.get("LOKET_DATABASE_URL", "")
        settings = CentralSettings(
            self.root / "central", self.root / "central.key", database_url=url
        )
        return open_centre(settings)


def fill(town: Town, each: int, seed: int) -> None:
    """Generated requests at every counter, some verified, some waiting for a photo."""
    for number, place in enumerate(town.places):
        people, rng = People(seed + number), random.Random(seed + number)
        edge = town.open_edge(place)
        for _ in range(each):
            case = rng.choice(CASES)
            person = people.person(ages=(17, 18)) if case == "baru" else people.person()
            complete = rng.random() < 0.8
            photos = [
                Upload(jenis, draw_scan(person, jenis, rng))
                for jenis in DOCUMENTS[case][: None if complete else 1]
            ]
            by = Author("siti", "Siti", Role.PETUGAS)
            portal = rng.random() < 0.25
            filed = file_request(
                edge,
                new_record(edge),
                "ktp-el",
                case,
                person.form(case),
                photos,
                version=1,
                by=Author("", "", Role.PEMOHON) if portal else by,
                confirmed=frozenset({"nik", "no_kk"}),
                originals_seen=complete and not portal,
            )
            if not isinstance(filed, Filed):
                raise RuntimeError(f"the generated request was not taken: {filed.errors}")
        edge.vault.engine.dispose()


def let_officers_work(town: Town, seed: int) -> None:
    """Some of what has arrived is returned, issued or under way."""
    rng, centre = random.Random(seed), town.open_centre()
    with reading(centre.vault.engine) as connection:
        known = {one.username: one for one in list_accounts(connection, centre.vault)}
        # What he takes is his on his own screen, too.
        rudi = Author(known["rudi"].id, known["rudi"].name, Role.VERIFIKATOR)
        found, _ = list_records(
            connection, centre.vault, Filter(statuses=(Status.DIVERIFIKASI,)), 1, 500
        )
    for number, record in enumerate(found):
        dice = rng.random()
        if dice < 0.2:
            desk.give_back(
                centre,
                record.stream,
                record.id,
                rudi,
                "Foto KK buram; mohon difoto ulang di tempat terang.",
            )
        elif dice < 0.45:
            desk.issue(centre, record.stream, record.id, rudi, f"3275-KTP-{number + 1:06d}")
        elif dice < 0.6:
            desk.start(centre, record.stream, record.id, rudi)
    centre.vault.engine.dispose()

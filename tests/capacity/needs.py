"""How much of the centre a number of kelurahan takes, worked out from measured costs. Pure."""

from __future__ import annotations

import math
from dataclasses import dataclass

WORK_HOURS = 8.0
WORK_DAYS = 250
RUSH = 0.25
"""Of a day's requests in its busiest hour."""
CHANGES_AT_COUNTER, CHANGES_AT_CENTRE = 4, 3
"""Of a request's life: filed, verified, arrived, handed over; begun, issued, and one more in three
that is returned and filed again."""
PHOTOS, PHOTO_BYTES = 2.5, 220_000
"""Of a request; as the counter keeps them, 1,600 px on the long side."""
PAGES_A_REQUEST = 6
"""That an officer opens: the list, the request, its scans, the acts."""
FULL = 0.6
"""How busy a core may be in the busiest hour: behind it what waits grows quickly (M/M/1: 1.5 times
the work itself waits at 0.6, nine times at 0.9)."""


@dataclass(frozen=True, slots=True)
class Costs:
    """Processor seconds at the centre and bytes, measured (`python -m tests.bench costs`)."""

    poll_s: float
    """A node asks and there is nothing: the web process and the database together."""
    exchange_s: float
    """A bundle with one change, beyond what each change costs."""
    change_s: float
    """Each change of a bundle, until it is acknowledged."""
    fold_s: float
    """Each change, until it can be found."""
    photo_mib_s: float
    """A MiB of pieces of scans."""
    page_s: float
    """An officer's page."""
    change_bytes: float
    """In the database, its indexes with it."""
    wire_bytes: float
    """A change on the wire."""
    poll_bytes: float
    """A poll and its answer on the wire."""


@dataclass(frozen=True, slots=True)
class Place:
    """Somewhere that one centre serves."""

    name: str
    kelurahan: int
    requests_a_day: float
    every_s: float = 20.0
    """A node without news asks this often."""


CITY = Place("a city (Kota Bekasi)", 56, 1_000)
PROVINCE = Place("a province (50 million people)", 6_000, 19_000)
COUNTRY = Place("the country (83,000 villages)", 83_000, 110_000)
"""Requests follow people, polls follow kelurahan: Bekasi files 1,000 a day for 2.6 million."""


@dataclass(frozen=True, slots=True)
class Rates:
    """Of the busiest hour, a second."""

    requests: float
    exchanges: float
    polls: float

    @property
    def changes(self) -> float:
        return self.requests * (CHANGES_AT_COUNTER + CHANGES_AT_CENTRE)


def rates(place: Place) -> Rates:
    requests = place.requests_a_day * RUSH / 3600
    # A change is sent at once; what comes within the same pause goes with it.
    exchanges = requests * CHANGES_AT_COUNTER
    idle = max(place.kelurahan - exchanges * place.every_s, 0.0)
    return Rates(requests, exchanges, idle / place.every_s)


@dataclass(frozen=True, slots=True)
class Needs:
    """What the busiest hour takes; disk and traffic of a year."""

    polls_cores: float
    ingest_cores: float
    photos_cores: float
    fold_cores: float
    pages_cores: float
    mbit_s: float
    database_gib_a_year: float
    photos_gib_a_year: float

    @property
    def busy_cores(self) -> float:
        return (
            self.polls_cores
            + self.ingest_cores
            + self.photos_cores
            + self.fold_cores
            + self.pages_cores
        )

    @property
    def cores(self) -> int:
        """To buy: so that they are busy `FULL` of the busiest hour."""
        return max(math.ceil(self.busy_cores / FULL), 1)

    @property
    def largest(self) -> str:
        """What takes most: where the first bottleneck stands."""
        parts = {
            "polls": self.polls_cores,
            "changes": self.ingest_cores,
            "photos": self.photos_cores,
            "folding": self.fold_cores,
            "officers' pages": self.pages_cores,
        }
        return max(parts, key=lambda name: parts[name])


def needs(place: Place, costs: Costs) -> Needs:
    of = rates(place)
    at_counter = of.requests * CHANGES_AT_COUNTER
    photo_bytes = of.requests * PHOTOS * PHOTO_BYTES
    a_year = place.requests_a_day * WORK_DAYS
    wire = of.polls * costs.poll_bytes + of.changes * costs.wire_bytes + photo_bytes
    return Needs(
        polls_cores=of.polls * costs.poll_s,
        ingest_cores=of.exchanges * costs.exchange_s + at_counter * costs.change_s,
        photos_cores=photo_bytes / 2**20 * costs.photo_mib_s,
        fold_cores=of.changes * costs.fold_s,
        pages_cores=of.requests * PAGES_A_REQUEST * costs.page_s,
        mbit_s=wire * 8 / 1e6,
        database_gib_a_year=a_year
        * (CHANGES_AT_COUNTER + CHANGES_AT_CENTRE)
        * costs.change_bytes
        / 2**30,
        photos_gib_a_year=a_year * PHOTOS * PHOTO_BYTES / 2**30,
    )

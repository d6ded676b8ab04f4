"""By when a request is expected to be done: one answer for the receipt, the portal and the lists.

Where a quota of the centre makes it later than the standard does, the day is written into the
request when it is filed and when it is verified. What a resident was told stays, whatever the
centre tells later.
"""

from __future__ import annotations

from datetime import UTC, date, datetime

from edge_node.edge import JAKARTA, Edge
from registration.catalogue import PROMISED, service
from registration.errors import UnknownService
from registration.quota import Promise, promise_from, read_promised
from registration.texts import N_
from vault.read import Record

WHY_QUEUED = N_(
    "Lebih lama dari biasanya: antrean di Disdukcapil sedang panjang, dan setiap hari hanya "
    "sejumlah tertentu yang bisa dikerjakan."
)


def promise(record: Record) -> Promise | None:
    """Counted from the day when the papers were complete; until then from the filing.

    None: of a service that this version does not know.
    """
    try:
        standard = service(str(record.value("layanan"))).standard
    except UnknownService:
        return None
    start = _day(record.verified_ms or record.opened_ms)
    return promise_from(standard, start, read_promised(record.value(PROMISED)))


def promise_writes(edge: Edge, layanan: str, before: object = None) -> dict[str, str]:
    """What to write beside an act from which the promise runs: nothing where no quota delays it.

    :param before: what the request holds of an earlier act, which counts no more.
    """
    by_quota = edge.standing.quotas.days.get(layanan)
    made = promise_from(service(layanan).standard, edge.today(), by_quota)
    return {PROMISED: made.day.isoformat()} if made.queued or before is not None else {}


def _day(ms: int) -> date:
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(JAKARTA).date()

"""Taking light edges in by one-time codes, many at once."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from pathlib import Path

from crypto.identity import Identity, replica_id
from crypto.recipient import Recipient
from load.edge import Enrolled
from load.http import Line, Place
from load.lines import check
from sync.bundle import MEDIA_TYPE
from sync.carrier_http import ENROL_PATH, CarrierError, CentreBusy
from sync.enrol import EnrolCode, apply, read_admission
from sync.exchange import Peer

_AT_ONCE = 4
_PATIENCE_S = 60.0
_TRIES = 20


class NotEnough(Exception):
    """There are fewer codes than nodes."""


def read_codes(path: Path) -> tuple[str, ...]:
    """The codes of a file, one a line; what stands before a code (its kelurahan) is for people."""
    lines = (line.split("#")[0].split() for line in path.read_text().splitlines())
    return tuple(words[-1] for words in lines if words)


async def enrol_all(
    place: Place, codes: Sequence[str], tell: Callable[[int], None]
) -> list[Enrolled]:
    """A new node for each code, in their order.

    :param tell: how many are in.
    :raises CarrierError: the centre cannot be reached, or refuses a code.
    :raises SyncError: a code is mistyped, or who answers is not the centre that issued it.
    """
    found: dict[int, Enrolled] = {}
    waiting = iter(enumerate(codes))

    async def work() -> None:
        line = Line(place)
        try:
            for number, code in waiting:
                found[number] = await _enrol(line, code)
                tell(len(found))
        finally:
            line.close()

    # Not a group: its errors would come wrapped, and callers know ours by name.
    tasks = [asyncio.create_task(work()) for _ in range(_AT_ONCE)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)
    return [found[number] for number in range(len(codes))]


async def _enrol(line: Line, text: str) -> Enrolled:
    code = EnrolCode.parse(text)
    identity = Identity.generate()
    asked = apply(identity, Recipient.generate().public, code)
    answer = await _post(line, asked)
    admission = read_admission(answer, code, asked)
    centre = Peer(replica_id(admission.sign_public), admission.sign_public)
    return Enrolled(identity, admission.stream, centre, admission.seal_public)


async def _post(line: Line, asked: bytes) -> bytes:
    for tries in range(_TRIES):
        reply = await line.call(
            "POST", ENROL_PATH, {"Content-Type": MEDIA_TYPE}, asked, _PATIENCE_S
        )
        try:
            check(reply, len(asked))
        except CentreBusy as busy:
            if tries == _TRIES - 1:
                raise
            await asyncio.sleep(busy.retry_after + random.uniform(0, 1))
            continue
        return reply.body
    raise CarrierError("never asked")

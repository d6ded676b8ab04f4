"""The lines come back slow and lossy, the centre is killed while it takes in, all arrives once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

from demo.processes import state_hash
from demo.relay import Mode
from demo.report import until
from demo.story.stage import Stage
from demo.story.stores import Held
from demo.town import Place

_LINES = (Mode.SLOW, Mode.LOSSY, Mode.CONNECTED)


def wanted(stage: Stage) -> Held:
    """What the centre is to hold in the end: all that the counters wrote."""
    written = [stage.stores.written(place) for place in stage.places]
    return Held(
        sum(changes for changes, _ in written),
        len(stage.given),
        sum(chunks for _, chunks in written),
    )


def restore_through_a_crash(stage: Stage) -> None:
    stores, checks = stage.stores, stage.checks
    goal = wanted(stage)
    before = stores.held()
    checks.check("until now nothing had reached the centre", before.records == 0, before)
    for place, mode in zip(stage.places, _LINES, strict=True):
        place.relay.set_mode(mode)
    try:
        kill_while_ingesting(stage, goal, lambda held: held.changes > 0)
        kill_while_ingesting(stage, goal, lambda held: held.chunks > 0)
        # The lines stay slow and lossy until the data of all requests is through.
        arrive_over_bad_lines(stage, goal)
    finally:
        # Whatever failed here, the parts that follow want a line.
        for place in stage.places:
            place.relay.set_mode(Mode.CONNECTED)
    wait_for_photos(stage, goal)


def wait_for_photos(stage: Stage, goal: Held) -> None:
    """Until the centre holds all that the counters have."""

    def all_there() -> bool:
        held = stage.stores.held()
        return (
            held.changes >= goal.changes
            and held.records >= goal.records
            and held.chunks >= goal.chunks
        )

    until(
        all_there,
        120,
        f"{goal.chunks} parts of photos at the centre",
        meanwhile=stage.press_send,
    )
    stage.checks.check("all photos follow once the lines are whole", True)


def kill_while_ingesting(stage: Stage, goal: Held, begun: Callable[[Held], bool]) -> None:
    """SIGKILL the centre's processes as soon as ingest has `begun`; start them again."""
    stores, centre = stage.stores, stage.town.centre
    until(
        lambda: begun(stores.held()),
        60,
        "the bundles at the centre",
        every=0.005,
        meanwhile=stage.press_send,
    )
    address = centre.addresses["centre"]
    centre.kill()
    held = stores.held()
    stage.checks.check(
        f"SIGKILL of the centre in the middle of ingest ({held.changes} of {goal.changes} changes, "
        f"{held.chunks} of {goal.chunks} parts of photos were there)",
        held.changes < goal.changes or held.chunks < goal.chunks,
        held,
    )
    centre.start()
    stage.checks.check(
        "the centre is back at its address", centre.addresses["centre"] == address, centre.addresses
    )


def arrive_over_bad_lines(stage: Stage, goal: Held) -> None:
    slow, lossy, _ = stage.places

    def all_there() -> bool:
        held = stage.stores.held()
        return held.changes >= goal.changes and held.records >= goal.records

    until(all_there, 90, "the data of all requests", meanwhile=stage.press_send, every=0.2)
    carried = [place.relay.traffic.bytes_up for place in (slow, lossy)]
    stage.checks.check(
        f"the data of all {goal.records} requests came first, over a line of 64 kbit/s and a lossy "
        f"one ({carried[0] // 1000} and {carried[1] // 1000} kB)",
        slow.relay.mode is Mode.SLOW and lossy.relay.mode is Mode.LOSSY and min(carried) > 0,
        carried,
    )


def check_centre(stage: Stage) -> None:
    """Every receipt is at the centre exactly once, and no other record is."""
    stores, checks = stage.stores, stage.checks
    records = stores.records_at_centre()
    given = stage.given
    checks.check(
        f"the centre holds {len(given)} requests, as many as there are receipts",
        len(records) == len(given),
        f"{len(records)} requests",
    )
    held = Counter((one.stream, one.id.hex(), str(one.value("kode"))) for one in records)
    handed = Counter((one.job.place.stream, one.record, one.code) for one in given)
    checks.check(
        "they are the same: every receipt once, and no other (kelurahan, id and code)",
        held == handed and max(handed.values()) == 1,
        f"missing {list(handed - held)[:3]}, others {list(held - handed)[:3]}",
    )
    twice = {record: n for record, n in stores.times_filed(records).items() if n != 1}
    checks.check("each was filed by exactly one change", not twice, twice)
    whole = [stores.whole_scans(one) for one in records]
    photos = {one.record: one.job.papers for one in given}
    checks.check(
        f"all {sum(photos.values())} photos are whole at the centre, none twice",
        all(here == count for here, count in whole)
        and all(
            count == photos.get(one.id.hex())
            for one, (_, count) in zip(records, whole, strict=True)
        ),
        whole,
    )
    persons = {one.record: one.job.person for one in given}
    checks.check(
        "each is what its resident wrote (name and NIK)",
        all(
            (one.value("data.nama"), one.value("data.nik"))
            == (persons[one.id.hex()].nama, persons[one.id.hex()].nik)
            for one in records
            if one.id.hex() in persons
        ),
    )


def check_hashes(stage: Stage, when: str) -> None:
    """`loket edge status` and `loket central status` say the same of each stream."""
    for place in stage.places:
        until(
            partial(stage.stores.same_state, place),
            60,
            f"equal states of {place.name}",
            meanwhile=stage.press_send,
        )
        ours = state_hash("edge", place.server)
        theirs = state_hash("central", stage.town.centre, place.stream)
        stage.checks.check(
            f"state hash of {place.name} {when}: {ours[:12]}… on both sides",
            ours == theirs,
            f"{ours} at the counter, {theirs} at the centre",
        )


def check_calm(stage: Stage) -> None:
    """The counters say that all is sent."""
    for place in stage.places:
        text = until(
            partial(_if_calm, stage, place),
            30,
            f"{place.name} to say that all is sent",
            meanwhile=stage.press_send,
        )
        stage.checks.check(f"{place.name} says: Terhubung · semua terkirim", text)


def _if_calm(stage: Stage, place: Place) -> bool:
    return "Terhubung · semua terkirim" in stage.staff(place).open("/").text

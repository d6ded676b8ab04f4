"""One run: set up, work under faults, mend, come to rest, judge."""

from __future__ import annotations

import threading
import time
from collections import Counter as Counts
from collections.abc import Sequence
from dataclasses import dataclass

from central.centre import Centre, open_centre
from demo.report import Checks
from tests.chaos import stores
from tests.chaos.checker import Law, acknowledged, violations
from tests.chaos.clients import Client, Presser, staff_of
from tests.chaos.field import DESKS, Counter, Field, cont, open_field
from tests.chaos.history import Deed, Event, Filing, Journal, StreamEnd
from tests.chaos.nemesis import Nemesis, start_patiently
from tests.chaos.plan import Fault, Kind, plan

_REST_S = 180.0
_JOIN_S = 90.0
_PRESSES_S = 5.0


@dataclass(frozen=True, slots=True)
class Terms:
    """How a run goes; the same terms give the same faults."""

    seconds: float
    seed: int
    kinds: tuple[Kind, ...] = tuple(Kind)
    counters: int = 3
    per_minute: float = 12.0


def torture(terms: Terms, checks: Checks) -> None:
    """:raises NotPermitted, NoFakeTime: this machine cannot."""
    faults = plan(terms.seed, terms.seconds, terms.kinds, terms.counters, terms.per_minute)
    kinds = ",".join(terms.kinds)
    print(f"seed {terms.seed}, {terms.seconds / 60:g} minutes, {len(faults)} faults of {kinds}")
    started = time.monotonic()

    def tell(what: str) -> None:
        print(f"[{time.monotonic() - started:6.1f} s] {what}", flush=True)

    with open_field(terms.counters) as town:
        tell(f"a centre and {terms.counters} counters run")
        journal, nemesis = Journal(), Nemesis(town, tell)
        broken = _work(town, terms, journal, nemesis, faults)
        tell("all faults are over")
        _judge_faults(checks, nemesis, faults)
        ends = _rest(town, checks)
    checks.check("all clients worked to the end", not broken, broken[:3])
    _judge(checks, journal, ends, terms.counters)


def _work(
    town: Field, terms: Terms, journal: Journal, nemesis: Nemesis, faults: list[Fault]
) -> list[str]:
    """People work while the faults come; what broke a client, if anything."""
    stop = threading.Event()
    clients = staff_of(town, journal, terms.seed, stop, DESKS)
    threads = [threading.Thread(target=one.run, daemon=True) for one in clients]
    over = time.monotonic() + terms.seconds
    for thread in threads:
        thread.start()
    try:
        nemesis.run(faults)
        time.sleep(max(over - time.monotonic(), 0.0))
    finally:
        stop.set()
        for thread in threads:
            thread.join(_JOIN_S)
    hanging = [f"{thread.name} hangs" for thread in threads if thread.is_alive()]
    return hanging + [f"{_who(one)}: {error!r}" for one in clients for error in one.broken]


def _who(client: Client) -> str:
    return f"{client.username} in {client.space}"


def _rest(town: Field, checks: Checks) -> list[StreamEnd]:
    """Mend all and wait until nothing is under way; once more after a new start of all.

    What the stores hold then.
    """
    for counter in town.counters:
        counter.lane.mend()
        counter.clock.step(0)
    for server in town.servers:
        cont(server)
    restless = [stream for stream, rests in _all_rest(town).items() if not rests]
    checks.check("each counter came to rest without a new start", not restless, restless)
    for server in town.servers:
        server.stop()
        start_patiently(server)
    settled = _all_rest(town)
    # Opened anew: the rules of merging name the logs that the centre's processes have begun since.
    centre = open_centre(town.store.settings)
    try:
        return [stores.end_of(one, centre, settled[one.stream]) for one in town.counters]
    finally:
        centre.vault.engine.dispose()


def _all_rest(town: Field) -> dict[str, bool]:
    deadline = time.monotonic() + _REST_S
    return {one.stream: _comes_to_rest(one, town.store, deadline) for one in town.counters}


def _comes_to_rest(counter: Counter, centre: Centre, deadline: float) -> bool:
    pressed, staff = 0.0, Presser(counter)
    while not stores.at_rest(counter, centre):
        if (now := time.monotonic()) > deadline:
            return False
        if now - pressed > _PRESSES_S:
            pressed = now
            staff.press()
        time.sleep(0.5)
    return True


def _judge_faults(checks: Checks, nemesis: Nemesis, faults: Sequence[Fault]) -> None:
    print()
    for kind in dict.fromkeys(one.kind for one in faults):
        done = [one for one in nemesis.done if one.fault.kind is kind]
        lasted = sum(one.lasted_s for one in done)
        told = ", ".join(f"{one.fault.part} {one.said}".strip() for one in done[:8])
        print(f"{kind:<10} {len(done):>3} times, {lasted:5.0f} s in all: {told}")
    print()
    came = f"all {len(faults)} faults came and were mended"
    checks.check(came, not nemesis.broken, nemesis.broken)
    checks.check(
        "no counter served from a damaged store", not nemesis.served_damaged, nemesis.served_damaged
    )


def _judge(checks: Checks, journal: Journal, ends: list[StreamEnd], counters: int) -> None:
    events = journal.events
    for line in _counted(events):
        print(line)
    for what, times in journal.troubles.most_common():
        print(f"server error, {times} times: {what}")
    found = violations(events, ends)
    by_law = Counts(one.law for one in found)
    print(
        f"acknowledged {acknowledged(events)}, lost {by_law[Law.LOST]}, "
        f"doubled {by_law[Law.DOUBLED]}, diverged {by_law[Law.DIVERGED]}, "
        f"broken {by_law[Law.BROKEN]}\n"
    )
    for law in Law:
        checks.check(f"{law}: 0", not by_law[law], [one.what for one in found if one.law is law])
    checks.check(
        "each counter came to rest after a new start", all(end.settled for end in ends), ends
    )
    served = {one.stream for one in events if isinstance(one, Filing) and one.code}
    checks.check("every counter gave receipts", len(served) == counters, served)
    checks.check("the centre worked", any(isinstance(one, Deed) and one.word for one in events))


def _counted(events: Sequence[Event]) -> list[str]:
    counted: dict[str, Counts[str]] = {}
    for one in events:
        if isinstance(one, Filing):
            counted.setdefault("ajukan", Counts())[one.outcome] += 1
        elif isinstance(one, Deed):
            counted.setdefault(one.act, Counts())[one.outcome] += 1
        else:
            counted.setdefault("look", Counts())["found" if one.found else "not found"] += 1
    return [
        f"{act:<15} " + ", ".join(f"{outcome} {n}" for outcome, n in sorted(told.items()))
        for act, told in sorted(counted.items())
    ]

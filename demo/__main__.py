"""`make demo`: a centre and three kelurahan, and one page with a switch per line."""

from __future__ import annotations

import contextlib
import signal
import threading
import time

from central.workflows.folding import fold_all
from demo.control import ControlPage, Login, Place
from demo.processes import PASSWORD
from demo.town import COUNTER_STAFF, OFFICERS, Town, fill, let_officers_work
from demo.voices import fill_voices
from vault.engine import reading
from vault.read import Filter, count_records

_EACH = 14
_SEED = 2026


def main() -> None:
    """Run until Ctrl-C."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    print("Menyiapkan pusat dan tiga kelurahan … / Setting up the centre and three kelurahan …")
    with contextlib.suppress(KeyboardInterrupt):
        town = Town.build(seed=_SEED)
        try:
            _run(town)
        finally:
            town.close()
    print("Selesai; tidak ada yang tertinggal. / Done; nothing is left behind.")


def _run(town: Town) -> None:
    fill(town, _EACH, _SEED)
    for number, place in enumerate(town.places):
        fill_voices(town.open_edge(place), _SEED + number)
    town.start_counters()
    _wait_until_sent(town)
    let_officers_work(town, _SEED)
    officers = tuple(Login(one.username, PASSWORD, one.role) for one in OFFICERS)
    staff = tuple(Login(one.username, PASSWORD, one.role) for one in COUNTER_STAFF)
    places = [Place("Disdukcapil (pusat)", town.centre.addresses["centre"], None, officers)]
    for place in town.places:
        addresses = place.server.addresses
        places.append(
            Place(
                f"Kelurahan {place.name}",
                addresses["staff"],
                addresses["portal"],
                staff,
                place.relay.name,
            )
        )
    control = ControlPage(places, [place.relay for place in town.places])
    url = control.start()
    try:
        print(f"\n  Halaman kendali / control page   {url}\n")
        for one in places:
            print(f"  {one.name:28} {one.staff_url}")
            if one.portal_url:
                print(f"  {'':28} {one.portal_url}  (portal warga)")
        names = ", ".join(one.username for one in COUNTER_STAFF)
        print(f"\n  Masuk / log in: pusat {', '.join(o.username for o in OFFICERS)};", end=" ")
        print(f"kelurahan {names}; kata sandi / password: {PASSWORD}")
        print("\n  Ctrl-C mengakhiri semuanya. / Ctrl-C ends everything.\n", flush=True)
        threading.Event().wait()
    finally:
        control.stop()


def _wait_until_sent(town: Town) -> None:
    """The officers can only work on what has arrived and is folded."""
    centre = town.open_centre()
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        fold_all(centre)
        with reading(centre.vault.engine) as connection:
            if count_records(connection, Filter()) >= _EACH * len(town.places):
                break
        time.sleep(0.2)
    centre.vault.engine.dispose()


if __name__ == "__main__":
    main()

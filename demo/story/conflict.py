"""The same field changed on both sides while the line was cut, and settled by a person."""

from __future__ import annotations

import re
from html import unescape

from demo.relay import Mode
from demo.story.desks import at_centre, at_counter, pick, wait_for
from demo.story.recovery import check_hashes
from demo.story.stage import Given, Stage
from registration.invented.people import CASES

_FIELD = "data.nama"
_REASON = "Sesuai KK yang difoto."
_OPTION = re.compile(r'id="f-pilih\.data\.nama-([^"]+)-value">([^<]*)<')


def write_on_both_sides(stage: Stage) -> Given:
    """The request whose name both sides have changed, the line being cut."""
    place, checks = stage.places[0], stage.checks
    one = pick(stage, place, CASES[3])
    ours, theirs = f"{one.job.person.nama} WIDYANINGSIH", f"{one.job.person.nama} PRAWIRADIRJA"
    stage.names += [ours, theirs, "WIDYANINGSIH", "PRAWIRADIRJA"]
    place.relay.set_mode(Mode.CUT)
    petugas, officer = stage.staff(place), stage.officer()
    page = petugas.open(f"/permohonan/{one.record}/perbaiki")
    after = petugas.send_sure(page, page.main().fill({"nama": ours}))
    checks.check(
        "with the line cut the counter changes the name",
        "Perbaikan tersimpan" in after.text,
        f"{after.status} {after.text[:300]}",
    )
    page = officer.open(f"/permohonan/{place.stream}/{one.record}/perbaiki")
    after = officer.send_sure(page, page.main().fill({"nama": theirs}))
    checks.check(
        "and so does the officer, to another",
        "Perbaikan tersimpan" in after.text,
        f"{after.status} {after.text[:300]}",
    )
    return one


def settle(stage: Stage) -> None:
    checks = stage.checks
    one = write_on_both_sides(stage)
    place = one.job.place
    place.relay.set_mode(Mode.CONNECTED)
    conflict = "Loket dan Disdukcapil mengubah hal yang sama"
    page = wait_for(
        stage,
        place,
        "the line is back: the counter shows ▲ and that Disdukcapil decides",
        conflict,
        lambda: at_counter(stage, one),
    )
    checks.check("▲ stands beside the name at the counter", "▲" in page.text)
    officer = stage.officer()
    page = at_centre(stage, one)
    checks.check(
        "the officer's page shows ▲ too", "berbeda, putuskan" in page.text, page.text[:300]
    )
    listing = officer.open("/perbedaan")
    checks.check("it is in the officer's list of differences", one.record in listing.html)
    page = officer.open(f"/perbedaan/{place.stream}/{one.record}")
    options = {unescape(value).upper(): key for key, value in _OPTION.findall(page.html)}
    ours, theirs = stage.names[-4:-2]
    checks.check(
        "the settle page shows both names side by side", {ours, theirs} <= options.keys(), options
    )
    provisional = stage.stores.at_edge(place, one.record)
    checks.check(
        "until then both sides show the same provisional name",
        provisional is not None
        and (other := stage.stores.at_centre(place.stream, one.record)) is not None
        and provisional.value(_FIELD) == other.value(_FIELD)
        and provisional.conflicts == other.conflicts == 1,
    )
    form = page.main().fill({"alasan": ""})
    form.values[f"pilih.{_FIELD}"] = [options[ours]]
    after = officer.send(page, form)
    checks.check(
        "settling without a reason is refused", after.status == 422, f"{after.status} {after.path}"
    )
    form = page.main().fill({"alasan": _REASON})
    form.values[f"pilih.{_FIELD}"] = [options[ours]]
    after = officer.send(page, form)
    checks.check(
        "the officer settles it with a reason", "Diputuskan" in after.text, after.text[:300]
    )
    page = wait_for(
        stage,
        place,
        "the counter's history tells who settled it and why",
        "memutuskan perbedaan Nama lengkap: Sesuai KK yang difoto.",
        lambda: at_counter(stage, one),
    )
    checks.check("the ▲ is gone at the counter", conflict not in page.text)
    shown = [
        stage.stores.at_edge(place, one.record),
        stage.stores.at_centre(place.stream, one.record),
    ]
    checks.check(
        "counter and centre show the chosen name",
        all(r is not None and r.value(_FIELD) == ours and r.conflicts == 0 for r in shown),
        [r and (r.value(_FIELD), r.conflicts) for r in shown],
    )
    check_hashes(stage, "after settling")

"""The lines are cut, the counters file on; the power fails at one of them; nothing is lost."""

from __future__ import annotations

import re
import time
from concurrent.futures import Future
from functools import partial

from demo.relay import Mode
from demo.report import until
from demo.story.filing import (
    FilingDay,
    file_on_portal,
    open_form,
    receipt_on,
    send_and_hang_up,
)
from demo.story.stage import Given, Job, Stage, patiently
from demo.town import Place

_SAFE = re.compile(r"(\d+) permohonan dan (\d+) foto aman di sini")
_BEFORE_KILL = 5
"""Receipts that the counter has given before its power fails."""
_IN_FLIGHT_S = 0.06
"""How long a form was on its way: the server is at work on it."""


def cut_all(stage: Stage) -> None:
    for place in stage.places:
        place.relay.set_mode(Mode.CUT)
    stage.checks.check(
        "all three lines are cut", all(p.relay.mode is Mode.CUT for p in stage.places)
    )


def file_through_a_power_cut(stage: Stage, jobs: list[Job], portal: list[Job]) -> None:
    """All `jobs` on the staff pages, the last of them with its answer lost, then `portal`."""
    checks = stage.checks
    dark = stage.places[0]
    *most, last = sorted(jobs, key=lambda job: job.place is dark)
    most.sort(key=lambda job: job.number)
    day = FilingDay(stage)
    work = day.start(most)
    given_before = kill_while_filing(stage, day, dark, work)
    for one in work:
        one.result(timeout=120)
    checks.check(
        f"{len(most)} residents got a receipt with the lines cut",
        len(stage.given) == len(most),
        f"{len(stage.given)} receipts",
    )
    check_pages(stage, given_before, "before the power cut")
    check_repeats(stage, day)
    lose_an_answer(stage, last)
    for job in portal:
        phone = stage.resident(job.place)
        stage.given.append(_found_at_counter(stage, job, file_on_portal(phone, job)))
    checks.check(f"{len(portal)} residents filed alone on the portal", True)


def kill_while_filing(
    stage: Stage, day: FilingDay, place: Place, work: list[Future[None]]
) -> list[Given]:
    """SIGKILL a counter while forms are on their way; the receipts it had given before."""
    given: list[Given] = []
    kills = 0
    until(
        lambda: len(day.receipts(place.stream)) >= _BEFORE_KILL,
        90,
        "the first receipts of the counter",
    )
    # A form may be answered in the very moment of the kill: then the power fails once more.
    while not day.lost and kills < 5 and not all(one.done() for one in work):
        until(
            lambda: (
                day.posting_since(place.stream) > _IN_FLIGHT_S or all(one.done() for one in work)
            ),
            60,
            "a form on its way to the counter",
            every=0.005,
        )
        given = list(day.receipts(place.stream))
        place.server.kill()
        kills += 1
        time.sleep(0.05)  # what broke is noticed by the browsers; nothing depends on how long
        place.server.start()
        until(lambda: day.lost or day.posting_since(place.stream) == 0.0, 30, "the browsers' word")
    stage.checks.check(
        f"SIGKILL of {place.name} while forms were on their way ({len(day.lost)} without answer)",
        kills and day.lost,
        f"{kills} kills, nothing was on its way",
    )
    return given


def check_pages(stage: Stage, given: list[Given], when: str) -> None:
    """Every receipt opens at its counter, on the request's own page."""
    missing = []
    for one in given:
        petugas = patiently(partial(stage.staff, one.job.place))
        page = patiently(partial(petugas.open, f"/permohonan/{one.record}"))
        if page.status != 200 or one.code not in page.text:
            missing.append(one.code)
    stage.checks.check(
        f"the {len(given)} receipts given {when} all open after the restart", not missing, missing
    )


def check_repeats(stage: Stage, day: FilingDay) -> None:
    """What was sent again after a lost answer, and now once more, is one request."""
    different = []
    for lost in day.lost:
        first = next((one for one in stage.given if one.job is lost.job), None)
        again = receipt_on(lost.visitor.send_sure(lost.page, lost.form, lost.photos), lost.job)
        if first is None or (again.code, again.record) != (first.code, first.record):
            different.append((first, again))
    stage.checks.check(
        "a form without answer, sent again (and once more), gives one and the same receipt",
        day.lost and not different,
        different,
    )
    for place in stage.places:
        records = stage.stores.records_at_edge(place)
        receipts = {one.record for one in stage.given_at(place)}
        stage.checks.check(
            f"{place.name} holds its {len(receipts)} requests, each once",
            {one.id.hex() for one in records} == receipts and len(records) == len(receipts),
            f"{len(records)} requests, {len(receipts)} receipts",
        )


def lose_an_answer(stage: Stage, job: Job) -> None:
    """The counter commits, the power fails before the answer is read."""
    place, checks = job.place, stage.checks
    visitor = stage.staff(place)
    page, form = open_form(visitor, job)
    # One post is to be enough, so what might look odd is confirmed beforehand.
    form.values["konfirmasi"] = ["nik", "no_kk"]
    photos = job.photos()
    before = len(stage.stores.records_at_edge(place))
    connection = send_and_hang_up(visitor, page, form, photos)
    until(
        lambda: len(stage.stores.records_at_edge(place)) == before + 1,
        30,
        "the commit of the form",
        every=0.005,
    )
    place.server.kill()
    connection.close()
    place.server.start()
    given = receipt_on(patiently(lambda: visitor.send(page, form, photos)), job)
    twice = receipt_on(visitor.send(page, form, photos), job)
    stage.given.append(given)
    records = [one.id.hex() for one in stage.stores.records_at_edge(place)]
    checks.check(
        "committed, then SIGKILL before the answer: the same form gives the receipt, one request",
        given.code == twice.code
        and records.count(given.record) == 1
        and len(records) == before + 1,
        f"{given.code} {twice.code}, {len(records)} requests, {before} before",
    )


def _found_at_counter(stage: Stage, job: Job, code: str) -> Given:
    """The petugas finds what a resident filed by the code on the phone."""
    visitor = stage.staff(job.place)
    page = visitor.open("/")
    found = visitor.send(page, page.form("/cari").fill({"q": code}))
    record = found.path.removeprefix("/permohonan/")
    return Given(code, record, job)


def check_weather(stage: Stage) -> None:
    """Each counter says plainly that the line is cut, and how much is safe here."""
    for place in stage.places:
        waiting = len(stage.given_at(place))
        photos = sum(one.job.papers for one in stage.given_at(place))

        def said(place: Place = place) -> str:
            text = stage.staff(place).open("/").text
            return text if "Jaringan terputus sejak" in text else ""

        text = until(said, 30, f"{place.name} to say that the line is cut")
        found = _SAFE.search(text)
        stage.checks.check(
            f"{place.name} says: Jaringan terputus, {waiting} permohonan dan {photos} foto aman",
            found and (int(found[1]), int(found[2])) == (waiting, photos),
            found and found.group(),
        )

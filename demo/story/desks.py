"""Officer and petugas work on the same requests: returned, corrected, issued, handed over."""

from __future__ import annotations

import re
from collections.abc import Callable

import requests

from demo.client import Unexpected
from demo.pages import Page
from demo.report import NotInTime, until
from demo.story.stage import Given, Stage, press
from demo.town import Place
from registration.invented.people import CASES

RETURNED = "Foto KK buram; mohon difoto ulang di tempat terang, seluruh halaman."
_NUMBERS = ("3275-KTP-000417", "3275-KTP-000418")
_SCAN = re.compile(r'/berkas/([0-9a-f]{16})"')


def at_counter(stage: Stage, one: Given) -> Page:
    return stage.staff(one.job.place).open(f"/permohonan/{one.record}")


def at_centre(stage: Stage, one: Given) -> Page:
    return stage.officer().open(f"/permohonan/{one.job.place.stream}/{one.record}")


def wait_for(stage: Stage, place: Place, what: str, seen: str, page_of: Callable[[], Page]) -> Page:
    """Reload a page until it says `seen`."""

    def look() -> Page | None:
        page = page_of()
        return page if seen.casefold() in page.text.casefold() else None

    try:
        found = until(look, 30, what, every=0.3, meanwhile=lambda: stage.press_send(place))
    except NotInTime:
        raise NotInTime(f"{what}: “{seen}” is not on the page: {page_of().text[-900:]}") from None
    stage.checks.check(what, found)
    if found is None:
        raise NotInTime(what)
    return found


def pick(stage: Stage, place: Place, case: str) -> Given:
    """A request that was filed at this counter."""
    for one in stage.given_at(place):
        if one.job.case == case and not one.job.portal:
            return one
    raise Unexpected(f"nobody has filed {case} at {place.name}")


def return_correct_issue_hand_over(stage: Stage) -> None:
    """One request all the way round."""
    checks, officer = stage.checks, stage.officer()
    place = stage.places[1]
    one = pick(stage, place, CASES[2])
    petugas = stage.staff(place)
    queue = officer.open(f"/?kelurahan={place.stream}")
    checks.check("the officer finds the request in the queue", one.record in queue.html, queue.path)
    after = press(officer, at_centre(stage, one), "/kembalikan", alasan=RETURNED)
    checks.check(
        "the officer returns it with a reason",
        f"{one.code} dikembalikan" in after.text,
        after.text[:200],
    )
    wait_for(
        stage,
        place,
        "the counter sees it returned, with the reason",
        RETURNED,
        lambda: at_counter(stage, one),
    )
    page = petugas.open(f"/permohonan/{one.record}/perbaiki")
    form = page.main().fill({"alamat": "JL. DAMAI RAYA NO. 7", "ajukan_kembali": "ya"})
    form.values["ajukan_kembali"] = form.boxes["ajukan_kembali"][:1]
    photo = {"berkas.kk": next(iter(stage.given[0].job.photos().values()))}
    after = petugas.send_sure(page, form, photo)
    checks.check(
        "the petugas corrects the address, adds a photo and hands it in again",
        "Diajukan kembali ke Disdukcapil" in after.text,
        f"{after.status} {after.text[:300]}",
    )
    page = wait_for(
        stage,
        place,
        "the officer sees the corrected address",
        "JL. DAMAI RAYA NO. 7",
        lambda: at_centre(stage, one),
    )
    after = press(officer, page, "/terbitkan", nomor_dokumen=_NUMBERS[0])
    checks.check("the officer issues it", f"{one.code} terbit" in after.text, after.text[:200])
    page = wait_for(
        stage,
        place,
        "the counter sees it issued, with the number",
        _NUMBERS[0],
        lambda: at_counter(stage, one),
    )
    after = press(petugas, page, "/dokumen-tiba")
    checks.check(
        "the document arrives at the counter",
        "Dokumen tercatat sudah di loket" in after.text,
        after.text[:200],
    )
    after = press(petugas, after, "/serahkan", hubungan="diri_sendiri", cara="kertas")
    checks.check("it is handed over", "Penyerahan tercatat" in after.text, after.text[:200])
    wait_for(
        stage,
        place,
        "the centre sees it handed over",
        "menyerahkan dokumen kepada",
        lambda: at_centre(stage, one),
    )
    record = stage.stores.at_centre(place.stream, one.record)
    checks.check(
        "status diserahkan on both sides",
        record is not None
        and record.status == "diserahkan"
        and (here := stage.stores.at_edge(place, one.record)) is not None
        and here.status == "diserahkan",
        record and record.status,
    )


def issue_another(stage: Stage) -> None:
    place = stage.places[2]
    one = pick(stage, place, CASES[3])
    officer = stage.officer()
    page = press(officer, at_centre(stage, one), "/proses")
    stage.checks.check(
        "the officer takes up another", "Anda kerjakan" in page.text, page.text[:200]
    )
    after = press(officer, page, "/terbitkan", nomor_dokumen=_NUMBERS[1])
    stage.checks.check("and issues it", f"{one.code} terbit" in after.text, after.text[:200])
    wait_for(
        stage, place, "its counter sees it issued", _NUMBERS[1], lambda: at_counter(stage, one)
    )


def same_photo(stage: Stage) -> None:
    """A photo looks the same at both sides: the bytes are equal, and a picture."""
    one = pick(stage, stage.places[2], CASES[2])
    page = at_counter(stage, one)
    scans = sorted(set(_SCAN.findall(page.html)))
    here, there = (
        visitor.session.get(f"{visitor.base}{path}/berkas/{scans[0]}", timeout=30)
        for visitor, path in (
            (stage.staff(one.job.place), f"/permohonan/{one.record}"),
            (stage.officer(), f"/permohonan/{one.job.place.stream}/{one.record}"),
        )
    )
    stage.checks.check(
        "the officer opens the very photo that the counter keeps",
        here.content == there.content
        and here.content.startswith(b"\xff\xd8")
        and there.status_code == requests.codes.ok,
        f"{here.status_code} {len(here.content)} bytes, {there.status_code} {len(there.content)}",
    )

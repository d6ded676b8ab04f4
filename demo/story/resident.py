"""A resident follows her own request; nobody learns anything by guessing."""

from __future__ import annotations

import random
import re
from datetime import date, timedelta

from demo.client import Unexpected
from demo.pages import Page
from demo.report import until
from demo.story.stage import Given, Stage, press
from registration.codes import new_code

_DATE = re.compile(r"\d{1,4}")


def look(stage: Stage, one: Given, code: str, born: date) -> Page:
    """Code and birth date, typed on a phone that was never here."""
    phone = stage.resident(one.job.place)
    page = phone.open("/cek")
    form = page.form("kode").fill({"kode": code, "tanggal_lahir": born.isoformat()})
    return phone.send(page, form)


def follow(stage: Stage) -> None:
    checks = stage.checks
    one = next((given for given in stage.given if given.job.portal), None)
    if one is None:
        raise Unexpected("nobody had filed on the portal")
    born = one.job.person.tanggal_lahir
    page = look(stage, one, one.code.lower().replace("-", " "), born)
    checks.check(
        "she finds her request by code and birth date",
        page.path == "/cek/hasil" and one.code in page.text,
        f"{page.status} {page.path}",
    )
    checks.check("it tells that she filed it on the portal", "mengajukan lewat portal" in page.text)
    petugas = stage.staff(one.job.place)
    after = press(petugas, petugas.open(f"/permohonan/{one.record}"), "/verifikasi")
    checks.check("the petugas verifies it", "Sudah diverifikasi" in after.text, after.text[:200])
    seen = until(
        lambda: "Berkas lengkap" in look(stage, one, one.code, born).text, 20, "her page to follow"
    )
    checks.check("her page says that the papers are complete", seen)
    wrong = look(stage, one, one.code, born + timedelta(days=1))
    draw = random.Random(born.toordinal())
    other = new_code(one.code[:3], draw.randrange)
    unknown = look(stage, one, other, born)
    checks.check(
        "a wrong date is refused", wrong.status == 422 and "tidak cocok" in wrong.text, wrong.status
    )
    checks.check(
        "a wrong date and an unknown code get the same answer",
        wrong.status == unknown.status and _bare(wrong) == _bare(unknown),
        f"{_bare(wrong)[:300]} / {_bare(unknown)[:300]}",
    )
    checks.check(
        "and neither tells her name", one.job.person.nama.casefold() not in wrong.text.casefold()
    )


def _bare(page: Page) -> str:
    """The words of the page, without what was typed."""
    return " ".join(_DATE.sub("", page.text).split())

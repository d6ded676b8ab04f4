"""Other systems: one page that says how each line is, and leads on."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, render_template

from central.store.jobs import DONE, FAILED, WAITING
from central.views.current import the_centre
from central.views.notices import why as way_why
from central.views.siak_words import TROUBLES
from central.views.texts import gettext, ngettext
from central.views.words import Tag, clock, moment
from central.workflows.connections import LineState
from central.workflows.connections import connections as all_connections
from central.workflows.notices import MAIL
from registration.lifecycle import Role
from web.session import requires_role

connections = Blueprint("connections", __name__, url_prefix="/sambungan")


@dataclass(frozen=True, slots=True)
class Card:
    """One line."""

    title: str
    tag: Tag
    trouble: str
    facts: list[str]


def _facts(line: LineState, sent: str) -> list[str]:
    waiting = line.counts.get(WAITING, 0)
    told = [sent, ngettext("%(num)s menunggu", "%(num)s menunggu", waiting)]
    failed = line.counts.get(FAILED, 0)
    if failed:
        told.append("▲ " + ngettext("%(num)s ditolak", "%(num)s ditolak", failed))
    return told


def _tag(line: LineState) -> Tag:
    if line.breaker.failures:
        return Tag("wait", gettext("terganggu"))
    return Tag("good", gettext("jalan"))


def _siak(line: LineState | None) -> Card:
    if line is None:
        return Card("SIAK", Tag("plain", gettext("belum diatur")), "", [])
    trouble = ""
    if line.breaker.failures:
        trouble = gettext(
            "%(why)s sejak %(since)s. Permohonan tersimpan aman dan dicoba lagi sendiri.",
            why=gettext(TROUBLES.get(line.breaker.reason, TROUBLES["failing"])),
            since=clock(moment(line.breaker.since_ms), the_centre().today()),
        )
    done = line.counts.get(DONE, 0)
    sent = ngettext("%(num)s sudah bernomor", "%(num)s sudah bernomor", done)
    return Card("SIAK", _tag(line), trouble, _facts(line, sent))


def _way(line: LineState) -> Card:
    mail = line.name == MAIL.queue
    trouble = ""
    if line.breaker.failures:
        who = gettext("Server surel") if mail else gettext("Gerbang pesan")
        trouble = gettext(
            "%(who)s %(why)s sejak %(since)s. Pesan tersimpan dan dicoba lagi sendiri.",
            who=who,
            why=way_why(line.breaker.reason),
            since=clock(moment(line.breaker.since_ms), the_centre().today()),
        )
    done = line.counts.get(DONE, 0)
    sent = ngettext("%(num)s pesan terkirim", "%(num)s pesan terkirim", done)
    title = gettext("Surel") if mail else gettext("WhatsApp atau SMS")
    return Card(title, _tag(line), trouble, _facts(line, sent))


@connections.get("")
@requires_role(Role.ADMIN)
def overview() -> str:
    found = all_connections(the_centre())
    return render_template(
        "central/connections.html",
        siak=_siak(found.siak),
        ways=[_way(line) for line in found.ways],
        clients=ngettext(
            "%(num)s sistem boleh memakai API", "%(num)s sistem boleh memakai API", found.clients
        ),
    )

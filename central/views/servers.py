"""One server's page: how it is, what came before, and a new box in its place."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from central.views.current import author, the_centre
from central.views.custody import known_node
from central.views.frame import OFFICERS
from central.views.nodes import code_page
from central.views.server_rows import duration, row_of, size, trouble
from central.views.texts import gettext, ngettext
from central.views.words import REFUSALS, Tag, clock, drift, moment
from central.workflows.consent import SHORTEST_REASON, Consent, NotAllowed
from central.workflows.new_boxes import replace_box
from central.workflows.town import Story, story, survey
from central.workflows.watching import KnownNode
from registration.lifecycle import Role
from web.session import current_account, requires_role

servers = Blueprint("servers", __name__, url_prefix="/node")

_HOURS_SHOWN = 48
_COMMANDS = "loket edge keys new-identity\nloket edge keys change-kek"
"""What changes a node's keys: only where they are."""


@dataclass(frozen=True, slots=True)
class HourLine:
    """One hour in which it called."""

    when: str
    exchanges: int
    waiting: str
    free: str
    drift: str


@dataclass(frozen=True, slots=True)
class PastLine:
    """An alert about it, open or over; or a day's refusals."""

    when: str
    what: str
    how: str


@dataclass(frozen=True, slots=True)
class Other:
    """Another box of the same kelurahan."""

    name: str
    tag: Tag
    enrolled: str


@servers.get("/<name>")
@requires_role(*OFFICERS)
def page(name: str) -> str:
    centre = the_centre()
    node = known_node(name)
    town, today = survey(centre), centre.today()
    told = story(centre, node.replica)
    row = row_of(node, town, today)
    account = current_account()
    facts = [
        (gettext("Kontak terakhir"), row.contact),
        (gettext("Giliran menghubungi lagi"), row.turn or gettext("tidak ada")),
        (gettext("Belum terkirim dari sana"), row.waiting),
        (gettext("Tertua yang belum terkirim"), row.oldest),
        (gettext("Tersimpan di sini"), row.held, row.reading),
        (gettext("Jam perangkat"), row.drift),
        (gettext("Penyimpanan"), row.disk),
        (gettext("Versi program"), row.version),
        (gettext("Programnya menyala selama"), row.up),
        (gettext("Terdaftar"), row.enrolled),
        (gettext("Perintah pemusnahan yang belum dijalankan"), str(told.owed_orders)),
        (
            gettext("Kunci pemulihan disk ini"),
            gettext("tersimpan %(when)s", when=clock(moment(told.escrow_ms), today))
            if told.escrow_ms
            else gettext("belum ada"),
        ),
        (gettext("Nomor perangkat"), row.replica),
    ]
    return render_template(
        "central/node.html",
        row=row,
        facts=facts,
        others=[
            Other(
                one.replica.hex(), row_of(one, town, today).tag, row_of(one, town, today).enrolled
            )
            for one in told.others
        ],
        hours=_hours(told),
        past=_past(told),
        refusals=_refusals(told),
        commands=_COMMANDS,
        may_act=account is not None and account.role == Role.ADMIN,
    )


def _hours(told: Story) -> list[HourLine]:
    today = the_centre().today()
    return [
        HourLine(
            clock(moment(one.start_ms), today),
            one.exchanges,
            f"{ngettext('%(num)s urusan', '%(num)s urusan', one.requests)} · "
            f"{size(one.waiting_bytes)}"
            if one.requests
            else gettext("tidak ada"),
            size(one.free_bytes),
            drift(one.drift_ms),
        )
        for one in told.hours[:_HOURS_SHOWN]
    ]


def _past(told: Story) -> list[PastLine]:
    today = the_centre().today()
    lines = []
    for one in told.past:
        if not one.closed_ms:
            how = gettext("masih berlangsung")
        else:
            lasted = duration((one.closed_ms - one.opened_ms) // 1000)
            how = gettext("selesai setelah %(time)s", time=lasted)
        lines.append(PastLine(clock(moment(one.opened_ms), today), trouble(one).what, how))
    return lines


def _refusals(told: Story) -> list[PastLine]:
    today = the_centre().today()
    return [
        PastLine(
            clock(moment(one.last_ms), today),
            ngettext("%(num)s bundel ditolak", "%(num)s bundel ditolak", one.count),
            gettext(REFUSALS.get(one.slug, one.slug)),
        )
        for one in told.refusals
    ]


def _form(node: KnownNode, reason: str = "", error: str = "", status: int = 200) -> Response:
    html = render_template(
        "central/node_replace.html",
        place=node.name,
        replica=node.replica.hex(),
        revoked=node.revoked,
        reason=reason,
        error=error,
    )
    return Response(html, status)


@servers.get("/<name>/ganti")
@requires_role(Role.ADMIN)
def ask_replace(name: str) -> Response:
    return _form(known_node(name))


@servers.post("/<name>/ganti")
@requires_role(Role.ADMIN)
def replace(name: str) -> Response:
    node = known_node(name)
    reason = request.form.get("alasan", "").strip()
    try:
        code = replace_box(the_centre(), node.replica, Consent((author(),), reason))
    except NotAllowed:
        said = gettext(
            "Tulis alasannya dengan %(count)s huruf atau lebih; alasan itu tercatat bersama "
            "nama Anda.",
            count=SHORTEST_REASON,
        )
        return _form(node, reason, said, 422)
    return code_page(node.name, code.text())

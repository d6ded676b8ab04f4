"""The kelurahan's servers: who calls, who is silent; and the one-time code for a new one."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, render_template, request, url_for

from central.views.current import author, the_centre
from central.views.frame import OFFICERS
from central.views.queue import Tab
from central.views.scope import READERS
from central.views.server_rows import row_of
from central.views.texts import gettext, ngettext
from central.views.town_map import TILE_HEIGHT, TILE_WIDTH, chart
from central.views.words import clock, moment
from central.workflows.enrolment import LIFETIME
from central.workflows.new_boxes import code_for
from central.workflows.town import Town, survey
from central.workflows.watching import KnownNode, watch
from registration.lifecycle import Role
from registration.regions import Kelurahan, all_kelurahan, kelurahan
from web.session import current_account, requires_role
from web.sheets import CSV, Cell, csv_of

nodes = Blueprint("nodes", __name__, url_prefix="/node")

WANTING = "perlu"
"""The filter: only servers about which an alert is open."""


def _wanted(town: Town) -> list[KnownNode]:
    if request.args.get("saring") != WANTING:
        return town.lines.nodes
    return [one for one in town.lines.nodes if town.alerts.get(one.replica)]


@nodes.get("")
@requires_role(*READERS)
def listing() -> str:
    centre = the_centre()
    town, today = survey(centre), centre.today()
    lines = town.lines
    account = current_account()
    wanting = request.args.get("saring") == WANTING
    troubled = sum(1 for one in lines.nodes if town.alerts.get(one.replica))
    blocks, legend = chart(town)
    return render_template(
        "central/nodes.html",
        rows=[row_of(node, town, today) for node in _wanted(town)],
        tabs=[
            Tab(gettext("Semua server"), url_for("nodes.listing"), not wanting, len(lines.nodes)),
            Tab(
                gettext("Perlu dilihat"),
                url_for("nodes.listing", saring=WANTING),
                wanting,
                troubled,
            ),
        ],
        wanting=wanting,
        any_node=bool(lines.nodes),
        csv_url=url_for("nodes.as_file", saring=WANTING if wanting else None),
        blocks=blocks,
        legend=legend,
        tile=(TILE_WIDTH, TILE_HEIGHT),
        connected=lines.connected,
        kelurahan=lines.kelurahan,
        silent=lines.silent_kelurahan,
        alerts=ngettext(
            "%(num)s peringatan terbuka",
            "%(num)s peringatan terbuka",
            sum(len(some) for some in town.alerts.values()),
        ),
        may_add=account is not None and account.role == Role.ADMIN,
    )


@nodes.get("/daftar.csv")
@requires_role(*OFFICERS)
def as_file() -> Response:
    """The table for a spreadsheet: the same rows, in numbers and UTC."""
    centre = the_centre()
    town, today = survey(centre), centre.today()
    columns = [
        gettext("kode"),
        gettext("kelurahan"),
        gettext("perangkat"),
        gettext("jaringan"),
        gettext("kontak terakhir (UTC)"),
        gettext("giliran menghubungi lagi (UTC)"),
        gettext("urusan belum terkirim"),
        gettext("byte belum terkirim"),
        gettext("tertua belum terkirim (UTC)"),
        gettext("selisih jam (detik)"),
        gettext("versi program"),
        gettext("byte disk kosong"),
        gettext("byte disk"),
        gettext("detik menyala"),
        gettext("bundel ditolak"),
        gettext("peringatan"),
    ]
    rows: list[list[Cell]] = []
    for node in _wanted(town):
        row, told = row_of(node, town, today), town.told.get(node.replica)
        h = told.health if told else None
        rows.append(
            [
                node.stream,
                node.name,
                node.replica.hex(),
                row.tag.label,
                _utc(node.last_contact_ms),
                _utc(town.turn_ms(node)),
                h.requests if h else "",
                h.waiting_bytes if h else "",
                _utc(h.oldest_ms) if h else "",
                round(node.clock_drift_ms / 1000) if node.last_contact_ms else "",
                h.version if h else "",
                h.free_bytes if h else "",
                h.total_bytes if h else "",
                h.up_s if h else "",
                node.refused,
                " ".join(one.what for one in row.troubles),
            ]
        )
    headers = {"Content-Disposition": f'attachment; filename="loket-{today:%Y%m%d}.csv"'}
    return Response(csv_of(columns, rows), mimetype=CSV, headers=headers)


def _utc(ms: int) -> str:
    return f"{moment(ms):%Y-%m-%dT%H:%M:%SZ}" if ms else ""


def _form(error: str = "", chosen: str = "", status: int = 200) -> Response:
    known = {node.stream for node in watch(the_centre()).nodes if not node.revoked}
    districts: dict[str, list[tuple[Kelurahan, bool]]] = {}
    for one in all_kelurahan():
        districts.setdefault(one.kecamatan, []).append((one, one.code in known))
    html = render_template(
        "central/node_new.html",
        districts=list(districts.items()),
        error=error,
        chosen=chosen,
        minutes=int(LIFETIME / timedelta(minutes=1)),
    )
    return Response(html, status)


@nodes.get("/baru")
@requires_role(Role.ADMIN)
def new() -> Response:
    return _form()


@nodes.post("/baru")
@requires_role(Role.ADMIN)
def make_code() -> Response:
    chosen = request.form.get("kelurahan", "")
    if not chosen:
        return _form(gettext("Pilih dulu kelurahannya."), chosen, 422)
    try:
        code = code_for(the_centre(), chosen, author()).text()
    except KeyError:
        return _form(gettext("Kelurahan ini tidak ada di daftar. Pilih dari daftar."), "", 422)
    return code_page(kelurahan(chosen).name, code)


def code_page(place: str, code: str) -> Response:
    """The code stands on this page and in no address, session or log."""
    centre = the_centre()
    until = moment(centre.stamp().now_ms + int(LIFETIME / timedelta(milliseconds=1)))
    html = render_template(
        "central/node_code.html",
        place=place,
        code=code,
        groups=code.split("-"),
        until=clock(until, centre.today()),
        minutes=int(LIFETIME / timedelta(minutes=1)),
        command=f"loket edge enrol --centre {request.host_url.rstrip('/')} --code {code}",
    )
    return Response(html)

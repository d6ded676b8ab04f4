"""The kelurahan's servers: who calls, who is silent; and the one-time code for a new one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import Blueprint, Response, render_template, request

from central.views.current import the_centre
from central.views.scope import READERS
from central.views.texts import gettext, ngettext
from central.views.words import REFUSALS, Tag, ago, clock, drift, moment
from central.workflows.enrolment import LIFETIME, issue_code
from central.workflows.watching import KnownNode, Watch, watch
from registration.lifecycle import Role
from registration.regions import Kelurahan, all_kelurahan, kelurahan
from web.session import current_account, requires_role

nodes = Blueprint("nodes", __name__, url_prefix="/node")


@dataclass(frozen=True, slots=True)
class Row:
    """One server."""

    place: str
    stream: str
    tag: Tag
    contact: str
    held: str
    backlog: str
    drift: str
    drift_odd: bool
    refused: str
    enrolled: str
    replica: str
    """Hex; empty where there is nothing to revoke any more."""
    branched: bool
    """Its disk was copied, or an old backup restored: it writes apart from the first since."""


def _row(node: KnownNode, lines: Watch) -> Row:
    today = the_centre().today()
    if node.revoked:
        tag = Tag("stop", gettext("dicabut"))
    elif node.retired:
        tag = Tag("wait", gettext("sudah berganti kunci"))
    elif not node.last_contact_ms:
        tag = Tag("wait", gettext("belum pernah terhubung"))
    elif lines.silent(node):
        since = clock(moment(node.last_contact_ms), today)
        tag = Tag("wait", gettext("diam sejak %(since)s", since=since))
    else:
        tag = Tag("good", gettext("terhubung"))
    refused = ""
    if node.refused:
        refused = ngettext("%(num)s bundel ditolak", "%(num)s bundel ditolak", node.refused)
        if node.last_refusal:
            reason = gettext(REFUSALS.get(node.last_refusal, node.last_refusal))
            refused = gettext("%(count)s; terakhir: %(reason)s", count=refused, reason=reason)
    backlog = []
    if node.told_more:
        backlog.append(gettext("masih ada yang menunggu di sana"))
    if node.unfolded > 0:
        backlog.append(
            ngettext(
                "%(num)s catatan sedang dibaca", "%(num)s catatan sedang dibaca", node.unfolded
            )
        )
    return Row(
        node.name,
        node.stream,
        tag,
        ago(node.last_contact_ms, lines.now_ms, today),
        ngettext("%(num)s catatan", "%(num)s catatan", node.held),
        ", ".join(backlog) or gettext("tidak ada"),
        drift(node.clock_drift_ms) if node.last_contact_ms else "",
        abs(node.clock_drift_ms) >= 60_000,
        refused,
        clock(moment(node.enrolled_ms), today),
        "" if node.revoked or node.retired else node.replica.hex(),
        node.branched,
    )


@nodes.get("")
@requires_role(*READERS)
def listing() -> str:
    lines = watch(the_centre())
    account = current_account()
    return render_template(
        "central/nodes.html",
        rows=[_row(node, lines) for node in lines.nodes],
        connected=lines.connected,
        kelurahan=lines.kelurahan,
        silent=lines.silent_kelurahan,
        may_add=account is not None and account.role == Role.ADMIN,
    )


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
    """The code stands on this page and in no address, session or log."""
    chosen = request.form.get("kelurahan", "")
    if not chosen:
        return _form(gettext("Pilih dulu kelurahannya."), chosen, 422)
    centre = the_centre()
    try:
        code = issue_code(centre, chosen).text()
    except KeyError:
        return _form(gettext("Kelurahan ini tidak ada di daftar. Pilih dari daftar."), "", 422)
    until = moment(centre.stamp().now_ms + int(LIFETIME / timedelta(milliseconds=1)))
    html = render_template(
        "central/node_code.html",
        place=kelurahan(chosen).name,
        code=code,
        groups=code.split("-"),
        until=clock(until, centre.today()),
        minutes=int(LIFETIME / timedelta(minutes=1)),
        command=f"loket edge enrol --centre {request.host_url.rstrip('/')} --code {code}",
    )
    return Response(html)

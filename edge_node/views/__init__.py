"""Staff pages of the counter. No SQL, no crypto: views call workflows."""

from __future__ import annotations

from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from edge_node.edge import Edge
from edge_node.views import (
    acts,
    complaints,
    correction,
    counter,
    deliveries,
    entry,
    field_app,
    handed_over,
    new_request,
    outbox,
    oversight,
    paper_forms,
    phone,
    phone_signature,
    pickup,
    relay,
    request_page,
    scans,
    staff_accounts,
    suggestions,
    survey,
    tickets,
    unfinished,
)
from edge_node.views import receipt as receipts
from edge_node.views import (
    register as day_register,
)
from edge_node.views import weather as sky
from edge_node.views.current import the_edge
from edge_node.workflows import staff
from edge_node.workflows.staff_accounts import NoSuchAccount
from registration.lifecycle import Act, Role, may
from vault.errors import NoSuchRecord
from web.app import exempt_from_csrf
from web.session import Account, current_account, install_login

_BLUEPRINTS = (
    entry.blueprint,
    sky.blueprint,
    counter.blueprint,
    suggestions.blueprint,
    new_request.blueprint,
    unfinished.blueprint,
    day_register.blueprint,
    pickup.blueprint,
    phone.blueprint,
    phone_signature.blueprint,
    field_app.blueprint,
    request_page.blueprint,
    scans.blueprint,
    acts.blueprint,
    correction.blueprint,
    receipts.blueprint,
    handed_over.blueprint,
    paper_forms.blueprint,
    outbox.blueprint,
    tickets.blueprint,
    oversight.blueprint,
    deliveries.blueprint,
    complaints.blueprint,
    survey.blueprint,
    staff_accounts.blueprint,
)


def register(app: Flask) -> None:
    """Mount all blueprints of the staff app."""
    edge: Edge = app.extensions["loket.edge"]

    def load(account_id: str) -> Account | None:
        found = staff.account(edge, account_id)
        if found is None:
            return None
        who, g.must_change = found
        return Account(who.id, who.name, who.role)

    install_login(app, load, "masuk.form")
    for blueprint in _BLUEPRINTS:
        app.register_blueprint(blueprint)
    app.register_blueprint(relay.blueprint)
    # Neighbours' servers hold no cookie; what they leave is signed for the centre.
    exempt_from_csrf(app, relay.blueprint)
    app.before_request(staff_accounts.password_first)
    app.context_processor(_frame)
    app.register_error_handler(NoSuchRecord, _no_such_record)
    app.register_error_handler(NoSuchAccount, _no_such_record)


def _frame() -> dict[str, Any]:
    """What every page shows around its matter."""
    account = current_account()
    if account is None:
        return {"weather": None, "nav": (), "doors": ()}
    edge, here = the_edge(), request.script_root + request.path
    nav: tuple[tuple[str, str, str], ...] = (
        ("hari_ini", url_for("loket.hari_ini"), gettext("Hari ini")),
        ("antrean", url_for("antrean.page"), gettext("Antrean loket")),
        ("sinkron", url_for("sinkron.page"), gettext("Antrean kirim")),
    )
    if account.role == Role.PENYELIA:
        nav = (*nav, ("pengawasan", url_for("pengawasan.page"), gettext("Pengawasan")))
    if account.role == Role.PAMOR and field_app.is_here():
        nav = (*nav, ("pamor", url_for("pamor.page"), gettext("Halo Pamor")))
    return {
        "doors": (),
        "weather": sky.weather(edge),
        "nav": [
            {"url": url, "label": label, "current": url == here, "count": 0}
            for _, url, label in nav
        ],
        "logout_url": url_for("masuk.out"),
        "account_url": url_for("akun.password"),
        "new_request_url": (
            url_for("baru.choose") if may(Act.AJUKAN, Role(account.role), None) else None
        ),
    }


def _no_such_record(_: NoSuchRecord | NoSuchAccount) -> Any:
    response: Response | Any = current_app.handle_http_exception(NotFound())
    return response

"""Pages of the centre. No SQL, no crypto: views call workflows."""

from __future__ import annotations

from flask import Flask

from web.app import exempt_from_csrf


def register(app: Flask) -> None:
    """Mount all blueprints of the centre."""
    # Their pages stand on the blueprints of requests and of differences.
    import central.views.bulk
    import central.views.causes
    import central.views.correct
    import central.views.late
    import central.views.resettle
    import central.views.search
    import central.views.settle  # noqa: F401
    from central.views.alerts import alerts
    from central.views.api.calls import calls
    from central.views.centre_keys import centre_keys
    from central.views.clients import clients
    from central.views.complaints import complaints
    from central.views.connections import connections
    from central.views.counter_staff import counter_staff
    from central.views.custody import custody
    from central.views.desk import desk_pages
    from central.views.desk_rules import desk_rules
    from central.views.differences import differences
    from central.views.duplicates import duplicates
    from central.views.entrance import install_entrance
    from central.views.frame import install_frame
    from central.views.login import install
    from central.views.nodes import nodes
    from central.views.notices import notice_pages
    from central.views.own import own
    from central.views.passkeys import blueprint as passkeys
    from central.views.people import install_notices, people
    from central.views.proposals import proposals
    from central.views.queue import queue
    from central.views.reports import reports
    from central.views.request import request_pages
    from central.views.servers import servers
    from central.views.siak import siak_pages
    from central.views.summary import summary
    from central.views.sync import sync
    from central.views.trail import trail

    # First: who is not let in costs nothing more.
    install_entrance(app)
    install(app)
    install_frame(app)
    for blueprint in (queue, request_pages, differences, duplicates, complaints, nodes, custody):
        app.register_blueprint(blueprint)
    app.register_blueprint(connections)
    app.register_blueprint(clients)
    app.register_blueprint(notice_pages)
    app.register_blueprint(siak_pages)
    app.register_blueprint(summary)
    app.register_blueprint(reports)
    for blueprint in (desk_pages, desk_rules, proposals, servers, alerts, centre_keys):
        app.register_blueprint(blueprint)
    for blueprint in (people, counter_staff, own, passkeys):
        app.register_blueprint(blueprint)
    install_notices(app)
    app.register_blueprint(sync)
    app.register_blueprint(trail)
    app.register_blueprint(calls)
    # Nodes sign what they send, clients of the API bring a token; neither holds a cookie.
    exempt_from_csrf(app, sync)
    exempt_from_csrf(app, calls)

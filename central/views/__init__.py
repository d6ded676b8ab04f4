"""Pages of the centre. No SQL, no crypto: views call workflows."""

from __future__ import annotations

from flask import Flask

from web.app import exempt_from_csrf


def register(app: Flask) -> None:
    """Mount all blueprints of the centre."""
    # Its pages stand on the blueprint of the request.
    import central.views.bulk
    import central.views.correct  # noqa: F401
    from central.views.complaints import complaints
    from central.views.custody import custody
    from central.views.differences import differences
    from central.views.duplicates import duplicates
    from central.views.frame import install_frame
    from central.views.login import install
    from central.views.nodes import nodes
    from central.views.queue import queue
    from central.views.request import request_pages
    from central.views.sync import sync
    from central.views.trail import trail

    install(app)
    install_frame(app)
    for blueprint in (queue, request_pages, differences, duplicates, complaints, nodes, custody):
        app.register_blueprint(blueprint)
    app.register_blueprint(sync)
    app.register_blueprint(trail)
    # Nodes sign what they send and hold no cookie.
    exempt_from_csrf(app, sync)

"""Officers' pages come through the same gate as nodes' exchanges, by a door of their own."""

from __future__ import annotations

from contextlib import ExitStack

from flask import Flask, g, request, session

from central.admission.hall import Full
from central.views.current import the_gate
from web.i18n import N_
from web.problems import Problem

_BESIDE = (None, "sync", "web")
"""Blueprints that have no page to make: health, the machines' entrance, which has its own way
through the gate, and static files."""


def install_entrance(app: Flask) -> None:
    @app.before_request
    def enter() -> None:
        if request.blueprint in _BESIDE or (request.endpoint or "").endswith("static"):
            return
        inside = ExitStack()
        # One account's many tabs wait behind each other, not before others' first.
        who = str(session.get("sesi") or request.remote_addr)
        try:
            inside.enter_context(the_gate().page(who))
        except Full as full:
            raise Problem(
                503,
                "busy",
                N_("Sedang penuh"),
                N_(
                    "Terlalu banyak halaman dibuka bersamaan. Yang sudah tersimpan aman. "
                    "Coba lagi sebentar."
                ),
                headers={"Retry-After": str(full.retry_after)},
            ) from full
        g.inside = inside

    @app.teardown_request
    def leave(_error: BaseException | None) -> None:
        inside = g.pop("inside", None)
        if inside is not None:
            inside.close()

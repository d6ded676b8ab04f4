# ruff: noqa: E402 - Django must be set up before its models can be imported
"""Morango, client to server over loopback (Django, SQLite both sides).

    morango_peer.py serve PORT              prepares a store and serves it
    morango_peer.py push PORT RECORDS       pushes the records of a JSON file

`push` prints {"records", "seconds"}; `count` prints how many the store of LOKET_BENCH_DB holds.
"""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "morango_settings")

import django

django.setup()

from django.core.management import call_command
from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.urls import include, path
from morango.models.certificates import Certificate, Filter, ScopeDefinition
from morango.sync.controller import MorangoProfileController
from morango_app.models import Account, Request

PROFILE = "loket_bench"
_USER, _PASSWORD = "petugas", "petugas"
_WHOLE, _COUNTER = "whole", "counter"

urlpatterns = [path("", include("morango.urls"))]


def _make_store() -> None:
    call_command("migrate", run_syncdb=True, verbosity=0)
    ScopeDefinition.objects.create(
        id=_WHOLE,
        profile=PROFILE,
        version=1,
        primary_scope_param_key="root",
        description="All of ${root}",
        read_filter_template="",
        write_filter_template="",
        read_write_filter_template="${root}",
    )
    ScopeDefinition.objects.create(
        id=_COUNTER,
        profile=PROFILE,
        version=1,
        primary_scope_param_key="",
        description="One counter of ${root}",
        read_filter_template="${root}:requests",
        write_filter_template="${root}:requests",
        read_write_filter_template="",
    )


def serve(port: str) -> None:
    """The centre's side. The root certificate's id is printed once it listens."""
    _make_store()
    root = Certificate.generate_root_certificate(_WHOLE)
    account = Account(username=_USER, is_superuser=True)
    account.set_password(_PASSWORD)
    account.save()

    from waitress.server import create_server

    server = create_server(get_wsgi_application(), host="127.0.0.1", port=int(port), threads=4)
    print(root.id, flush=True)
    server.run()


def push(port: str, root: str, records: str) -> None:
    """The counter's side."""
    _make_store()
    network = MorangoProfileController(PROFILE).create_network_connection(
        f"http://127.0.0.1:{port}/"
    )
    server_certificate = network.get_remote_certificates(root, _WHOLE)[0]
    certificate = network.certificate_signing_request(
        server_certificate, _COUNTER, {"root": root}, userargs=_USER, password=_PASSWORD
    )
    session = network.create_sync_session(certificate, server_certificate)
    rows = json.loads(Path(records).read_text())
    with transaction.atomic():
        for row in rows:
            known = {"code": row["kode"], "service": row["layanan"], "status": row["status"]}
            taken = {"id", "kode", "layanan", "status"}
            rest = {name: value for name, value in row.items() if name not in taken}
            Request(counter=root, content=rest, **known).save()
    started = time.perf_counter()
    client = session.get_push_client()
    client.initialize(Filter(f"{root}:requests"))
    client.run()
    client.finalize()
    seconds = time.perf_counter() - started
    print(json.dumps({"records": len(rows), "seconds": seconds}))


def count() -> None:
    print(Request.objects.count())


if __name__ == "__main__":
    {"serve": serve, "push": push, "count": count}[sys.argv[1]](*sys.argv[2:])

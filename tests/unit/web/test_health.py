from __future__ import annotations

import logging

import pytest
from flask import Flask

from web.health import install_health
from web.logs import configure_logs, places


def test_liveness_readiness_and_metrics(app: Flask) -> None:
    checks = {"store": True, "key": True}
    install_health(app, lambda: checks)
    client = app.test_client()

    assert client.get("/healthz").text == "ok\n"
    assert client.get("/readyz").json == {"ready": True, "checks": checks}
    checks["key"] = False
    assert client.get("/readyz").status_code == 503
    client.get("/halaman?cari=DEWI")
    client.get("/tidak-ada/3275024107900001")
    metrics = client.get("/metrics").text
    assert 'loket_http_requests_total{endpoint="page",method="GET",status="200"} 1.0' in metrics
    assert 'endpoint="none",method="GET",status="404"' in metrics
    assert "loket_http_request_seconds_bucket" in metrics
    assert "DEWI" not in metrics
    assert "3275024107900001" not in metrics


def test_a_check_that_breaks_is_not_ready(app: Flask) -> None:
    def broken() -> dict[str, bool]:
        raise OSError("disk")

    install_health(app, broken, metrics=False)

    assert app.test_client().get("/readyz").status_code == 503
    assert app.test_client().get("/metrics").status_code == 404


def test_two_apps_in_one_process_count_apart(app: Flask) -> None:
    first = install_health(app, dict)
    second = install_health(Flask("other"), dict)

    assert first is not second


def test_logs_name_where_a_failure_was_but_not_what_it_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    root = logging.getLogger()
    before = root.handlers[:], root.level
    try:
        configure_logs(json=True)
        try:
            raise ValueError("NIK 3275024107900001")
        except ValueError:
            logging.getLogger("waitress").exception("Exception while serving")
    finally:
        root.handlers[:], level = before
        root.setLevel(level)

    line = capsys.readouterr().err
    assert '"event": "Exception while serving"' in line
    assert "ValueError at test_health.py" in line
    assert "3275024107900001" not in line


def test_places_tell_the_cause_first() -> None:
    try:
        try:
            raise KeyError("rahasia")
        except KeyError as cause:
            raise RuntimeError("rahasia") from cause
    except RuntimeError as error:
        story = places(error)

    assert [line.split(" at ")[0] for line in story] == [
        "builtins.KeyError",
        "builtins.RuntimeError",
    ]
    assert "rahasia" not in str(story)

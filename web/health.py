"""Liveness, readiness and metrics, for systemd, proxies and Prometheus."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

import structlog
from flask import Blueprint, Flask, g, jsonify, request
from prometheus_client import CONTENT_TYPE_LATEST, Counter, Histogram, generate_latest
from prometheus_client.registry import CollectorRegistry
from werkzeug.wrappers import Response

from web.logs import places

log = structlog.get_logger(__name__)


def install_health(
    app: Flask,
    ready: Callable[[], Mapping[str, bool]],
    *,
    metrics: bool = True,
    registry: CollectorRegistry | None = None,
) -> CollectorRegistry:
    """Mount `/healthz`, `/readyz` and, unless `metrics` is off, `/metrics`.

    `ready` names what must work and whether it does; a check that raises counts as not
    ready. Returns the registry, so that the app can add its own gauges. Turn `metrics` off
    where strangers reach the app.
    """
    registry = registry or CollectorRegistry()
    blueprint = Blueprint("health", __name__)

    @blueprint.get("/healthz")
    def healthz() -> Response:
        return Response("ok\n", content_type="text/plain; charset=utf-8")

    @blueprint.get("/readyz")
    def readyz() -> tuple[Response, int]:
        try:
            checks = dict(ready())
        except Exception as error:  # noqa: BLE001 - whatever fails, we are not ready
            log.warning("ready.failed", failure=places(error))
            checks = {"checks": False}
        fit = all(checks.values())
        return jsonify(ready=fit, checks=checks), 200 if fit else 503

    if metrics:
        _count_requests(app, registry)

        @blueprint.get("/metrics")
        def show() -> Response:
            return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    app.register_blueprint(blueprint)
    return registry


def _count_requests(app: Flask, registry: CollectorRegistry) -> None:
    # By endpoint, not by path: paths hold codes of requests, and are without bound.
    requests = Counter(
        "loket_http_requests",
        "Requests answered.",
        ["endpoint", "method", "status"],
        registry=registry,
    )
    seconds = Histogram(
        "loket_http_request_seconds",
        "Time to answer a request.",
        ["endpoint"],
        buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30),
        registry=registry,
    )
    methods = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})

    @app.before_request
    def begin() -> None:
        g.begun_at = time.perf_counter()

    @app.after_request
    def count(response: Response) -> Response:
        endpoint = request.endpoint or "none"
        method = request.method if request.method in methods else "other"
        requests.labels(endpoint, method, str(response.status_code)).inc()
        begun_at = g.pop("begun_at", None)
        if begun_at is not None:
            seconds.labels(endpoint).observe(time.perf_counter() - begun_at)
        return response

"""Counting requests by the pattern of their route, never by what somebody wrote into the URL."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request

from adapters.http.route import WEBHOOKS, Route
from ports.metrics import Metrics

UNMATCHED = "unmatched"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def measure_requests(app: Flask, metrics: Metrics) -> None:
    @app.before_request
    def begin() -> None:
        g.measured_from = time.perf_counter()

    @app.after_request
    def end(response: Response) -> Response:
        route: Route | None = g.get("route")
        seconds = time.perf_counter() - g.get("measured_from", time.perf_counter())
        method = request.method if request.method in _METHODS else "other"
        metrics.request(method, route.rule if route else UNMATCHED, response.status_code, seconds)
        if route is not None and route.surface is WEBHOOKS:
            metrics.webhook(_provider(route.rule), _status(response.status_code))
        return response


def _provider(rule: str) -> str:
    """``/webhooks/gelato/<secret>`` comes from gelato."""
    return rule.split("/")[2]


def _status(status: int) -> str:
    if status < 400:
        return "accepted"
    return "refused" if status < 500 else "failed"

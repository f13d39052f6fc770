"""Counting requests by the pattern of their route, never by what somebody wrote into the URL."""

from __future__ import annotations

from adapters.http.course import Course
from adapters.http.route import WEBHOOKS
from ports.metrics import Metrics

UNMATCHED = "unmatched"
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


def count_request(course: Course, metrics: Metrics) -> None:
    route = course.route
    method = course.method if course.method in _METHODS else "other"
    metrics.request(method, route.rule if route else UNMATCHED, course.status, course.seconds)
    if route is not None and route.surface is WEBHOOKS:
        metrics.webhook(_provider(route.rule), _status(course.status))


def _provider(rule: str) -> str:
    """``/webhooks/gelato/<secret>`` comes from gelato."""
    return rule.split("/")[2]


def _status(status: int) -> str:
    if status < 400:
        return "accepted"
    return "refused" if status < 500 else "failed"

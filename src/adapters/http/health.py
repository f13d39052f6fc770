"""/health"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from dependency_injector.wiring import Provide, inject

from adapters.http.access import PUBLIC
from adapters.http.answers import Answer
from adapters.http.routing import SERVICE, Resource

# What each check found: "ok", "down" (do not send requests here), or a word on what runs degraded.
Readiness = Callable[[], Mapping[str, str]]
health = Resource("health", __name__, "/health", SERVICE)


@health.on("GET", "/live", allow=PUBLIC)
def show_liveness() -> dict[str, str]:
    """Say whether the process answers at all."""
    return {"status": "ok"}


@health.on("GET", "/ready", allow=PUBLIC, statuses=(503,))
@inject
def show_readiness(readiness: Readiness = Provide["readiness"]) -> Answer:
    """Say whether requests can be served: database reachable, migrations applied."""
    checks = dict(readiness())
    down = "down" in checks.values()
    return Answer(body={"status": "down" if down else "ok", "checks": checks}, status=503 if down else 200)

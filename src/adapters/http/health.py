"""/health"""

from __future__ import annotations

from collections.abc import Mapping

from dependency_injector.wiring import Provide, inject

from adapters.http.access import PUBLIC
from adapters.http.answers import Answer
from adapters.http.routing import SERVICE, Resource

health = Resource("health", __name__, "/health", SERVICE)


@health.on("GET", "/live", allow=PUBLIC)
def show_liveness() -> dict[str, str]:
    """Say whether the process answers at all."""
    return {"status": "ok"}


@health.on("GET", "/ready", allow=PUBLIC, statuses=(503,))
@inject
def show_readiness(readiness: Mapping[str, bool] = Provide["readiness"]) -> Answer:
    """Say whether requests can be served: database reachable, migrations applied."""
    checks = {name: "ok" if holds else "down" for name, holds in readiness.items()}
    ready = all(readiness.values())
    return Answer(body={"status": "ok" if ready else "down", "checks": checks}, status=200 if ready else 503)

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
def show_readiness(readiness: Mapping[str, str] = Provide["readiness"]) -> Answer:
    """Say whether requests can be served: database reachable, migrations applied."""
    # Each check found "ok", "down" (send no requests here), or says in a word what runs degraded.
    down = "down" in readiness.values()
    return Answer(body={"status": "down" if down else "ok", "checks": readiness}, status=503 if down else 200)

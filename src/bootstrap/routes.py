"""Every endpoint with those who may call it, told without settings, database or server."""

import re
from dataclasses import dataclass

from adapters.http.resources import resources

_PARAMETER = re.compile(r"<(?:[a-z]+:)?([a-z_]+)>")


@dataclass(frozen=True, slots=True, order=True)
class ListedRoute:
    """path: with ``:name`` for what varies. actors: kinds of caller, or roles of the staff."""

    path: str
    method: str
    actors: tuple[str, ...]

    def as_json(self) -> dict[str, object]:
        return {"method": self.method, "path": self.path, "actors": list(self.actors)}


def list_routes() -> list[ListedRoute]:
    """One per method and path, by path."""
    return sorted(
        ListedRoute(
            path=_PARAMETER.sub(r":\1", route.rule) or "/", method=route.method, actors=tuple(route.allow.roles())
        )
        for resource in resources()
        for route in resource.routes
    )

"""Headers that depend on what was answered to whom: how long it may be kept, and what is told back."""

from __future__ import annotations

from collections.abc import Iterable

from flask import Flask, Response, g

from adapters.http.course import course
from adapters.http.replays import echo
from adapters.http.route import CATALOGUE
from core.domain.actor import Actor, ActorKind

NO_STORE = "no-store"


def add_headers(app: Flask) -> None:
    @app.after_request
    def finish(response: Response) -> Response:
        control = _cache_control(response)
        if "Cache-Control" not in response.headers:
            response.headers.add("Cache-Control", control)
        echo(response)
        for name, value in g.get("echoed", {}).items():  # what the surface made of the request's own headers
            response.headers[name] = value
            response.headers.add("Access-Control-Expose-Headers", name)
        return response


def _cache_control(response: Response) -> str:
    """Only good answers to nobody in particular are for shared caches."""
    wanted: str = g.get("cache", NO_STORE)
    actor: Actor | None = course().actor
    if response.status_code >= 400 or (
        wanted == CATALOGUE and (actor is None or actor.kind is not ActorKind.ANONYMOUS)
    ):
        return NO_STORE
    if wanted == CATALOGUE:
        said = response.headers.get("Vary")
        response.headers["Vary"] = also(
            said, ("Authorization", "Cookie", "x-publishable-api-key", *g.get("echoed", {}))
        )
    return wanted


def also(said: str | None, names: Iterable[str]) -> str:
    """A list of header names with these at its end, each once."""
    known = [] if not said else [name.strip() for name in said.split(",")]
    lower = {name.lower() for name in known}
    return ", ".join([*known, *(name for name in dict.fromkeys(names) if name.lower() not in lower)])

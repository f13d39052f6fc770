"""Headers of every answer: what browsers may do with it, how long it may be kept, which request it was."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Flask, Response, g, request

from adapters.http.hooks import Hooks
from adapters.http.network import request_id_of
from adapters.http.replays import echo
from adapters.http.route import CATALOGUE
from core.domain.actor import Actor, ActorKind

NO_STORE = "no-store"
SECURITY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
HSTS = "max-age=31536000; includeSubDomains"


def add_headers(app: Flask, hooks: Hooks) -> None:
    @app.before_request
    def name_request() -> None:
        g.request_id = request_id_of(request) or hooks.ids.new("req")

    standing = {**SECURITY, "Strict-Transport-Security": HSTS} if hooks.settings.production else SECURITY

    @app.after_request
    def finish(response: Response) -> Response:
        own = {"X-Request-Id": g.get("request_id", ""), "Cache-Control": _cache_control(response)}
        # One pass for all of them: asking a werkzeug header one by one costs more than the rest of this.
        given = {name.lower() for name, _ in response.headers}
        for name, value in (*standing.items(), *own.items()):
            if name.lower() not in given:
                response.headers.add(name, value)
        echo(response)
        for name, value in g.get("echoed", {}).items():  # what the surface made of the request's own headers
            response.headers[name] = value
            response.headers.add("Access-Control-Expose-Headers", name)
        return response


def _cache_control(response: Response) -> str:
    """Only good answers to nobody in particular are for shared caches."""
    wanted: str = g.get("cache", NO_STORE)
    actor: Actor | None = g.get("actor")
    if response.status_code >= 400 or (
        wanted == CATALOGUE and (actor is None or actor.kind is not ActorKind.ANONYMOUS)
    ):
        return NO_STORE
    if wanted == CATALOGUE:
        response.vary.update(("Authorization", "Cookie", "x-publishable-api-key"))
    return wanted

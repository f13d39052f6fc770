"""What happens around every view, in one order: credentials, query, body, budgets, replay, view, answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from flask import Response, g, request
from werkzeug.exceptions import NotFound

from adapters.http import budgets, replays
from adapters.http.actors import actor_for, presented
from adapters.http.answers import respond, tagged
from adapters.http.budgets import Asked
from adapters.http.course import course
from adapters.http.fields import choose
from adapters.http.hooks import Hooks, hooks
from adapters.http.json_body import load, read_json
from adapters.http.paging import paging
from adapters.http.query import Query, parse_query
from adapters.http.query_fields import Conditions
from adapters.http.route import CATALOGUE, Route
from core.domain import errors
from core.domain.actor import Actor
from core.domain.errors import DomainError, Unauthenticated

_REMEMBERED = 2_000
_REMEMBERED_MAX = 500  # bytes of a query string
_remembered: dict[tuple[Route, bytes], Query] = {}
_PLUMBING = frozenset({"fields_", "expand", "limit", "offset", "order"})


def serve(route: Route, path: Mapping[str, str]) -> Response:
    """One request to one route. Raises the refusals of core.domain and werkzeug; the app answers them."""
    port = hooks()
    if any("\0" in value for value in path.values()):
        raise NotFound  # no id holds one, and databases choke on it
    here = course()
    here.route, here.path = route, path
    g.dialect, g.cache = route.dialect, route.cache
    if route.surface.prepare is not None:
        route.surface.prepare(port)
    actor = _actor(route, port)
    here.actor = actor
    query = _query(route, port)
    body = _body(route, port)
    asked = Asked(actor=actor, path=path, body=body)
    budgets.spend(port, route.budgets, asked)
    try:
        return _answer(route, port, actor, query, body, path)
    except DomainError as error:
        if not isinstance(error, Unauthenticated):
            budgets.count_failure(port, route.budgets, asked)
        raise


def _answer(
    route: Route, port: Hooks, actor: Actor, query: Query, body: Mapping[str, Any], path: Mapping[str, str]
) -> Response:
    def run(actor: Actor) -> Response:
        given = {"actor": actor, "query": query, "body": body}
        result = route.view(**_named(given, route.names), **path)
        return back(actor, result)

    def back(actor: Actor, result: object) -> Response:
        if route.answers is None:
            return respond(result, route.status)
        given = {"actor": actor, "query": query, "body": body, "result": result, **path}
        try:
            shown = route.answers(**_named(given, route.answer_names))
        except errors.NotFound as missing:
            raise errors.DoneAndDeleted(
                f"This was done, but then somebody deleted it: {missing.message}"
            ) from missing
        return respond(shown, route.status)

    if not route.writes or route.upload:
        answer = run(actor)
        return tagged(answer) if route.tagged else answer
    read_back: Callable[[Actor, object], Response] | None = back if route.answers else None
    return replays.around(route, port, actor, run, read_back)


def _actor(route: Route, port: Hooks) -> Actor:
    if not presented():
        return actor_for(route.allow, port, outsiders=route.surface.outsiders)
    network = port.settings.network_of(request.environ)
    budgets.check_credentials(port, network)
    try:
        return actor_for(route.allow, port, outsiders=route.surface.outsiders)
    except Unauthenticated:
        budgets.count_bad_credentials(port, network)
        raise


def _query(route: Route, port: Hooks) -> Query:
    """What is asked of the catalogue repeats itself, and holds nothing of anybody's own; nor does nothing."""
    raw = request.query_string
    if (raw and route.cache != CATALOGUE) or len(raw) > _REMEMBERED_MAX:
        return _read(route, port, raw)
    known = _remembered.get((route, raw))
    if known is None:
        known = _read(route, port, raw)
        if len(_remembered) >= _REMEMBERED:
            _remembered.clear()
        _remembered[(route, raw)] = known
    return known


def _read(route: Route, port: Hooks, raw: bytes) -> Query:
    values = load(route.query_schema, parse_query(raw))
    audience = route.surface.audience
    where = tuple(condition for value in values.values() if isinstance(value, Conditions) for condition in value)
    chosen = None
    if route.shown is not None:
        chosen = choose(values.get("fields_"), values.get("expand"), route.default_fields)
        if route.writes or "fields_" in values or "expand" in values:
            # Before the view, so that a write is not done and then answered with a refusal.
            port.reads.check(route.shown.shape, chosen.named, audience)
    page = None
    if route.is_list:
        page = paging(
            values.get("limit"),
            values.get("offset"),
            values.get("order"),
            default=route.default_limit,
            audience=audience,
        )
    # What a route declares itself, under whatever name, is its own.
    plumbing = _PLUMBING if route.shown is not None else frozenset()
    own = {name: value for name, value in values.items() if name not in plumbing}
    return Query(audience=audience, values=own, where=where, chosen=chosen, paging=page)


def _body(route: Route, port: Hooks) -> Mapping[str, Any]:
    if route.upload:
        request.max_content_length = port.settings.max_upload_bytes
        return {}
    if route.body_schema is None:
        return {}
    return load(route.body_schema, read_json(request))


def _named(given: Mapping[str, Any], names: frozenset[str]) -> dict[str, Any]:
    return {name: value for name, value in given.items() if name in names}

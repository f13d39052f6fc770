"""The Flask application: resources, errors, headers, in the order they wrap a request."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask, Request, Response, request
from flask_compress import Compress
from flask_cors import CORS
from werkzeug.exceptions import NotFound
from werkzeug.routing import Rule

from adapters.http.errors import answer_errors
from adapters.http.front import Front
from adapters.http.headers import add_headers
from adapters.http.hooks import EXTENSION, Hooks
from adapters.http.openapi import EXTENSION as DOCUMENTATION
from adapters.http.routing import Resource
from adapters.http.settings import JSON_BODY_MAX
from adapters.http.spec import Documentation

_SURFACES = frozenset({"store", "admin", "auth", "webhooks", "gateway"})
_GATEWAY = frozenset({"products", "orders", "carts", "checkout", "customers", "payments"})  # without a prefix
_ROOT = "adapters.http."
_READABLE = ("ETag", "Retry-After", "X-Request-Id")
"""Headers of any answer that pages of allowed origins may read; further ones are named where they are set."""


class Misplaced(TypeError):
    """A view without declared callers, or in a module where nobody would look for its URL."""


class MatchedRule(Rule):
    """Requests are matched against it, and no URL is built from it. werkzeug compiles a function for
    that, which with hundreds of routes is most of a start; where it no longer asks for one by this
    name, starting takes longer and nothing else changes."""

    def _compile_builder(self, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
        return _not_built


def _not_built(rule: Rule, **values: object) -> tuple[str, str]:
    raise TypeError(f"URLs are not built from routes; this was asked of {rule.rule}")


class Served(Flask):
    """Flask, told that no view and no hook here is a coroutine, which it would ask of each at every request."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        return func


def create_http(hooks: Hooks, resources: Sequence[Resource]) -> Flask:
    """The app. Raises Misplaced when a view is not declared through ``Resource.on`` or lies elsewhere
    than its URL says."""
    app = Served("perseus", static_folder=None)
    app.config.update(
        MAX_CONTENT_LENGTH=JSON_BODY_MAX,
        MAX_FORM_MEMORY_SIZE=JSON_BODY_MAX,
        PROPAGATE_EXCEPTIONS=False,
        COMPRESS_REGISTER=False,
        COMPRESS_MIN_SIZE=1_000,
        COMPRESS_MIMETYPES=["application/json", "text/html", "text/css", "application/javascript"],
    )
    app.url_rule_class = MatchedRule
    app.url_map.strict_slashes = False
    app.url_map.merge_slashes = False  # it would be a redirect, as a page, to an address as this process sees itself
    app.extensions[EXTENSION] = hooks
    for resource in resources:
        app.register_blueprint(resource.blueprint)
    app.extensions[DOCUMENTATION] = Documentation(resources, hooks.settings.version, hooks.settings.public_url)
    answer_errors(app)
    add_headers(app)
    if hooks.settings.cors_origins:
        origins = list(hooks.settings.cors_origins)
        CORS(app, origins=origins, supports_credentials=True, max_age=600, expose_headers=list(_READABLE))
        app.after_request(_vary_by_origin)
        app.after_request(_let_ask)
    _compress(app)
    check_places(app)
    app.wsgi_app = Front(app.wsgi_app, hooks)  # type: ignore[method-assign]
    return app


def _vary_by_origin(answer: Response) -> Response:
    """Keeps shared caches from giving one page what another, or none, was allowed to read."""
    answer.vary.add("Origin")
    return answer


def _let_ask(answer: Response) -> Response:
    """A page that asks for what is not there is to read that, and not to fail before it may ask: whether
    it may ask does not depend on the address."""
    asks = request.method == "OPTIONS" and "Access-Control-Request-Method" in request.headers
    if asks and isinstance(request.routing_exception, NotFound):
        answer.status_code = 204
        answer.set_data(b"")
        answer.headers.remove("Content-Type")
    return answer


def check_places(app: Flask) -> None:
    """Every view declares its callers and stands where its URL says: surface, then first segment."""
    for rule in app.url_map.iter_rules():
        route = getattr(app.view_functions[rule.endpoint], "route", None)
        if route is None:
            raise Misplaced(f"{rule.rule} is not declared through Resource.on")
        if not belongs(rule.rule, route.module):
            raise Misplaced(f"{rule.rule} is served by {route.module}, where nobody would look for it")


def belongs(rule: str, module: str) -> bool:
    """``/admin/stock-locations/:id`` belongs to ``adapters.http.admin.stock_locations``, or below it."""
    segments = [segment.replace("-", "_") for segment in rule.strip("/").split("/")]
    if segments[0] in _GATEWAY:
        segments = ["gateway", *segments]
    depth = 2 if segments[0] in _SURFACES else 1
    place = _ROOT + ".".join(segments[:depth])
    return not module.startswith(_ROOT) or module == place or module.startswith(place + ".")


def _compress(app: Flask) -> None:
    """gzip and the like, unless the caller says ``x-no-compression``."""
    compress = Compress()
    compress.init_app(app)

    @app.after_request
    def shorten(response: Response) -> Response:
        refused = "x-no-compression" in request.headers or not _takes(request, compress.enabled_algorithms)
        return response if refused else compress.after_request(response)


def _takes(asked: Request, algorithms: Sequence[str]) -> bool:
    """Whether any of them may be used at all. Flask-Compress takes one with ``q=0``, which rules it out, for
    one that comes last."""
    if "q=0" not in asked.headers.get("Accept-Encoding", ""):
        return True
    return any(asked.accept_encodings.quality(algorithm) > 0 for algorithm in algorithms)

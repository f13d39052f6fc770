"""How a route is written. A view parses nothing, checks no credentials and shapes no errors.

    REGION = Shown(shape="region", one="region", many="regions", default="*,*countries")
    regions = Resource("store_regions", __name__, "/store/regions", STORE)


    class RegionFilters(Schema):
        created_at = Compare(Moment())


    @regions.on("GET", "", allow=EVERYONE, lists=REGION, query=RegionFilters, limit=100)
    @inject
    def list_regions(actor: Actor, query: Query, reads: Reads = Provide["reads"]) -> Tree:
        \"\"\"List regions.\"\"\"
        return listing(REGION, reads, actor, query)


    @carts.on("POST", "/<cart_id>/line-items", allow=EVERYONE, shows=CART, body=LineBody, answers=show_cart)
    @inject
    def add_line(actor: Actor, cart_id: str, body: Tree, add_line: AddLine = Provide["add_line"]) -> str:
        \"\"\"Add a line item.\"\"\"
        add_line(actor, cart_id, body["variant_id"], body["quantity"], body.get("metadata"))
        return cart_id

Order    ``on`` outermost, ``inject`` innermost. The docstring is the summary in the documentation.
Names    A view is called by keyword with those of ``actor``, ``query``, ``body`` that its signature
         names, and its path parameters. ``body`` is a dict of what was sent, by attribute names of the
         schema; ``query`` is a ``Query`` (``query["cart_id"]``, ``query.get("q")``; filters are applied
         by ``listing``). Always name ``actor`` where a use case is called.
allow    EVERYONE (a customer if signed in), CUSTOMER, ``admin("orders")``, SIGNED_IN (either kind),
         ANYBODY (either kind, or nobody), PUBLIC (credentials not looked at). There is no default.
shows    the route takes ``fields`` and ``expand`` and answers one; ``lists`` adds ``limit``, ``offset``,
         ``order`` and answers many (``limit=None``: no limit unless asked for one). What is asked for is
         checked against the shape before the view runs. Answer with ``detail`` or ``listing``.
answers  of a write: makes the answer from what was written; the view itself returns an id. Called by
         keyword with those of ``actor``, ``query``, ``result`` (what the view returned) and path
         parameters that it names; also injected. It is what answers again when a request is repeated
         with its ``Idempotency-Key`` after a crash: ``result`` is then the id of the aggregate that
         was written first. A write without it must be harmless to repeat: say ``repeatable=True``.
returns  dict: JSON with ``status`` (200, or the surface's for a POST). str: text/plain. None: 204.
         ``Answer``: status and headers. A ``flask.Response`` passes through. Raise errors of core.domain,
         nothing else.
body     schema derived from ``body_fields.Body``; unknown names are refused. ``body_required=False``
         where Medusa's clients send none.
dialect  of refusals, if not the surface's: ``Dialect.CUSTOM``. ``dialects.speak`` changes it in a view.
budgets  from ``budgets``: LOGIN, RESET, RESEND, DOWNLOAD, INVITE, CHECKOUT, PAYMENT, CODES, CODES_IN_BODY; the
         surface's come by themselves.
secret   the answer carries credentials: never kept for replays.
upload   multipart, up to the upload limit; the view reads ``flask.request`` itself and may use
         ``replays.once``. ``body`` then only describes the form.
v1_key   an Idempotency-Key is made up and echoed if the caller sent none, as v1 does on this route.
cache    ``Cache-Control``; "no-store" unless CATALOGUE or PRIVATE.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeVar

from flask.typing import ResponseReturnValue
from flask_smorest import Blueprint
from marshmallow import EXCLUDE, RAISE, Schema

from adapters.http.access import Allow
from adapters.http.budgets import Spending
from adapters.http.dialect import Dialect
from adapters.http.dispatch import serve
from adapters.http.query_fields import Names, Text, Whole
from adapters.http.route import ADMIN, AUTH, CATALOGUE, PRIVATE, SERVICE, STORE, WEBHOOKS, Route, Surface
from adapters.http.shown import Shown

__all__ = ["ADMIN", "AUTH", "CATALOGUE", "PRIVATE", "SERVICE", "STORE", "WEBHOOKS", "Resource", "Route", "Surface"]

View = TypeVar("View", bound=Callable[..., Any])
METHODS = frozenset({"GET", "POST", "DELETE", "PUT", "PATCH"})
NO_STORE = "no-store"
NAMES_TEXT_MAX = 4_000
_BY_SURFACE = -1


@dataclass
class Resource:
    """The routes under one URL prefix. name: unique, e.g. ``store_regions``; module: ``__name__``."""

    name: str
    module: str
    url_prefix: str
    surface: Surface
    description: str = ""
    blueprint: Any = field(init=False)
    routes: list[Route] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        self.blueprint = Blueprint(
            self.name, self.module, url_prefix=self.url_prefix or None, description=self.description
        )

    def on(
        self,
        method: str,
        rule: str,
        *,
        allow: Allow,
        shows: Shown | None = None,
        lists: Shown | None = None,
        limit: int | None = _BY_SURFACE,
        query: type[Schema] | None = None,
        any_query: bool = False,
        body: type[Schema] | None = None,
        body_required: bool = True,
        answers: Callable[..., Any] | None = None,
        repeatable: bool = False,
        status: int | None = None,
        dialect: Dialect | None = None,
        budgets: tuple[Spending, ...] = (),
        secret: bool = False,
        upload: bool = False,
        v1_key: bool = False,
        cache: str = NO_STORE,
        statuses: tuple[int, ...] = (),
    ) -> Callable[[View], View]:
        """Declare the decorated function as the view of one method and URL. any_query: what it does not
        know is passed over. statuses: further ones it can answer with, for the documentation."""
        if method not in METHODS:
            raise TypeError(f"{method} is not a method routes can have")

        def declare(view: View) -> View:
            route = Route(
                method=method,
                rule=self.url_prefix + rule,
                view=view,
                names=_names(view),
                module=view.__module__,
                surface=self.surface,
                allow=allow,
                shown=lists or shows,
                is_list=lists is not None,
                default_limit=self.surface.list_limit if limit == _BY_SURFACE else limit,
                query_schema=_query_schema(
                    method + self.url_prefix + rule,
                    query,
                    shows or lists,
                    is_list=lists is not None,
                    unknown=EXCLUDE if self.surface.lenient or any_query else RAISE,
                ),
                body_schema=None if body is None else body(),
                body_required=body_required,
                answers=answers,
                answer_names=_names(answers) if answers else frozenset(),
                repeatable=repeatable,
                status=status or self.surface.status_for(method),
                dialect=dialect or self.surface.dialect,
                budgets=(*self.surface.budgets_for(method), *budgets),
                secret=secret,
                upload=upload,
                v1_key=v1_key,
                cache=cache,
                statuses=statuses,
            )
            route.check()
            self._register(rule, route)
            return view

        return declare

    def _register(self, rule: str, route: Route) -> None:
        def endpoint(**path: str) -> ResponseReturnValue:
            return serve(route, path)

        endpoint.__doc__ = route.view.__doc__
        # Functions carry these for the start-up check and for flask-smorest's documentation.
        endpoint.route = route  # type: ignore[attr-defined]
        endpoint._apidoc = route.documented()  # type: ignore[attr-defined]
        name = f"{route.method.lower()}_{route.view.__name__}"
        self.blueprint.add_url_rule(rule, name, endpoint, methods=[route.method])
        self.routes.append(route)


def _names(function: Callable[..., Any]) -> frozenset[str]:
    return frozenset(inspect.signature(function).parameters)


def _query_schema(name: str, own: type[Schema] | None, shown: Shown | None, *, is_list: bool, unknown: str) -> Schema:
    """The route's own parameters with those that come with showing something."""
    more: dict[str, Any] = {}
    if shown is not None:
        more |= {"fields_": Names(data_key="fields", maximum=NAMES_TEXT_MAX), "expand": Names(maximum=NAMES_TEXT_MAX)}
    if is_list:
        more |= {"limit": Whole(minimum=0), "offset": Whole(minimum=0), "order": Text()}
    base = own or Schema
    meta = type("Meta", (getattr(base, "Meta", object),), {"unknown": unknown})
    namespace: Mapping[str, Any] = {**more, "Meta": meta}
    schema: Schema = type(f"Query of {name}", (base,), dict(namespace))()
    return schema

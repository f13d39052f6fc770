"""What is known about one route: the record that routing makes, dispatch serves and the docs print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from marshmallow import Schema

from adapters.http.access import Allow
from adapters.http.budgets import ADMIN_CALLS, STORE_READS, STORE_WRITES, Spending
from adapters.http.described import query_parameter
from adapters.http.dialect import Dialect
from adapters.http.hooks import Hooks
from adapters.http.shown import Shown
from ports.reads import Audience

CATALOGUE = "public, max-age=0, must-revalidate"
PRIVATE = "private, no-cache"
READS = frozenset({"GET", "HEAD"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """A part of the API with one kind of caller. list_limit: default page size. created: the status of a
    POST that says no other. lenient: names in a query that no route knows are ignored. prepare: called with
    the app's hooks before credentials are looked at; may raise. outsiders: tokens of sign-in services count.
    """

    name: str
    audience: Audience
    dialect: Dialect
    list_limit: int
    reads: tuple[Spending, ...] = ()
    writes: tuple[Spending, ...] = ()
    created: int = 200
    lenient: bool = False
    prepare: Callable[[Hooks], None] | None = None
    outsiders: bool = False

    def status_for(self, method: str) -> int:
        return self.created if method == "POST" else 200

    def budgets_for(self, method: str) -> tuple[Spending, ...]:
        return self.reads if method in READS else self.writes


STORE = Surface(
    name="store",
    audience=Audience.STORE,
    dialect=Dialect.NATIVE,
    list_limit=100,
    reads=STORE_READS,
    writes=STORE_WRITES,
)
ADMIN = Surface(
    name="admin",
    audience=Audience.ADMIN,
    dialect=Dialect.NATIVE,
    list_limit=50,
    reads=ADMIN_CALLS,
    writes=ADMIN_CALLS,
)
AUTH = Surface(name="auth", audience=Audience.STORE, dialect=Dialect.SIGN_IN, list_limit=50)
WEBHOOKS = Surface(name="webhooks", audience=Audience.STORE, dialect=Dialect.CUSTOM, list_limit=50)
SERVICE = Surface(name="service", audience=Audience.STORE, dialect=Dialect.NATIVE, list_limit=50)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Route:
    """One method on one URL. names, answer_names: parameters of the two functions."""

    method: str
    rule: str
    view: Callable[..., Any]
    names: frozenset[str]
    module: str
    surface: Surface
    allow: Allow
    shown: Shown | None
    is_list: bool
    default_limit: int | None
    query_schema: Schema
    body_schema: Schema | None
    body_required: bool
    answers: Callable[..., Any] | None
    answer_names: frozenset[str]
    repeatable: bool
    status: int
    dialect: Dialect
    budgets: tuple[Spending, ...]
    secret: bool
    upload: bool
    v1_key: bool
    cache: str
    statuses: tuple[int, ...]

    @property
    def writes(self) -> bool:
        return self.method not in READS

    @property
    def tagged(self) -> bool:
        """Single records of the admin side carry an ETag; the catalogue has its own."""
        return not self.writes and self.surface is ADMIN and self.shown is not None and not self.is_list

    @property
    def default_fields(self) -> str:
        if self.shown is None:
            return "*"
        return (self.shown.listed or self.shown.default) if self.is_list else self.shown.default

    def check(self) -> None:
        """Raises TypeError for a declaration that cannot work."""
        where = f"{self.method} {self.rule}"
        if not isinstance(self.allow, Allow):
            raise TypeError(f"{where} does not declare who may call it")
        if self.body_schema is not None and "body" not in self.names and not self.upload:
            raise TypeError(f"{where} declares a body that its view does not take")
        if self.writes and not (self.answers or self.repeatable or self.secret or self.upload):
            raise TypeError(f"{where} writes: declare answers=, or repeatable=True if repeating it is harmless")

    def documented(self) -> dict[str, Any]:
        """What flask-smorest reads off a view: parameters, body, and our own remarks."""
        parameters: list[dict[str, Any]] = []
        for name, field in self.query_schema.fields.items():
            parameters.append(query_parameter(field.data_key or name, field))
        if self.body_schema is not None:
            place = "files" if self.upload else "json"
            parameters.append({"in": place, "schema": type(self.body_schema), "required": self.body_required})
        return {
            "arguments": {"parameters": parameters, "responses": {}},
            "manual_doc": {"x-actors": self.allow.roles()},
        }

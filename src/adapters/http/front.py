"""The first and the last to see a request: names it, logs it, counts it, and knows some answers by heart.

A storefront asks the same few questions of the catalogue over and over. What was answered to nobody in
particular is kept whole here: status, headers and bytes, as they went out, under all of the request that
such an answer can depend on, with the ground it rests on: the market and the catalogue's edition as the
database told them. When the database still tells the same, which one small statement says, the answer goes out again,
and neither routing nor credentials, query or shapes are looked at. Budgets, the log and the counts are
those of any request; whatever is in doubt takes the long way.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import structlog

from adapters.http.budgets import Asked, spend
from adapters.http.cookies import NAME as SESSION_COOKIE
from adapters.http.course import KEY, Course, Ground
from adapters.http.hooks import Hooks
from adapters.http.kept_answers import Key, Shelf
from adapters.http.logs import log_request
from adapters.http.measuring import count_request
from adapters.http.network import request_id_of
from adapters.http.route import CATALOGUE, Route
from core.domain.actor import ANONYMOUS
from core.domain.errors import DomainError

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication

Headers = list[tuple[str, str]]
SECURITY: Mapping[str, str] = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}
HSTS = "max-age=31536000; includeSubDomains"
REQUEST_ID = "X-Request-Id"
_OVERHEAD = 2_048  # of an answer: its headers and what it is found by
# All of a request that an answer to nobody in particular can depend on.
_ASKED = (
    "SCRIPT_NAME",
    "PATH_INFO",
    "QUERY_STRING",
    "HTTP_X_PUBLISHABLE_API_KEY",
    "HTTP_X_CURRENCY",
    "HTTP_X_LOCALE",
    "HTTP_X_CLIENT_TIMEZONE",
    "HTTP_ORIGIN",
    "HTTP_IF_NONE_MATCH",
    "HTTP_ACCEPT_ENCODING",
    "HTTP_X_NO_COMPRESSION",
)
_CREDENTIALS = ("HTTP_AUTHORIZATION", "HTTP_X_MEDUSA_ACCESS_TOKEN")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Whole:
    """An answer as it went out. headers: without those of the single request."""

    route: Route
    path: Mapping[str, str]
    ground: Ground
    status: str
    headers: Headers
    body: bytes


class Front:
    """A WSGI application around another."""

    def __init__(self, app: WSGIApplication, hooks: Hooks) -> None:
        self._app = app
        self._hooks = hooks
        self._slow_after = hooks.settings.request_seconds
        self._standing = tuple(
            (name, name.lower(), value)
            for name, value in {
                **SECURITY,
                **({"Strict-Transport-Security": HSTS} if hooks.settings.production else {}),
            }.items()
        )
        self._wholes: Shelf[_Whole] = Shelf(hooks.settings.shelf_bytes)

    def __call__(self, environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        began = time.perf_counter()
        request_id = request_id_of(environ) or self._hooks.ids.new("req")
        course = Course(method=environ["REQUEST_METHOD"], request_id=request_id)
        key = _key(environ)
        whole = self._wholes.get(key) if key else None
        if whole is not None and self._holds(whole, environ, course):
            course.route, course.actor, course.status = whole.route, ANONYMOUS, int(whole.status[:3])
            start_response(whole.status, [*whole.headers, (REQUEST_ID, request_id)])
            body: Iterable[bytes] = [whole.body]
        else:
            body = self._ask(environ, start_response, course, key)
        course.seconds = time.perf_counter() - began
        log_request(course, self._slow_after)
        if self._hooks.metrics is not None:
            count_request(course, self._hooks.metrics)
        return body

    def _holds(self, whole: _Whole, environ: Mapping[str, Any], course: Course) -> bool:
        """Whether it may be answered again, to this caller and now. If not, what was seen is left to who answers."""
        settings = self._hooks.settings
        try:
            if settings.rate_limits_on:
                actor = replace(ANONYMOUS, network=settings.network_of(environ))
                spend(self._hooks, whole.route.budgets, Asked(actor=actor, path=whole.path, body={}))
            ground = whole.ground.anew(self._hooks.clock.now())
        except DomainError:
            return False  # what is wrong is found again, and answered, on the long way
        course.ahead = ground
        return bool(ground.seen == whole.ground.seen)

    def _ask(
        self, environ: dict[str, Any], start_response: StartResponse, course: Course, key: Key | None
    ) -> Iterable[bytes]:
        environ[KEY] = course
        structlog.contextvars.clear_contextvars()
        structlog.contextvars.bind_contextvars(request_id=course.request_id)
        head: list[tuple[str, Headers]] = []

        def finish(status: str, headers: Headers, *error: Any) -> Callable[[bytes], object]:
            given = {name.lower() for name, _ in headers}
            headers = headers + [(name, value) for name, lower, value in self._standing if lower not in given]
            head[:] = [(status, headers)]
            course.status = int(status[:3])
            return start_response(status, [*headers, (REQUEST_ID, course.request_id)], *error)

        body = self._app(environ, finish)
        if key is None or course.ground is None or not head:
            return body
        return [self._keep(key, course, *head[0], body)]

    def _keep(self, key: Key, course: Course, status: str, headers: Headers, body: Iterable[bytes]) -> bytes:
        """The body, read to its end."""
        try:
            content = b"".join(body)
        finally:
            close = getattr(body, "close", None)
            if close is not None:
                close()
        if course.route is not None and course.ground is not None and ("Cache-Control", CATALOGUE) in headers:
            whole = _Whole(
                route=course.route,
                path=course.path or {},
                ground=course.ground,
                status=status,
                headers=headers,
                body=content,
            )
            asked = sum(len(part) for part in key if isinstance(part, str))
            self._wholes.keep(key, whole, len(content) + asked + _OVERHEAD)
        return content


def _key(environ: Mapping[str, Any]) -> Key | None:
    """What a question to which anybody would get the same answer is known by."""
    if environ["REQUEST_METHOD"] != "GET" or any(name in environ for name in _CREDENTIALS):
        return None
    if SESSION_COOKIE in environ.get("HTTP_COOKIE", ""):
        return None
    return tuple(map(environ.get, _ASKED))

"""The only place where a refusal becomes a status code and a body.

One table from kinds of refusal to statuses; four dialects of bodies. NATIVE is Medusa's
``{code, type, message}`` with a plain-text 401, SIGN_IN the same with the JSON 401 of ``/auth/*``,
CUSTOM the ``{type: "error", message, code}`` of files, downloads, invites and webhooks, GATEWAY the
``{statusCode, message, error, code}`` of the gateway (``gateway.refusals``).
A route's dialect is its surface's unless it says otherwise; requests that reach no route are
answered by the dialect their URL belongs to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from flask import Response, g, request

from adapters.http.answers import JSON_TYPE, to_json
from adapters.http.course import course
from adapters.http.dialect import Dialect
from adapters.http.gateway import refusals
from core.domain import errors
from core.domain.cart import OutOfStock
from core.domain.mailbox_proof import ProofRefused
from core.domain.product_file import FileTooLarge, FileTypeNotAllowed

# Kind -> (status, native type). Concrete errors stand here only where HTTP has a status of its own for them.
KINDS: dict[type[errors.DomainError], tuple[int, str]] = {
    refusals.NotOffered: (501, "not_implemented"),
    FileTooLarge: (413, "invalid_data"),
    FileTypeNotAllowed: (415, "invalid_data"),
    ProofRefused: (401, "unauthorized"),
    errors.Invalid: (400, "invalid_data"),
    errors.NotAllowed: (400, "not_allowed"),
    errors.Unauthenticated: (401, "unauthorized"),
    errors.Forbidden: (403, "forbidden"),
    errors.NotFound: (404, "not_found"),
    errors.Duplicate: (422, "duplicate_error"),
    errors.Conflict: (409, "conflict"),
    errors.Gone: (410, "gone"),
    errors.PaymentRefused: (422, "payment_authorization_error"),
    errors.RateLimited: (429, "too_many_requests"),
    errors.Unavailable: (503, "unavailable"),
}
RETRY_MESSAGE = (
    "The request conflicted with another request. You may retry the request with the provided Idempotency-Key."
)
UNKNOWN_MESSAGE = "An unknown error occurred."

_CUSTOM_URLS = re.compile(
    r"/(admin/products/[^/]+/files(/.*)?|store/downloads(/.*)?|store/customers/me/downloads/?|store/invites(/.*)?"
    r"|admin/invites(/.*)?|admin/webhook-events(/.*)?|admin/downloads(/.*)?|admin/orders/[^/]+/downloads(/.*)?|webhooks/.*|files/.*)"
)


def speak(dialect: Dialect) -> None:
    """Answer the rest of this request in another dialect than its route declared."""
    g.dialect = dialect


def spoken() -> Dialect:
    """The dialect of the current request."""
    chosen: Dialect | None = g.get("dialect")
    return chosen or dialect_of_path(request.path)


def dialect_of_path(path: str) -> Dialect:
    if _CUSTOM_URLS.fullmatch(path):
        return Dialect.CUSTOM
    if refusals.URLS.fullmatch(path):
        return Dialect.GATEWAY
    return Dialect.SIGN_IN if path.startswith("/auth/") else Dialect.NATIVE


def status_of(error: errors.DomainError, dialect: Dialect) -> int:
    """The status of the nearest kind in the error's ancestry."""
    own = refusals.status_of(error) if dialect is Dialect.GATEWAY else None
    if own is not None:
        return own
    if dialect is Dialect.CUSTOM and isinstance(error, errors.Duplicate):
        return 409
    return _kind(error)[0]


def refuse(error: errors.DomainError) -> Response:
    """The answer to a refusal, in the dialect of the current request."""
    dialect = spoken()
    status = status_of(error, dialect)
    if isinstance(error, errors.Unauthenticated) and dialect is Dialect.NATIVE:
        return Response("Unauthorized", status=401, mimetype="text/plain")
    if dialect is Dialect.GATEWAY:
        body = refusals.body(error, status)
    else:
        body = _custom(error) if dialect is Dialect.CUSTOM else _native(error)
    response = Response(to_json(body), status=status, content_type=JSON_TYPE)
    wait = getattr(error, "retry_after", None)
    if wait is not None:
        response.headers["Retry-After"] = str(wait)
    return response


def refuse_http(status: int, code: str, message: str, headers: Mapping[str, str]) -> Response:
    """The answer to what was refused before a view was found or a body was read."""
    if spoken() is Dialect.CUSTOM:
        body: dict[str, object] = _named({"type": "error", "message": message, "code": code})
    elif spoken() is Dialect.GATEWAY:
        body = refusals.plain(status, message, code)
    else:
        body = {"code": code, "type": "not_found" if status == 404 else "invalid_data", "message": message}
    return Response(to_json(body), status=status, content_type=JSON_TYPE, headers=dict(headers))


def refuse_unknown() -> Response:
    """The answer to a bug: says nothing about it."""
    if spoken() is Dialect.CUSTOM:
        body: dict[str, object] = _named({"type": "error", "message": UNKNOWN_MESSAGE, "code": "INTERNAL"})
    elif spoken() is Dialect.GATEWAY:
        body = refusals.plain(500, UNKNOWN_MESSAGE, "INTERNAL")
    else:
        body = {"code": "unknown_error", "type": "unknown_error", "message": UNKNOWN_MESSAGE}
    return Response(to_json(body), status=500, content_type=JSON_TYPE)


def _kind(error: errors.DomainError) -> tuple[int, str]:
    return next(KINDS[kind] for kind in type(error).__mro__ if kind in KINDS)


def _native(error: errors.DomainError) -> dict[str, object]:
    type_ = _kind(error)[1]
    if isinstance(error, OutOfStock):
        problem = {"code": "insufficient_inventory", "type": "not_allowed", "message": error.message}
        return {"errors": [problem], **error.extra}
    if isinstance(error, errors.ConcurrentUpdate):
        return {"code": "invalid_state_error", "type": type_, "message": RETRY_MESSAGE}
    code = "invalid_request_error" if isinstance(error, errors.Duplicate) else error.code
    return {**error.extra, "code": code, "type": type_, "message": error.message}


def _custom(error: errors.DomainError) -> dict[str, object]:
    body: dict[str, object] = {**error.extra, "type": "error", "message": error.message, "code": error.code}
    if isinstance(error, errors.Invalid) and error.fields:
        body["errors"] = [{"field": problem.field, "message": problem.message} for problem in error.fields]
    return _named(body)


def _named(body: dict[str, object]) -> dict[str, object]:
    return {**body, "request_id": course().request_id}

"""Refusals and failures that leave a view, answered in the dialect of the request."""

from __future__ import annotations

import structlog
from flask import Flask, Response
from werkzeug.exceptions import HTTPException

from adapters.http.course import course
from adapters.http.dialects import refuse, refuse_http, refuse_unknown
from core.domain.errors import DomainError

log = structlog.get_logger(__name__)

# Statuses that werkzeug raises by itself, in our vocabulary.
_CODES = {
    400: ("VALIDATION_ERROR", "the request is malformed"),
    404: ("NOT_FOUND", "there is nothing at this address"),
    405: ("METHOD_NOT_ALLOWED", "this address does not take this method"),
    408: ("REQUEST_TIMEOUT", "the request took too long to arrive"),
    413: ("PAYLOAD_TOO_LARGE", "the request body is too large"),
    414: ("VALIDATION_ERROR", "the address is too long"),
    415: ("UNSUPPORTED_MEDIA_TYPE", "this media type is not accepted here"),
    416: ("RANGE_NOT_SATISFIABLE", "the requested range lies outside of the file"),
    431: ("VALIDATION_ERROR", "the request's header is too large"),
}
_KEPT_HEADERS = ("Allow", "Retry-After", "Content-Range", "Accept-Ranges")


def answer_errors(app: Flask) -> None:
    @app.errorhandler(DomainError)
    def refused(error: DomainError) -> Response:
        course().refusal = error
        return refuse(error)

    @app.errorhandler(HTTPException)
    def rejected(error: HTTPException) -> Response:
        status = error.code or 500
        if status < 400:
            return Response(response=error.get_response().get_data(), status=status, headers=error.get_headers())
        if status >= 500:
            return failed(error)
        given = {name: value for name, value in error.get_response().headers if name in _KEPT_HEADERS}
        code, message = _CODES.get(status, ("VALIDATION_ERROR", "the request cannot be served"))
        return refuse_http(status, code, message, given)

    @app.errorhandler(Exception)
    def failed(error: Exception) -> Response:
        # The trace goes to the log; the caller learns the request id only.
        log.error("unhandled", exc_info=error)
        return refuse_unknown()

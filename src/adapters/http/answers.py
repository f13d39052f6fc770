"""Turning what views return into bytes."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import orjson
from flask import Response, request

JSON_TYPE = "application/json"
# Datetimes pass through ``_plain`` because Medusa's clients expect milliseconds and a "Z".
_OPTIONS = orjson.OPT_PASSTHROUGH_DATETIME


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A view's answer where a bare dict will not do. body: JSON values, or text for ``text/plain``."""

    body: object = None
    status: int | None = None
    headers: Mapping[str, str] = field(default_factory=dict)


def to_json(tree: object) -> bytes:
    """Decimals as numbers, digit by digit (whole ones without fraction), datetimes as
    ``2024-01-02T03:04:05.678Z``."""
    try:
        return orjson.dumps(tree, default=_plain, option=_OPTIONS)
    except orjson.JSONEncodeError:
        # Other keys than texts are rare, and being ready for them takes half as long again. What is wrong
        # with anything else is said here.
        return orjson.dumps(tree, default=_plain, option=_OPTIONS | orjson.OPT_NON_STR_KEYS)


def respond(result: object, status: int) -> Response:
    """A dict or list is JSON, a str plain text, None an empty body; an Answer says more itself."""
    if isinstance(result, Response):
        return result
    if isinstance(result, Answer):
        response = respond(result.body, result.status or status)
        response.headers.extend(dict(result.headers))
        return response
    if result is None:
        return Response(status=204 if status == 200 else status)
    if isinstance(result, str):
        return Response(result, status=status, mimetype="text/plain")
    return Response(to_json(result), status=status, content_type=JSON_TYPE)


def tagged(response: Response) -> Response:
    """With a weak ETag of what it says, or 304 where the caller has just that."""
    if response.status_code == 200:
        response.set_etag(hashlib.sha256(response.get_data()).hexdigest()[:32], weak=True)
        response.make_conditional(request)
    return response


def iso(moment: datetime) -> str:
    return f"{moment.astimezone(UTC).isoformat(timespec='milliseconds')[:-6]}Z"


def _plain(value: Any) -> object:
    if isinstance(value, datetime):
        return iso(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        # Spelt out: as a float, large amounts of money would lose their last digits.
        return orjson.Fragment(_digits(value))
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"{type(value).__name__} has no JSON form")


def _digits(value: Decimal) -> bytes:
    """``12.50`` as ``12.5``, ``12.00`` as ``12``, ``1E+3`` as ``1000``."""
    text = f"{value:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text).encode()

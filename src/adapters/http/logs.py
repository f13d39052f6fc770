"""One JSON line per event on standard error, without secrets, bodies, query strings or addresses."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any

import structlog

from adapters.http.course import Course

log = structlog.get_logger("http")
REDACTED = "[redacted]"
_SECRET_NAMES = re.compile(r"password|passwd|secret|token|authorization|cookie|signature|api_?key|session_id", re.I)
# Bearer tokens, session cookies and our derived tokens, should one end up inside a message.
_SECRET_TEXT = re.compile(
    r"(?i)(bearer|basic)\s+\S+|eyJ[\w-]+\.[\w-]+\.[\w-]+|s%3A\S+|\$argon2\S+|\bsk_\w+|\bwhsec_\w+"
)


def configure_logs(level: int = logging.INFO) -> None:
    """For the whole process; call once at start."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="at"),
            structlog.processors.format_exc_info,
            redact,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def redact(logger: object, method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Blot out values by name, and what looks like a credential in any text."""
    return {name: _clean(name, value) for name, value in event.items()}


def log_request(course: Course, slow_after: float) -> None:
    """A line per request: the route's pattern, never its concrete path, which may hold a token."""
    actor, refusal = course.actor, course.refusal
    write = log.warning if course.seconds > slow_after else log.info
    write(
        "request",
        request_id=course.request_id,
        method=course.method,
        route=course.route.rule if course.route else None,
        status=course.status,
        actor=actor.kind.value if actor else None,
        actor_id=actor.id if actor else None,
        refusal=refusal.code if refusal else None,
        duration_ms=round(course.seconds * 1_000, 1),
    )


def _clean(name: str, value: object) -> object:
    if _SECRET_NAMES.search(name):
        return REDACTED
    if isinstance(value, str):
        return _SECRET_TEXT.sub(REDACTED, value)
    if isinstance(value, Mapping):
        return {key: _clean(str(key), below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [_clean("", below) for below in value]
    return value

"""Where a buyer may be sent after a payment: addresses of origins that the shop was told to trust.

Anything else would let a link to the shop's own checkout end on somebody else's page.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

from adapters.http.body_fields import Str
from adapters.http.hooks import hooks
from core.domain.errors import FieldProblem, Invalid

URL_MAX = 2_000
ANY_PORT = ":*"


class ReturnUrl(Str):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(max=URL_MAX, **kwargs)


def trusted(url: str | None, name: str) -> str | None:
    """The address as it was given. Raises Invalid unless it is one of a trusted origin."""
    if not url:
        return None
    if not _is_trusted(url, hooks().settings.return_origins):
        problem = "must be an http(s) URL of an origin in RETURN_ORIGINS"
        raise Invalid(f"{name} {problem}", fields=[FieldProblem(name, problem)])
    return url


def _is_trusted(url: str, origins: Sequence[str]) -> bool:
    # Browsers drop control characters and read "\" as "/": an address that holds them is not what it seems.
    if not url.isprintable() or " " in url or "\\" in url:
        return False
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises for a port that is none
    except ValueError:
        return False
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc:
        return False
    return any(_matches(parts, origin) for origin in origins)


def _matches(parts: SplitResult, origin: str) -> bool:
    known = urlsplit(origin.removesuffix(ANY_PORT))
    if (parts.scheme, parts.hostname) != (known.scheme, known.hostname):
        return False
    return origin.endswith(ANY_PORT) or _port(parts) == _port(known)


def _port(parts: SplitResult) -> int:
    return parts.port or {"http": 80, "https": 443}[parts.scheme]

"""Where a request came from: address behind proxies, kind of browser, request id."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any

Networks = tuple[IPv4Network | IPv6Network, ...]
_REQUEST_ID = re.compile(r"[A-Za-z0-9_.:-]{1,100}")
_ADDRESS_MAX = 100  # an IPv6 address with its zone is shorter
_FAMILIES = (
    ("edg", "Edge"),
    ("opr/", "Opera"),
    ("firefox", "Firefox"),
    ("chrome", "Chrome"),
    ("safari", "Safari"),
    ("curl", "curl"),
    ("wget", "Wget"),
    ("python", "Python"),
    ("node", "Node"),
    ("okhttp", "OkHttp"),
)


def network_of(environ: Mapping[str, Any], trusted_proxies: int, storefronts: Networks = ()) -> str | None:
    """The client's address as budgets count it: IPv4 /32, IPv6 /64. environ: the request's, as WSGI has it.

    With n trusted proxies the client is the n-th address from the right of what they reported, our
    direct peer being the last; anything left of it is the client's own claim. storefronts: where the shop's
    own storefronts ask from; of a buyer whom one of them has named last, it is the buyer's address.
    """
    forwarded = environ.get("HTTP_X_FORWARDED_FOR") if trusted_proxies or storefronts else None
    hops = [hop.strip() for hop in forwarded.split(",") if hop.strip()] if forwarded else []
    hops.append(environ.get("REMOTE_ADDR") or "")
    place = max(0, len(hops) - 1 - trusted_proxies)
    if place and storefronts and _is_in(hops[place], storefronts):
        place -= 1
    return shorten(hops[place])


def _is_in(address: str, networks: Networks) -> bool:
    parsed = _parsed(address.strip("[]")) if len(address) <= _ADDRESS_MAX else None
    return parsed is not None and any(parsed in network for network in networks)


def shorten(address: str) -> str | None:
    address = address.strip("[]")
    return _shortened(address) if len(address) <= _ADDRESS_MAX else None


@lru_cache(maxsize=1_000)
def _parsed(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return None
    if isinstance(parsed, IPv6Address) and parsed.ipv4_mapped is not None:
        return parsed.ipv4_mapped
    return parsed


@lru_cache(maxsize=1_000)
def _shortened(address: str) -> str | None:
    parsed = _parsed(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((parsed, 64), strict=False))
    return None if parsed is None else str(parsed)


def family_of(agent: str | None) -> str | None:
    """The browser's family; the full header says too much about a person to be kept."""
    if not agent:
        return None
    lowered = agent.lower()
    return next((family for mark, family in _FAMILIES if mark in lowered), "other")


def request_id_of(environ: Mapping[str, Any]) -> str | None:
    """The caller's own request id, if it is one that can be logged and echoed."""
    given = environ.get("HTTP_X_REQUEST_ID")
    return given if given and _REQUEST_ID.fullmatch(given) else None

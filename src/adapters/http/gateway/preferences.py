"""What a request's headers ask for: ``x-currency``, ``x-locale``, ``x-client-timezone``.

The first two must be ones the shop is set up for and are told back in the answer; the time zone decides
which midnight a bare date means, and counts as UTC where it names none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import g, request

from adapters.http.gateway.refusals import PreferenceRefused
from adapters.http.hooks import Hooks

CURRENCY, LOCALE, TIMEZONE = "x-currency", "x-locale", "x-client-timezone"
UTC = ZoneInfo("UTC")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """currency: upper-case ISO 4217."""

    currency: str
    locale: str
    timezone: ZoneInfo


def preferences() -> Preferences:
    """Those of the current request."""
    wanted: Preferences = g.preferences
    return wanted


def read_preferences(hooks: Hooks) -> None:
    """Before a view of the gateway. Raises PreferenceRefused."""
    g.preferences = Preferences(
        currency=_one_of(CURRENCY, hooks.settings.gateway_currencies),
        locale=_one_of(LOCALE, hooks.settings.gateway_locales),
        timezone=_zone(request.headers.get(TIMEZONE)),
    )
    g.echoed = {CURRENCY: g.preferences.currency, LOCALE: g.preferences.locale}


def _one_of(header: str, offered: Sequence[str]) -> str:
    wanted = request.headers.get(header, "").strip()
    if not wanted:
        return offered[0]
    for each in offered:
        if each.lower() == wanted.lower():
            return each
    raise PreferenceRefused(f"Unsupported {header.removeprefix('x-')}; use one of {', '.join(offered)}")


def _zone(name: str | None) -> ZoneInfo:
    try:
        return ZoneInfo(name.strip()) if name else UTC
    except (KeyError, ValueError, OSError):  # no such zone; a name like a path; a folder of zones
        return UTC

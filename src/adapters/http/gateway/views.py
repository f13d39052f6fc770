"""The small pieces that the gateway's answers are made of."""

from __future__ import annotations

from adapters.http.fields import choose
from core.domain.money import Money
from ports.reads import Selection, Tree


def present(**entries: object) -> Tree:
    """Without the entries that are None: what has no value does not appear."""
    return {name: value for name, value in entries.items() if value is not None}


def price(amount: object, currency: object) -> Tree:
    """``{value, currency}`` from minor units: 1250 EUR is 12.5, 1250 JPY is 1250, 1250 KWD is 1.25.

    value is a Decimal, which answers write digit by digit, so that no amount passes through a float.
    currency: in any case; upper-case in the answer.
    """
    code = str(currency)
    minor = amount if type(amount) is int else 0
    return {"value": Money(minor, code.lower()).major, "currency": code.upper()}


def price_if(amount: object, currency: object) -> Tree | None:
    return None if amount is None else price(amount, currency)


def selected(default: str) -> Selection:
    """Columns and relations to read, in the grammar of ``fields``: ``*,*items,items.variant.*``."""
    return choose(None, None, default).selection

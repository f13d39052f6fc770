"""How often whom may do what: the table of budgets, and their spending around each view.

Budgets per network count failures only (declines, bad codes, bad tokens), so that people behind one
address do not use up each other's; logging in and asking for a reset count in full. Carts, customers
and admins have budgets of their own; how often a cart or an e-mail address opens a payment is counted in
``core.use_cases.cart.checkout_budgets``, as asking for the session that is open opens none: storefronts ask
whenever they show the checkout. ``rate_limits_on=False`` in the settings lifts these.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from adapters.http.hooks import Hooks
from core.domain.actor import Actor
from core.domain.errors import RateLimited
from ports.rate_limits import Budget, wait_for

MINUTE, HOUR = 60, 3_600


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What keys are made of. path: the URL's parameters; body: the checked JSON body."""

    actor: Actor
    path: Mapping[str, str]
    body: Mapping[str, Any]


Key = Callable[[Asked], str | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Spending:
    """key: whose budget it is; None when the request has no such party. pause: for how many seconds
    whoever has used it up has to stop altogether."""

    budget: Budget
    key: Key
    failures_only: bool = False
    pause: int = 0


def _network(asked: Asked) -> str | None:
    return asked.actor.network


def _caller(asked: Asked) -> str | None:
    return f"{asked.actor.kind}:{asked.actor.id}" if asked.actor.id else None


def _cart(asked: Asked) -> str | None:
    named = asked.path.get("cart_id") or asked.path.get("payment_collection_id") or asked.body.get("cart_id")
    return named if isinstance(named, str) else None


def _cart_with_codes(asked: Asked) -> str | None:
    return _cart(asked) if _has_codes(asked) else None


def _network_with_codes(asked: Asked) -> str | None:
    return _network(asked) if _has_codes(asked) else None


def _has_codes(asked: Asked) -> bool:
    return bool(asked.body.get("gift_cards") or asked.body.get("discounts"))


def _caller_or_cart(asked: Asked) -> str | None:
    return _caller(asked) or _cart(asked)


def _address(asked: Asked) -> str | None:
    email = asked.body.get("email")
    return email.strip().lower() if isinstance(email, str) else None


def _address_and_network(asked: Asked) -> str | None:
    address = _address(asked)
    return None if address is None else f"{address}|{asked.actor.network}"


def _each(name: str, times: int, seconds: int, key: Key) -> Spending:
    return Spending(budget=Budget(name, times, seconds), key=key)


def _failures(name: str, times: int, seconds: int) -> Spending:
    return Spending(budget=Budget(name, times, seconds), key=_network, failures_only=True)


LOGIN = (_each("login", 5, 15 * MINUTE, _address_and_network),)
RESET = (_each("reset_address", 3, HOUR, _address), _each("reset_network", 3, HOUR, _network))
RESEND = (_each("resend_address", 3, HOUR, _address), _each("resend_network", 3, HOUR, _network))
DOWNLOAD = (_each("download", 30, MINUTE, _caller), _failures("download_failures", 10, MINUTE))
CLAIM = (_each("claim", 10, HOUR, _caller), _each("claim_network", 20, HOUR, _network))
MAILED_TOKEN = (_failures("mailed_token_failures", 10, MINUTE),)
INVITE = (_failures("invite_failures", 10, MINUTE),)
ACCOUNT_LOOKUP = (_each("account_lookup", 10, MINUTE, _network),)
PAYMENT = (
    _failures("checkout_failures_minute", 6, MINUTE),
    Spending(budget=Budget("checkout_failures_hour", 20, HOUR), key=_network, failures_only=True, pause=30 * MINUTE),
)
CHECKOUT = (
    _each("checkout_minute", 6, MINUTE, _cart),
    Spending(budget=Budget("checkout_hour", 20, HOUR), key=_cart, pause=30 * MINUTE),
    *PAYMENT,
)
CODES = (_each("codes", 10, MINUTE, _cart), _failures("codes_failures", 60, HOUR))
CODES_IN_BODY = (
    _each("codes", 10, MINUTE, _cart_with_codes),
    Spending(budget=Budget("codes_failures", 60, HOUR), key=_network_with_codes, failures_only=True),
)
STORE_READS = (_each("store_reads", 300, MINUTE, _caller_or_cart), _failures("store_read_failures", 300, MINUTE))
STORE_WRITES = (_each("store_writes", 60, MINUTE, _caller_or_cart), _failures("store_write_failures", 60, MINUTE))
ADMIN_CALLS = (_each("admin", 600, MINUTE, _caller),)
BAD_CREDENTIALS = Budget("bad_credentials", 60, MINUTE)


def check_credentials(hooks: Hooks, network: str | None) -> None:
    """Refuse to look at further credentials from where too many bad ones came. Raises RateLimited."""
    if hooks.settings.rate_limits_on and network is not None:
        _refuse_when(hooks.rate_limits.check(BAD_CREDENTIALS, network))


def count_bad_credentials(hooks: Hooks, network: str | None) -> None:
    if hooks.settings.rate_limits_on and network is not None:
        hooks.rate_limits.spend(BAD_CREDENTIALS, network)


def spend(hooks: Hooks, spendings: tuple[Spending, ...], asked: Asked) -> None:
    """Before a view. Raises RateLimited."""
    if not hooks.settings.rate_limits_on:
        return
    for spending in spendings:
        key = spending.key(asked)
        if key is not None:
            counted = not spending.failures_only
            _refuse_when(wait_for(hooks.rate_limits, spending.budget, key, pause=spending.pause, counted=counted))


def count_failure(hooks: Hooks, spendings: tuple[Spending, ...], asked: Asked) -> None:
    """After a view that refused."""
    if not hooks.settings.rate_limits_on:
        return
    for spending in spendings:
        key = spending.key(asked) if spending.failures_only else None
        if key is not None:
            hooks.rate_limits.spend(spending.budget, key)


def _refuse_when(seconds: int) -> None:
    if seconds > 0:
        raise RateLimited("too many requests; try again later", retry_after=seconds)

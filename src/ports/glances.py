"""Looking at a cart or an order just long enough to decide whether the caller may see it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True, kw_only=True)
class CartGlance:
    """owner_id: the registered customer it belongs to; None for free and guests' carts.

    fresh: its prices hold and its payment sessions are up to date. final: completed or being
    completed, so that it is never re-priced.
    """

    owner_id: str | None
    fresh: bool
    final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderGlance:
    """owner_id: the registered customer it belongs to; None for guests' orders."""

    id: str
    owner_id: str | None


class Glances(Protocol):
    """One statement each, no locks. None when there is no such thing."""

    def cart(self, cart_id: str, now: datetime) -> CartGlance | None: ...

    def order(self, order_id: str) -> OrderGlance | None: ...

    def order_of_cart(self, cart_id: str) -> OrderGlance | None: ...

    def order_by_number(self, display_id: int, email: str) -> OrderGlance | None: ...

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


@dataclass(frozen=True, slots=True, kw_only=True)
class Edition:
    """Which state of the catalogue somebody looks at. number: moves on with every write to it. all_products:
    moves on with those writes after which other products than those written may look different. until: when
    a dated price list next starts or ends, which changes prices without a write; None for never."""

    number: int
    all_products: int = 0
    until: datetime | None = None

    def is_over(self, now: datetime) -> bool:
        return self.until is not None and self.until <= now


@dataclass(frozen=True, slots=True, kw_only=True)
class Storefront:
    """What a publishable key stands for. channel_ids: where it sells; none of them confines nothing."""

    revoked: bool
    channel_ids: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Where a catalogue page is looked at: prices and channels follow from it. currency_code: lower-case.

    storefront: that of the key sent, None without one and for an unknown one. closed_channel_ids: every
    channel in which nothing is sold at present.
    """

    region_id: str | None
    currency_code: str | None
    channel_id: str | None
    automatic_taxes: bool = True
    group_ids: frozenset[str] = frozenset()
    storefront: Storefront | None = None
    closed_channel_ids: frozenset[str] = frozenset()
    edition: Edition = Edition(number=0)


class Glances(Protocol):
    """One statement each, no locks. None when there is no such thing."""

    def numbers(self) -> tuple[int, int]:
        """The edition's number and its all_products, alone. While both are the same, so are the edition until it ends
        by itself, and every market but a cart's; where only the first has moved, nothing but products was written."""
        ...

    def edition(self, now: datetime) -> Edition: ...

    def market(
        self,
        cart_id: str | None,
        region_id: str | None,
        customer_id: str | None,
        now: datetime,
        key: str | None = None,
    ) -> Market:
        """The cart's region and channel, else the region named, with the shop's default channel; the
        customer's groups; what the publishable key stands for. Unknown ids count as none."""
        ...

    def cart(self, cart_id: str, now: datetime) -> CartGlance | None: ...

    def order(self, order_id: str) -> OrderGlance | None: ...

    def order_of_cart(self, cart_id: str) -> OrderGlance | None: ...

    def order_of_edit(self, edit_id: str) -> OrderGlance | None: ...

    def order_of_collection(self, collection_id: str) -> OrderGlance | None: ...

    def order_by_number(self, display_id: int, email: str) -> OrderGlance | None: ...

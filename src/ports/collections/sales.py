"""Carts and orders with all that follows them, and what is paid."""

from datetime import datetime
from typing import Protocol

from core.domain.cart import Cart
from core.domain.order import Order
from core.domain.order_edit import OrderEdit
from core.domain.payment import PaymentAttempt
from core.domain.payment_collection import PaymentCollection
from core.domain.return_reason import ReturnReason
from core.domain.returns import Return
from core.domain.swap import Swap


class Carts(Protocol):
    def get(self, id: str) -> Cart: ...

    def add(self, cart: Cart) -> None: ...


class Orders(Protocol):
    """Unique: cart_id (OrderExists)."""

    def get(self, id: str) -> Order: ...

    def add(self, order: Order) -> None: ...

    def by_cart(self, cart_id: str) -> Order | None: ...

    def by_payment(self, provider_id: str, provider_payment_id: str) -> Order | None: ...

    def of_payment(self, payment_id: str) -> str | None:
        """The id of the order that has this payment, without a lock."""
        ...

    def carts_of(self, order_id: str) -> list[str]:
        """The ids of the carts that it and its swaps come from, in ascending order, without a lock."""
        ...

    def ids_of_customer(self, customer_id: str, *, email: str | None = None) -> list[str]:
        """Newest first; with ``email`` also orders of guests with that address."""
        ...

    def waiting_for_file(self, product_id: str, variant_id: str | None, chain_id: str, since: datetime) -> list[str]:
        """Ids of orders that a file of this chain may have to be granted to, oldest first: with a digital
        line of this product (and of this variant, unless None) that has no entitlement of this chain,
        and placed since then or without any entitlement at all on that line. Lines count that standing
        swaps of the order send, since when the swap was confirmed."""
        ...

    def being_fulfilled(self, provider_id: str, since: datetime) -> list[str]:
        """Ids of orders placed since then with a fulfillment of this provider that is neither shipped nor
        canceled, oldest first."""
        ...


class ReturnReasons(Protocol):
    """Unique among live ones: value (ReturnReasonTaken)."""

    def get(self, id: str) -> ReturnReason: ...

    def add(self, reason: ReturnReason) -> None: ...

    def under(self, parent_id: str) -> list[ReturnReason]:
        """The live ones listed under this category."""
        ...


class Returns(Protocol):
    """Lock the order first. Unique: swap_id."""

    def get(self, id: str) -> Return: ...

    def add(self, returned: Return) -> None: ...

    def of_order(self, order_id: str) -> list[Return]:
        """Those of the order itself, oldest first."""
        ...

    def of_swap(self, swap_id: str) -> Return | None: ...

    def order_of(self, id: str) -> str | None:
        """The id of the order it comes from, through its swap if it is a swap's, without a lock."""
        ...


class Swaps(Protocol):
    """Lock the order first. Unique: cart_id."""

    def get(self, id: str) -> Swap: ...

    def add(self, swap: Swap) -> None: ...

    def by_cart(self, cart_id: str) -> Swap | None: ...

    def order_of_cart(self, cart_id: str) -> str | None:
        """The id of the order whose swap has this cart, without a lock."""
        ...

    def of_order(self, order_id: str) -> list[Swap]:
        """Oldest first."""
        ...


class OrderEdits(Protocol):
    """Lock the order first. Unique: order_id among active ones (ActiveOrderEditExists)."""

    def get(self, id: str) -> OrderEdit: ...

    def add(self, edit: OrderEdit) -> None: ...

    def order_of(self, id: str) -> str | None:
        """The id of its order, without a lock."""
        ...

    def of_line(self, line_id: str) -> str | None:
        """The id of the edit that has this line."""
        ...

    def active_of(self, order_id: str) -> OrderEdit | None: ...

    def of_collection(self, collection_id: str) -> OrderEdit | None: ...


class PaymentCollections(Protocol):
    """Lock the order and the edit first. Unique: (provider_id, reference) of sessions."""

    def get(self, id: str) -> PaymentCollection: ...

    def add(self, collection: PaymentCollection) -> None: ...

    def order_of(self, id: str) -> str | None:
        """The id of its order, without a lock."""
        ...

    def by_payment(self, provider_id: str, reference: str) -> str | None:
        """The id of the collection that has a session for this payment."""
        ...

    def of_payment(self, payment_id: str) -> str | None:
        """The id of the collection that has this payment, until its order takes it over."""
        ...


class PaymentAttempts(Protocol):
    """Unique: (provider_id, provider_payment_id), so that a payment is owed back once."""

    def get(self, id: str) -> PaymentAttempt: ...

    def add(self, attempt: PaymentAttempt) -> None: ...

    def by_payment(self, provider_id: str, provider_payment_id: str) -> PaymentAttempt | None:
        """The attempt by which this payment is owed back."""
        ...

    def owed(self, cart_id: str, provider_id: str) -> list[PaymentAttempt]:
        """Those of a cart that still owe something back at this provider and that nobody has set out to
        release, the newest first."""
        ...


class Stock(Protocol):
    """Units on hand, moved by conditional writes that the database decides."""

    def take(self, variant_id: str, quantity: int, *, beyond: bool = False) -> bool:
        """Granted if the variant allows backorder, is not managed, or has that many left; ``beyond``:
        whatever is left, on the word of staff."""
        ...

    def put_back(self, variant_id: str, quantity: int) -> None: ...

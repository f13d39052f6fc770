"""Carts, orders and attempts to pay, in memory."""

from __future__ import annotations

from datetime import datetime

from adapters.memory.shelf import Overlay, Shelf
from core.domain.cart import Cart, CartNotFound
from core.domain.customer import Customer
from core.domain.download import Entitlement
from core.domain.order import Order, OrderLine, OrderNotFound
from core.domain.payment import PaymentAttempt
from core.domain.swap import Swap


class InMemoryCarts(Shelf[Cart]):
    missing = CartNotFound
    label = "Cart"
    absent = "{} with {} was not found"


class InMemoryPaymentAttempts(Shelf[PaymentAttempt]):
    label = "Payment attempt"

    def by_payment(self, provider_id: str, provider_payment_id: str) -> PaymentAttempt | None:
        wanted = (provider_id, provider_payment_id)
        return self.find_first(lambda attempt: (attempt.provider_id, attempt.provider_payment_id) == wanted)

    def owed(self, cart_id: str, provider_id: str) -> list[PaymentAttempt]:
        wanted = (cart_id, provider_id)
        found = self.find(lambda attempt: attempt.reusable and (attempt.cart_id, attempt.provider_id) == wanted)
        return sorted(found, key=lambda attempt: (attempt.started_at, attempt.id), reverse=True)


class InMemoryOrders(Shelf[Order]):
    missing = OrderNotFound
    label = "Order"

    def __init__(
        self,
        rows: Overlay[Order],
        customers: Overlay[Customer],
        downloads: Overlay[Entitlement],
        swaps: Overlay[Swap],
    ) -> None:
        super().__init__(rows)
        self._customers = customers
        self._downloads = downloads
        self._swaps = swaps

    def by_cart(self, cart_id: str) -> Order | None:
        return self.find_first(lambda order: order.cart_id == cart_id)

    def by_payment(self, provider_id: str, provider_payment_id: str) -> Order | None:
        wanted = (provider_id, provider_payment_id)
        return self.find_first(
            lambda order: any((p.provider_id, p.provider_payment_id) == wanted for p in order.payments)
        )

    def of_payment(self, payment_id: str) -> str | None:
        found = self.find_first(lambda order: any(payment.id == payment_id for payment in order.payments))
        return found.id if found is not None else None

    def carts_of(self, order_id: str) -> list[str]:
        own = [order.cart_id for order in self._rows.values() if order.id == order_id]
        exchanged = [swap.cart_id for swap in self._swaps.values() if swap.order_id == order_id]
        return sorted({cart_id for cart_id in (*own, *exchanged) if cart_id is not None})

    def ids_of_customer(self, customer_id: str, *, email: str | None = None) -> list[str]:
        guests = {customer.id for customer in self._customers.values() if not customer.has_account}
        found = [
            order
            for order in self._rows.values()
            if order.customer_id == customer_id
            or (email is not None and order.email == email and order.customer_id in guests)
        ]
        return [order.id for order in sorted(found, key=lambda order: (order.placed_at, order.id), reverse=True)]

    def being_fulfilled(self, provider_id: str, since: datetime) -> list[str]:
        def waits(order: Order) -> bool:
            return order.placed_at >= since and any(
                fulfillment.provider_id == provider_id
                and fulfillment.shipped_at is None
                and fulfillment.canceled_at is None
                for fulfillment in order.fulfillments
            )

        found = [order for order in self._rows.values() if waits(order)]
        return [order.id for order in sorted(found, key=lambda order: (order.placed_at, order.id))]

    def waiting_for_file(self, product_id: str, variant_id: str | None, chain_id: str, since: datetime) -> list[str]:
        granted: dict[str, set[str]] = {}
        for download in self._downloads.values():
            granted.setdefault(download.line_item_id, set()).add(download.chain_id)

        def waits(line: OrderLine, bought_at: datetime) -> bool:
            chains = granted.get(line.id, set())
            concerned = line.product_id == product_id and (variant_id is None or line.variant_id == variant_id)
            return line.is_digital and concerned and chain_id not in chains and (bought_at >= since or not chains)

        found = {
            order.id: order
            for order in self._rows.values()
            if any(waits(line, order.placed_at) for line in order.items)
        }
        for swap in self._swaps.values():
            bought_at = swap.confirmed_at
            if bought_at is not None and swap.stands and any(waits(x, bought_at) for x in swap.additional_items):
                order = self._rows.get(swap.order_id)
                found |= {order.id: order} if order is not None else {}
        return [order.id for order in sorted(found.values(), key=lambda order: (order.placed_at, order.id))]

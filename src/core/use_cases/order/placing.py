"""Making an order out of a cart: pure copying, no decisions."""

from dataclasses import fields, replace
from datetime import datetime

from core.domain.cart import Cart
from core.domain.lines import Line, ShippingMethod
from core.domain.order import Order, OrderId, OrderLine
from core.domain.payment import Payment, ProviderPayment
from core.domain.values import Address
from ports.clock import Ids

_LINE_FIELDS = tuple(field.name for field in fields(Line))


def order_from(cart: Cart, *, id: OrderId, display_id: int, customer_id: str, email: str, now: datetime) -> Order:
    """The order of a cart at the cart's prices, taxes always included. Lines keep their ids."""
    order = Order(
        id=id,
        display_id=display_id,
        cart_id=cart.id,
        customer_id=customer_id,
        email=email,
        region_id=cart.region_id,
        currency_code=cart.currency_code,
        sales_channel_id=cart.sales_channel_id,
        items=[OrderLine(**{name: getattr(item, name) for name in _LINE_FIELDS}) for item in cart.items],
        discount_ids=tuple(cart.discount_ids),
        shipping_methods=[_copied(method) for method in cart.shipping_methods],
        metadata=cart.metadata or {},
        placed_at=now,
    )
    order.recompute()
    order.pay_with_cards(cart.card_uses)
    return order


def own_address(address: Address | None, ids: Ids) -> Address | None:
    """The order's own copy: editing the cart's or the customer's later does not rewrite history."""
    return None if address is None else replace(address, id=ids.new("addr"), customer_id=None)


def payment_from(cart: Cart, told: ProviderPayment, *, id: str, provider_id: str, key: str, now: datetime) -> Payment:
    """The payment behind the order. Money the provider has taken already counts as captured."""
    return Payment(
        id=id,
        provider_id=provider_id,
        amount=told.amount,
        currency_code=cart.currency_code,
        provider_payment_id=told.reference,
        cart_id=cart.id,
        data=dict(told.data),
        captured_at=now if told.captured >= told.amount else None,
        idempotency_key=key,
    )


def _copied(method: ShippingMethod) -> ShippingMethod:
    return replace(method)

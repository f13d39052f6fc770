"""Carts and attempts to pay, as rows."""

from __future__ import annotations

from sqlalchemy import bindparam

from adapters.db.collections.collection import SqlCollection, roots
from adapters.db.mapping import Links, Many, Mapper, One, Removal
from adapters.db.tables import (
    addresses,
    cart_discounts,
    cart_gift_cards,
    carts,
    line_item_adjustments,
    line_item_tax_lines,
    line_items,
    payment_attempts,
    payment_sessions,
    shipping_method_tax_lines,
    shipping_methods,
)
from core.domain.cart import Cart, CartNotFound, LineItem
from core.domain.errors import NotFound
from core.domain.gift_card import AppliedGiftCard
from core.domain.lines import Adjustment, ShippingMethod
from core.domain.payment import AttemptState, PaymentAttempt, PaymentSession
from core.domain.tax import TaxLine
from core.domain.values import Address

# Rows stay when a cart or an order stops pointing at them: others may still do.
ADDRESS = Mapper(
    Address, addresses, skipped=(), removal=Removal.KEEP, initial={"is_saved": False, "position": None}, shared=True
)

_LINE_ITEM = Mapper(
    LineItem,
    line_items,
    many=(
        Many(
            field="tax_lines",
            mapper=Mapper(TaxLine, line_item_tax_lines, skipped=(), given=("item_id",)),
            parent="item_id",
        ),
        Many(
            field="adjustments",
            mapper=Mapper(Adjustment, line_item_adjustments, skipped=(), given=("item_id",)),
            parent="item_id",
            rare=True,
        ),
    ),
    skipped=(),
    given=("cart_id",),
)

_METHOD = Mapper(
    ShippingMethod,
    shipping_methods,
    many=(
        Many(
            field="tax_lines",
            mapper=Mapper(TaxLine, shipping_method_tax_lines, skipped=(), given=("shipping_method_id",)),
            parent="shipping_method_id",
        ),
    ),
    skipped=(),
    given=("cart_id",),
)

CART = Mapper(
    Cart,
    carts,
    many=(
        Many(field="items", mapper=_LINE_ITEM, parent="cart_id"),
        Many(field="shipping_methods", mapper=_METHOD, parent="cart_id", rare=True),
        Many(
            field="payment_sessions",
            mapper=Mapper(PaymentSession, payment_sessions, skipped=(), given=("cart_id",)),
            parent="cart_id",
            rare=True,
        ),
        Many(
            field="gift_cards",
            mapper=Mapper(AppliedGiftCard, cart_gift_cards, skipped=(), given=("cart_id",)),
            parent="cart_id",
            rare=True,
        ),
    ),
    links=(Links("discount_ids", cart_discounts, "cart_id", "discount_id", flag="has_discounts"),),
    one=(
        One(field="shipping_address", mapper=ADDRESS, column="shipping_address_id"),
        One(field="billing_address", mapper=ADDRESS, column="billing_address_id"),
    ),
    flat=("totals",),
    derived={"has_discounts": lambda cart: bool(cart.discount_ids)},
)

ATTEMPT = Mapper(PaymentAttempt, payment_attempts)

_BY_PAYMENT = roots(
    ATTEMPT,
    payment_attempts.c.provider_id == bindparam("provider_id"),
    payment_attempts.c.provider_payment_id == bindparam("provider_payment_id"),
)


class SqlCarts(SqlCollection[Cart]):
    mapper = CART
    missing = CartNotFound
    label = "Cart"
    absent = "{} with {} was not found"


_OWED = roots(
    ATTEMPT,
    payment_attempts.c.cart_id == bindparam("cart_id"),
    payment_attempts.c.provider_id == bindparam("provider_id"),
    payment_attempts.c.state == AttemptState.REFUND_DUE.value,
    payment_attempts.c.releasing_since.is_(None),
).order_by(payment_attempts.c.started_at.desc(), payment_attempts.c.id.desc())


class SqlPaymentAttempts(SqlCollection[PaymentAttempt]):
    mapper = ATTEMPT
    missing = NotFound
    label = "Payment attempt"

    def by_payment(self, provider_id: str, provider_payment_id: str) -> PaymentAttempt | None:
        return self._first(_BY_PAYMENT, {"provider_id": provider_id, "provider_payment_id": provider_payment_id})

    def owed(self, cart_id: str, provider_id: str) -> list[PaymentAttempt]:
        return self._find(_OWED, {"cart_id": cart_id, "provider_id": provider_id})

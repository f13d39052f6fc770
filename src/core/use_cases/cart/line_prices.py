"""The first step of re-pricing: what one unit of each line costs here and now."""

from collections.abc import Mapping
from datetime import datetime

from core.domain.cart import Cart
from core.domain.pricing import PriceContext, select_price
from core.domain.product import Offer


def price_of(cart: Cart, offer: Offer, quantity: int, groups: frozenset[str], now: datetime) -> int | None:
    """Minor units per unit; None when it cannot be bought in the cart's region and currency."""
    context = PriceContext(
        currency_code=cart.currency_code,
        region_id=cart.region_id,
        quantity=quantity,
        group_ids=groups,
        now=now,
    )
    return select_price(offer.prices, context).calculated


def price_lines(
    cart: Cart, offers: Mapping[str, Offer], groups: frozenset[str], now: datetime, *, drop_unpriced: bool
) -> None:
    """Set each line's unit price. Lines without one keep theirs, or go if ``drop_unpriced``."""
    kept = []
    for item in cart.items:
        offer = offers.get(item.variant_id or "")
        price = None if offer is None else price_of(cart, offer, item.quantity, groups, now)
        if price is not None:
            item.unit_price = price
        if price is not None or not drop_unpriced or item.variant_id is None:
            kept.append(item)
    cart.items = kept

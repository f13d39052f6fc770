"""The first step of re-pricing: what one unit of each line costs here and now, and how it is delivered."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from core.domain.cart import Cart, CartType
from core.domain.pricing import Price, PriceContext, select_price
from core.domain.product import Offer
from core.domain.region import Region
from core.domain.tax_rate import LinkedRates


@dataclass(frozen=True, slots=True, kw_only=True)
class Till:
    """Who buys, where and when, and at which tax rates: what prices depend on besides the goods."""

    region: Region
    groups: frozenset[str]
    rates: LinkedRates
    now: datetime


def price_of(cart: Cart, offer: Offer, quantity: int, till: Till) -> Price:
    """Per unit, minor units; ``calculated`` None when it cannot be bought in the cart's region and currency."""
    rates = till.rates.of_product(offer.product_id)
    context = PriceContext(
        currency_code=cart.currency_code,
        region_id=cart.region_id,
        quantity=quantity,
        group_ids=till.groups,
        now=till.now,
        tax_rate=sum((rate.rate for rate in rates), start=Decimal(0)) if rates else till.region.tax_rate,
    )
    return select_price(offer.prices, context)


def price_lines(cart: Cart, offers: Mapping[str, Offer], till: Till, *, drop_unpriced: bool) -> None:
    """Set each line's unit price, and whether it ships. Lines without a price keep theirs, or go if
    ``drop_unpriced``; what comes back in exchange keeps the price it was bought at."""
    kept = []
    for item in cart.items:
        if item.is_return:
            kept.append(item)
            continue
        offer = offers.get(item.variant_id or "")
        price = Price() if offer is None else price_of(cart, offer, item.quantity, till)
        if offer is not None and cart.type is not CartType.SWAP:  # what is exchanged was settled
            cart.deliver(item, requires_shipping=offer.needs_shipping, profile_id=offer.profile_id)
        if price.calculated is not None:
            item.unit_price = price.calculated
            item.includes_tax = price.calculated_includes_tax
        if price.calculated is not None or not drop_unpriced or item.variant_id is None:
            kept.append(item)
    cart.items = kept

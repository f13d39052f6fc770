"""What stands between a cart and its order, as far as the shop itself is concerned."""

from copy import deepcopy
from dataclasses import asdict

from core.domain.cart import Cart, CartType, PriceChanged
from core.domain.errors import DomainError
from core.domain.gift_card import GiftCardInsufficient
from core.domain.region import RegionNotFound
from core.use_cases.cart.discounts import discount_obstacle
from core.use_cases.cart.pricing import CartPricing, check_sellable
from core.use_cases.swap.completing import swap_obstacle
from ports.unit_of_work import UnitOfWork


def find_obstacle(work: UnitOfWork, pricing: CartPricing, cart: Cart) -> DomainError | None:
    """Something no longer for sale, a discount that holds no longer, a region that is gone, or a total or a way of
    delivery that moved since the buyer agreed to it; else None.

    A buyer who has already paid the agreed total gets the order at that total all the same, so the
    caller asks the payment provider before it raises this. Changes nothing.
    """
    variants = cart.variants
    offers = work.offers.of(variants)
    try:
        for variant_id in sorted(variants):
            check_sellable(offers.get(variant_id), cart, variant_id)
    except DomainError as error:
        return error
    if cart.type is CartType.SWAP:
        refused = swap_obstacle(work, cart)
        if refused is not None:
            return refused
    if cart.discount_ids:
        refused = discount_obstacle(work, cart, pricing.buyer(work, cart))
        if refused is not None:
            return refused
    now = cart
    try:
        if not pricing.is_fresh(work, cart):
            now = deepcopy(cart)  # only a look: accepting a moved price is the buyer's business
            now.payment_sessions = []  # in another currency they would be given up
            pricing(work, now, offers=offers)
    except RegionNotFound as error:
        return error
    agreed = cart.agreed_total if cart.due > 0 else now.due
    as_agreed = (now.currency_code, now.deliveries) == (cart.currency_code, cart.deliveries)
    if now.due == cart.due == agreed and as_agreed:
        return None
    now.show_taxes = True
    now.recompute()
    if _spent_elsewhere(cart, now):
        return GiftCardInsufficient(
            "a gift card does not hold enough any more; look at the cart again and confirm",
            extra={"totals": asdict(now.totals)},
        )
    return PriceChanged(
        "the total, or what is to be shipped, has changed since the payment was started; look at the cart again",
        extra={"totals": asdict(now.totals)},
    )


def _spent_elsewhere(cart: Cart, now: Cart) -> bool:
    """The cart costs more, and its gift cards hold less."""
    before, after = (sum(card.balance for card in each.gift_cards) for each in (cart, now))
    return after < before and now.due > cart.due

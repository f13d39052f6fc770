"""Bringing a cart's prices, taxes and totals up to date. The one place where that happens."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from core.domain.cart import Cart, CartType, LineItem, NotPurchasable
from core.domain.discount import Buyer
from core.domain.money import Money
from core.domain.pricing import MoneyAmount
from core.domain.product import Offer
from core.domain.region import Region
from core.domain.tax_rate import LinkedRates
from core.use_cases.cart.abandoning import AbandonSessions
from core.use_cases.cart.discounts import apply_discounts, buyer_of
from core.use_cases.cart.line_prices import Till, price_lines, price_of
from core.use_cases.cart.tax_lines import tax_cart
from core.use_cases.gift_card.applying import cards_are_fresh, first_end, refresh_cards
from ports.clock import Clock, Ids
from ports.taxes import TaxProviders
from ports.unit_of_work import UnitOfWork

PRICING = "pricing"


class CartPricing:
    """Prices from the shop's price rules, rates from the region's tax provider, totals from the domain.

    Never trusts what a client sent. Call it inside the unit of work that holds the cart; the tax
    provider must be a local one there. Rules: docs/money.md.
    """

    def __init__(self, taxes: TaxProviders, clock: Clock, ids: Ids) -> None:
        self._taxes = taxes
        self._clock = clock
        self._ids = ids

    def __call__(
        self,
        work: UnitOfWork,
        cart: Cart,
        *,
        offers: Mapping[str, Offer] | None = None,
        drop_unpriced: bool = False,
        sold: bool = False,
        counted: bool = False,
    ) -> None:
        """Prices, discounts, tax, gift cards, totals, in this order; payment sessions for another amount go stale.

        Each step is a function in a module of its own and rests on what the steps before it left.

        drop_unpriced: lines without a price here disappear (a change of region, or of its currency), instead
        of keeping the price they had, with which the cart cannot be completed. sold: it stands for an order, whose
        region may be gone. counted: that order has claimed the discounts, so that their limits hold it no more.
        """
        region = _region(work, cart, sold=sold)
        if cart.currency_code != region.currency_code and cart.type is not CartType.SWAP and not sold:
            self._change_currency(work, cart, region)
            drop_unpriced = True
        known = self._offers(work, cart, offers or {})
        now = self._clock.now()

        till = self._till(work, cart, region, known.values(), now)
        price_lines(cart, known, till, drop_unpriced=drop_unpriced)
        if cart.discount_ids and any(item.includes_tax for item in cart.items):
            # What such lines are worth depends on their rates.
            tax_cart(cart, region, till.rates, self._taxes, self._ids)
        ends = apply_discounts(work, cart, known, buyer_of(cart, till.groups, now, counted=counted), self._ids)
        cart.show_taxes = region.automatic_taxes
        tax_cart(cart, region, till.rates, self._taxes, self._ids)
        refresh_cards(work, cart, region, now)
        cart.recompute()

        cart.pricing_epoch = work.versions.current(PRICING)
        changes = _next_change([price for offer in known.values() for price in offer.prices], now)
        cart.stale_at = min((at for at in (changes, ends, first_end(cart)) if at is not None), default=None)
        cart.mark_sessions_stale()

    def _change_currency(self, work: UnitOfWork, cart: Cart, region: Region) -> None:
        """Staff gave the region another one: as after a change of region, nothing of the old amounts is left."""
        AbandonSessions(self._clock, self._ids)(work, cart, cart.payment_sessions, "CURRENCY_CHANGED")
        cart.gift_cards = ()
        cart.change_currency(region.currency_code)

    def is_fresh(self, work: UnitOfWork, cart: Cart) -> bool:
        """Whether the stored prices still hold."""
        now = self._clock.now()
        on_time = cart.stale_at is None or now < cart.stale_at
        return on_time and cart.pricing_epoch == work.versions.current(PRICING) and cards_are_fresh(work, cart, now)

    def line(
        self,
        work: UnitOfWork,
        cart: Cart,
        offer: Offer,
        quantity: int,
        metadata: dict[str, object] | None,
        *,
        sold: bool = False,
    ) -> LineItem:
        """A priced line for the cart. sold: as above. Raises NotPurchasable when it has no price here."""
        # Whether there is a price does not depend on tax; the caller re-prices the cart afterwards.
        region = _region(work, cart, sold=sold)
        till = Till(region=region, groups=self.groups(work, cart), rates=LinkedRates(), now=self._clock.now())
        price = price_of(cart, offer, quantity, till)
        if price.calculated is None:
            raise NotPurchasable(
                f"Cannot generate line item for variant {offer.variant_title} without a price in {cart.currency_code}"
            )
        return LineItem(
            id=self._ids.new("item"),
            title=offer.product_title,
            description=offer.variant_title,
            thumbnail=offer.thumbnail,
            variant_id=offer.variant_id,
            product_id=offer.product_id,
            profile_id=offer.profile_id,
            is_giftcard=offer.is_giftcard,
            allow_discounts=offer.discountable,
            requires_shipping=offer.needs_shipping,
            unit_price=price.calculated,
            includes_tax=price.calculated_includes_tax,
            quantity=quantity,
            metadata=metadata or {},
        )

    def buyer(self, work: UnitOfWork, cart: Cart) -> Buyer:
        """Who the cart's discounts are looked at for."""
        return buyer_of(cart, self.groups(work, cart), self._clock.now())

    def groups(self, work: UnitOfWork, cart: Cart) -> frozenset[str]:
        if cart.customer_id is None:
            return frozenset()
        return frozenset(work.customers.get(cart.customer_id).group_ids)

    def _till(self, work: UnitOfWork, cart: Cart, region: Region, offers: Iterable[Offer], now: datetime) -> Till:
        products = {offer.product_id for offer in offers} | {item.product_id for item in cart.items}
        options = {method.shipping_option_id for method in cart.shipping_methods}
        rates = work.tax_rates.linked(region.id, {id for id in products if id is not None}, options)
        return Till(region=region, groups=self.groups(work, cart), rates=rates, now=now)

    def _offers(self, work: UnitOfWork, cart: Cart, known: Mapping[str, Offer]) -> dict[str, Offer]:
        missing = cart.variants - known.keys()
        return {**known, **(work.offers.of(missing) if missing else {})}


def _region(work: UnitOfWork, cart: Cart, *, sold: bool) -> Region:
    return work.regions.kept(cart.region_id) if sold else work.regions.get(cart.region_id)


def check_sellable(offer: Offer | None, cart: Cart, variant_id: str) -> Offer:
    """Raises NotPurchasable unless the variant exists and is for sale in the cart's channel."""
    if offer is None or not offer.is_published:
        raise NotPurchasable(f"Unable to generate the line items: variant {variant_id} is not for sale")
    if cart.sales_channel_id is not None and cart.sales_channel_id not in offer.sales_channel_ids:
        raise NotPurchasable(f"The product {offer.product_title} is not available in this sales channel")
    if offer.is_digital and not offer.deliverable:
        raise NotPurchasable(f"{offer.product_title} has no file to download and cannot be bought")
    return offer


def money_due(cart: Cart) -> Money:
    return Money(cart.due, cart.currency_code)


def _next_change(prices: list[MoneyAmount], now: datetime) -> datetime | None:
    """When a dated price list next starts or ends."""
    lists = [price.price_list for price in prices if price.price_list is not None]
    moments = [listed.next_change(now) for listed in lists]
    return min((moment for moment in moments if moment is not None), default=None)

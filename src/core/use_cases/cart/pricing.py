"""Bringing a cart's prices, taxes and totals up to date. The one place where that happens."""

from collections.abc import Mapping
from datetime import datetime

from core.domain.cart import Cart, LineItem, NotPurchasable
from core.domain.money import Money
from core.domain.pricing import MoneyAmount, PriceContext, select_price
from core.domain.product import Offer
from core.domain.region import Region
from core.domain.tax import TaxAnswer, TaxCalculation, TaxedItem, TaxedShipping, TaxLine, TaxRate
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
    ) -> None:
        """Re-price every line, work out tax, store totals; payment sessions for another amount go stale.

        drop_unpriced: lines without a price here disappear (a change of region), instead of keeping
        the price they had, with which the cart cannot be completed.
        """
        region = work.regions.get(cart.region_id)
        wanted = {item.variant_id for item in cart.items if item.variant_id is not None}
        known = dict(offers or {})
        missing = wanted - known.keys()
        if missing:
            known |= work.offers.of(missing)
        groups = self.groups(work, cart)
        now = self._clock.now()

        kept: list[LineItem] = []
        for item in cart.items:
            offer = known.get(item.variant_id or "")
            price = None if offer is None else self._price(offer, cart, region, item.quantity, groups, now)
            if price is not None:
                item.unit_price = price
            if price is not None or not drop_unpriced or item.variant_id is None:
                kept.append(item)
        cart.items = kept

        cart.show_taxes = region.automatic_taxes
        self._tax(cart, region)
        cart.recompute()
        cart.pricing_epoch = work.versions.current(PRICING)
        cart.stale_at = _next_change([price for offer in known.values() for price in offer.prices], now)
        cart.mark_sessions_stale()

    def is_fresh(self, work: UnitOfWork, cart: Cart) -> bool:
        """Whether the stored prices still hold."""
        on_time = cart.stale_at is None or self._clock.now() < cart.stale_at
        return on_time and cart.pricing_epoch == work.versions.current(PRICING)

    def line(
        self,
        work: UnitOfWork,
        cart: Cart,
        offer: Offer,
        quantity: int,
        metadata: dict[str, object] | None,
    ) -> LineItem:
        """A priced line for the cart. Raises NotPurchasable when it has no price here."""
        region = work.regions.get(cart.region_id)
        groups = self.groups(work, cart)
        price = self._price(offer, cart, region, quantity, groups, self._clock.now())
        if price is None:
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
            requires_shipping=offer.requires_shipping and not offer.is_giftcard,
            unit_price=price,
            quantity=quantity,
            metadata=metadata or {},
        )

    def groups(self, work: UnitOfWork, cart: Cart) -> frozenset[str]:
        if cart.customer_id is None:
            return frozenset()
        return frozenset(work.customers.get(cart.customer_id).group_ids)

    def _price(
        self,
        offer: Offer,
        cart: Cart,
        region: Region,
        quantity: int,
        groups: frozenset[str],
        now: datetime,
    ) -> int | None:
        context = PriceContext(
            currency_code=cart.currency_code,
            region_id=region.id,
            quantity=quantity,
            group_ids=groups,
            now=now,
        )
        return select_price(offer.prices, context).calculated

    def _tax(self, cart: Cart, region: Region) -> None:
        country = cart.shipping_address.country_code if cart.shipping_address else None
        default = TaxRate(rate=region.tax_rate, name="default", code=region.tax_code or "default")
        answer = self._taxes.get(region.tax_provider_id).rates(
            TaxCalculation(
                region_id=region.id,
                country_code=country,
                default=default,
                items=tuple(
                    TaxedItem(
                        id=item.id,
                        amount=item.unit_price * item.quantity - item.discount,
                        product_id=item.product_id,
                    )
                    for item in cart.items
                ),
                shipping=tuple(
                    TaxedShipping(id=method.id, amount=method.price, option_id=method.shipping_option_id)
                    for method in cart.shipping_methods
                ),
            )
        )
        for item in cart.items:
            item.tax_lines = self._lines("litl", item.tax_lines, answer, item.id)
        for method in cart.shipping_methods:
            method.tax_lines = self._lines("smtl", method.tax_lines, answer, method.id)

    def _lines(self, prefix: str, old: tuple[TaxLine, ...], answer: TaxAnswer, id: str) -> tuple[TaxLine, ...]:
        rates = answer.get(id, ())
        if [(line.rate, line.name, line.code) for line in old] == [(r.rate, r.name, r.code) for r in rates]:
            return old
        return tuple(
            TaxLine(id=self._ids.new(prefix), rate=rate.rate, name=rate.name, code=rate.code) for rate in rates
        )


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
    lists = [price.price_list for price in prices if price.price_list is not None and price.price_list.active]
    moments = [moment for listed in lists for moment in (listed.starts_at, listed.ends_at) if moment is not None]
    return min((moment for moment in moments if moment > now), default=None)

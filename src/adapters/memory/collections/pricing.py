"""Price lists, special tax rates, storefront keys and customer groups, in memory."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.memory.shelf import Overlay, Shelf
from core.domain.customer_group import CustomerGroup, CustomerGroupNotFound
from core.domain.price_list import PriceList, PriceListNotFound
from core.domain.product import Product
from core.domain.publishable_key import PublishableKey, PublishableKeyNotFound
from core.domain.tax_rate import LinkedRates, LinkedTaxRate, TaxRateNotFound


class InMemoryPriceLists(Shelf[PriceList]):
    missing = PriceListNotFound
    label = "Price list"

    def stage(self) -> list[tuple[PriceList, int]]:
        for entity in self.entities:
            entity.check()
        return super().stage()


class InMemoryTaxRates(Shelf[LinkedTaxRate]):
    missing = TaxRateNotFound
    label = "TaxRate"

    def __init__(self, rows: Overlay[LinkedTaxRate], products: Overlay[Product]) -> None:
        super().__init__(rows)
        self._products = products

    def linked(self, region_id: str, product_ids: Iterable[str], option_ids: Iterable[str]) -> LinkedRates:
        rates = [row for row in self._rows.values() if row.region_id == region_id and row.deleted_at is None]
        rates.sort(key=lambda rate: rate.id)
        wanted = set(product_ids)
        products = {
            product.id: tuple(
                rate.applied
                for rate in rates
                if product.id in rate.product_ids or (product.type_id or "") in rate.product_type_ids
            )
            for product in self._products.values()
            if product.id in wanted
        }
        shipping = {
            id: tuple(rate.applied for rate in rates if id in rate.shipping_option_ids) for id in set(option_ids)
        }
        return LinkedRates(
            products={id: found for id, found in products.items() if found},
            shipping={id: found for id, found in shipping.items() if found},
        )

    def stage(self) -> list[tuple[LinkedTaxRate, int]]:
        for entity in self.entities:
            entity.check()
        return super().stage()


class InMemoryPublishableKeys(Shelf[PublishableKey]):
    missing = PublishableKeyNotFound
    label = "Publishable key"


class InMemoryCustomerGroups(Shelf[CustomerGroup]):
    missing = CustomerGroupNotFound
    label = "CustomerGroup"

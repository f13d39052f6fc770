"""Price lists, special tax rates, storefront keys and customer groups, as rows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import BindParameter, bindparam, literal, select, union_all

from adapters.db.changes import Changes
from adapters.db.collections.collection import SqlCollection
from adapters.db.mapping import Links, Many, Mapper
from adapters.db.tables import (
    customer_groups,
    money_amounts,
    price_list_customer_groups,
    price_lists,
    product_tax_rates,
    product_type_tax_rates,
    products,
    publishable_api_key_sales_channels,
    publishable_api_keys,
    shipping_tax_rates,
    tax_rates,
)
from core.domain.customer_group import CustomerGroup, CustomerGroupNotFound
from core.domain.events import Event
from core.domain.price_list import ListedPrice, PriceList, PriceListNotFound
from core.domain.publishable_key import PublishableKey, PublishableKeyNotFound
from core.domain.tax import TaxRate
from core.domain.tax_rate import LinkedRates, LinkedTaxRate, TaxRateNotFound

PRICE_LIST = Mapper(
    PriceList,
    price_lists,
    many=(
        Many(
            field="prices",
            mapper=Mapper(ListedPrice, money_amounts, skipped=(), given=("price_list_id",)),
            parent="price_list_id",
        ),
    ),
    links=(Links("group_ids", price_list_customer_groups, "price_list_id", "customer_group_id"),),
)
TAX_RATE = Mapper(
    LinkedTaxRate,
    tax_rates,
    links=(
        Links("product_ids", product_tax_rates, "rate_id", "product_id"),
        Links("product_type_ids", product_type_tax_rates, "rate_id", "product_type_id"),
        Links("shipping_option_ids", shipping_tax_rates, "rate_id", "shipping_option_id"),
    ),
)
PUBLISHABLE_KEY = Mapper(
    PublishableKey,
    publishable_api_keys,
    links=(Links("sales_channel_ids", publishable_api_key_sales_channels, "publishable_key_id", "sales_channel_id"),),
)
CUSTOMER_GROUP = Mapper(CustomerGroup, customer_groups)


class SqlPriceLists(SqlCollection[PriceList]):
    mapper = PRICE_LIST
    missing = PriceListNotFound
    label = "Price list"

    def collect(self, changes: Changes) -> list[Event]:
        for entity in self.entities:
            entity.check()
        return super().collect(changes)


_RATE = (tax_rates.c.id, tax_rates.c.rate, tax_rates.c.name, tax_rates.c.code)
_HERE = (tax_rates.c.region_id == bindparam("region_id"), tax_rates.c.deleted_at.is_(None))
_PRODUCT_IDS: BindParameter[Any] = bindparam("product_ids", expanding=True)
_EVERY = union_all(
    select(literal("product").label("kind"), product_tax_rates.c.product_id.label("target_id"), *_RATE)
    .join(tax_rates, tax_rates.c.id == product_tax_rates.c.rate_id)
    .where(product_tax_rates.c.product_id.in_(_PRODUCT_IDS), *_HERE),
    select(literal("product").label("kind"), products.c.id.label("target_id"), *_RATE)
    .join(product_type_tax_rates, product_type_tax_rates.c.product_type_id == products.c.type_id)
    .join(tax_rates, tax_rates.c.id == product_type_tax_rates.c.rate_id)
    .where(products.c.id.in_(_PRODUCT_IDS), *_HERE),
    select(literal("shipping").label("kind"), shipping_tax_rates.c.shipping_option_id.label("target_id"), *_RATE)
    .join(tax_rates, tax_rates.c.id == shipping_tax_rates.c.rate_id)
    .where(shipping_tax_rates.c.shipping_option_id.in_(bindparam("option_ids", expanding=True)), *_HERE),
).subquery()
_LINKED = select(_EVERY).order_by(_EVERY.c.id)


class SqlTaxRates(SqlCollection[LinkedTaxRate]):
    mapper = TAX_RATE
    missing = TaxRateNotFound
    label = "TaxRate"

    def linked(self, region_id: str, product_ids: Iterable[str], option_ids: Iterable[str]) -> LinkedRates:
        wanted = {
            "region_id": region_id,
            "product_ids": sorted(set(product_ids)),
            "option_ids": sorted(set(option_ids)),
        }
        if not wanted["product_ids"] and not wanted["option_ids"]:
            return LinkedRates()
        # A product may be linked to a rate both by itself and by its type: the rate counts once.
        found: dict[str, dict[str, dict[str, TaxRate]]] = {"product": {}, "shipping": {}}
        for row in self._transaction.rows(_LINKED, wanted):
            rate = TaxRate(rate=row["rate"], name=row["name"], code=row["code"])
            found[row["kind"]].setdefault(row["target_id"], {})[row["id"]] = rate
        return LinkedRates(
            products={id: tuple(rates.values()) for id, rates in found["product"].items()},
            shipping={id: tuple(rates.values()) for id, rates in found["shipping"].items()},
        )

    def collect(self, changes: Changes) -> list[Event]:
        for entity in self.entities:
            entity.check()
        return super().collect(changes)


class SqlPublishableKeys(SqlCollection[PublishableKey]):
    mapper = PUBLISHABLE_KEY
    missing = PublishableKeyNotFound
    label = "Publishable key"
    locked = False


class SqlCustomerGroups(SqlCollection[CustomerGroup]):
    mapper = CUSTOMER_GROUP
    missing = CustomerGroupNotFound
    label = "CustomerGroup"

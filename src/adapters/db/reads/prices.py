"""What a variant costs here and now, as computed entries of the variant shape.

The price itself comes from ``core.domain.pricing.select_price``, the function carts use too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from sqlalchemy import Row, select

from adapters.db import tables
from adapters.db.reads.among import among
from adapters.db.reads.shape import KEYS, REGION_ID, Computed, Facts, Source
from core.domain.money import half_up, percent_of
from core.domain.pricing import MoneyAmount, PriceContext, select_price
from ports.reads import ReadContext, Tree


def _priced(context: ReadContext) -> bool:
    return context.region_id is not None or context.currency_code is not None


_amounts = tables.money_amounts.c
_PRICES = Source(
    statement=select(
        _amounts.variant_id,
        _amounts.id,
        _amounts.currency_code,
        _amounts.amount,
        _amounts.region_id,
        _amounts.min_quantity,
        _amounts.max_quantity,
    ).where(among(_amounts.variant_id, KEYS), _amounts.deleted_at.is_(None), _amounts.price_list_id.is_(None)),
    key="id",
    wanted=_priced,
)

_regions = tables.regions.c
_REGION = Source(
    statement=select(_regions.id, _regions.currency_code, _regions.automatic_taxes, _regions.tax_rate).where(
        _regions.id == REGION_ID
    ),
    wanted=lambda context: context.region_id is not None,
)


def _price(row: Row[Any]) -> MoneyAmount:
    _, key, currency_code, amount, region_id, min_quantity, max_quantity = tuple(row)
    return MoneyAmount(
        id=key,
        currency_code=currency_code,
        amount=amount,
        region_id=region_id,
        min_quantity=min_quantity,
        max_quantity=max_quantity,
    )


def _prices(rows: Sequence[Tree], facts: Facts) -> Iterable[Mapping[str, object]]:
    context = facts.context
    region = next(iter(facts.of(_REGION)), None)
    asked = PriceContext(
        currency_code=context.currency_code if region is None else region.currency_code,
        region_id=None if region is None else region.id,
        group_ids=context.group_ids,
        now=context.now,
    )
    rate = region.tax_rate if region is not None and region.automatic_taxes and context.include_taxes else None
    for row in rows:
        price = select_price([_price(found) for found in facts.of(_PRICES, row["id"])], asked)
        original_tax, calculated_tax = _tax(price.original, rate), _tax(price.calculated, rate)
        yield {
            "original_price": price.original,
            "calculated_price": price.calculated,
            "calculated_price_type": price.calculated_type,
            "original_price_incl_tax": _sum(price.original, original_tax),
            "calculated_price_incl_tax": _sum(price.calculated, calculated_tax),
            "original_tax": original_tax,
            "calculated_tax": calculated_tax,
            "tax_rates": None if rate is None else [{"rate": rate, "name": "default", "code": "default"}],
        }


@lru_cache(maxsize=10_000)  # exact fractions are slow, and a shop has few different prices
def _tax(price: int | None, rate: Decimal | None) -> int | None:
    return None if price is None or rate is None else half_up(percent_of(price, rate))


def _sum(price: int | None, tax: int | None) -> int | None:
    return None if price is None or tax is None else price + tax


VARIANT_PRICES = Computed(
    gives=(
        "original_price",
        "calculated_price",
        "calculated_price_type",
        "original_price_incl_tax",
        "calculated_price_incl_tax",
        "original_tax",
        "calculated_tax",
        "tax_rates",
    ),
    needs=("id",),
    sources=(_REGION, _PRICES),
    compute=_prices,
)

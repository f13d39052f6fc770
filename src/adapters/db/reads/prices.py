"""What a variant costs here and now, as computed entries of the variant shape.

The price itself comes from ``core.domain.pricing.select_price``, the function carts use too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Any, cast

from sqlalchemy import ColumnElement, FromClause, func, or_, select

from adapters.db import tables
from adapters.db.listed_prices import price_of_row, prices_with_lists
from adapters.db.reads.among import among
from adapters.db.reads.shape import CURRENCY_CODE, KEYS, REGION_ID, Computed, Facts, Source
from adapters.db.reads.tax_rates import RATES_HERE, shown_rates
from core.domain.money import half_up, percent_of
from core.domain.pricing import MoneyAmount, PriceContext, select_price
from core.domain.totals import included_tax
from ports.reads import ReadContext, Tree

_ANY_TIME = datetime(2000, 1, 1, tzinfo=UTC)
_TERMS = slice(2, 8)  # of the rows of ``prices_with_lists``: currency to tax_included
_SHOWN = "prices"
_TERMS_SHOWN = itemgetter("currency_code", "amount", "region_id", "min_quantity", "max_quantity", "_tax_included")


def _is_told(rows: Sequence[Tree], shared: frozenset[str]) -> bool:
    """Whether the prices that are shown anyway are all there are to choose from: those of no list are, and
    the rows say nothing of the terms of lists."""
    if _SHOWN not in shared:
        return False
    return not any(price["price_list_id"] for row in rows for price in cast("Sequence[Tree]", row[_SHOWN]))


def unlisted_tax_included(price: FromClause) -> ColumnElement[bool]:
    """Whether the tax is in a price of no list."""
    regions, currencies = tables.regions.c, tables.currencies.c
    here = select(regions.includes_tax).where(regions.id == price.c.region_id).scalar_subquery()
    there = select(currencies.includes_tax).where(currencies.code == price.c.currency_code).scalar_subquery()
    return or_(func.coalesce(here, False), there)


def _priced(context: ReadContext) -> bool:
    return context.region_id is not None or context.currency_code is not None


_regions = tables.regions.c
_CURRENCY_HERE = select(_regions.currency_code).where(_regions.id == REGION_ID).scalar_subquery()
_PRICES = Source(
    # Only what ``select_price`` could choose here.
    statement=prices_with_lists().where(
        among(tables.money_amounts.c.variant_id, KEYS),
        or_(
            tables.money_amounts.c.currency_code == func.coalesce(_CURRENCY_HERE, CURRENCY_CODE),
            tables.money_amounts.c.region_id == REGION_ID,
        ),
    ),
    key="id",
    wanted=_priced,
    spared=_is_told,
)


def _prices(rows: Sequence[Tree], facts: Facts) -> Iterable[Mapping[str, object]]:
    context = facts.context
    region = facts.any_of(RATES_HERE)
    taxed = region is not None and region.automatic_taxes and context.include_taxes
    currency = context.currency_code if region is None else region.currency_code
    region_id = None if region is None else region.id
    told = _PRICES in facts.spared
    own = None if region is None else _together((region.tax_rate,))
    own_shown = shown_rates((), region.tax_rate) if region is not None and taxed else None
    special = context.include_taxes and region is not None and region.key is not None
    for row in rows:
        linked = facts.of(RATES_HERE, row["product_id"]) if special else ()
        rate = _together(tuple([found.rate for found in linked])) if linked else own
        found = () if told else facts.of(_PRICES, row["id"])
        if told:
            given = _unlisted(_terms(row[_SHOWN], currency, region_id), currency, region_id, rate, taxed)
        elif any(price.list_id is not None for price in found):
            given = _amounts([price_of_row(price._asdict()) for price in found], _asked(context, region), rate, taxed)
        else:
            given = _unlisted(tuple([price[_TERMS] for price in found]), currency, region_id, rate, taxed)
        shown = shown_rates(linked, region.tax_rate) if linked and taxed else own_shown
        yield {**given, "tax_rates": shown}


def _terms(shown: Any, currency: str | None, region_id: str | None) -> tuple[Any, ...]:
    """Of those prices that could be chosen here, what ``_unlisted`` goes by."""
    return tuple(
        [
            _TERMS_SHOWN(price)
            for price in shown
            if price["currency_code"] == currency or (region_id is not None and price["region_id"] == region_id)
        ]
    )


def _asked(context: ReadContext, region: Any) -> PriceContext:
    return PriceContext(
        currency_code=context.currency_code if region is None else region.currency_code,
        region_id=None if region is None else region.id,
        group_ids=context.group_ids,
        now=context.now,
    )


@lru_cache(maxsize=10_000)  # exact fractions are slow, and a shop has few different prices
def _unlisted(
    prices: tuple[Any, ...], currency: str | None, region_id: str | None, rate: Decimal | None, taxed: bool
) -> Mapping[str, object]:
    """Of prices outside all lists, to which neither the moment nor the customer matters."""
    names = ("currency_code", "amount", "region_id", "min_quantity", "max_quantity", "tax_included")
    offered = [MoneyAmount(id="", **dict(zip(names, terms, strict=True))) for terms in prices]
    return _amounts(offered, PriceContext(currency_code=currency, region_id=region_id, now=_ANY_TIME), rate, taxed)


def _amounts(
    prices: Sequence[MoneyAmount], asked: PriceContext, rate: Decimal | None, taxed: bool
) -> Mapping[str, object]:
    price = select_price(prices, replace(asked, tax_rate=rate))
    shown = rate if taxed else None
    original_tax = _tax(price.original, shown, price.original_includes_tax)
    calculated_tax = _tax(price.calculated, shown, price.calculated_includes_tax)
    return {
        "original_price": price.original,
        "calculated_price": price.calculated,
        "calculated_price_type": price.calculated_type,
        "original_price_incl_tax": _gross(price.original, original_tax, price.original_includes_tax),
        "calculated_price_incl_tax": _gross(price.calculated, calculated_tax, price.calculated_includes_tax),
        "original_tax": original_tax,
        "calculated_tax": calculated_tax,
        "original_price_includes_tax": None if price.original is None else price.original_includes_tax,
        "calculated_price_includes_tax": None if price.calculated is None else price.calculated_includes_tax,
    }


@lru_cache(maxsize=1_000)
def _together(rates: tuple[Decimal, ...]) -> Decimal:
    return sum(rates, start=Decimal(0))


@lru_cache(maxsize=10_000)
def _tax(price: int | None, rate: Decimal | None, included: bool) -> int | None:
    if price is None or rate is None:
        return None
    return included_tax(price, [rate]) if included else half_up(percent_of(price, rate))


def _gross(price: int | None, tax: int | None, included: bool) -> int | None:
    if price is None or tax is None:
        return None
    return price if included else price + tax


VARIANT_PRICES = Computed(
    gives=(
        "original_price",
        "calculated_price",
        "calculated_price_type",
        "original_price_incl_tax",
        "calculated_price_incl_tax",
        "original_tax",
        "calculated_tax",
        "original_price_includes_tax",
        "calculated_price_includes_tax",
        "tax_rates",
    ),
    needs=("id", "product_id"),
    sources=(_PRICES, RATES_HERE),
    shares={_SHOWN: ("_tax_included",)},
    compute=_prices,
)

"""The one price function and prices that include tax, against oracles that share nothing with them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from core.domain.pricing import MoneyAmount, PriceContext, PriceListTerms, PriceListType, select_price
from core.domain.totals import line_totals, shipping_totals

NOW = datetime(2026, 1, 1, tzinfo=UTC)
MOMENTS = st.sampled_from([None, *(NOW + timedelta(days=days) for days in (-1, 0, 1))])
GROUPS = st.frozensets(st.sampled_from(["cgrp_1", "cgrp_2"]))
BOUNDS = st.none() | st.integers(1, 4)
LISTS = st.none() | st.builds(
    PriceListTerms,
    id=st.just("pl_1"),
    type=st.sampled_from(PriceListType),
    active=st.booleans(),
    starts_at=MOMENTS,
    ends_at=MOMENTS,
    group_ids=GROUPS,
)
PRICES = st.lists(
    st.builds(
        MoneyAmount,
        id=st.just("ma_1"),
        currency_code=st.sampled_from(["eur", "usd"]),
        amount=st.integers(0, 50),
        region_id=st.sampled_from([None, "reg_1", "reg_2"]),
        min_quantity=BOUNDS,
        max_quantity=BOUNDS,
        price_list=LISTS,
    ),
    max_size=8,
)


def lowest(prices: list[MoneyAmount], quantity: int | None, groups: frozenset[str]) -> int | None:
    """The rule read aloud, price by price."""
    amounts = []
    for price in prices:
        if price.region_id not in ("reg_1", None) or price.currency_code != "eur":
            continue
        if quantity is None and price.min_quantity is not None:
            continue
        if quantity is not None and not (price.min_quantity or 0) <= quantity <= (price.max_quantity or 999):
            continue
        terms = price.price_list
        if terms is not None:
            if not terms.active or (terms.starts_at or NOW - timedelta(1)) >= NOW:
                continue
            if (terms.ends_at or NOW + timedelta(1)) <= NOW:
                continue
            if terms.group_ids and not terms.group_ids.intersection(groups):
                continue
        amounts.append(price.amount)
    return min(amounts, default=None)


@settings(max_examples=1_000)
@given(PRICES, st.none() | st.integers(1, 5), GROUPS)
def test_the_lowest_price_that_applies_is_paid(
    prices: list[MoneyAmount], quantity: int | None, groups: frozenset[str]
) -> None:
    asked = PriceContext(currency_code="eur", region_id="reg_1", quantity=quantity, group_ids=groups, now=NOW)

    assert select_price(prices, asked).calculated == lowest(prices, quantity, groups)


def rounded(exact: Decimal) -> int:
    return int((exact + Decimal("0.5")).to_integral_value(ROUND_FLOOR))


@given(st.integers(0, 100_000), st.integers(1, 50), st.sampled_from(["0", "7", "19", "25", "100"]), st.data())
def test_a_line_whose_price_includes_tax_adds_up(price: int, quantity: int, rate: str, data: st.DataObject) -> None:
    percent = Decimal(rate)
    whole = line_totals(price, quantity, 0, [percent], includes_tax=True)
    net = price - rounded(Decimal(price) * percent / (100 + percent))
    discount = data.draw(st.integers(0, max(0, min(whole.subtotal, net * quantity))))
    line = line_totals(price, quantity, discount, [percent], includes_tax=True)

    assert whole.total == whole.original_total == price * quantity
    assert whole.tax_total == rounded(net * quantity * percent / 100)
    assert line.subtotal == whole.subtotal
    assert line.total == line.subtotal - discount + line.tax_total >= 0
    assert line_totals(price, quantity, whole.subtotal, [percent], includes_tax=True).total == 0


@given(st.integers(0, 100_000), st.sampled_from(["0", "7", "19", "25"]))
def test_shipping_that_includes_tax_costs_what_it_says(price: int, rate: str) -> None:
    totals = shipping_totals(price, [Decimal(rate)], includes_tax=True)

    assert totals.total == price == totals.subtotal + totals.tax_total
    assert totals.tax_total == rounded(Decimal(price) * Decimal(rate) / (100 + Decimal(rate)))

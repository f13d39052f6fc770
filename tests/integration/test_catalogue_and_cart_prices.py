"""What the catalogue shows is what the cart charges, for any lists, groups, quantities and kinds of price."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.domain.actor import SYSTEM
from core.domain.customer_group import CustomerGroup
from core.domain.price_list import ListedPrice, PriceList, PriceListStatus
from core.domain.pricing import MoneyAmount, PriceListType
from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import PRODUCT, REGION, VARIANT

GROUPS = ("cgrp_1", "cgrp_2")
DAYS = st.sampled_from([None, -2, -1, 1, 2])
RATE = 10  # percent, of the region that the shop is furnished with


@dataclass(frozen=True)
class Quote:
    """A price: of the region or of its currency; low, high: quantities it holds for."""

    amount: int
    regional: bool
    low: int | None
    high: int | None


@dataclass(frozen=True)
class Sheet:
    """A price list. starts, ends: days from now."""

    quotes: tuple[Quote, ...]
    active: bool
    inclusive: bool
    override: bool
    starts: int | None
    ends: int | None
    groups: tuple[str, ...]

    def holds(self, groups: Sequence[str]) -> bool:
        begun = self.starts is None or self.starts < 0
        running = self.ends is None or self.ends > 0
        return (
            self.active and begun and running and (not self.groups or any(group in groups for group in self.groups))
        )


QUOTES = st.builds(
    Quote,
    amount=st.integers(0, 3_000),
    regional=st.booleans(),
    low=st.sampled_from([None, 2, 3]),
    high=st.sampled_from([None, 3, 4]),
)
SHEETS = st.builds(
    Sheet,
    quotes=st.lists(QUOTES, max_size=3, unique_by=lambda quote: (quote.regional, quote.low, quote.high)).map(tuple),
    active=st.integers(0, 3).map(bool),
    inclusive=st.booleans(),
    override=st.booleans(),
    starts=DAYS,
    ends=DAYS,
    groups=st.lists(st.sampled_from(GROUPS), unique=True).map(tuple),
).filter(lambda sheet: sheet.starts is None or sheet.ends is None or sheet.starts < sheet.ends)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> PeopledShop:
    shop = PeopledShop(Path(tmp_path_factory.mktemp("prices")))
    with shop.container.begin()(SYSTEM, "test") as work:
        for id in GROUPS:
            work.customer_groups.add(CustomerGroup(id=id, name=id))
        work.commit()
    return shop


def arrange(
    shop: PeopledShop, own: Sequence[Quote], sheets: Sequence[Sheet], groups: Sequence[str], taxed: bool
) -> None:
    """The shop's one variant gets these prices, and its customer these groups."""
    now = shop.container.clock().now()
    ids = shop.container.ids()

    def moment(days: int | None) -> Any:
        return None if days is None else now + timedelta(days=days)

    with shop.container.begin()(SYSTEM, "test") as work:
        for id in getattr(shop, "sheets", ()):
            work.price_lists.get(id).delete(now)
        variant = work.products.get(PRODUCT).variants[0]
        variant.prices = tuple(
            MoneyAmount(
                id=ids.new("ma"),
                currency_code="eur",
                amount=quote.amount,
                region_id=REGION if quote.regional else None,
            )
            for quote in own
        )
        work.regions.get(REGION).includes_tax = taxed
        customer = work.customers.get(shop.my_id)
        customer.group_ids = tuple(groups)
        made = []
        for sheet in sheets:
            prices = tuple(
                ListedPrice(
                    id=ids.new("ma"),
                    variant_id=VARIANT,
                    currency_code="eur",
                    amount=quote.amount,
                    region_id=REGION if quote.regional else None,
                    min_quantity=quote.low,
                    max_quantity=quote.high,
                )
                for quote in sheet.quotes
                if quote.high is None or (quote.low or 0) <= quote.high
            )
            price_list = PriceList(
                id=ids.new("pl"),
                name="List",
                description="",
                type=PriceListType.OVERRIDE if sheet.override else PriceListType.SALE,
                status=PriceListStatus.ACTIVE if sheet.active else PriceListStatus.DRAFT,
                starts_at=moment(sheet.starts),
                ends_at=moment(sheet.ends),
                includes_tax=sheet.inclusive,
                group_ids=sheet.groups,
                prices=prices,
            )
            work.price_lists.add(price_list)
            made.append(price_list.id)
        work.versions.bump("catalogue")
        work.commit()
    shop.sheets = made  # type: ignore[attr-defined]


def gross(amount: int, inclusive: bool) -> int:
    return amount if inclusive else amount + (amount * RATE * 2 + 100) // 200


def cheapest(own: Sequence[Quote], sheets: Sequence[Sheet], groups: Sequence[str], taxed: bool, quantity: int) -> int:
    """What one unit costs in the end, tax included: the rule read aloud."""
    offers = [(quote, taxed and quote.regional) for quote in own]
    for sheet in sheets:
        if sheet.holds(groups):
            offers += [(quote, sheet.inclusive or (taxed and quote.regional)) for quote in sheet.quotes]
    fitting = [
        gross(quote.amount, inclusive)
        for quote, inclusive in offers
        if (quote.low or 0) <= quantity <= (quote.high or 999)
        and (quote.high is None or (quote.low or 0) <= quote.high)
    ]
    return min(fitting)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    own=st.lists(QUOTES, min_size=1, max_size=2, unique_by=lambda quote: quote.regional),
    sheets=st.lists(SHEETS, max_size=3),
    groups=st.lists(st.sampled_from(GROUPS), unique=True),
    quantity=st.integers(1, 5),
    taxed=st.booleans(),
    signed_in=st.booleans(),
)
def test_the_cart_charges_what_the_catalogue_shows(
    shop: PeopledShop,
    own: list[Quote],
    sheets: list[Sheet],
    groups: list[str],
    quantity: int,
    taxed: bool,
    signed_in: bool,
) -> None:
    own = [replace(quote, low=None, high=None) for quote in own]
    arrange(shop, own, sheets, groups, taxed)
    headers = shop.me if signed_in else {}
    mine = groups if signed_in else []
    shown = shop.ask("GET", f"/store/variants/{VARIANT}?region_id={REGION}", headers).json["variant"]  # type: ignore[index]

    def line(quantity: int) -> dict[str, Any]:
        body = {"region_id": REGION, "items": [{"variant_id": VARIANT, "quantity": quantity}]}
        answer = shop.ask("POST", "/store/carts", headers, body)
        assert answer.status_code == 200, answer.text
        return answer.json["cart"]["items"][0]  # type: ignore[index, no-any-return]

    one, several = line(1), line(quantity)

    assert one["unit_price"] == shown["calculated_price"]
    assert one["includes_tax"] == shown["calculated_price_includes_tax"]
    assert one["total"] == shown["calculated_price_incl_tax"] == cheapest(own, sheets, mine, taxed, 1)
    assert gross(several["unit_price"], several["includes_tax"]) == cheapest(own, sheets, mine, taxed, quantity)
    assert several["total"] == several["subtotal"] + several["tax_total"]
    if several["includes_tax"]:
        assert several["total"] == several["unit_price"] * quantity

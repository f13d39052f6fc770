"""A cart follows a dated price list from its first moment to its last, even if it is priced in exactly these."""

from __future__ import annotations

from datetime import timedelta

import pytest

from core.domain.actor import ANONYMOUS, SYSTEM
from core.domain.price_list import ListedPrice, PriceList, PriceListStatus
from core.use_cases.cart.refresh_cart import RefreshCart
from tests.paying_shop import PRICE, PayingShop

INSTANT = timedelta(microseconds=1)
HOUR = timedelta(hours=1)
CHEAP = PRICE // 2


@pytest.mark.parametrize("priced_at", [-INSTANT, timedelta(0), INSTANT])
@pytest.mark.parametrize("edge", ["start", "end"])
def test_a_cart_priced_around_an_edge_of_a_list_is_priced_anew_behind_it(edge: str, priced_at: timedelta) -> None:
    shop = PayingShop()
    moment = shop.clock.now() + HOUR
    starts, ends = (moment, moment + HOUR) if edge == "start" else (moment - HOUR, moment)
    sale = PriceList(
        id="pl_1",
        name="Sale",
        description="",
        status=PriceListStatus.ACTIVE,
        starts_at=starts,
        ends_at=ends,
        prices=(ListedPrice(id="ma_2", variant_id="variant_1", currency_code="eur", amount=CHEAP),),
    )
    with shop.begin(SYSTEM, "test.list") as work:
        work.price_lists.add(sale)
        work.commit()
    refresh = RefreshCart(shop.begin, shop.pricing, shop.sync)

    def cost() -> int:
        refresh(ANONYMOUS, shop.cart_id)
        return shop.memory.carts[shop.cart_id].due

    shop.clock.advance(HOUR + priced_at)
    assert shop.clock.now() == moment + priced_at
    shop.add_line(ANONYMOUS, shop.cart_id, "variant_1", 1, None)
    cost()
    shop.clock.advance(INSTANT - min(priced_at, timedelta(0)))

    assert cost() == 2 * (CHEAP if edge == "start" else PRICE)

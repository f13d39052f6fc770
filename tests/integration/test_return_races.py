"""Many at once at the same return: the database decides, and nothing is given back twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from core.domain.actor import ANONYMOUS
from core.domain.errors import DomainError
from core.domain.returns import Wanted
from core.use_cases.returning.receive_return import Receipt
from core.use_cases.returning.request_return import NewReturn
from tests.integration.goods_shop import SHIRT, GoodsShop
from tests.integration.shops import ADMIN

CROWD = 6


@pytest.fixture
def shop(folder: Path) -> GoodsShop:
    return GoodsShop(folder)


def at_once(deed: Callable[[], object]) -> Counter[str]:
    def attempt(_: int) -> str:
        try:
            deed()
        except DomainError as error:
            return error.code
        return "done"

    with ThreadPoolExecutor(CROWD) as threads:
        return Counter(threads.map(attempt, range(CROWD)))


def test_the_last_unit_is_asked_back_and_received_once(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 1)))
    line = order["items"][0]["id"]
    before = shop.in_stock(SHIRT)
    wanted = NewReturn(order_id=order["id"], items=(Wanted(item_id=line, quantity=1),))

    asked = at_once(lambda: shop.container.request_return()(ANONYMOUS, wanted))

    assert asked["done"] == 1, asked
    (returned,) = shop.shown(order["id"])["returns"]
    receipt = Receipt(items=((line, 1),))
    received = at_once(lambda: shop.container.receive_return()(ADMIN, returned["id"], receipt))

    after = shop.shown(order["id"])
    assert received["done"] == 1, received
    assert (after["refunded_total"], after["items"][0]["returned_quantity"]) == (2_200, 1)
    assert shop.in_stock(SHIRT) == before + 1

"""Price lists start and end while nothing is written: whatever is kept of the catalogue ends with them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from adapters.memory.clock import FrozenClock
from bootstrap.app import create_app
from core.domain.actor import SYSTEM
from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import PRODUCT, REGION, VARIANT

LIST = f"/store/products?region_id={REGION}"
ONE = f"/store/products/{PRODUCT}?region_id={REGION}"
# Says the same in words that nobody used, so that no finished answer is found.
UNASKED = "&currency_code=xxx"
INSTANT = timedelta(microseconds=1)
SALE = 1


class DatedShop(PeopledShop):
    """Its clock stands still. starts, ends: of its only price list."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.clock = FrozenClock(self.container.clock().now())
        self.container.clock.override(self.clock)
        self.client = create_app(self.container).test_client(use_cookies=False)
        self.starts = self.clock.now() + timedelta(hours=1)
        self.ends = self.starts + timedelta(hours=1)
        body = {
            "name": "Sale",
            "description": "An hour",
            "type": "sale",
            "status": "active",
            "starts_at": self.starts.isoformat(),
            "ends_at": self.ends.isoformat(),
            "prices": [{"variant_id": VARIANT, "currency_code": "eur", "amount": SALE}],
        }
        made = self.ask("POST", "/admin/price-lists", self.staff, body)
        assert made.status_code == 200, made.text

    def look_at(self, path: str, tag: str | None = None) -> tuple[int, Any, str]:
        answer = self.ask("GET", path, {"If-None-Match": tag} if tag else {})
        assert answer.status_code in (200, 304), answer.text
        return answer.status_code, answer.json if answer.data else None, answer.headers["ETag"]


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[DatedShop]:
    made = DatedShop(tmp_path)
    yield made
    made.container.clock.reset_override()


def price(shop: DatedShop, path: str) -> int:
    body = shop.look_at(path)[1]
    product = body.get("product") or next(each for each in body["products"] if each["id"] == PRODUCT)
    return int(product["variants"][0]["calculated_price"])


@pytest.mark.parametrize("path", [LIST, ONE])
@pytest.mark.parametrize("again", ["", UNASKED], ids=["the same words", "other words"])
def test_a_price_starts_and_ends_with_its_list(shop: DatedShop, path: str, again: str) -> None:
    before = price(shop, path)
    assert before != SALE
    for moment, expected in [
        (shop.starts - INSTANT, before),
        (shop.starts, before),
        (shop.starts + INSTANT, SALE),
        (shop.ends - INSTANT, SALE),
        (shop.ends, before),
        (shop.ends + INSTANT, before),
    ]:
        shop.clock.advance(moment - shop.clock.now())
        assert price(shop, path + again) == expected, moment
        assert price(shop, path) == expected, moment


@pytest.mark.parametrize("path", [LIST, ONE])
def test_who_has_the_prices_of_before_is_not_told_that_they_hold(shop: DatedShop, path: str) -> None:
    _, _, before = shop.look_at(path)
    assert shop.look_at(path, before)[0] == 304
    shop.clock.advance(timedelta(minutes=90))

    status, _, during = shop.look_at(path, before)
    assert status == 200
    assert shop.look_at(path, during)[0] == 304
    shop.clock.advance(timedelta(hours=1))

    assert shop.look_at(path, during)[0] == 200


def test_a_product_saved_during_a_sale_is_not_kept_beyond_it(shop: DatedShop) -> None:
    before = price(shop, ONE)
    shop.clock.advance(timedelta(minutes=90))
    for path in (ONE, LIST):
        assert price(shop, path) == SALE
        with shop.container.begin()(SYSTEM, "test.rename") as work:
            work.products.get(PRODUCT).title += "!"
            work.commit()
        assert price(shop, path + UNASKED) == SALE
    shop.clock.advance(timedelta(hours=1))

    assert price(shop, f"{ONE}{UNASKED}&fields=%2Btitle") == before
    assert price(shop, ONE + UNASKED) == before

"""A region is given another currency while a cart in it is being paid: nobody pays as much of one for the other."""

from __future__ import annotations

from decimal import Decimal

import pytest

from core.domain.actor import ANONYMOUS, SYSTEM
from core.domain.cart import PriceChanged
from core.domain.pricing import MoneyAmount
from core.domain.region import Region, RegionId
from core.use_cases.cart.refresh_cart import RefreshCart
from core.use_cases.cart.update_cart import CartChanges
from tests.paying_shop import PRICE, PayingShop


@pytest.fixture
def shop() -> PayingShop:
    return PayingShop()


def give_dollars(shop: PayingShop, *, price: int | None = PRICE) -> None:
    with shop.begin(SYSTEM, "test.region") as work:
        work.regions.get("reg_1").currency_code = "usd"
        if price is not None:
            variant = work.products.get("prod_1").variant("variant_1")
            variant.prices = (*variant.prices, MoneyAmount(id="ma_usd", currency_code="usd", amount=price))
        work.commit()


def look(shop: PayingShop) -> None:
    RefreshCart(shop.begin, shop.pricing, shop.sync)(ANONYMOUS, shop.cart_id)


def owed(shop: PayingShop) -> set[tuple[str, str | None]]:
    return {(attempt.currency_code, attempt.reason) for attempt in shop.memory.attempts.values()}


def test_a_look_brings_the_cart_into_it_and_lets_the_payment_go(shop: PayingShop) -> None:
    give_dollars(shop, price=PRICE + 200)

    look(shop)

    cart = shop.memory.carts[shop.cart_id]
    assert (cart.currency_code, cart.due, cart.payment_sessions) == ("usd", PRICE + 200, [])
    assert owed(shop) == {("eur", "CURRENCY_CHANGED")}


def test_what_is_paid_in_the_old_one_after_that_goes_back_in_the_old_one(shop: PayingShop) -> None:
    give_dollars(shop)
    look(shop)

    shop.buyer_pays()
    shop.run_jobs()

    account = shop.payments.accounts[shop.reference]
    assert (account.captured, account.refunded) == (PRICE, PRICE)
    assert shop.memory.orders == {}


def test_as_many_of_another_currency_is_another_price(shop: PayingShop) -> None:
    give_dollars(shop, price=PRICE)

    with pytest.raises(PriceChanged):
        shop.browser_completes()

    cart = shop.memory.carts[shop.cart_id]
    assert (cart.currency_code, cart.due, cart.attempt_id) == ("eur", PRICE, None)
    assert len(cart.payment_sessions) == 1
    assert "CURRENCY_CHANGED" not in {reason for _, reason in owed(shop)}


def test_who_had_paid_already_has_it_at_what_was_agreed(shop: PayingShop) -> None:
    shop.buyer_pays()
    give_dollars(shop, price=PRICE + 200)

    shop.browser_completes()

    (order,) = shop.memory.orders.values()
    assert (order.currency_code, order.payments[0].amount) == ("eur", PRICE)


def test_what_is_added_without_a_look_is_priced_in_it(shop: PayingShop) -> None:
    give_dollars(shop, price=300)

    shop.add_line(ANONYMOUS, shop.cart_id, "variant_1", 1, {"second": "1"})

    cart = shop.memory.carts[shop.cart_id]
    assert (cart.currency_code, [item.unit_price for item in cart.items]) == ("usd", [300, 300])


def test_what_has_no_price_in_it_leaves_the_cart(shop: PayingShop) -> None:
    give_dollars(shop, price=None)

    look(shop)

    assert shop.memory.carts[shop.cart_id].items == []


def test_a_payment_left_behind_on_the_way_to_another_region_is_owed_in_its_own_currency(shop: PayingShop) -> None:
    with shop.begin(SYSTEM, "test.region") as work:
        work.regions.add(Region(id=RegionId("reg_2"), name="US", currency_code="usd", tax_rate=Decimal(0)))
        work.commit()

    shop.update_cart(ANONYMOUS, shop.cart_id, CartChanges(region_id="reg_2"))

    assert owed(shop) == {("eur", "REGION_CHANGED")}


def test_money_goes_back_in_the_currency_the_provider_took_it_in_whatever_was_noted(shop: PayingShop) -> None:
    give_dollars(shop)
    look(shop)
    (attempt_id,) = shop.memory.attempts
    with shop.begin(SYSTEM, "test.note") as work:
        work.attempts.get(attempt_id).currency_code = "usd"  # begun before the cart moved, and let go of after it
        work.commit()
    shop.buyer_pays()

    shop.run_jobs()

    account, attempt = shop.payments.accounts[shop.reference], shop.memory.attempts[attempt_id]
    assert (account.currency, account.refunded) == ("eur", PRICE)
    assert (attempt.state, attempt.amount, attempt.currency_code) == ("refunded", PRICE, "eur")

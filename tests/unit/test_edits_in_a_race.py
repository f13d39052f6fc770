"""An edit of a cart that was saved stands, is made once and answered as done, however the race to tell its
payment's provider ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from adapters.memory.providers import InMemoryFulfillment, InMemoryFulfillmentProviders
from core.domain.actor import ANONYMOUS, SYSTEM
from core.domain.cart import Cart
from core.domain.discount import Discount, DiscountId, DiscountRule, DiscountType
from core.domain.payment import SessionStatus
from core.domain.shop import ShippingOption
from core.use_cases.cart.add_discount import AddDiscount
from core.use_cases.cart.choose_shipping import ChooseShipping
from core.use_cases.cart.refresh_cart import RefreshCart
from core.use_cases.cart.remove_discount import RemoveDiscount
from core.use_cases.cart.remove_line import RemoveLine
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.cart.update_line import UpdateLine
from tests.paying_shop import PayingShop

CODE = "HALF"


def line_of(shop: PayingShop) -> str:
    return shop.memory.carts[shop.cart_id].items[0].id


def add_line(shop: PayingShop) -> None:
    shop.add_line(ANONYMOUS, shop.cart_id, "variant_1", 1, None)


def update_line(shop: PayingShop) -> None:
    UpdateLine(shop.begin, shop.pricing, shop.sync)(ANONYMOUS, shop.cart_id, line_of(shop), 2)


def remove_line(shop: PayingShop) -> None:
    RemoveLine(shop.begin, shop.pricing, shop.sync)(ANONYMOUS, shop.cart_id, line_of(shop))


def update_cart(shop: PayingShop) -> None:
    shop.update_cart(ANONYMOUS, shop.cart_id, CartChanges(discount_codes=(CODE,)))


def add_discount(shop: PayingShop) -> None:
    AddDiscount(shop.begin, shop.pricing, shop.sync)(ANONYMOUS, shop.cart_id, CODE)


def remove_discount(shop: PayingShop) -> None:
    RemoveDiscount(shop.begin, shop.pricing, shop.sync)(ANONYMOUS, shop.cart_id, CODE)


def choose_shipping(shop: PayingShop) -> None:
    providers = InMemoryFulfillmentProviders(InMemoryFulfillment())
    ChooseShipping(shop.begin, providers, shop.pricing, shop.sync, shop.ids)(ANONYMOUS, shop.cart_id, "so_1")


EDITS: dict[Callable[[PayingShop], None], tuple[int, int, int]] = {
    add_line: (2, 0, 0),
    update_line: (2, 0, 0),
    remove_line: (0, 0, 0),
    update_cart: (1, 1, 0),
    add_discount: (1, 1, 0),
    remove_discount: (1, 0, 0),
    choose_shipping: (1, 0, 1),
}
"""What is in the cart afterwards: units, discounts, ways to ship."""


def held(cart: Cart) -> tuple[int, int, int]:
    return sum(item.quantity for item in cart.items), len(cart.discount_ids), len(cart.shipping_methods)


@pytest.fixture
def shop() -> PayingShop:
    shop = PayingShop()
    with shop.begin(SYSTEM, "test.more") as work:
        rule = DiscountRule(id="rule_1", type=DiscountType.PERCENTAGE, value=50)
        work.discounts.add_rule(rule)
        work.discounts.add(
            Discount(
                id=DiscountId("disc_1"),
                code=CODE,
                rule_id="rule_1",
                region_ids=("reg_1",),
                starts_at=shop.clock.now(),
            )
        )
        profile = work.shop.default_profile().id
        work.shop.add_shipping_option(
            ShippingOption(id="so_1", name="Post", region_id="reg_1", profile_id=profile, provider_id="manual")
        )
        work.commit()
    return shop


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
@pytest.mark.parametrize("races", [1, 4, 99])
def test_an_edit_stands_though_telling_the_provider_lost_a_race(
    shop: PayingShop, edit: Callable[[PayingShop], None], races: int
) -> None:
    if edit is remove_discount:
        add_discount(shop)
    before = shop.memory.carts[shop.cart_id].version
    shop.begin.lose("cart.sync_payment_sessions", times=races)
    shop.begin.lose("cart.open_payment_session", times=races)

    edit(shop)

    cart = shop.memory.carts[shop.cart_id]
    assert held(cart) == EDITS[edit]
    assert cart.version <= before + 3  # the edit once, and what was noted of its payment
    shop.begin.peace()
    RefreshCart(shop.begin, shop.pricing, shop.sync)(ANONYMOUS, shop.cart_id)
    assert not any(session.stale for session in shop.memory.carts[shop.cart_id].payment_sessions)
    shop.run_jobs()
    payable = [one.amount for one in shop.payments.accounts.values() if one.status is SessionStatus.PENDING]
    assert payable == ([cart.due] if cart.due else [])

"""Codes used by many at once, and carts that are completed while they change; on each database, by two
processes with several threads.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest
from sqlalchemy import func, select

from adapters.db.tables import discount_uses, discounts, orders, payment_attempts
from bootstrap.container import Container
from core.domain.actor import ANONYMOUS
from core.domain.discount import Allocation, DiscountType
from core.domain.errors import DomainError
from core.use_cases.cart.create_cart import NewCart
from core.use_cases.cart.update_cart import CartChanges
from core.use_cases.discount.create_discount import NewDiscount, NewRule
from tests.integration.shops import ADMIN, REGION, VARIANT, open_shop, run_jobs, stock_shop
from tests.integration.test_races import _complete_own, _count, _crowd

CODE = "TEN"


@pytest.fixture
def shop(folder: Path) -> Container:
    container = open_shop(folder)
    stock_shop(container, stock=50)
    return container


def _discount(shop: Container, **limits: int) -> None:
    rule = NewRule(type=DiscountType.PERCENTAGE, value=10, allocation=Allocation.TOTAL)
    shop.create_discount()(ADMIN, NewDiscount(code=CODE, rule=rule, region_ids=(REGION,), **limits))


def _cart(shop: Container, email: str) -> str:
    cart_id: str = shop.create_cart()(ANONYMOUS, NewCart(region_id=REGION))
    shop.add_line()(ANONYMOUS, cart_id, VARIANT, 1)
    shop.update_cart()(ANONYMOUS, cart_id, CartChanges(email=email, discount_codes=(CODE,)))
    shop.start_payment()(ANONYMOUS, cart_id)
    return cart_id


def _used(shop: Container) -> tuple[int, int]:
    with shop.read_engine().connect() as connection:
        counted = connection.scalar(select(discounts.c.usage_count))
        written = connection.scalar(select(func.count()).select_from(discount_uses))
    return int(counted or 0), int(written or 0)


def _nothing_is_owed(shop: Container) -> None:
    """Who came too late has nothing left with the provider, and everything adds up."""
    run_jobs(shop)
    with shop.read_engine().connect() as connection:
        states = set(connection.scalars(select(payment_attempts.c.state)))
    assert states <= {"placed", "given_up", "refunded"}
    assert shop.check_shop()(ANONYMOUS) == []


def test_a_code_for_three_orders_serves_three_of_twelve(shop: Container, folder: Path) -> None:
    _discount(shop, usage_limit=3)
    carts = [_cart(shop, f"buyer{number}@example.com") for number in range(12)]

    said = _crowd(folder, _complete_own, " ".join(carts), 12)

    assert said == {"order": 3, "DISCOUNT_LIMIT_REACHED": 9}
    assert (_count(shop, orders), _used(shop)) == (3, (3, 3))
    _nothing_is_owed(shop)


def test_a_buyer_uses_a_code_once_however_many_carts_they_have(shop: Container, folder: Path) -> None:
    _discount(shop, usage_limit_per_customer=1)
    carts = [_cart(shop, "ada@example.com") for _ in range(8)]
    carts += [_cart(shop, "bob@example.com") for _ in range(4)]

    said = _crowd(folder, _complete_own, " ".join(carts), 12)

    assert said == {"order": 2, "DISCOUNT_LIMIT_REACHED": 10}
    assert _used(shop) == (2, 2)
    _nothing_is_owed(shop)


def _complete_or_edit(container: Container, cart_id: str, number: int) -> str:
    """Every other one changes something."""
    if number % 2:
        codes = (CODE,) if number % 4 == 1 else ()
        container.update_cart()(ANONYMOUS, cart_id, CartChanges(discount_codes=codes))
        return "edited"
    return str(container.place_order()(ANONYMOUS, cart_id).kind)


def test_a_cart_completed_while_it_changes_is_sold_at_what_was_paid(shop: Container, folder: Path) -> None:
    _discount(shop)
    cart_id = _cart(shop, "ada@example.com")

    said = _crowd(folder, _complete_or_edit, cart_id, 16)

    assert said <= Counter(
        order=8, edited=8, CART_COMPLETED=8, CART_IN_COMPLETION=16, CART_NOT_READY=8, PRICE_CHANGED=8, CONFLICT=16
    ), said
    try:
        shop.start_payment()(ANONYMOUS, cart_id)
        shop.place_order()(ANONYMOUS, cart_id)
    except DomainError as error:
        assert error.code == "CART_COMPLETED"  # noqa: PT017 - one of two endings
    with shop.begin()(ANONYMOUS, "test.look") as work:
        order = work.orders.by_cart(cart_id)
    assert order is not None
    assert order.paid_total == order.totals.total in (1_100, 990)
    assert bool(order.discount_ids) == (order.totals.total == 990)
    assert _used(shop)[0] == len(order.discount_ids)
    _nothing_is_owed(shop)

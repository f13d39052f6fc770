"""One cart completed by many requests at once, of both surfaces and in two processes: one order, told to all."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from adapters.db.tables import orders, payments, product_variants
from bootstrap.app import create_app
from bootstrap.container import Container
from core.domain.actor import ANONYMOUS
from core.use_cases.cart.create_cart import NewCart, NewItem
from tests.integration.shops import REGION, VARIANT, open_shop, ready_to_pay, stock_shop
from tests.integration.test_races import _crowd as crowd

STOCK = 50
COMPLETE = {
    "paymentProviderId": "manual",
    "returnUrl": "https://example.com/",
    "email": "ada@example.com",
    "notes": "Ring",
}


@pytest.fixture
def shop(folder: Path) -> Iterator[Container]:
    container = open_shop(folder)
    stock_shop(container, stock=STOCK)
    yield container
    container.engines().dispose()


@cache
def app_of(container: Container) -> Flask:
    return create_app(container)


def complete(container: Container, cart_id: str, _: int) -> str:
    """The order's id, or how it was refused."""
    answer = app_of(container).test_client().post(f"/checkout/{cart_id}/complete", json=COMPLETE)
    said: Any = answer.json
    return str(said["order"]["id"]) if answer.status_code == 201 else f"{answer.status_code} {said['code']}"


def complete_somehow(container: Container, carts: str, number: int) -> str:
    """Half of them a fresh cart, the others one that is ready, by turns here and in the store API."""
    fresh, ready = carts.split()
    if number % 2:
        return complete(container, fresh, number)
    if number % 4:
        return complete(container, ready, number)
    answer = app_of(container).test_client().post(f"/store/carts/{ready}/complete")
    said: Any = answer.json
    return str(said["data"]["id"]) if answer.status_code == 200 and said["type"] == "order" else answer.text


def test_completes_all_get_the_one_order_of_their_cart(shop: Container, folder: Path) -> None:
    new = NewCart(region_id=REGION, items=(NewItem(variant_id=VARIANT, quantity=1),))
    carts = f"{shop.create_cart()(ANONYMOUS, new)} {ready_to_pay(shop, ANONYMOUS)}"

    said = crowd(folder, complete_somehow, carts, 16)

    assert sorted(said.values()) == [8, 8], said
    assert all(id.startswith("order_") for id in said)
    with shop.read_engine().connect() as connection:
        left = connection.scalar(
            select(product_variants.c.inventory_quantity).where(product_variants.c.id == VARIANT)
        )
        made = [connection.scalar(select(func.count()).select_from(table)) for table in (orders, payments)]
    assert (left, made) == (STOCK - 2, [2, 2])

"""What each step of a sale over the gateway may cost in SQL statements."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.gateway_shop import ADDRESS, DOWNLOAD, POST, REGION, RETURN, SHIRT, GatewayShop
from tests.integration.test_statement_counts import counted

PAYMENT = {"providerId": "manual", "returnUrl": RETURN}
# In the order of a sale; steps of the checkout load the whole cart, reads of it four pieces.
COSTS = {
    "POST /carts": 9,
    "POST /carts/items": 19,
    "POST /checkout/:id/addresses": 28,
    "GET /checkout/:id/shipping-options": 14,
    "POST /checkout/:id/shipping-method": 40,
    "GET /payments/providers?regionId=:id": 2,
    "POST /checkout/:id/payment": 54,
    "GET /checkout/:id/summary": 14,
    "GET /carts/:id": 4,
    "POST /checkout/:id/place-order": 56,
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> GatewayShop:
    return GatewayShop(Path(tmp_path_factory.mktemp("statements")))


def test_a_checkout_stays_within_its_statements(shop: GatewayShop) -> None:
    spent: dict[str, int] = {}

    def step(method: str, path: str, json: object = None) -> Any:
        with counted(shop) as seen:
            answer = shop.send(method, path, json)
        named = path.replace(cart, ":id").replace(REGION, ":id")
        spent[f"{method} {named}"] = len(seen)
        return answer

    cart = "none"
    cart = step("POST", "/carts", {"currency": "EUR", "regionId": REGION})["id"]
    step("POST", "/carts/items", {"cartId": cart, "sku": "SHIRT-1", "quantity": 1})
    step(
        "POST",
        f"/checkout/{cart}/addresses",
        {"shippingAddress": ADDRESS, "billingAddress": ADDRESS, "email": "a@b.test"},
    )
    step("GET", f"/checkout/{cart}/shipping-options")
    step("POST", f"/checkout/{cart}/shipping-method", {"shippingOptionId": POST})
    step("GET", f"/payments/providers?regionId={REGION}")
    step("POST", f"/checkout/{cart}/payment", PAYMENT)
    step("GET", f"/checkout/{cart}/summary")
    step("GET", f"/carts/{cart}")
    step("POST", f"/checkout/{cart}/place-order")

    assert spent == COSTS


def test_cart_costs_the_same_however_much_is_in_it(shop: GatewayShop) -> None:
    costs = []
    for lines in (((SHIRT, 1),), ((SHIRT, 1), (DOWNLOAD, 1), ("variant_hat", 1))):
        cart = shop.cart(*lines)
        with counted(shop) as seen:
            shop.send("GET", f"/carts/{cart}")
        costs.append(len(seen))

    assert costs[0] == costs[1]

"""What each endpoint of the gateway may cost in SQL statements."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.integration.gateway_shop import ADDRESS, DOWNLOAD, POST, REGION, RETURN, SHIRT, GatewayShop
from tests.integration.peopled_shop import Headers
from tests.integration.test_gateway_walk import ENDPOINTS
from tests.integration.test_statement_counts import counted

PAYMENT = {"providerId": "manual", "returnUrl": RETURN}
COMPLETE = {
    "shippingAddress": ADDRESS,
    "billingAddress": ADDRESS,
    "shippingMethodId": POST,
    "paymentProviderId": "manual",
    "returnUrl": RETURN,
    "email": "a@b.test",
}
# In the order of a visit. Steps of the checkout load the whole cart; its reads are six pieces.
COSTS = {
    "GET /products": 8,
    "GET /products/:id": 9,
    "GET /products/:id/variants/:variantId/related-products": 3,
    "POST /carts": 9,
    "POST /carts/items": 21,
    "PATCH /carts/:cartId/items/:itemId": 21,
    "DELETE /carts/:cartId/items/:itemId": 18,
    "PATCH /carts/:id": 16,
    "POST /carts/:cartId/promotions": 28,
    "DELETE /carts/:cartId/promotions/:code": 22,
    "POST /checkout/:cartId/addresses": 22,
    "GET /checkout/:cartId/shipping-options": 10,
    "POST /checkout/:cartId/shipping-method": 34,
    "GET /payments/providers": 2,
    "POST /checkout/:cartId/payment": 45,
    "POST /payments/sessions": 34,
    "GET /checkout/:cartId/summary": 14,
    "GET /carts/:id": 6,
    "POST /checkout/:cartId/place-order": 52,
    "GET /orders/:id": 7,
    "POST /checkout/:cartId/complete": 143,
    "GET /orders": 2,
    "POST /customers/addresses": 10,
    "GET /customers/addresses": 3,
    "GET /customers/addresses/:id": 3,
    "PATCH /customers/addresses/:id": 9,
    "POST /customers/addresses/:id/default": 9,
    "DELETE /customers/addresses/:id": 8,
}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> GatewayShop:
    shop = GatewayShop(Path(tmp_path_factory.mktemp("statements")))
    rule = {"type": "percentage", "value": 10, "allocation": "total"}
    assert shop.post("/admin/discounts", {"code": "TEN", "rule": rule, "regions": [REGION]}).status_code == 200
    return shop


def test_every_endpoint_stays_within_its_statements(shop: GatewayShop) -> None:
    spent: dict[str, int] = {}

    def step(endpoint: str, *names: str, body: object = None, headers: Headers | None = None, query: str = "") -> Any:
        method, path = endpoint.split(" ")
        for name in names:
            path = re.sub(r":\w+", name, path, count=1)
        with counted(shop) as seen:
            answer = shop.send(method, path + query, body, headers)
        spent[endpoint] = len(seen)
        return answer

    step("GET /products")
    step("GET /products/:id", "prod_shirt")
    step("GET /products/:id/variants/:variantId/related-products", "prod_shirt", SHIRT)
    cart = step("POST /carts", body={"currency": "EUR", "regionId": REGION})["id"]
    added = step("POST /carts/items", body={"cartId": cart, "sku": "SHIRT-1", "quantity": 1})
    shop.send("POST", "/carts/items", {"cartId": cart, "variantId": DOWNLOAD, "quantity": 1})
    step("PATCH /carts/:cartId/items/:itemId", cart, added["items"]["data"][0]["id"], body={"quantity": 2})
    other = shop.send("GET", f"/carts/{cart}")["items"]["data"][1]["id"]
    step("DELETE /carts/:cartId/items/:itemId", cart, other)
    step("PATCH /carts/:id", cart, body={"notes": "Ring twice"})
    step("POST /carts/:cartId/promotions", cart, body={"code": "TEN"})
    step("DELETE /carts/:cartId/promotions/:code", cart, "TEN")
    to = {"shippingAddress": ADDRESS, "billingAddress": ADDRESS, "email": "a@b.test"}
    step("POST /checkout/:cartId/addresses", cart, body=to)
    step("GET /checkout/:cartId/shipping-options", cart)
    step("POST /checkout/:cartId/shipping-method", cart, body={"shippingOptionId": POST})
    step("GET /payments/providers", query=f"?regionId={REGION}")
    step("POST /checkout/:cartId/payment", cart, body=PAYMENT)
    step("POST /payments/sessions", body={"cartId": cart, **PAYMENT})
    step("GET /checkout/:cartId/summary", cart)
    step("GET /carts/:id", cart)
    order = step("POST /checkout/:cartId/place-order", cart)["order"]
    step("GET /orders/:id", order["id"])
    step("POST /checkout/:cartId/complete", shop.cart((SHIRT, 1)), body=COMPLETE)
    step("GET /orders", headers=shop.me)
    saved = step("POST /customers/addresses", body={"address": ADDRESS}, headers=shop.me)["id"]
    step("GET /customers/addresses", headers=shop.me)
    step("GET /customers/addresses/:id", saved, headers=shop.me)
    step("PATCH /customers/addresses/:id", saved, body={"label": "Home"}, headers=shop.me)
    step("POST /customers/addresses/:id/default", saved, headers=shop.me)
    step("DELETE /customers/addresses/:id", saved, headers=shop.me)

    assert spent == COSTS
    assert spent.keys() == ENDPOINTS.keys()


def test_cart_costs_the_same_however_much_is_in_it(shop: GatewayShop) -> None:
    costs = []
    for lines in (((SHIRT, 1),), ((SHIRT, 1), (DOWNLOAD, 1), ("variant_hat", 1))):
        cart = shop.cart(*lines)
        with counted(shop) as seen:
            shop.send("GET", f"/carts/{cart}")
        costs.append(len(seen))

    assert costs[0] == costs[1]

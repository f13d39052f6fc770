"""The whole of the gateway API: every endpoint with its example request, as a storefront walks through it.

Each row is an endpoint as its documentation lists it. The table is held to the routes there are and to
the OpenAPI description; the walk sends each row's example, as a guest and as a customer of a sign-in service.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.http.gateway.surface import GATEWAY
from adapters.http.resources import resources
from tests.integration.gateway_shop import ADDRESS, POST, RETURN, SHIRT, GatewayShop
from tests.integration.shops import REGION, keep_at
from tests.integration.sign_in_service import AUDIENCE, ISSUER, SignInService

ENDPOINTS = {
    "GET /products": ("limit", "offset", "type", "category", "sort"),
    "GET /products/:id": (),
    "GET /products/:id/variants/:variantId/related-products": ("type", "limit", "offset", "sort"),
    "GET /orders": ("limit", "offset", "status", "paymentStatus", "dateFrom", "dateTo", "sort"),
    "GET /orders/:id": (),
    "POST /carts": ("currency", "regionId", "metadata"),
    "GET /carts/:id": (),
    "PATCH /carts/:id": ("regionId", "email", "notes", "metadata"),
    "POST /carts/items": ("cartId", "sku", "variantId", "quantity", "currency", "regionId", "metadata"),
    "PATCH /carts/:cartId/items/:itemId": ("quantity", "metadata"),
    "DELETE /carts/:cartId/items/:itemId": (),
    "POST /carts/:cartId/promotions": ("code",),
    "DELETE /carts/:cartId/promotions/:code": (),
    "POST /checkout/:cartId/addresses": (
        "shippingAddress",
        "billingAddress",
        "sameAsBillingAddress",
        "notes",
        "email",
    ),
    "POST /checkout/:cartId/shipping-method": ("shippingOptionId",),
    "POST /checkout/:cartId/payment": ("providerId", "returnUrl", "cancelUrl", "metadata"),
    "GET /checkout/:cartId/shipping-options": (),
    "GET /checkout/:cartId/summary": (),
    "POST /checkout/:cartId/place-order": ("email",),
    "POST /checkout/:cartId/complete": ("shippingMethodId", "paymentProviderId", "returnUrl", "notes", "email"),
    "GET /customers/addresses": (),
    "GET /customers/addresses/:id": (),
    "POST /customers/addresses": ("label", "isDefault", "address"),
    "PATCH /customers/addresses/:id": ("label", "isDefault", "address"),
    "DELETE /customers/addresses/:id": (),
    "POST /customers/addresses/:id/default": (),
    "GET /payments/providers": ("regionId",),
    "POST /payments/sessions": ("cartId", "providerId", "returnUrl", "cancelUrl", "metadata"),
}
ALSO = {
    "GET /carts",
    "GET /carts/current",
    "DELETE /carts/:id",
    "GET /payments/sessions/:id",
    "PATCH /payments/sessions/:id",
    "DELETE /payments/sessions/:id",
}
_PARAMETER = re.compile(r":\w+|<[^>]+>|\{\w+\}")


def anonymous(name: str) -> str:
    """Whatever its parameters are called."""
    return _PARAMETER.sub("*", name)


ROUTES = {
    anonymous(f"{route.method} {route.rule}"): route
    for resource in resources()
    for route in resource.routes
    if route.surface is GATEWAY
}


def test_there_are_28_endpoints_and_the_ones_that_answer_501() -> None:
    assert len(ENDPOINTS) == 28
    assert ROUTES.keys() == {anonymous(name) for name in (*ENDPOINTS, *ALSO)}


@pytest.mark.parametrize("name", ENDPOINTS)
def test_every_parameter_is_taken(name: str) -> None:
    route = ROUTES[anonymous(name)]
    schema = route.query_schema if name.startswith("GET") else route.body_schema
    known = {field.data_key or key for key, field in schema.fields.items()} if schema is not None else set()

    assert set(ENDPOINTS[name]) <= known


class Storefront(GatewayShop):
    """The shop with one way in from outside, a code, and something that goes with the shirt."""

    def __init__(self, folder: Path, service: SignInService) -> None:
        issuer = {"issuer": ISSUER, "audience": AUDIENCE, "jwks_url": service.url}
        super().__init__(folder, SSO_ISSUERS=json.dumps([issuer]))
        self.service = service
        self.post(
            "/admin/discounts",
            {
                "code": "TEN",
                "regions": [REGION],
                "rule": {"type": "percentage", "value": 10, "allocation": "total"},
            },
        )
        spare = {
            "title": "one",
            "sku": "BUTTON",
            "inventory_quantity": 99,
            "prices": [{"currency_code": "eur", "amount": 50}],
        }
        button = self.product(title="Button", status="published", variants=[spare])
        related = {"target_product_variant_id": button["variants"][0]["id"], "reference_type": "SPARE_PART"}
        assert self.post(f"/admin/products/prod_shirt/variants/{SHIRT}/references", related).status_code == 200

    def signed_in(self, email: str) -> dict[str, str]:
        now = int(self.container.clock().now().timestamp())
        claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": email, "iat": now, "exp": now + 300}
        token = self.service.sign({**claims, "email": email, "email_verified": True}, "one")
        return {"Authorization": f"Bearer {token}"}


@pytest.fixture(scope="module")
def service() -> Iterator[SignInService]:
    running = SignInService()
    running.publish(running.make_key("one"))
    yield running
    running.stop()


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shop(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, service: SignInService
) -> Storefront:
    folder = Path(tmp_path_factory.mktemp("gateway_walk"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    return Storefront(folder, service)


def test_every_endpoint_is_described(shop: Storefront) -> None:
    described: Any = shop.client.get("/openapi/gateway.json").json
    operations = {f"{method.upper()} {path}" for path, item in described["paths"].items() for method in item}

    assert {anonymous(each) for each in operations if " /" in each} >= {anonymous(name) for name in ENDPOINTS}


class Walk:
    """One buyer. seen: the endpoints that were asked."""

    def __init__(self, shop: Storefront, headers: dict[str, str] | None) -> None:
        self.shop = shop
        self.headers = headers
        self.seen: set[str] = set()

    def __call__(self, endpoint: str, *names: str, body: object = None, query: str = "", status: int = 0) -> Any:
        self.seen.add(endpoint)
        method, path = endpoint.split(" ")
        for name in names:
            path = _PARAMETER.sub(name, path, count=1)
        return self.shop.send(method, path + query, body, self.headers, status=status or None)


def fill(walk: Walk) -> str:
    """The catalogue, and a cart with things added, changed, taken out, and a code tried; its id."""
    listed = walk("GET /products", query="?limit=20&offset=0")
    (shirt,) = [each for each in listed["data"] if each["variantId"] == SHIRT]
    assert walk("GET /products/:id", shirt["id"])["sku"] == "SHIRT-1"
    related = walk("GET /products/:id/variants/:variantId/related-products", shirt["id"], SHIRT)
    assert [each["sku"] for each in related["data"]] == ["BUTTON"]
    button = related["data"][0]["variantId"]

    cart = walk("POST /carts", body={"currency": "EUR", "regionId": REGION, "metadata": {}})["id"]
    walk("POST /carts/items", body={"cartId": cart, "sku": SHIRT, "quantity": 2})
    two = walk("POST /carts/items", body={"cartId": cart, "sku": "BUTTON", "variantId": button, "quantity": 1})
    first, second = [line["id"] for line in two["items"]["data"]]
    walk("DELETE /carts/:cartId/items/:itemId", cart, second)
    one = walk("PATCH /carts/:cartId/items/:itemId", cart, first, body={"quantity": 1})
    assert [(line["quantity"], line["sku"]) for line in one["items"]["data"]] == [(1, "SHIRT-1")]

    walk("PATCH /carts/:id", cart, body={"notes": "Ring twice", "metadata": {"campaign": "may"}})
    reduced = walk("POST /carts/:cartId/promotions", cart, body={"code": "TEN"})
    full = walk("DELETE /carts/:cartId/promotions/:code", cart, "TEN")
    assert reduced["total"]["value"] < full["total"]["value"]
    assert walk("GET /carts/:id", cart)["notes"] == "Ring twice"
    return str(cart)


def pay(walk: Walk, cart: str) -> Any:
    """The order, step by step."""
    steps = {"shippingAddress": ADDRESS, "billingAddress": ADDRESS, "email": "guest@buy.test"}
    walk("POST /checkout/:cartId/addresses", cart, body=steps)
    (option,) = walk("GET /checkout/:cartId/shipping-options", cart)["data"]
    walk("POST /checkout/:cartId/shipping-method", cart, body={"shippingOptionId": option["id"]})
    providers = walk("GET /payments/providers", query=f"?regionId={REGION}")["data"]
    session = {"cartId": cart, "providerId": providers[0]["id"], "returnUrl": RETURN, "cancelUrl": RETURN}
    assert walk("POST /payments/sessions", body=session)["cartId"] == cart
    started = walk(
        "POST /checkout/:cartId/payment", cart, body={"providerId": providers[0]["id"], "returnUrl": RETURN}
    )
    assert started["status"] == "PENDING"
    summary = walk("GET /checkout/:cartId/summary", cart)
    placed = walk("POST /checkout/:cartId/place-order", cart, body={"email": "guest@buy.test"})["order"]
    assert placed["total"] == summary["totals"]["total"]
    return placed


def at_once(walk: Walk) -> Any:
    cart = walk(
        "POST /carts/items",
        body={
            "sku": "SHIRT-1",
            "quantity": 1,
            "currency": "EUR",
            "regionId": REGION,
        },
    )["id"]
    body = {
        "shippingAddress": ADDRESS,
        "billingAddress": ADDRESS,
        "shippingMethodId": POST,
        "paymentProviderId": "manual",
        "returnUrl": RETURN,
        "email": "guest@buy.test",
    }
    return walk("POST /checkout/:cartId/complete", cart, body=body)["order"]


def test_a_guest_walks_from_the_catalogue_to_the_order(shop: Storefront) -> None:
    walk = Walk(shop, None)
    for placed in (pay(walk, fill(walk)), at_once(walk)):
        assert placed["email"] == "guest@buy.test"
        shown = walk("GET /orders/:id", placed["id"])
        assert shown == {name: value for name, value in placed.items() if name != "email"}

    walk("GET /orders", query="?limit=20&status=completed", status=401)
    assert walk.seen == {name for name in ENDPOINTS if "/customers/" not in name}


def test_a_signed_in_customer_walks_through_every_endpoint(shop: Storefront) -> None:
    walk = Walk(shop, shop.signed_in("grace@id.test"))
    home = walk("POST /customers/addresses", body={"label": "Home", "address": ADDRESS})
    walk("PATCH /customers/addresses/:id", home["id"], body={"address": {**ADDRESS, "city": "Köln"}})
    assert walk("POST /customers/addresses/:id/default", home["id"])["isDefault"]
    assert walk("GET /customers/addresses")["total"] == 1
    assert walk("GET /customers/addresses/:id", home["id"])["address"]["city"] == "Köln"

    placed = [pay(walk, fill(walk)), at_once(walk)]

    listed = walk("GET /orders", query="?limit=20&status=pending&sort=createdAt_ASC")
    assert [order["id"] for order in listed["data"]] == [order["id"] for order in placed]
    assert {order["customerId"] for order in listed["data"]} == {home["customerId"]}
    assert walk("GET /orders/:id", placed[0]["id"]) == listed["data"][0]
    walk("DELETE /customers/addresses/:id", home["id"])
    assert walk.seen == ENDPOINTS.keys()


def test_a_cart_of_the_store_is_finished_here_and_the_other_way_round(shop: Storefront) -> None:
    body = {"region_id": REGION, "items": [{"variant_id": SHIRT, "quantity": 1}]}
    opened: Any = shop.ask("POST", "/store/carts", None, body).json
    cart, walk = opened["cart"]["id"], Walk(shop, None)
    assert walk("GET /carts/:id", cart)["items"]["total"] == 1
    placed = pay(walk, cart)
    of_store: Any = shop.ask("GET", f"/store/orders/{placed['id']}").json
    assert placed["total"]["value"] * 100 == of_store["order"]["total"]

    other = fill(walk)
    address = {"shippingAddress": ADDRESS, "billingAddress": ADDRESS, "email": "guest@buy.test"}
    walk("POST /checkout/:cartId/addresses", other, body=address)
    assert shop.ask("POST", f"/store/carts/{other}/shipping-methods", None, {"option_id": POST}).status_code == 200
    assert shop.ask("POST", f"/store/carts/{other}/payment-sessions").status_code == 200
    finished: Any = shop.ask("POST", f"/store/carts/{other}/complete").json
    assert finished["type"] == "order"
    assert walk("GET /orders/:id", finished["data"]["id"])["total"]["value"] * 100 == finished["data"]["total"]

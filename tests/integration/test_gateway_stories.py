"""Sales over the gateway from the first item to the order, alone and together with the store API."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bootstrap.app import create_app
from core.domain.money import exponent
from tests.integration.gateway_shop import (
    ADDRESS,
    CANCEL,
    DOWNLOAD,
    JAPAN,
    POST,
    REGION,
    RETURN,
    SHIRT,
    GatewayShop,
    exactly,
)
from tests.integration.shops import keep_at, open_shop, run_jobs
from tests.machines.cart_shop import EU, JP, KW, VARIANTS, a_model
from tests.machines.cart_shop import open_shop as open_market


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.deep)])
def folder(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = Path(tmp_path_factory.mktemp("stories"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    return folder


@pytest.fixture(scope="module")
def shop(folder: Path) -> GatewayShop:
    return GatewayShop(folder)


def test_guest_buys_step_by_step(shop: GatewayShop) -> None:
    opened = shop.send(
        "POST", "/carts/items", {"sku": "SHIRT-1", "quantity": 1, "currency": "EUR", "regionId": REGION}
    )
    cart = opened["id"]
    shop.send("POST", "/carts/items", {"cartId": cart, "sku": DOWNLOAD, "quantity": 2})
    addresses = {"billingAddress": ADDRESS, "sameAsBillingAddress": True, "email": "guest@buy.test"}
    shop.send("POST", f"/checkout/{cart}/addresses", addresses)
    (option,) = shop.send("GET", f"/checkout/{cart}/shipping-options")["data"]
    shop.send("POST", f"/checkout/{cart}/shipping-method", {"shippingOptionId": option["id"]})
    (provider,) = shop.send("GET", f"/payments/providers?regionId={REGION}")["data"]
    payment = {"providerId": provider["id"], "returnUrl": RETURN, "cancelUrl": CANCEL}
    shop.send("POST", f"/checkout/{cart}/payment", payment)

    summary = shop.send("GET", f"/checkout/{cart}/summary")
    order = shop.send("POST", f"/checkout/{cart}/place-order", {"email": "other@buy.test"})["order"]
    run_jobs(shop.container)

    # 20 + 2 × 10 + 5 and a tenth of that
    assert summary["totals"]["total"] == order["total"] == {"value": Decimal("49.5"), "currency": "EUR"}
    assert (summary["email"], order["email"]) == ("guest@buy.test", "other@buy.test")
    assert order["shippingAddress"] == order["billingAddress"]
    assert shop.ask("GET", f"/store/orders/{order['id']}").status_code == 200


def test_customer_buys_with_a_login_and_nobody_else_sees_it(shop: GatewayShop) -> None:
    cart = shop.cart((SHIRT, 1), headers=shop.me)
    body = {
        "shippingAddress": ADDRESS,
        "billingAddress": ADDRESS,
        "shippingMethodId": POST,
        "paymentProviderId": "pp_system_default",
        "returnUrl": RETURN,
    }

    order = shop.send("POST", f"/checkout/{cart}/complete", body, shop.me)["order"]
    run_jobs(shop.container)

    assert (order["customerId"], order["email"]) == (shop.my_id, "ada@example.com")
    assert shop.ask("GET", f"/store/orders/{order['id']}").status_code == 404
    shop.refused("POST", f"/checkout/{cart}/place-order", status=401)


def test_examples_of_the_page_work_as_they_are_printed(shop: GatewayShop) -> None:
    cart = shop.send("POST", "/carts", {"currency": "EUR", "regionId": REGION, "metadata": {}}, shop.me)
    shop.send("GET", f"/carts/{cart['id']}", headers=shop.me)
    filled = shop.send("POST", "/carts/items", {"cartId": cart["id"], "sku": SHIRT, "quantity": 2}, shop.me)
    shop.send("GET", f"/payments/providers?regionId={REGION}", headers=shop.me)
    body = {"cartId": cart["id"], "providerId": "pp_system_default", "returnUrl": RETURN, "cancelUrl": CANCEL}
    session = shop.send("POST", "/payments/sessions", body, shop.me)

    assert filled["items"]["data"][0]["quantity"] == 2
    assert session["status"] == "PENDING"


@pytest.mark.parametrize("region", [REGION, JAPAN])
def test_cart_opened_here_is_finished_there_and_the_other_way_round(shop: GatewayShop, region: str) -> None:
    postal = {"address_1": "1", "city": "C", "postal_code": "1", "country_code": "jp" if region == JAPAN else "de"}
    option = "so_abroad" if region == JAPAN else POST
    here = {**ADDRESS, "country": postal["country_code"]}
    there: list[tuple[str, Any]] = [
        ("", {"email": "a@b.test", "shipping_address": postal, "billing_address": postal}),
        ("/shipping-methods", {"option_id": option}),
        ("/payment-sessions", None),
    ]
    first = shop.cart((SHIRT, 3), region=region)
    for step, body in there:
        assert shop.ask("POST", f"/store/carts/{first}{step}", None, body).status_code == 200
    by_store = shop.ask("POST", f"/store/carts/{first}/complete").json["data"]  # type: ignore[index]

    second = shop.ask("POST", "/store/carts", None, {"region_id": region}).json["cart"]["id"]  # type: ignore[index]
    line = {"variant_id": SHIRT, "quantity": 3}
    assert shop.ask("POST", f"/store/carts/{second}/line-items", None, line).status_code == 200
    finish = {
        "shippingAddress": here,
        "billingAddress": here,
        "shippingMethodId": option,
        "paymentProviderId": "pp_system_default",
        "returnUrl": RETURN,
        "email": "a@b.test",
    }
    by_gateway = shop.send("POST", f"/checkout/{second}/complete", finish)["order"]
    third = shop.cart((SHIRT, 3), region=region)
    for step, body in there:
        assert shop.ask("POST", f"/store/carts/{third}{step}", None, body).status_code == 200
    placed = shop.send("POST", f"/checkout/{third}/place-order")["order"]

    assert by_gateway["total"] == placed["total"]
    assert minor(by_gateway["total"]) == by_store["total"]


def minor(money: Any) -> int:
    return int(Decimal(money["value"]).scaleb(exponent(money["currency"])))


# Any cart, priced in any of three currencies, changed from either side, costs the same on both.

PROVINCES = {EU: "EUR", JP: "JPY", KW: "KWD"}
CODES = sorted(a_model().codes)
MOVES = st.lists(
    st.one_of(
        st.tuples(st.just("add"), st.sampled_from(VARIANTS), st.integers(1, 7), st.booleans()),
        st.tuples(st.just("code"), st.sampled_from(CODES), st.just(0), st.booleans()),
        st.tuples(st.just("ship"), st.just(""), st.just(0), st.booleans()),
        st.tuples(st.just("move"), st.sampled_from(sorted(PROVINCES)), st.just(0), st.booleans()),
    ),
    min_size=1,
    max_size=8,
)
SHARED = {
    "subtotal": "subtotal",
    "discountTotal": "discount_total",
    "taxTotal": "tax_total",
    "shippingTotal": "shipping_total",
    "total": "total",
}


@dataclass
class Market:
    """The shop of the cart machine over HTTP."""

    client: Any

    def move(self, cart: str, move: tuple[str, str, int, bool]) -> None:
        """From the gateway's side or the store's; refusals are fine, on both sides alike."""
        what, name, count, by_gateway = move
        store: dict[str, tuple[str, Any]] = {
            "add": ("/line-items", {"variant_id": name, "quantity": count}),
            "code": ("", {"discounts": [{"code": name}]}),
            "ship": ("/shipping-methods", {"option_id": self.option(cart)}),
            "move": ("", {"region_id": name}),
        }
        gateway: dict[str, tuple[str, str, Any]] = {
            "add": ("POST", "/carts/items", {"cartId": cart, "variantId": name, "quantity": count}),
            "code": ("POST", f"/carts/{cart}/promotions", {"code": name}),
            "ship": ("POST", f"/checkout/{cart}/shipping-method", {"shippingOptionId": self.option(cart)}),
            "move": ("PATCH", f"/carts/{cart}", {"regionId": name}),
        }
        if by_gateway:
            method, path, body = gateway[what]
            answer = self.client.open(path, method=method, json=body)
        else:
            path, body = store[what]
            answer = self.client.post(f"/store/carts/{cart}{path}", json=body)
        assert answer.status_code in (200, 201, 400, 404, 409), answer.text

    def option(self, cart: str) -> str:
        return f"so_{self.client.get(f'/store/carts/{cart}').json['cart']['region_id']}"


@pytest.fixture(scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Market:
    container = open_shop(Path(tmp_path_factory.mktemp("market")))
    open_market(container.begin(), a_model(), container.clock(), container.ids())
    return Market(create_app(container).test_client(use_cookies=False))


@given(st.sampled_from(sorted(PROVINCES)), MOVES)
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
def test_both_surfaces_say_the_same_of_any_cart_to_the_minor_unit(
    market: Market, region: str, moves: list[tuple[str, str, int, bool]]
) -> None:
    opened = market.client.post("/carts", json={"currency": PROVINCES[region], "regionId": region})
    cart = opened.json["id"]

    for move in moves:
        market.move(cart, move)

    shown = exactly(market.client.get(f"/carts/{cart}"))
    stored = market.client.get(f"/store/carts/{cart}").json["cart"]
    assert {name: minor(shown[name]) for name in SHARED} == {name: stored[column] for name, column in SHARED.items()}
    assert shown["currency"] == stored["region"]["currency_code"].upper()
    for item, line in zip(shown["items"]["data"], stored["items"], strict=True):
        assert (item["id"], item["quantity"]) == (line["id"], line["quantity"])
        told = [minor(item[name]) for name in ("price", "subtotal", "discountTotal", "total")]
        assert told == [line[name] for name in ("unit_price", "subtotal", "discount_total", "total")]

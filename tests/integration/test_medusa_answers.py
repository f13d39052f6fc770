"""Details of answers that storefronts and dashboards written for Medusa v1 rely on."""

from pathlib import Path
from typing import Any

import pytest

from core.domain.actor import SYSTEM
from core.domain.region import RegionId
from core.domain.shop import ShippingOption
from tests.integration.shops import REGION, VARIANT, run_jobs, stock_shop
from tests.integration.staffed_shop import StaffedShop

ADDRESS = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "address_1": "Torstraße 1",
    "city": "Berlin",
    "postal_code": "10115",
    "country_code": "DE",
}
LISTED = {
    *("shipping_address", "billing_address", "customer", "discounts", "gift_cards", "gift_card_transactions"),
    *("items", "payments", "refunds", "region", "fulfillments", "returns", "shipping_methods", "claims", "swaps"),
    "sales_channel",
}


class Counter(StaffedShop):
    """Asks as a shopper and expects a yes."""

    def ask(self, method: str, path: str, json: object = None) -> Any:
        answer = self.client.open(path, method=method, json=json)
        assert answer.status_code == 200, answer.text
        return answer.json

    def poster(self) -> dict[str, Any]:
        """Two sizes that are shipped, 5 in stock of each."""
        sizes = ("A3", "A2", "A1")
        return self.product(
            title="Poster",
            status="published",
            options=[{"title": "Size"}],
            variants=[
                {
                    "title": size,
                    "inventory_quantity": 5,
                    "options": [{"value": size}],
                    "prices": [{"currency_code": "eur", "amount": 1999}],
                }
                for size in sizes
            ],
        )

    def shipping_option(self) -> str:
        with self.container.begin()(SYSTEM, "test.shipping") as work:
            work.shop.add_shipping_option(
                ShippingOption(
                    id="so_test",
                    name="Standard",
                    region_id=RegionId(REGION),
                    profile_id=work.shop.default_profile().id,
                    provider_id="manual",
                    amount=490,
                    data={"id": "manual-fulfillment"},
                )
            )
            work.commit()
        return "so_test"

    def cart(self, *variant_ids: str) -> str:
        items = [{"variant_id": id, "quantity": 1} for id in variant_ids]
        id: str = self.ask("POST", "/store/carts", {"region_id": REGION, "items": items})["cart"]["id"]
        return id

    def buy(self, cart: str) -> dict[str, Any]:
        self.ask("POST", f"/store/carts/{cart}", {"email": "ada@example.com"})
        self.ask("POST", f"/store/carts/{cart}/payment-sessions")
        done = self.ask("POST", f"/store/carts/{cart}/complete")
        assert done["type"] == "order"
        order: dict[str, Any] = done["data"]
        return order


@pytest.fixture
def shop(tmp_path: Path) -> Counter:
    shop = Counter(tmp_path)
    stock_shop(shop.container)
    return shop


def test_expanding_a_nested_relation_shows_the_one_on_the_way(shop: Counter) -> None:
    (product,) = shop.ask("GET", "/store/products?expand=variants.prices")["products"]

    (variant,) = product["variants"]
    assert variant["title"] == "4K"
    assert variant["prices"][0]["amount"] == 1000
    assert "options" not in variant


@pytest.mark.parametrize("asked", ["region_id=reg_nope", "cart_id=cart_nope"])
@pytest.mark.parametrize("path", ["/store/products", "/store/products/prod_test"])
def test_an_unknown_market_is_told_instead_of_leaving_prices_out(shop: Counter, path: str, asked: str) -> None:
    answer = shop.client.get(f"{path}?{asked}")

    assert answer.status_code == 404
    assert answer.json is not None
    assert answer.json["type"] == "not_found"
    assert answer.json["message"].endswith(f"with {asked.split('=')[1]} was not found")


def test_regions_show_their_currency(shop: Counter) -> None:
    assert shop.ask("GET", f"/store/regions/{REGION}")["region"]["currency"]["symbol"] == "€"
    assert shop.ask("GET", "/store/regions")["regions"][0]["currency"]["code"] == "eur"


def test_values_of_an_option_stand_in_the_order_of_the_variants(shop: Counter) -> None:
    product = shop.poster()

    assert [value["value"] for value in product["options"][0]["values"]] == ["A3", "A2", "A1"]


def test_products_for_staff_name_their_profile_and_prices_their_list(shop: Counter) -> None:
    product = shop.poster()

    assert product["profile"]["id"] == product["profile_id"]
    assert product["variants"][0]["prices"][0]["price_list"] is None


def test_a_bought_thing_has_metadata_to_look_into(shop: Counter) -> None:
    cart = shop.cart(VARIANT)
    before = shop.ask("GET", f"/store/carts/{cart}")["cart"]
    order = shop.buy(cart)

    assert (before["object"], order["object"]) == ("cart", "order")
    assert before["items"][0]["metadata"] == order["items"][0]["metadata"] == order["metadata"] == {}
    assert before["region"]["tax_rates"] == []


def test_a_guest_finds_an_order_with_the_postal_code_beside_the_number(shop: Counter) -> None:
    order = shop.buy(shop.cart(VARIANT))
    asked = f"/store/orders?display_id={order['display_id']}&email=ada@example.com&shipping_address"

    assert shop.ask("GET", f"{asked}[postal_code]=10115")["order"]["id"] == order["id"]
    assert shop.client.get(f"{asked}[city]=Berlin").status_code == 400
    assert shop.client.get(f"{asked}=Berlin").status_code == 400


def test_the_list_of_orders_shows_what_belongs_to_them(shop: Counter) -> None:
    shop.buy(shop.cart(VARIANT))
    answer = shop.get("/admin/orders")

    assert answer.json is not None
    (order,) = answer.json["orders"]
    assert order.keys() >= LISTED
    assert order["payments"][0]["amount"] == order["total"]


def test_a_captured_payment_shows_what_the_provider_says_of_it_now(shop: Counter) -> None:
    order = shop.buy(shop.cart(VARIANT))
    answer = shop.post(f"/admin/orders/{order['id']}/capture")

    assert answer.json is not None
    (payment,) = answer.json["order"]["payments"]
    assert order["payments"][0]["data"]["status"] == "authorized"
    assert (payment["data"]["status"], payment["amount"]) == ("captured", order["total"])


def test_a_line_set_to_nothing_twice_is_gone_without_complaint(shop: Counter) -> None:
    cart = shop.cart(VARIANT)
    line = shop.ask("GET", f"/store/carts/{cart}")["cart"]["items"][0]["id"]
    path = f"/store/carts/{cart}/line-items/{line}"

    assert shop.ask("POST", path, {"quantity": 0})["cart"]["items"] == []
    assert shop.ask("POST", path, {"quantity": 0})["cart"]["items"] == []
    assert shop.client.post(path, json={"quantity": 1}).status_code == 400


def test_removing_a_line_again_keeps_the_shipping_chosen_since(shop: Counter) -> None:
    poster, option = shop.poster(), shop.shipping_option()
    cart = shop.cart(poster["variants"][0]["id"], VARIANT)
    goods, files = shop.ask("GET", f"/store/carts/{cart}")["cart"]["items"]
    line = f"/store/carts/{cart}/line-items/{files['id']}"
    shop.ask("DELETE", line)
    shop.ask("POST", f"/store/carts/{cart}/shipping-methods", {"option_id": option})

    (kept,) = shop.ask("DELETE", line)["cart"]["shipping_methods"]

    assert (kept["price"], goods["variant_id"]) == (490, poster["variants"][0]["id"])


def test_what_is_not_among_the_words_is_told_with_them(shop: Counter) -> None:
    answer = shop.get("/admin/products?status[]=odd")

    assert answer.json is not None
    assert answer.json["message"] == (
        "status must be one of the following values: draft, proposed, published, rejected"
    )
    refused = shop.client.post(f"/store/carts/{shop.cart()}", json={"email": "nobody"})
    assert refused.json is not None
    assert refused.json["message"] == "email must be an email"


def test_only_who_is_logged_in_logs_out_of_the_dashboard(shop: Counter) -> None:
    assert shop.client.delete("/admin/auth").status_code == 401
    assert shop.delete("/admin/auth").text == "OK"
    assert shop.get("/admin/auth").status_code == 401


def test_a_guest_buys_a_poster_which_is_paid_when_the_staff_says_so(shop: Counter) -> None:
    poster, option = shop.poster(), shop.shipping_option()
    cart = shop.cart(poster["variants"][0]["id"])
    for needed, path, body in [
        ("a customer", "", {"email": "Ada@Example.com"}),
        ("a shipping address", "", {"shipping_address": ADDRESS}),
        ("a shipping method", "/shipping-methods", {"option_id": option}),
        ("a payment session", "/payment-sessions", None),
    ]:
        refused = shop.client.post(f"/store/carts/{cart}/complete")
        assert refused.status_code == 400
        assert needed in refused.text
        shop.ask("POST", f"/store/carts/{cart}{path}", body)

    order = shop.ask("POST", f"/store/carts/{cart}/complete")["data"]
    run_jobs(shop.container)
    waiting = shop.ask("GET", f"/store/orders/{order['id']}")["order"]
    captured = shop.post(f"/admin/orders/{order['id']}/capture")

    assert (waiting["subtotal"], waiting["shipping_total"], waiting["tax_total"]) == (1999, 490, 249)
    assert (waiting["payment_status"], waiting["total"], waiting["refundable_amount"]) == ("awaiting", 2738, 0)
    assert waiting["shipping_address"]["country_code"] == "de"
    assert captured.json is not None
    paid = captured.json["order"]
    assert (paid["payment_status"], paid["refundable_amount"]) == ("captured", 2738)


def test_a_mixed_cart_asks_for_shipping_for_the_goods_alone(shop: Counter) -> None:
    poster, option = shop.poster(), shop.shipping_option()
    cart = shop.cart(poster["variants"][0]["id"], VARIANT)
    shop.ask("POST", f"/store/carts/{cart}", {"shipping_address": ADDRESS})
    chosen = shop.ask("POST", f"/store/carts/{cart}/shipping-methods", {"option_id": option})["cart"]
    order = shop.buy(cart)
    run_jobs(shop.container)

    assert [line["has_shipping"] for line in chosen["items"]] == [True, False]
    assert shop.ask("GET", f"/store/orders/{order['id']}")["order"]["payment_status"] == "captured"
    downloads = shop.get(f"/admin/orders/{order['id']}/downloads")
    assert downloads.json is not None
    assert [download["status"] for download in downloads.json["downloads"]] == ["granted"]

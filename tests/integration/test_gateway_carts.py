"""Carts over the gateway: each endpoint's shape, and each refusal it documents."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.integration.gateway_shop import ADDRESS, DOWNLOAD, JAPAN, POST, REGION, SHIRT, GatewayShop

NOT_YOURS = "Unauthorized to access this resource"
SIGN_IN = "Authentication required to access this resource"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> GatewayShop:
    shop = GatewayShop(Path(tmp_path_factory.mktemp("gateway")))
    for code, type_, value in (
        ("TENTH", "percentage", 10),
        ("FIVER", "fixed", 550),
        ("POSTFREE", "free_shipping", 0),
    ):
        rule = {"type": type_, "value": value, "allocation": "total", "description": f"{code} off"}
        answer = shop.post("/admin/discounts", {"code": code, "rule": rule, "regions": [REGION]})
        assert answer.status_code == 200, answer.text
    return shop


@pytest.fixture(scope="module")
def another(shop: GatewayShop) -> dict[str, str]:
    return shop.customer("another@example.com")


@pytest.fixture(scope="module")
def mine(shop: GatewayShop) -> str:
    return shop.cart((SHIRT, 1), headers=shop.me)


def eur(value: str) -> dict[str, Any]:
    return {"value": Decimal(value), "currency": "EUR"}


class TestOpening:
    def test_new_cart_is_empty_and_shows_no_more_than_it_has(self, shop: GatewayShop) -> None:
        cart = shop.send("POST", "/carts", {"currency": "EUR", "regionId": REGION, "metadata": {"from": "ad"}})

        assert cart.keys() == {
            "id",
            "createdAt",
            "updatedAt",
            "regionId",
            "currency",
            "items",
            "subtotal",
            "discountTotal",
            "taxTotal",
            "shippingTotal",
            "total",
            "metadata",
        }
        assert cart["items"] == {"data": [], "total": 0}
        assert (cart["regionId"], cart["currency"], cart["metadata"]) == (REGION, "EUR", {"from": "ad"})
        assert cart["total"] == eur("0")

    def test_currency_may_be_in_any_case(self, shop: GatewayShop) -> None:
        assert shop.send("POST", "/carts", {"currency": "jpy", "regionId": JAPAN})["currency"] == "JPY"

    def test_signed_in_customer_owns_the_cart_whoever_the_body_names(self, shop: GatewayShop) -> None:
        body = {"currency": "EUR", "regionId": REGION, "customerId": "cus_else", "name": "x", "locale": "en"}

        cart = shop.send("POST", "/carts", body, shop.me)

        assert (cart["customerId"], cart["email"]) == (shop.my_id, "ada@example.com")

    @pytest.mark.parametrize(
        ("body", "status"),
        [
            ({"regionId": REGION}, 400),
            ({"currency": "EUR"}, 400),
            ({"currency": 5, "regionId": REGION}, 400),
            ({"currency": "USD", "regionId": REGION}, 400),
            ({"currency": "EUR", "regionId": "reg_none"}, 404),
            ({"currency": "EUR", "regionId": REGION, "metadata": "x"}, 400),
        ],
    )
    def test_what_does_not_fit_is_refused(self, shop: GatewayShop, body: dict[str, Any], status: int) -> None:
        shop.refused("POST", "/carts", body, status=status)

    def test_unknown_cart_is_not_found(self, shop: GatewayShop) -> None:
        said = shop.refused("GET", "/carts/cart_none", status=404, message="Cart not found")

        assert said["error"] == "Not Found"

    @pytest.mark.parametrize(
        ("method", "path"), [("GET", "/carts"), ("GET", "/carts/current"), ("DELETE", "/carts/x")]
    )
    def test_what_no_shop_answers_is_not_implemented(self, shop: GatewayShop, method: str, path: str) -> None:
        said = shop.refused(method, path, status=501, message="Not Implemented")

        assert "error" not in said


class TestItems:
    def test_item_shows_its_product_and_its_money(self, shop: GatewayShop) -> None:
        cart = shop.cart((SHIRT, 2))

        (item,) = shop.send("GET", f"/carts/{cart}")["items"]["data"]

        assert item.keys() == {
            "id",
            "sku",
            "quantity",
            "price",
            "subtotal",
            "discountTotal",
            "total",
            "unit",
            "currency",
            "product",
        } | ({"metadata"} if "metadata" in item else set())
        assert (item["sku"], item["quantity"], item["unit"], item["currency"]) == ("SHIRT-1", 2, "PCS", "EUR")
        assert (item["price"], item["subtotal"], item["total"]) == (eur("20"), eur("40"), eur("44"))
        assert item["product"] == {
            "id": "prod_shirt",
            "sku": "SHIRT-1",
            "variantId": SHIRT,
            "name": "Shirt",
            "description": "",
            "price": eur("20"),
            "link": "/products/shirt/shirt-1",
            "type": "PHYSICAL",
            "category": "",
            "tags": [],
        }

    def test_product_of_a_line_is_the_one_of_the_catalogue(self, shop: GatewayShop) -> None:
        category: Any = shop.post("/admin/product-categories", {"name": "Tools", "is_active": True}).json
        drill = shop.product(
            title="Drill",
            subtitle="Strong",
            description="Makes holes",
            status="published",
            type={"value": "virtual"},
            tags=[{"value": "blue"}, {"value": "power"}],
            variants=[
                {
                    "title": "one",
                    "sku": "DRILL 1",
                    "manage_inventory": False,
                    "prices": [{"currency_code": "eur", "amount": 1_250}],
                }
            ],
        )
        body = {"product_ids": [{"id": drill["id"]}]}
        shop.post(f"/admin/product-categories/{category['product_category']['id']}/products/batch", body)
        shown = shop.send("GET", f"/products/{drill['id']}")

        cart = shop.send("POST", "/carts/items", {"cartId": shop.cart(), "sku": "DRILL 1", "quantity": 1})

        product = cart["items"]["data"][0]["product"]
        assert (product["category"], product["type"], product["link"]) == ("Tools", "VIRTUAL", shown["link"])
        assert [tag["label"] for tag in product["tags"]] == ["blue", "power"]
        assert product == {name: value for name, value in shown.items() if name in product}
        assert shown.keys() - product.keys() == {"shortDescription"}

    def test_download_is_virtual_and_goes_by_its_id_without_a_sku(self, shop: GatewayShop) -> None:
        cart = shop.cart((DOWNLOAD, 1))

        (item,) = shop.send("GET", f"/carts/{cart}")["items"]["data"]

        assert (item["sku"], item["product"]["type"]) == (DOWNLOAD, "VIRTUAL")

    @pytest.mark.parametrize("named", [{"sku": "SHIRT-1"}, {"sku": SHIRT}, {"variantId": SHIRT}])
    def test_variant_is_named_by_sku_or_by_id(self, shop: GatewayShop, named: dict[str, str]) -> None:
        cart = shop.send("POST", "/carts/items", {"cartId": shop.cart(), "quantity": 1, **named})

        assert cart["items"]["data"][0]["product"]["variantId"] == SHIRT

    def test_the_same_variant_joins_its_line(self, shop: GatewayShop) -> None:
        cart = shop.cart((SHIRT, 1), (SHIRT, 2), (DOWNLOAD, 1))

        items = shop.send("GET", f"/carts/{cart}")["items"]

        assert items["total"] == 2
        assert [item["quantity"] for item in items["data"]] == [3, 1]

    def test_first_item_opens_the_cart(self, shop: GatewayShop) -> None:
        body = {"sku": "SHIRT-1", "quantity": 2, "currency": "JPY", "regionId": JAPAN, "metadata": {"gift": "yes"}}

        cart = shop.send("POST", "/carts/items", body)

        assert cart["total"] == {"value": 7199, "currency": "JPY"}
        assert cart["items"]["data"][0]["metadata"] == cart["metadata"] == {"gift": "yes"}
        assert shop.send("GET", f"/carts/{cart['id']}") == cart

    def test_new_cart_is_opened_in_the_first_region_unless_one_is_named(self, shop: GatewayShop) -> None:
        cart = shop.send("POST", "/carts/items", {"sku": DOWNLOAD, "quantity": 1, "currency": "EUR"})

        assert cart["regionId"] == REGION

    def test_item_that_cannot_be_added_opens_no_cart(self, shop: GatewayShop) -> None:
        said = shop.refused("POST", "/carts/items", {"sku": "nothing", "quantity": 1, "currency": "EUR"})

        assert said["code"] == "NOT_PURCHASABLE"

    @pytest.mark.parametrize(
        ("body", "message"),
        [
            ({"quantity": 1, "currency": "EUR"}, "variantId is required for Medusa carts"),
            ({"variantId": SHIRT, "quantity": 1}, "Currency is required when creating a new cart"),
            ({"variantId": SHIRT, "currency": "EUR"}, "quantity should not be empty"),
            ({"variantId": SHIRT, "currency": "EUR", "quantity": 0}, None),
            ({"variantId": SHIRT, "currency": "EUR", "quantity": "1"}, None),
            ({"variantId": SHIRT, "currency": "JPY", "regionId": REGION, "quantity": 1}, None),
        ],
    )
    def test_incomplete_item_is_refused(self, shop: GatewayShop, body: dict[str, Any], message: str | None) -> None:
        shop.refused("POST", "/carts/items", body, message=message)

    def test_unknown_cart_takes_no_item(self, shop: GatewayShop) -> None:
        body = {"cartId": "cart_none", "variantId": SHIRT, "quantity": 1}

        shop.refused("POST", "/carts/items", body, status=404, message="Cart not found")

    def test_more_than_there_is_is_refused(self, shop: GatewayShop) -> None:
        said = shop.refused("POST", "/carts/items", {"cartId": shop.cart(), "variantId": SHIRT, "quantity": 9_999})

        assert said["code"] == "insufficient_inventory"

    def test_quantity_and_metadata_change_each_for_itself(self, shop: GatewayShop) -> None:
        cart = shop.cart((SHIRT, 1))
        item = shop.send("GET", f"/carts/{cart}")["items"]["data"][0]["id"]
        path = f"/carts/{cart}/items/{item}"

        noted = shop.send("PATCH", path, {"metadata": {"gift": "yes", "card": "x"}})["items"]["data"][0]
        more = shop.send("PATCH", path, {"quantity": 3, "metadata": {"card": ""}})["items"]["data"][0]

        assert (noted["quantity"], noted["metadata"]) == (1, {"gift": "yes", "card": "x"})
        assert (more["quantity"], more["metadata"]) == (3, {"gift": "yes"})

    def test_quantity_of_zero_and_removal_take_the_line_out(self, shop: GatewayShop) -> None:
        cart = shop.cart((SHIRT, 1), (DOWNLOAD, 1))
        first, second = (item["id"] for item in shop.send("GET", f"/carts/{cart}")["items"]["data"])

        emptier = shop.send("PATCH", f"/carts/{cart}/items/{first}", {"quantity": 0})
        empty = shop.send("DELETE", f"/carts/{cart}/items/{second}")

        assert [item["id"] for item in emptier["items"]["data"]] == [second]
        assert empty["items"] == {"data": [], "total": 0}

    def test_item_sent_twice_with_one_key_is_added_once(self, shop: GatewayShop) -> None:
        body = {"cartId": shop.cart(), "variantId": SHIRT, "quantity": 2}
        opening = {"variantId": SHIRT, "quantity": 1, "currency": "EUR", "regionId": REGION}

        for sent, key in ((body, "item-1"), (opening, "item-2")):
            first, again = (shop.send("POST", "/carts/items", sent, {"Idempotency-Key": key}) for _ in range(2))
            assert first == again

        assert shop.send("GET", f"/carts/{body['cartId']}")["items"]["data"][0]["quantity"] == 2

    def test_unknown_line_is_refused(self, shop: GatewayShop) -> None:
        assert shop.refused("PATCH", f"/carts/{shop.cart()}/items/x", {"quantity": 2})["code"] == "LINE_NOT_FOUND"


class TestChanging:
    def test_metadata_is_merged_key_by_key_and_notes_are_kept(self, shop: GatewayShop) -> None:
        cart = shop.cart()
        path = f"/carts/{cart}"

        shop.send("PATCH", path, {"metadata": {"a": "1", "b": {"c": 2}}, "notes": "Ring twice"})
        changed = shop.send("PATCH", path, {"metadata": {"a": ""}})

        assert changed["notes"] == "Ring twice"
        assert changed["metadata"] == {"b": {"c": 2}, "notes": "Ring twice"}

    def test_metadata_and_notes_have_an_end(self, shop: GatewayShop) -> None:
        path = f"/carts/{shop.cart()}"
        for batch in "ab":
            shop.send("PATCH", path, {"metadata": {f"{batch}{number}": 1 for number in range(50)}})

        shop.refused("PATCH", path, {"metadata": {"more": 1}})
        shop.refused("PATCH", path, {"notes": "one more key"})
        shop.refused("PATCH", path, {"metadata": {f"c{number}": 1 for number in range(51)}})
        shop.refused("PATCH", path, {"notes": "n" * 5_001})
        assert len(shop.send("GET", path)["metadata"]) == 100

    def test_empty_texts_change_nothing(self, shop: GatewayShop) -> None:
        cart = shop.cart()
        before = shop.send("PATCH", f"/carts/{cart}", {"notes": "n", "email": "Guest@Buy.test"})

        after = shop.send("PATCH", f"/carts/{cart}", {"notes": "", "email": "", "regionId": "", "name": "ignored"})

        assert before["email"] == after["email"] == "guest@buy.test"
        assert (after["notes"], after["regionId"]) == ("n", REGION)

    def test_new_region_prices_everything_anew(self, shop: GatewayShop) -> None:
        changed = shop.send("PATCH", f"/carts/{shop.cart((SHIRT, 1))}", {"regionId": JAPAN})

        assert (changed["currency"], changed["total"]) == ("JPY", {"value": 3600, "currency": "JPY"})

    @pytest.mark.parametrize(
        ("body", "status"), [({"email": "x"}, 400), ({"regionId": "reg_none"}, 404), ({"notes": 5}, 400)]
    )
    def test_what_does_not_fit_is_refused(self, shop: GatewayShop, body: dict[str, Any], status: int) -> None:
        shop.refused("PATCH", f"/carts/{shop.cart()}", body, status=status)


class TestPromotions:
    def test_code_takes_its_share_off_and_goes_again(self, shop: GatewayShop) -> None:
        cart = shop.cart((SHIRT, 1))

        reduced = shop.send("POST", f"/carts/{cart}/promotions", {"code": "tenth"})
        whole = shop.send("DELETE", f"/carts/{cart}/promotions/tenth")

        (promotion,) = reduced["promotions"]
        assert promotion.pop("id").startswith("disc_")
        assert promotion == {"code": "TENTH", "name": "TENTH off", "type": "PERCENTAGE", "value": "10"}
        assert (reduced["discountTotal"], reduced["total"]) == (eur("2"), eur("19.8"))
        assert "promotions" not in whole
        assert whole["total"] == eur("22")

    def test_amounts_are_texts_in_major_units_and_the_newest_code_wins(self, shop: GatewayShop) -> None:
        cart = shop.cart((SHIRT, 1))

        for code in ("TENTH", "FIVER", "POSTFREE"):
            shown = shop.send("POST", f"/carts/{cart}/promotions", {"code": code})

        kept = {each["code"]: (each["type"], each["value"]) for each in shown["promotions"]}
        assert kept == {"FIVER": ("FIXED_AMOUNT", "5.50"), "POSTFREE": ("FREE_SHIPPING", "0")}

    def test_unknown_code_is_refused(self, shop: GatewayShop) -> None:
        said = shop.refused("POST", f"/carts/{shop.cart()}/promotions", {"code": "NOPE"})

        assert said["message"].startswith("The promotion code NOPE is invalid")
        assert said["code"] == "DISCOUNT_INVALID"

    def test_code_is_required(self, shop: GatewayShop) -> None:
        shop.refused("POST", f"/carts/{shop.cart()}/promotions", {}, message="code should not be empty")


class TestOwnership:
    """A registered customer's cart is nobody else's, on every read and every change."""

    @pytest.mark.parametrize(
        ("method", "path", "body"),
        [
            ("GET", "/carts/{}", None),
            ("PATCH", "/carts/{}", {"notes": "x"}),
            ("POST", "/carts/items", {"cartId": "{}", "variantId": SHIRT, "quantity": 1}),
            ("PATCH", "/carts/{}/items/x", {"quantity": 1}),
            ("DELETE", "/carts/{}/items/x", None),
            ("POST", "/carts/{}/promotions", {"code": "TENTH"}),
            ("DELETE", "/carts/{}/promotions/TENTH", None),
            ("POST", "/checkout/{}/addresses", {"shippingAddress": ADDRESS}),
            ("POST", "/checkout/{}/shipping-method", {"shippingOptionId": POST}),
            ("POST", "/checkout/{}/payment", {"providerId": "manual", "returnUrl": "https://example.com/"}),
            ("GET", "/checkout/{}/shipping-options", None),
            ("GET", "/checkout/{}/summary", None),
            ("POST", "/checkout/{}/place-order", {}),
            (
                "POST",
                "/checkout/{}/complete",
                {"shippingMethodId": POST, "paymentProviderId": "manual", "returnUrl": "https://example.com/"},
            ),
            (
                "POST",
                "/payments/sessions",
                {"cartId": "{}", "providerId": "manual", "returnUrl": "https://example.com/"},
            ),
        ],
    )
    def test_nobody_else_gets_at_it(
        self, shop: GatewayShop, another: dict[str, str], mine: str, method: str, path: str, body: Any
    ) -> None:
        sent = {name: mine if value == "{}" else value for name, value in body.items()} if body is not None else None
        before = shop.stored(mine, shop.me)

        nobody = shop.refused(method, path.format(mine), sent, status=401, message=SIGN_IN)
        other = shop.refused(method, path.format(mine), sent, another, status=401, message=NOT_YOURS)

        assert nobody["error"] == other["error"] == "Unauthorized"
        assert shop.stored(mine, shop.me) == before

    def test_guests_cart_is_open_to_whoever_knows_its_id(self, shop: GatewayShop, another: dict[str, str]) -> None:
        cart = shop.cart((DOWNLOAD, 1))
        shop.send("PATCH", f"/carts/{cart}", {"email": "guest@buy.test"})

        for headers in (None, another):
            assert shop.send("GET", f"/carts/{cart}", headers=headers)["email"] == "guest@buy.test"

    def test_signed_in_write_makes_a_free_cart_the_customers(
        self, shop: GatewayShop, another: dict[str, str]
    ) -> None:
        cart = shop.cart()

        shop.send("GET", f"/carts/{cart}", headers=shop.me)
        assert "customerId" not in shop.send("GET", f"/carts/{cart}", headers=another)
        shop.send("PATCH", f"/carts/{cart}", {"notes": "mine"}, shop.me)

        shop.refused("GET", f"/carts/{cart}", status=401, message=SIGN_IN)

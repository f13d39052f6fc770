"""Answers hold every key that Medusa's documentation shows, with its type; documented refusals are reached.

``name:type`` pairs, written out from the documented examples. Types: s text, i whole number, n number,
b truth value, t time, o object, l list; with ``?`` also null. A path walks into objects and, for every
member, into lists, which must not be empty.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from core.domain.actor import SYSTEM
from core.domain.shop import ShippingOption
from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import PASSWORD, REGION, VARIANT

STAMPS = "created_at:t updated_at:t deleted_at:t? metadata:o?"
MEASURES = "weight:i? length:i? height:i? width:i? hs_code:s? origin_country:s? mid_code:s? material:s?"
ADDRESS = (
    "id:s customer_id:s? company:s? first_name:s? last_name:s? address_1:s? address_2:s? city:s? country_code:s? "
    f"province:s? postal_code:s? phone:s? {STAMPS}"
)
CUSTOMER = f"id:s email:s first_name:s? last_name:s? billing_address_id:s? phone:s? has_account:b {STAMPS}"
COUNTRY = "id:i iso_2:s iso_3:s num_code:i name:s display_name:s region_id:s"
REGION_KEYS = (
    f"id:s name:s currency_code:s tax_rate:n tax_code:s? payment_providers:l fulfillment_providers:l {STAMPS}"
)
TOTALS = "shipping_total:i discount_total:i tax_total:i gift_card_total:i subtotal:i total:i"
LINE = (
    "id:s cart_id:s? order_id:s? swap_id:s? claim_order_id:s? title:s description:s? thumbnail:s? is_giftcard:b "
    "should_merge:b allow_discounts:b has_shipping:b? unit_price:i variant_id:s? variant:o? quantity:i "
    "fulfilled_quantity:i? returned_quantity:i? shipped_quantity:i? created_at:t updated_at:t metadata:o?"
)
PRODUCT_KEYS = (
    "id:s title:s subtitle:s? description:s? handle:s? is_giftcard:b thumbnail:s? profile_id:s collection_id:s? "
    f"type_id:s? {MEASURES} {STAMPS}"
)
VARIANT_KEYS = (
    "id:s title:s product_id:s sku:s? barcode:s? ean:s? upc:s? inventory_quantity:i allow_backorder:b "
    f"manage_inventory:b {MEASURES} {STAMPS}"
)
PRICE = (
    "id:s currency_code:s amount:i sale_amount:i? variant_id:s region_id:s? created_at:t updated_at:t deleted_at:t?"
)
OPTION = (
    "id:s name:s region_id:s profile_id:s provider_id:s price_type:s amount:i? is_return:b data:o "
    f"price_incl_tax:i tax_rates:l tax_amount:i {STAMPS}"
)
METHOD = "id:s shipping_option_id:s order_id:s? claim_order_id:s? cart_id:s? swap_id:s? return_id:s? price:i data:o"

CART = {
    "cart": (
        "id:s email:s? billing_address_id:s? billing_address:o? shipping_address_id:s? shipping_address:o? items:l "
        "region_id:s region:o discounts:l gift_cards:l customer_id:s? payment_sessions:l payment_id:s? payment:o? "
        f"shipping_methods:l type:s completed_at:t? idempotency_key:s? context:o {STAMPS} {TOTALS}"
    ),
    "cart.region": f"{REGION_KEYS} countries:l",
    "cart.region.countries": COUNTRY,
}
FULL_CART = {
    **CART,
    "cart.items": LINE,
    "cart.items.variant": VARIANT_KEYS,
    "cart.shipping_address": ADDRESS,
    "cart.payment_sessions": "id:s cart_id:s provider_id:s is_selected:b? status:s data:o created_at:t updated_at:t",
}
ORDER = {
    "order": (
        "id:s status:s fulfillment_status:s payment_status:s display_id:i cart_id:s? customer_id:s customer:o "
        "email:s billing_address:o? shipping_address:o? region_id:s region:o currency_code:s tax_rate:n? discounts:l "
        "gift_cards:l shipping_methods:l payments:l fulfillments:l returns:l claims:l refunds:l swaps:l items:l "
        f"gift_card_transactions:l canceled_at:t? created_at:t updated_at:t metadata:o? {TOTALS} refunded_total:i "
        "refundable_amount:i"
    ),
    "order.customer": CUSTOMER,
    "order.billing_address": ADDRESS,
    "order.shipping_address": ADDRESS,
    "order.region": REGION_KEYS,
    "order.shipping_methods": f"{METHOD} shipping_option:o",
    "order.payments": (
        "id:s swap_id:s? cart_id:s? order_id:s? amount:i currency_code:s amount_refunded:i provider_id:s data:o "
        "captured_at:t? canceled_at:t? created_at:t updated_at:t metadata:o? idempotency_key:s?"
    ),
    "order.items": f"{LINE} refundable:i",
    "order.items.variant": f"{VARIANT_KEYS} product:o",
    "order.items.variant.product": PRODUCT_KEYS,
}
PRODUCT_TREE = {
    "product": f"{PRODUCT_KEYS} images:l options:l variants:l collection:o? type:o? tags:l",
    "product.options": f"id:s title:s product_id:s {STAMPS}",
    "product.variants": f"{VARIANT_KEYS} prices:l options:l",
    "product.variants.prices": PRICE,
    "product.variants.options": f"id:s value:s option_id:s variant_id:s {STAMPS}",
}
LISTED_OPTION = {
    "shipping_options": f"{OPTION} region:o profile:o requirements:l",
    "shipping_options.region": REGION_KEYS,
    "shipping_options.profile": f"id:s name:s type:s {STAMPS}",
}
ME = {"customer": CUSTOMER}
WHOLE_ME = {"customer": f"{CUSTOMER} orders:l shipping_addresses:l", "customer.shipping_addresses": ADDRESS}


def renamed(tables: dict[str, str], old: str, new: str) -> dict[str, str]:
    return {new + path.removeprefix(old): table for path, table in tables.items()}


HOME = {
    "first_name": "Ada",
    "last_name": "L",
    "address_1": "1 Main St",
    "city": "Berlin",
    "country_code": "de",
    "postal_code": "10115",
}


class World:
    """A shop in which every kind of thing exists once."""

    def __init__(self, folder: Path) -> None:
        self.shop = shop = PeopledShop(folder)
        with shop.container.begin()(SYSTEM, "test.option") as work:
            profile = work.shop.default_profile().id
            work.shop.add_shipping_option(
                ShippingOption(
                    id="so_1", name="Post", region_id=REGION, profile_id=profile, provider_id="manual", amount=500
                )
            )
            work.commit()
        boxed = shop.product(
            title="Boxed",
            status="published",
            options=[{"title": "Size"}],
            tags=[{"value": "new"}],
            variants=[
                {
                    "title": "Big",
                    "options": [{"value": "big"}],
                    "prices": [{"currency_code": "eur", "amount": 2_000}],
                    "manage_inventory": False,
                }
            ],
        )
        self.product, self.boxed = str(boxed["id"]), str(boxed["variants"][0]["id"])
        self.address = self.ok("POST", "/store/customers/me/addresses", {"address": HOME})["customer"][
            "shipping_addresses"
        ][0]["id"]
        self.open_cart, self.line = self.filled()
        bought, _ = self.filled()
        self.order = self.ok("POST", f"/store/carts/{bought}/complete")["data"]
        self.bought = bought

    def ok(self, method: str, path: str, body: object = None) -> Any:
        answer = self.shop.ask(method, path, self.shop.me, body)
        assert answer.status_code == 200, f"{method} {path}: {answer.text}"
        return answer.json

    def filled(self) -> tuple[str, str]:
        """A cart that could be completed, and its line."""
        cart = self.ok("POST", "/store/carts", {"region_id": REGION})["cart"]["id"]
        added = self.ok("POST", f"/store/carts/{cart}/line-items", {"variant_id": self.boxed, "quantity": 2})
        self.ok("POST", f"/store/carts/{cart}", {"shipping_address": HOME, "billing_address": HOME})
        self.ok("POST", f"/store/carts/{cart}/shipping-methods", {"option_id": "so_1"})
        self.ok("POST", f"/store/carts/{cart}/payment-sessions")
        return str(cart), str(added["cart"]["items"][0]["id"])

    def path(self, path: str) -> str:
        known = {
            "cart": self.open_cart,
            "line": self.line,
            "bought": self.bought,
            "order": self.order["id"],
            "number": str(self.order["display_id"]),
            "address": self.address,
            "product": self.product,
            "me": self.shop.my_id,
        }
        for name, value in known.items():
            path = path.replace("{" + name + "}", value)
        return path


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    return World(Path(tmp_path_factory.mktemp("contract")))


LOGIN = {"email": "ada@example.com", "password": PASSWORD}
# Method, path, body, what the answer holds. They run in this order and leave the open cart whole.
ANSWERS: list[tuple[str, str, object, dict[str, str]]] = [
    ("POST", "/store/auth", LOGIN, WHOLE_ME),
    ("GET", "/store/auth", None, WHOLE_ME),
    ("GET", "/store/auth/ada@example.com", None, {"": "exists:b"}),
    ("POST", "/store/auth/token", LOGIN, {"": "access_token:s"}),
    ("POST", "/store/carts", {"region_id": REGION}, CART),
    ("GET", "/store/carts/{cart}", None, {**FULL_CART, "cart.shipping_methods": f"{METHOD} shipping_option:o"}),
    ("POST", "/store/carts/{cart}", {"metadata": {"gift": "yes"}}, FULL_CART),
    ("POST", "/store/carts/{cart}/line-items", {"variant_id": VARIANT, "quantity": 1}, FULL_CART),
    ("POST", "/store/carts/{cart}/line-items/{line}", {"quantity": 3}, FULL_CART),
    ("DELETE", "/store/carts/{cart}/line-items/item_unknown", None, FULL_CART),
    ("POST", "/store/carts/{cart}/shipping-methods", {"option_id": "so_1"}, FULL_CART),
    ("POST", "/store/carts/{cart}/payment-sessions", None, FULL_CART),
    ("POST", "/store/carts/{cart}/payment-session", {"provider_id": "manual"}, FULL_CART),
    ("POST", "/store/carts/{cart}/payment-sessions/manual", {"data": {}, "provider_id": "manual"}, FULL_CART),
    ("POST", "/store/carts/{cart}/payment-sessions/manual/refresh", None, FULL_CART),
    ("POST", "/store/carts/{cart}/taxes", None, FULL_CART),
    ("DELETE", "/store/carts/{cart}/payment-sessions/manual", None, CART),
    ("POST", "/store/carts/{bought}/complete", None, {"": "type:s", **renamed(ORDER, "order", "data")}),
    ("POST", "/store/carts/{bought}/complete-cart", None, {"": "type:s", **renamed(ORDER, "order", "data")}),
    ("GET", "/store/orders/{order}", None, ORDER),
    ("GET", "/store/orders/cart/{bought}", None, ORDER),
    ("GET", "/store/orders?display_id={number}&email=ada@example.com&shipping_address[postal_code]=1", None, ORDER),
    (
        "GET",
        "/store/customers/me/orders",
        None,
        {"": "count:i offset:i limit:i", **renamed(ORDER, "order", "orders")},
    ),
    ("GET", "/store/customers/me", None, {**ME, "customer.shipping_addresses": ADDRESS}),
    (
        "POST",
        "/store/customers/me",
        {"first_name": "Ada", "billing_address": HOME},
        {"customer.billing_address": ADDRESS},
    ),
    ("POST", "/store/customers/{me}/addresses", {"address": HOME}, ME),
    ("POST", "/store/customers/me/addresses/{address}", {"company": "Ada & Co"}, ME),
    ("DELETE", "/store/customers/{me}/addresses/addr_unknown", None, ME),
    ("GET", "/store/customers/me/payment-methods", None, {"": "payment_methods:l"}),
    ("POST", "/store/customers", {**LOGIN, "email": "new@example.com", "first_name": "N", "last_name": "N"}, ME),
    ("GET", "/store/products/{product}", None, PRODUCT_TREE),
    (
        "GET",
        "/store/products?id={product}",
        None,
        {"": "count:i offset:i limit:i", **renamed(PRODUCT_TREE, "product", "products")},
    ),
    ("GET", "/store/regions", None, {"regions": f"{REGION_KEYS} countries:l", "regions.countries": COUNTRY}),
    (
        "GET",
        f"/store/regions/{REGION}",
        None,
        {"region": REGION_KEYS, "region.payment_providers": "id:s is_installed:b"},
    ),
    ("GET", "/store/shipping-options", None, LISTED_OPTION),
    ("GET", "/store/shipping-options/{cart}", None, LISTED_OPTION),
]


@pytest.mark.parametrize(("method", "path", "body", "tables"), ANSWERS, ids=lambda part: str(part)[:50])
def test_an_answer_holds_every_documented_key(
    world: World, method: str, path: str, body: object, tables: dict[str, str]
) -> None:
    answer = world.ok(method, world.path(path), body)
    wrong = [
        f"{place}.{name} is {value!r}, not {kind}"
        for place, table in tables.items()
        for node in nodes(answer, place)
        for name, kind in (pair.split(":") for pair in table.split())
        for value in [node.get(name, "missing")]
        if name not in node or (not TYPES[kind.rstrip("?")](value) and not (kind.endswith("?") and value is None))
    ]

    assert wrong == []


def nodes(tree: Any, path: str) -> Iterator[dict[str, Any]]:
    """Every object at this path."""
    found = [tree]
    for step in path.split(".") if path else ():
        found = [below for node in found for below in several(node[step], path)]
    yield from found


def several(node: Any, path: str) -> list[Any]:
    assert node, f"there is nothing at {path} to look at"
    return node if isinstance(node, list) else [node]


def is_time(value: object) -> bool:
    return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None


TYPES: dict[str, Callable[[object], bool]] = {
    "s": lambda value: isinstance(value, str),
    "i": lambda value: type(value) is int,
    "n": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "b": lambda value: isinstance(value, bool),
    "t": is_time,
    "o": lambda value: isinstance(value, dict),
    "l": lambda value: isinstance(value, list),
}

INVALID, FORBIDDEN, ABSENT, TWICE = (
    (400, "invalid_data"),
    (400, "not_allowed"),
    (404, "not_found"),
    (422, "duplicate_error"),
)
NOBODY = (401, None)
REFUSALS: list[tuple[str, str, object, tuple[int, str | None]]] = [
    ("POST", "/store/auth", {"email": "ada@example.com", "password": "not this one"}, NOBODY),
    ("POST", "/store/auth/token", {"email": "nobody@example.com", "password": "not this one"}, NOBODY),
    ("POST", "/store/auth", {"email": "ada@example.com"}, INVALID),
    ("POST", "/store/carts", {"region_id": "reg_unknown"}, ABSENT),
    ("POST", "/store/carts", {"country_code": "jp", "region_id": REGION}, FORBIDDEN),
    ("POST", "/store/carts", {"colour": "red"}, INVALID),
    ("GET", "/store/carts/cart_unknown", None, ABSENT),
    ("POST", "/store/carts/cart_unknown", {"email": "a@b.test"}, ABSENT),
    ("POST", "/store/carts/{cart}", {"shipping_address": {"country_code": "jp"}}, INVALID),
    ("POST", "/store/carts/{bought}", {"email": "a@b.test"}, FORBIDDEN),
    ("POST", "/store/carts/cart_unknown/complete", None, ABSENT),
    ("POST", "/store/carts/{cart}/line-items", {"variant_id": "variant_unknown", "quantity": 1}, INVALID),
    ("POST", "/store/carts/{cart}/line-items", {"variant_id": VARIANT, "quantity": -1}, INVALID),
    ("POST", "/store/carts/{cart}/line-items/item_unknown", {"quantity": 1}, INVALID),
    ("POST", "/store/carts/{cart}/payment-session", {"provider_id": "paypal"}, FORBIDDEN),
    ("POST", "/store/carts/{cart}/shipping-methods", {"option_id": "so_unknown"}, ABSENT),
    ("GET", "/store/orders/order_unknown", None, ABSENT),
    ("GET", "/store/orders/cart/{cart}", None, ABSENT),
    ("GET", "/store/orders?display_id={number}&email=else@example.com", None, ABSENT),
    ("GET", "/store/orders?email=ada@example.com", None, INVALID),
    ("GET", "/store/orders/{order}?expand=secrets", None, INVALID),
    ("GET", "/store/customers/me/orders?status=lost", None, INVALID),
    ("POST", "/store/customers", LOGIN, TWICE),
    ("POST", "/store/customers", {**LOGIN, "email": "no address"}, INVALID),
    ("POST", "/store/customers/me", {"colour": "red"}, INVALID),
    ("POST", "/store/customers/me/addresses", {"address": {"city": "Bonn"}}, INVALID),
    ("POST", "/store/customers/me/addresses/addr_unknown", {"city": "Bonn"}, INVALID),
    (
        "POST",
        "/store/customers/password-reset",
        {"email": "ada@example.com", "token": "x", "password": PASSWORD},
        (401, "unauthorized"),
    ),
    ("POST", "/store/orders/customer/confirm", {"token": "x"}, (401, "unauthorized")),
    ("GET", "/store/products/prod_unknown", None, ABSENT),
    ("GET", "/store/regions/reg_unknown", None, ABSENT),
    ("GET", "/store/shipping-options/cart_unknown", None, ABSENT),
]


@pytest.mark.parametrize(("method", "path", "body", "refusal"), REFUSALS, ids=lambda part: str(part)[:50])
def test_a_documented_refusal_is_reached(
    world: World, method: str, path: str, body: object, refusal: tuple[int, str | None]
) -> None:
    answer = world.shop.ask(method, world.path(path), world.shop.me, body)

    if refusal[1] is None:
        assert (answer.status_code, answer.mimetype, answer.text) == (401, "text/plain", "Unauthorized")
    else:
        assert (answer.status_code, (answer.json or {}).get("type")) == refusal, answer.text


MINE = [
    ("GET", "/store/auth"),
    ("GET", "/store/customers/me"),
    ("POST", "/store/customers/me"),
    ("GET", "/store/customers/me/orders"),
    ("GET", "/store/customers/me/payment-methods"),
    ("POST", "/store/customers/me/addresses"),
    ("DELETE", "/store/customers/me/addresses/addr_1"),
    ("POST", "/store/orders/batch/customer/token"),
]


@pytest.mark.parametrize(("method", "path"), MINE)
def test_what_is_a_customers_own_needs_the_customer(world: World, method: str, path: str) -> None:
    answer = world.shop.ask(method, path, None, {} if method == "POST" else None)

    assert (answer.status_code, answer.text) == (401, "Unauthorized")


def test_texts_and_empty_answers_are_as_documented(world: World) -> None:
    asked = world.shop.ask("POST", "/store/customers/password-token", None, {"email": "nobody@example.com"})
    claimed = world.shop.ask("POST", "/store/orders/batch/customer/token", world.shop.me, {"order_ids": ["order_x"]})

    assert (asked.status_code, asked.data) == (204, b"")
    assert (claimed.status_code, claimed.text) == (200, "OK")

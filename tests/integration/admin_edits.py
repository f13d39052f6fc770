"""Two requests that meet at one record, for every route by which staff change something: what they are about, and
what is to be seen of it afterwards. ``test_admin_edit_races.py`` lets them race.

What is looked at holds no ids and no times, so that one history can be compared with another.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from core.domain.actor import SYSTEM
from tests.integration.crowded_shop import REGION, REGION_BODY, RULE, Body, CrowdedShop, Request
from tests.integration.goods_shop import HAT, SHIRT
from tests.integration.shops import PASSWORD

SHIRT_PRODUCT, HAT_PRODUCT = "prod_shirt", "prod_hat"
KEPT = {"kept": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    one: Request
    other: Request
    look: Callable[[], Any]


def edit(shop: CrowdedShop, url: str, key: str, one: Body, other: Body) -> Race:
    """Both write what they have in common; what each writes alone must not be lost, metadata by their keys."""
    if "metadata" in one | other:
        one, other = {**one, "metadata": {"one": "1"}}, {**other, "metadata": {"other": "2"}}

    def look() -> Any:
        seen = shop.seen(url)
        return seen if isinstance(seen, int) else {name: seen[key].get(name) for name in sorted(one | other)}

    return Race(one=("POST", url, one), other=("POST", url, other), look=look)


def named(one: Body, other: Body, name: str = "name") -> tuple[Body, Body]:
    return {name: "One", **one}, {name: "Other", **other}


# What they are about


def product(shop: CrowdedShop, **more: Any) -> Any:
    variants = [
        {"title": size, "options": [{"value": size}], "prices": [{"currency_code": "eur", "amount": 1}]}
        for size in ("M", "L")
    ]
    return shop.product(title=shop.new("Raced"), options=[{"title": "Size"}], variants=variants, **more)


def region(shop: CrowdedShop) -> str:
    return shop.made("regions", "region", name="Raced", countries=[], **REGION_BODY)


def profile(shop: CrowdedShop) -> str:
    return shop.made("shipping-profiles", "shipping_profile", name="Raced", type="custom")


def option(shop: CrowdedShop, region_id: str = REGION) -> str:
    body = {"name": "Raced", "region_id": region_id, "provider_id": "manual", "data": {}, "price_type": "flat_rate"}
    return shop.made("shipping-options", "shipping_option", **body, amount=100)


def customer(shop: CrowdedShop) -> str:
    email = f"{shop.new('raced')}@buy.test"
    return shop.made("customers", "customer", email=email, first_name="A", last_name="B", password=PASSWORD)


def user(shop: CrowdedShop) -> str:
    return shop.made("users", "user", email=f"{shop.new('raced')}@staff.test", password=PASSWORD)


def group(shop: CrowdedShop) -> str:
    return shop.made("customer-groups", "customer_group", name=shop.new("Raced"))


def category(shop: CrowdedShop) -> str:
    return shop.made("product-categories", "product_category", name=shop.new("Raced"))


def collection(shop: CrowdedShop) -> str:
    return shop.made("collections", "collection", title=shop.new("Raced"))


def channel(shop: CrowdedShop) -> str:
    return shop.made("sales-channels", "sales_channel", name="Raced", description="-")


def publishable_key(shop: CrowdedShop) -> str:
    return shop.made("publishable-api-keys", "publishable_api_key", title="Raced")


def api_key(shop: CrowdedShop, kind: str = "secret") -> str:
    return shop.made("api-keys", "api_key", title="Raced", type=kind)


def tax_rate(shop: CrowdedShop) -> str:
    return shop.made("tax-rates", "tax_rate", name="Raced", code="raced", region_id=REGION, rate=5)


def price_list(shop: CrowdedShop, **more: Any) -> str:
    return shop.made("price-lists", "price_list", name="Raced", description="-", type="sale", prices=[], **more)


def discount(shop: CrowdedShop, **more: Any) -> Any:
    body = {"code": shop.new("raced"), "regions": [REGION], "rule": RULE, **more}
    answer: Any = shop.post("/admin/discounts", body)
    assert answer.status_code == 200, answer.text
    return answer.json["discount"]


def reason(shop: CrowdedShop) -> str:
    return shop.made("return-reasons", "return_reason", value=shop.new("raced"), label="Raced")


def order(shop: CrowdedShop) -> Any:
    with shop.container.begin()(SYSTEM, "test.stock") as work:
        work.products.get(SHIRT_PRODUCT).variants[0].inventory_quantity = 10
        work.commit()
    return shop.buy((SHIRT, 1))


def order_edit(shop: CrowdedShop) -> Any:
    answer: Any = shop.post("/admin/order-edits", {"order_id": order(shop)["id"]})
    assert answer.status_code == 200, answer.text
    return answer.json["order_edit"]


def payment_collection(shop: CrowdedShop) -> str:
    path = f"/admin/order-edits/{order_edit(shop)['id']}"
    assert shop.post(f"{path}/items", {"variant_id": HAT, "quantity": 1}).status_code == 200
    answer: Any = shop.post(f"{path}/request")
    return str(answer.json["order_edit"]["payment_collection_id"])


# Changing one record


def _option_of(shop: CrowdedShop) -> Race:
    made = product(shop)
    url = f"/admin/products/{made['id']}"
    path = f"{url}/options/{made['options'][0]['id']}"

    def look() -> Any:
        return [one["title"] for one in shop.seen(url)["product"]["options"]]

    return Race(one=("POST", path, {"title": "One"}), other=("POST", path, {"title": "Other"}), look=look)


def _variant(shop: CrowdedShop) -> Race:
    made = product(shop)
    sku = shop.new("sku")
    path = f"/admin/products/{made['id']}/variants/{made['variants'][0]['id']}"
    names = ("title", "material", "inventory_quantity")

    def look() -> Any:
        seen = shop.seen(f"/admin/variants/{made['variants'][0]['id']}")
        if isinstance(seen, int):
            return seen
        found = seen["variant"]
        return [found[name] for name in names], found["sku"] == sku

    one, other = named({"material": "wool"}, {"inventory_quantity": 7, "sku": sku}, "title")
    return Race(one=("POST", path, one), other=("POST", path, other), look=look)


def _reference(shop: CrowdedShop) -> Race:
    made = product(shop)
    url = f"/admin/products/{made['id']}/variants/{made['variants'][0]['id']}/references"
    targets = (made["variants"][1]["id"], SHIRT, HAT)
    ids = []
    for target in targets:
        answer: Any = shop.post(url, {"target_product_variant_id": target, "reference_type": "ACCESSORY"})
        ids.append(answer.json["productReference"]["id"])

    def look() -> Any:
        rows = shop.seen(url)["productReferences"]
        return [(ids.index(row["id"]), row["rank"]) for row in rows]

    return Race(
        one=("POST", f"{url}/{ids[0]}", {"rank": 2}), other=("POST", f"{url}/{ids[2]}", {"rank": 0}), look=look
    )


def _condition(shop: CrowdedShop) -> Race:
    conditions = [{"operator": "in", "products": [SHIRT_PRODUCT]}]
    made = discount(shop, rule={**RULE, "conditions": conditions})
    path = f"/admin/discounts/{made['id']}/conditions/{made['rule']['conditions'][0]['id']}"

    def look() -> Any:
        seen = shop.seen(f"{path}?expand=products")
        return seen if isinstance(seen, int) else sorted(row["id"] for row in seen["discount_condition"]["products"])

    one, other = {"products": [HAT_PRODUCT]}, {"products": [SHIRT_PRODUCT, HAT_PRODUCT]}
    return Race(one=("POST", path, one), other=("POST", path, other), look=look)


def _edited_item(shop: CrowdedShop) -> Race:
    made = order_edit(shop)
    path = f"/admin/order-edits/{made['id']}"

    def look() -> Any:
        return [(item["quantity"], item["total"]) for item in shop.seen(path)["order_edit"]["items"]]

    url = f"{path}/items/{made['items'][0]['id']}"
    return Race(one=("POST", url, {"quantity": 2}), other=("POST", url, {"quantity": 3}), look=look)


def _download(shop: CrowdedShop) -> Race:
    order_id = shop.sell()
    (found,) = shop.seen(f"/admin/orders/{order_id}/downloads")["downloads"]
    url = f"/admin/downloads/{found['id']}"

    def look() -> Any:
        (row,) = shop.seen(f"/admin/orders/{order_id}/downloads")["downloads"]
        return row["status"], row["download_limit"], row["expires_at"]

    one: Body = {"download_limit": 9, "expires_at": "2035-01-01T00:00:00.000Z"}
    return Race(one=("POST", url, one), other=("POST", url, {"download_limit": 12, "status": "revoked"}), look=look)


def _store(shop: CrowdedShop) -> Race:
    one, other = named({"swap_link_template": "https://a.test"}, {"payment_link_template": "https://b.test"})
    return edit(shop, "/admin/store", "store", one, other)


def _currency(shop: CrowdedShop) -> Race:
    url = "/admin/currencies/eur"

    def look() -> Any:
        (row,) = shop.seen("/admin/currencies?code=eur")["currencies"]
        return row["includes_tax"]

    return Race(one=("POST", url, {"includes_tax": False}), other=("POST", url, {"includes_tax": False}), look=look)


def _one(
    path: str, key: str, make: Callable[[CrowdedShop], str], bodies: tuple[Body, Body]
) -> Callable[[CrowdedShop], Race]:
    return lambda shop: edit(shop, f"/admin/{path}/{make(shop)}", key, *bodies)


def _note(shop: CrowdedShop) -> str:
    return shop.made("notes", "note", resource_id=SHIRT_PRODUCT, resource_type="product", value="-")


def _gift_card(shop: CrowdedShop) -> str:
    return shop.made("gift-cards", "gift_card", region_id=REGION, value=100)


EDITS: Mapping[str, Callable[[CrowdedShop], Race]] = {
    "/admin/store": _store,
    "/admin/currencies/<code>": _currency,
    "/admin/regions/<region_id>": _one(
        "regions", "region", region, named({"tax_code": "a"}, {"tax_rate": 12, "metadata": KEPT})
    ),
    "/admin/shipping-profiles/<profile_id>": _one(
        "shipping-profiles", "shipping_profile", profile, named({"metadata": KEPT}, {})
    ),
    "/admin/shipping-options/<option_id>": _one(
        "shipping-options",
        "shipping_option",
        option,
        named({"amount": 7, "requirements": []}, {"admin_only": True, "requirements": []}),
    ),
    "/admin/customers/<customer_id>": _one(
        "customers", "customer", customer, named({"phone": "123"}, {"last_name": "Last"}, "first_name")
    ),
    "/admin/notes/<id>": _one("notes", "note", _note, named({}, {}, "value")),
    "/admin/api-keys/<key_id>": _one("api-keys", "api_key", api_key, named({}, {"scopes": ["orders"]}, "title")),
    "/admin/users/<user_id>": _one(
        "users", "user", user, named({"last_name": "Last"}, {"role": "member", "metadata": KEPT}, "first_name")
    ),
    "/admin/products/<product_id>": lambda shop: edit(
        shop,
        f"/admin/products/{product(shop)['id']}",
        "product",
        *named({"subtitle": "S", "weight": 5}, {"description": "D", "metadata": KEPT}, "title"),
    ),
    "/admin/products/<product_id>/options/<option_id>": _option_of,
    "/admin/products/<product_id>/variants/<variant_id>/references/<reference_id>": _reference,
    "/admin/products/<product_id>/variants/<variant_id>": _variant,
    "/admin/collections/<id>": _one("collections", "collection", collection, named({"metadata": KEPT}, {}, "title")),
    "/admin/product-categories/<category_id>": _one(
        "product-categories", "product_category", category, named({"description": "D"}, {"is_active": True})
    ),
    "/admin/orders/<order_id>": lambda shop: edit(
        shop,
        f"/admin/orders/{order(shop)['id']}",
        "order",
        {"email": "one@buy.test", "no_notification": True},
        {"email": "other@buy.test", "metadata": KEPT},
    ),
    "/admin/order-edits/<edit_id>": lambda shop: edit(
        shop,
        f"/admin/order-edits/{order_edit(shop)['id']}",
        "order_edit",
        *named({}, {}, "internal_note"),
    ),
    "/admin/order-edits/<edit_id>/items/<item_id>": _edited_item,
    "/admin/payment-collections/<collection_id>": _one(
        "payment-collections", "payment_collection", payment_collection, named({}, {"metadata": KEPT}, "description")
    ),
    "/admin/return-reasons/<reason_id>": _one(
        "return-reasons", "return_reason", reason, named({"description": "D"}, {"metadata": KEPT}, "label")
    ),
    "/admin/discounts/<discount_id>": lambda shop: edit(
        shop,
        f"/admin/discounts/{discount(shop)['id']}",
        "discount",
        {"usage_limit": 3, "is_disabled": True},
        {"usage_limit": 5, "usage_limit_per_customer": 2},
    ),
    "/admin/discounts/<discount_id>/conditions/<condition_id>": _condition,
    "/admin/downloads/<download_id>": _download,
    "/admin/gift-cards/<gift_card_id>": _one(
        "gift-cards",
        "gift_card",
        _gift_card,
        ({"balance": 50, "metadata": KEPT}, {"balance": 70, "is_disabled": True}),
    ),
    "/admin/price-lists/<list_id>": _one(
        "price-lists", "price_list", price_list, named({"description": "D"}, {"status": "active"})
    ),
    "/admin/tax-rates/<rate_id>": _one("tax-rates", "tax_rate", tax_rate, named({"rate": 9}, {"code": "other"})),
    "/admin/sales-channels/<channel_id>": _one(
        "sales-channels", "sales_channel", channel, named({"description": "D"}, {"is_disabled": True})
    ),
    "/admin/publishable-api-keys/<key_id>": _one(
        "publishable-api-keys", "publishable_api_key", publishable_key, named({}, {}, "title")
    ),
    "/admin/customer-groups/<group_id>": lambda shop: edit(
        shop,
        f"/admin/customer-groups/{group(shop)}",
        "customer_group",
        {"metadata": KEPT},
        {"metadata": KEPT},
    ),
}

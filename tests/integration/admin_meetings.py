"""Two requests that meet at more than one record: two of the staff who put things into one list, and somebody who
deletes what somebody else is just referring to. ``test_admin_edit_races.py`` lets them race.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import func, select

from adapters.db.tables import customer_group_members, return_reasons
from tests.integration.admin_edits import (
    HAT_PRODUCT,
    SHIRT_PRODUCT,
    Race,
    api_key,
    category,
    channel,
    collection,
    customer,
    discount,
    group,
    option,
    order_edit,
    price_list,
    product,
    profile,
    publishable_key,
    reason,
    region,
    tax_rate,
)
from tests.integration.crowded_shop import RULE, Body, CrowdedShop, Request
from tests.integration.goods_shop import HAT, SHIRT

Make = Callable[[CrowdedShop], Race]
BOTH = (SHIRT_PRODUCT, HAT_PRODUCT)


def gone(url: str) -> Request:
    return "DELETE", url, None


def pair(make: Callable[[CrowdedShop], str], url: str, name: str, look: Callable[[CrowdedShop, str], Any]) -> Make:
    """One puts the shirt into it and the other the hat. url: with the id's place; name: of the list in the body."""

    def race(shop: CrowdedShop) -> Race:
        id = make(shop)
        path = url.format(id)
        one, other = ({name: [SHIRT_PRODUCT]}, {name: [HAT_PRODUCT]})
        if name == "product_ids" and ("categories" in url or "channels" in url):
            one, other = ({name: [{"id": product_id}]} for product_id in BOTH)
        return Race(one=("POST", path, one), other=("POST", path, other), look=lambda: look(shop, id))

    return race


def products_by(filter: str) -> Callable[[CrowdedShop, str], Any]:
    def look(shop: CrowdedShop, id: str) -> Any:
        return sorted(row["title"] for row in shop.seen(f"/admin/products?{filter}={id}&fields=title")["products"])

    return look


def _countries(shop: CrowdedShop) -> Race:
    id = region(shop)
    url = f"/admin/regions/{id}"

    def look() -> Any:
        found = [row["iso_2"] for row in shop.seen(url)["region"]["countries"]]
        shop.send(gone(url))
        return sorted(found)

    return Race(
        one=("POST", f"{url}/countries", {"country_code": "jp"}),
        other=("POST", f"{url}/countries", {"country_code": "kr"}),
        look=look,
    )


def _currencies(shop: CrowdedShop) -> Race:
    url = "/admin/store/currencies"
    for code in ("jpy", "krw"):
        shop.send(gone(f"{url}/{code}"))

    def look() -> Any:
        return sorted(row["code"] for row in shop.seen("/admin/store")["store"]["currencies"])

    return Race(one=("POST", f"{url}/jpy", None), other=("POST", f"{url}/krw", None), look=look)


def _default_currency(shop: CrowdedShop) -> Race:
    shop.post("/admin/store/currencies/jpy")
    shop.post("/admin/store", {"default_currency_code": "eur"})

    def look() -> Any:
        store = shop.seen("/admin/store")["store"]
        return store["default_currency_code"], sorted(row["code"] for row in store["currencies"])

    return Race(
        one=("POST", "/admin/store", {"default_currency_code": "jpy"}),
        other=gone("/admin/store/currencies/jpy"),
        look=look,
    )


def _members(shop: CrowdedShop) -> Race:
    id = group(shop)
    bodies: list[Body] = [{"customer_ids": [{"id": customer(shop)}]} for _ in range(2)]
    url = f"/admin/customer-groups/{id}/customers/batch"
    one, other = (("POST", url, body) for body in bodies)
    return Race(one=one, other=other, look=lambda: shop.seen(f"/admin/customer-groups/{id}/customers")["count"])


def _variants(shop: CrowdedShop) -> Race:
    id = product(shop)["id"]
    one, other = (
        ("POST", f"/admin/products/{id}/variants", {"title": size, "prices": [], "options": []}) for size in "AB"
    )

    def look() -> Any:
        found = shop.seen(f"/admin/products/{id}")
        return found if isinstance(found, int) else sorted(row["title"] for row in found["product"]["variants"])

    return Race(one=one, other=other, look=look)


def _product_metadata(shop: CrowdedShop) -> Race:
    url = f"/admin/products/{product(shop)['id']}"
    one, other = (("POST", f"{url}/metadata", {"key": key, "value": "1"}) for key in "ab")
    return Race(one=one, other=other, look=lambda: shop.seen(url)["product"]["metadata"])


def _options(shop: CrowdedShop) -> Race:
    url = f"/admin/products/{product(shop)['id']}"
    one, other = (("POST", f"{url}/options", {"title": title}) for title in ("Colour", "Cut"))
    return Race(
        one=one, other=other, look=lambda: sorted(row["title"] for row in shop.seen(url)["product"]["options"])
    )


def _prices(shop: CrowdedShop) -> Race:
    url = f"/admin/price-lists/{price_list(shop)}"
    one, other = (
        ("POST", f"{url}/prices/batch", {"prices": [{"variant_id": id, "currency_code": "eur", "amount": 5}]})
        for id in (SHIRT, HAT)
    )
    return Race(
        one=one,
        other=other,
        look=lambda: sorted(row["variant_id"] for row in shop.seen(url)["price_list"]["prices"]),
    )


def _edit_items(shop: CrowdedShop) -> Race:
    url = f"/admin/order-edits/{order_edit(shop)['id']}"
    one, other = (("POST", f"{url}/items", {"variant_id": HAT, "quantity": number}) for number in (1, 2))
    return Race(
        one=one,
        other=other,
        look=lambda: sorted(row["quantity"] for row in shop.seen(url)["order_edit"]["items"]),
    )


def _discount_regions(shop: CrowdedShop) -> Race:
    url = f"/admin/discounts/{discount(shop)['id']}"
    one, other = (("POST", f"{url}/regions/{region(shop)}", None) for _ in range(2))
    return Race(one=one, other=other, look=lambda: len(shop.seen(url)["discount"]["regions"]))


def _key_channels(shop: CrowdedShop) -> Race:
    url = f"/admin/publishable-api-keys/{publishable_key(shop)}/sales-channels"
    one, other = (("POST", f"{url}/batch", {"sales_channel_ids": [{"id": channel(shop)}]}) for _ in range(2))
    return Race(one=one, other=other, look=lambda: len(shop.seen(url)["sales_channels"]))


def _linked_channels(shop: CrowdedShop) -> Race:
    id = api_key(shop, "publishable")
    url = f"/admin/api-keys/{id}/sales-channels"
    one, other = (("POST", url, {"add": [channel(shop)]}) for _ in range(2))
    look = f"/admin/publishable-api-keys/{id}/sales-channels"
    return Race(one=one, other=other, look=lambda: len(shop.seen(look)["sales_channels"]))


def _condition_resources(shop: CrowdedShop) -> Race:
    made = discount(shop, rule={**RULE, "conditions": [{"operator": "in", "products": [product(shop)["id"]]}]})
    url = f"/admin/discounts/{made['id']}/conditions/{made['rule']['conditions'][0]['id']}"
    one, other = (("POST", f"{url}/batch", {"resources": [{"id": id}]}) for id in BOTH)
    return Race(
        one=one, other=other, look=lambda: len(shop.seen(f"{url}?expand=products")["discount_condition"]["products"])
    )


def _rate(shop: CrowdedShop, name: str, ids: tuple[str, str]) -> Race:
    url = f"/admin/tax-rates/{tax_rate(shop)}"
    one, other = (("POST", f"{url}/{name.replace('_', '-')}/batch", {name: [id]}) for id in ids)
    return Race(one=one, other=other, look=lambda: len(shop.seen(f"{url}?expand={name}")["tax_rate"][name]))


LINKS: Mapping[str, Make] = {
    "/admin/store/currencies/<code>": _currencies,
    "/admin/regions/<region_id>/countries": _countries,
    "/admin/api-keys/<key_id>/sales-channels": _linked_channels,
    "/admin/products/<product_id>/metadata": _product_metadata,
    "/admin/products/<product_id>/options": _options,
    "/admin/products/<product_id>/variants": _variants,
    "/admin/collections/<id>/products/batch": pair(
        collection, "/admin/collections/{}/products/batch", "product_ids", products_by("collection_id[]")
    ),
    "/admin/product-categories/<category_id>/products/batch": pair(
        category, "/admin/product-categories/{}/products/batch", "product_ids", products_by("category_id[]")
    ),
    "/admin/order-edits/<edit_id>/items": _edit_items,
    "/admin/discounts/<discount_id>/regions/<region_id>": _discount_regions,
    "/admin/discounts/<discount_id>/conditions/<condition_id>/batch": _condition_resources,
    "/admin/price-lists/<list_id>/prices/batch": _prices,
    "/admin/tax-rates/<rate_id>/products/batch": lambda shop: _rate(shop, "products", BOTH),
    "/admin/tax-rates/<rate_id>/shipping-options/batch": lambda shop: _rate(
        shop, "shipping_options", (option(shop), option(shop))
    ),
    "/admin/sales-channels/<channel_id>/products/batch": pair(
        channel, "/admin/sales-channels/{}/products/batch", "product_ids", products_by("sales_channel_id[]")
    ),
    "/admin/publishable-api-keys/<key_id>/sales-channels/batch": _key_channels,
    "/admin/customer-groups/<group_id>/customers/batch": _members,
}


# Deleting what somebody refers to


def _joins(shop: CrowdedShop) -> Race:
    id, who = group(shop), customer(shop)
    members = (
        select(func.count())
        .select_from(customer_group_members)
        .where(customer_group_members.c.customer_group_id == id)
    )

    def look() -> Any:
        with shop.container.read_engine().connect() as rows:
            return rows.execute(members).scalar_one()

    one: Request = ("POST", f"/admin/customers/{who}", {"groups": [{"id": id}]})
    return Race(one=one, other=gone(f"/admin/customer-groups/{id}"), look=look)


def _reason(shop: CrowdedShop) -> Race:
    parent, value = reason(shop), shop.new("under")
    body = {"value": value, "label": "Under", "parent_return_reason_id": parent}

    def look() -> Any:
        with shop.container.read_engine().connect() as rows:
            live = return_reasons.c.deleted_at.is_(None)
            return len(rows.execute(select(return_reasons.c.id).where(return_reasons.c.value == value, live)).all())

    return Race(one=("POST", "/admin/return-reasons", body), other=gone(f"/admin/return-reasons/{parent}"), look=look)


def _subcategory(shop: CrowdedShop) -> Race:
    parent, name = category(shop), shop.new("Under")

    def look() -> Any:
        found = shop.seen("/admin/product-categories?limit=1000")["product_categories"]
        return [row["parent_category_id"] == parent for row in found if row["name"] == name]

    body = {"name": name, "parent_category_id": parent}
    return Race(
        one=("POST", "/admin/product-categories", body), other=gone(f"/admin/product-categories/{parent}"), look=look
    )


def refer(
    make: Callable[[CrowdedShop], str], path: str, request: Callable[[CrowdedShop, str], Request]
) -> Callable[[CrowdedShop], Race]:
    """To be seen afterwards: that what was referred to is gone; the answers tell the rest."""

    def race(shop: CrowdedShop) -> Race:
        id = make(shop)
        url = f"/admin/{path}/{id}"
        return Race(one=request(shop, id), other=gone(url), look=lambda: _status(shop.seen(url)))

    return race


def _status(seen: Any) -> int:
    return seen if isinstance(seen, int) else 200


def _product_change(**body: Any) -> Callable[[CrowdedShop, str], Request]:
    """A change of a product; an empty list in it stands for the id that is referred to."""

    def request(shop: CrowdedShop, id: str) -> Request:
        filled = {name: [{"id": id}] if value == [] else id for name, value in body.items()}
        return "POST", f"/admin/products/{product(shop)['id']}", filled

    return request


def _cart_in(shop: CrowdedShop, id: str) -> Request:
    return "POST", "/store/carts", {"region_id": id}


def _option_in(_: CrowdedShop, id: str) -> Request:
    body = {"name": "Raced", "region_id": id, "provider_id": "manual", "data": {}, "price_type": "flat_rate"}
    return "POST", "/admin/shipping-options", {**body, "amount": 1}


REFERENCES: Mapping[str, Make] = {
    "a customer joins a group": _joins,
    "a reason is listed under another": _reason,
    "a category goes under another": _subcategory,
    "a currency becomes the default": _default_currency,
    "a product goes into a collection": refer(collection, "collections", _product_change(collection_id="")),
    "a product goes into a category": refer(category, "product-categories", _product_change(categories=[])),
    "a product goes into a channel": refer(channel, "sales-channels", _product_change(sales_channels=[])),
    "products go into a channel": refer(
        channel,
        "sales-channels",
        lambda _, it: ("POST", f"/admin/sales-channels/{it}/products/batch", {"product_ids": [{"id": HAT_PRODUCT}]}),
    ),
    "a key opens a channel": refer(
        channel,
        "sales-channels",
        lambda shop, it: (
            "POST",
            f"/admin/publishable-api-keys/{publishable_key(shop)}/sales-channels/batch",
            {"sales_channel_ids": [{"id": it}]},
        ),
    ),
    "products move to a profile": refer(
        profile,
        "shipping-profiles",
        lambda shop, it: ("POST", f"/admin/shipping-profiles/{it}", {"products": [product(shop)["id"]]}),
    ),
    "a cart is opened in a region": refer(region, "regions", _cart_in),
    "a way to ship is made for a region": refer(region, "regions", _option_in),
    "a rate is made for a region": refer(
        region,
        "regions",
        lambda _, it: ("POST", "/admin/tax-rates", {"name": "R", "code": "r", "region_id": it, "rate": 1}),
    ),
    "a discount comes to a region": refer(
        region, "regions", lambda shop, it: ("POST", f"/admin/discounts/{discount(shop)['id']}/regions/{it}", None)
    ),
    "a gift card is made for a region": refer(
        region, "regions", lambda _, it: ("POST", "/admin/gift-cards", {"region_id": it, "value": 5})
    ),
    "a price list is for a group": refer(
        group,
        "customer-groups",
        lambda shop, it: ("POST", f"/admin/price-lists/{price_list(shop)}", {"customer_groups": [{"id": it}]}),
    ),
    "a rate is for a product": refer(
        lambda shop: str(product(shop)["id"]),
        "products",
        lambda shop, it: ("POST", f"/admin/tax-rates/{tax_rate(shop)}/products/batch", {"products": [it]}),
    ),
    "a discount is for a product": refer(
        lambda shop: str(product(shop)["id"]),
        "products",
        lambda shop, it: (
            "POST",
            f"/admin/discounts/{discount(shop)['id']}/conditions",
            {"operator": "in", "products": [it]},
        ),
    ),
    "a code is made from a discount": refer(
        lambda shop: str(discount(shop, is_dynamic=True)["id"]),
        "discounts",
        lambda shop, it: ("POST", f"/admin/discounts/{it}/dynamic-codes", {"code": shop.new("child")}),
    ),
    "a variant is added to a product": refer(
        lambda shop: str(product(shop)["id"]),
        "products",
        lambda _, it: ("POST", f"/admin/products/{it}/variants", {"title": "A", "prices": [], "options": []}),
    ),
}

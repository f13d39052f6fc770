"""What each list and each step of a sale may cost in SQL statements, over HTTP.

However long a list is, it costs the same; what few rows have (refunds, returns, ...) costs one more each
on a page that has some.

A list route without a row in ``LISTS`` fails, so that no list can grow an N+1 unseen.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from adapters.http.resources import resources
from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import PASSWORD, PRODUCT, REGION, VARIANT, a_customer, keep_at
from tests.integration.staffed_shop import StaffedShop

# One statement finds the caller of a signed-in route; the rest reads.
LISTS = {
    "GET /store/regions": 7,
    "GET /store/products": 8,
    "GET /store/variants": 5,
    "GET /store/collections": 3,
    "GET /store/product-categories": 4,
    "GET /store/product-tags": 4,
    "GET /store/product-types": 4,
    "GET /store/shipping-options": 8,
    "GET /store/return-reasons": 4,
    "GET /admin/return-reasons": 4,
    "GET /admin/shipping-profiles": 3,
    "GET /store/customers/me/downloads": 3,
    "GET /store/customers/me/orders": 13,
    "GET /admin/products": 9,
    "GET /admin/products/<product_id>/files": 3,
    "GET /admin/products/<product_id>/variants": 4,
    "GET /admin/products/<product_id>/variants/<variant_id>/references": 5,
    "GET /admin/variants": 6,
    "GET /admin/collections": 4,
    "GET /admin/product-categories": 4,
    "GET /admin/product-tags": 3,
    "GET /admin/product-types": 3,
    "GET /admin/orders": 8,
    "GET /admin/order-edits": 6,
    "GET /admin/gift-cards": 2,
    "GET /admin/returns": 2,
    "GET /admin/swaps": 2,
    "GET /admin/price-lists": 4,
    "GET /admin/price-lists/<list_id>/products": 12,
    "GET /admin/tax-rates": 3,
    "GET /admin/invites": 3,
    "GET /admin/regions": 6,
    "GET /admin/shipping-options": 6,
    "GET /admin/currencies": 3,
    "GET /admin/notes": 3,
    "GET /admin/customers": 4,
    "GET /admin/sales-channels": 3,
    "GET /admin/publishable-api-keys": 3,
    "GET /admin/publishable-api-keys/<key_id>/sales-channels": 3,
    "GET /admin/customer-groups": 3,
    "GET /admin/customer-groups/<group_id>/customers": 4,
    "GET /admin/notifications": 4,
    "GET /admin/discounts": 5,
    "GET /admin/users": 2,
    "GET /admin/api-keys": 4,
    "GET /admin/audit-log": 3,
    "GET /admin/webhook-events": 2,
}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> PeopledShop:
    folder = Path(tmp_path_factory.mktemp("statements"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    shop = PeopledShop(folder)
    _fill_list(shop)
    for number in range(4):
        _relate(shop, number)
    for number in range(3):
        shop.sell()
        shop.invite(f"new{number}@example.com")
        shop.post("/admin/api-keys", {"title": f"Storefront {number}", "type": "publishable"})
        product = shop.product(title=f"Pack {number}", status="published", options=[], variants=[])
        shop.upload(product["id"])
        for path, name in (("collections", "title"), ("product-categories", "name")):
            body = {name: f"Part {number}"} | ({"is_active": True} if name == "name" else {})
            assert shop.ask("POST", f"/admin/{path}", shop.staff, body).status_code == 200
        labels = {"tags": [{"value": f"tag {number}"}], "type": {"value": f"type {number}"}}
        assert shop.ask("POST", f"/admin/products/{product['id']}", shop.staff, labels).status_code == 200
        shop.upload(PRODUCT, name=f"more {number}")
    for number in range(4):
        _set_up(shop, number)
        named = {"name": f"List {number}", "description": "none", "type": "sale", "prices": []}
        assert shop.post("/admin/price-lists", named).status_code == 200
        rate = {"name": f"Rate {number}", "code": f"r{number}", "region_id": REGION}
        assert shop.post("/admin/tax-rates", rate).status_code == 200
        made = shop.post("/admin/discounts", _discount(f"code{number}"))
        assert made.status_code == 200, made.text
    _several_channels_and_customers(shop)
    for _ in range(4):
        assert shop.post("/admin/order-edits", {"order_id": shop.sell()}).status_code == 200
    shop.last_order = shop.sell()  # type: ignore[attr-defined]
    return shop


def _relate(shop: PeopledShop, number: int) -> None:
    """Something more that goes with the variant on sale."""
    spare = shop.product(title=f"Spare part {number}", variants=[{"title": "one", "prices": []}])
    related = {"target_product_variant_id": spare["variants"][0]["id"], "reference_type": "SPARE_PART"}
    assert shop.post(f"/admin/products/{PRODUCT}/variants/{VARIANT}/references", related).status_code == 200


def _fill_list(shop: PeopledShop) -> None:
    """A price list with four products."""
    variant = {"title": "one", "options": [], "prices": []}
    made = [shop.product(title=f"Listed {number}", variants=[variant])["variants"][0]["id"] for number in range(4)]
    prices = [{"variant_id": id, "currency_code": "eur", "amount": 5} for id in made]
    named = {"name": "Filled", "description": "none", "type": "sale", "prices": prices}
    shop.last_list = shop.post("/admin/price-lists", named).json["price_list"]["id"]  # type: ignore[attr-defined, index]


def _several_channels_and_customers(shop: PeopledShop) -> None:
    channels, buyers = [], []
    for number in range(4):
        channels.append(shop.post("/admin/sales-channels", {"name": f"Channel {number}"}).json["sales_channel"]["id"])  # type: ignore[index]
        key = shop.post("/admin/publishable-api-keys", {"title": f"Key {number}"}).json["publishable_api_key"]["id"]  # type: ignore[index]
        group = shop.post("/admin/customer-groups", {"name": f"Group {number}"}).json["customer_group"]["id"]  # type: ignore[index]
        buyers.append(a_customer(shop.container, f"friend{number}@example.com").id)
    bound = {"sales_channel_ids": [{"id": id} for id in channels]}
    assert shop.post(f"/admin/publishable-api-keys/{key}/sales-channels/batch", bound).status_code == 200
    joined = {"customer_ids": [{"id": id} for id in buyers]}
    assert shop.post(f"/admin/customer-groups/{group}/customers/batch", joined).status_code == 200
    shop.last_key, shop.last_group = key, group  # type: ignore[attr-defined]


def _set_up(shop: PeopledShop, number: int) -> None:
    """One more region, kind of goods, way to ship, customer, note, and reason for returns with one under it."""
    providers = {"payment_providers": ["manual"], "fulfillment_providers": ["manual"]}
    region = {"name": f"Region {number}", "currency_code": "eur", "tax_rate": 20, "countries": [], **providers}
    option = {"name": "Post", "region_id": REGION, "provider_id": "manual", "data": {}, "price_type": "flat_rate"}
    rules = [{"type": "min_subtotal", "amount": number}]
    customer = {"email": f"buyer{number}@example.com", "first_name": "A", "last_name": "B", "password": PASSWORD}
    note = {"resource_id": "order_1", "resource_type": "order", "value": "Call first"}
    assert shop.post("/admin/regions", region).status_code == 200
    assert shop.post("/admin/shipping-options", {**option, "amount": 5, "requirements": rules}).status_code == 200
    assert shop.post("/admin/customers", customer).status_code == 201
    assert shop.post("/admin/notes", note).status_code == 200
    assert shop.post("/admin/shipping-profiles", {"name": f"Kind {number}", "type": "custom"}).status_code == 200
    size = shop.post("/admin/return-reasons", {"value": f"size{number}", "label": "Size"}).json["return_reason"]  # type: ignore[index]
    under = {"value": f"big{number}", "label": "Big", "parent_return_reason_id": size["id"]}
    assert shop.post("/admin/return-reasons", under).status_code == 200


def _discount(code: str) -> dict[str, Any]:
    condition = {"operator": "in", "products": [PRODUCT]}
    rule = {"type": "percentage", "value": 10, "allocation": "total", "conditions": [condition]}
    return {"code": code, "rule": rule, "regions": [REGION]}


@contextmanager
def counted(shop: StaffedShop) -> Iterator[list[str]]:
    """Every statement of both engines inside the block; opening and ending transactions apart."""
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(("BEGIN", "PRAGMA", "SELECT pg_current_xact_id")):
            seen.append(statement)

    engines = {shop.container.read_engine(), shop.container.write_engine()}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)


def test_every_list_is_counted() -> None:
    lists = {f"{route.method} {route.rule}" for each in resources() for route in each.routes if route.is_list}

    assert lists - LISTS.keys() == set()


@pytest.mark.parametrize("route", LISTS)
def test_lists_cost_a_fixed_number_of_statements(shop: PeopledShop, route: str) -> None:
    path = route.removeprefix("GET ").replace("<product_id>", PRODUCT)
    path = path.replace("<variant_id>", VARIANT)
    path = path.replace("<order_id>", shop.last_order)  # type: ignore[attr-defined]
    path = path.replace("<key_id>", shop.last_key)  # type: ignore[attr-defined]
    path = path.replace("<group_id>", shop.last_group)  # type: ignore[attr-defined]
    path = path.replace("<list_id>", shop.last_list)  # type: ignore[attr-defined]
    headers = shop.me if path.startswith("/store") else shop.staff
    shop.ask("GET", f"{path}?limit=1" + _priced(path), headers)  # how many there are of the catalogue is remembered
    costs = []
    for limit in (2, 3):  # neither is the whole list, so that the count is asked for too
        with counted(shop) as seen:
            answer = shop.ask("GET", f"{path}?limit={limit}" + _priced(path), headers)
        assert answer.status_code == 200, answer.text
        costs.append(len(seen))

    assert len(set(costs)) == 1, "it grows with the page"
    assert costs[0] == LISTS[route], "\n".join(seen)


def _priced(path: str) -> str:
    return f"&region_id={REGION}" if path == "/store/products" else ""


def test_a_checkout_stays_within_its_statements(shop: PeopledShop) -> None:
    def step(method: str, path: str, json: object, cost: int) -> dict[str, Any]:
        with counted(shop) as seen:
            answer = shop.ask(method, path, None, json)
        assert answer.status_code == 200, answer.text
        assert len(seen) == cost, f"{path}: {len(seen)}\n" + "\n".join(seen)
        spent.append(len(seen))
        body: dict[str, Any] = answer.json  # type: ignore[assignment]
        return body

    spent: list[int] = []
    cart = step("POST", "/store/carts", {"region_id": REGION}, 13)["cart"]["id"]
    step("POST", f"/store/carts/{cart}/line-items", {"variant_id": VARIANT, "quantity": 1}, 23)
    step("POST", f"/store/carts/{cart}", {"email": "guest@example.com"}, 21)
    step("POST", f"/store/carts/{cart}/payment-sessions", None, 37)
    step("POST", f"/store/carts/{cart}/complete", None, 36)  # the order shows the providers of its region

    assert sum(spent) == 130


def test_a_download_link_costs_little(shop: PeopledShop) -> None:
    token = shop.token(shop.last_order)  # type: ignore[attr-defined]
    with counted(shop) as seen:
        answer = shop.ask("GET", f"/store/downloads/{token}", shop.me)
    assert answer.status_code == 200
    with counted(shop) as again:
        assert shop.ask("GET", f"/store/downloads/{token}", shop.me).status_code == 200

    assert (len(seen), len(again)) == (6, 6)


def test_putting_products_together_asks_for_all_of_them_at_once(shop: PeopledShop) -> None:
    made = [shop.product(title=f"Together {number}", options=[], variants=[])["id"] for number in range(4)]
    channel = shop.post("/admin/sales-channels", {"name": "Together"}).json["sales_channel"]["id"]  # type: ignore[index]
    collection = shop.post("/admin/collections", {"title": "Together"}).json["collection"]["id"]  # type: ignore[index]

    def looks(path: str, body: dict[str, object]) -> int:
        with counted(shop) as seen:
            assert shop.post(path, body).status_code == 200
        return sum(statement.startswith("SELECT") for statement in seen)

    for path, name in (
        (f"/admin/collections/{collection}/products/batch", "product_ids"),
        (f"/admin/sales-channels/{channel}/products/batch", "product_ids"),
    ):
        few, many = [
            {name: ids if "collections" in path else [{"id": id} for id in ids]} for ids in (made[:1], made[1:])
        ]
        assert looks(path, few) == looks(path, many), path

"""What lists of the admin side can be asked beyond their own columns, and what only some of them show."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest

from tests.integration.goods_shop import HAT, SHIRT, GoodsShop
from tests.integration.shops import REGION

Row = dict[str, Any]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> GoodsShop:
    return GoodsShop(Path(tmp_path_factory.mktemp("lists")))


def made(shop: GoodsShop, path: str, one: str, **body: Any) -> Row:
    answer: Any = shop.post(f"/admin/{path}", body)
    assert answer.status_code == 200, answer.text
    row: Row = answer.json[one]
    return row


def ids(shop: GoodsShop, path: str, query: str, surface: str = "admin") -> set[str]:
    answer: Any = shop.get(f"/{surface}/{path}?{query}")
    assert answer.status_code == 200, answer.text
    (many,) = answer.json.keys() - {"count", "offset", "limit"}
    return {row["id"] for row in answer.json[many]}


def test_lists_are_narrowed_to_what_a_condition_names(shop: GoodsShop) -> None:
    product = shop.product(title="Named", type={"value": "Posters"}, tags=[{"value": "islands"}])
    shop.product(title="Other", type={"value": "Cards"}, tags=[{"value": "hills"}])
    collection = made(shop, "collections", "collection", title="Named")
    made(shop, "collections", "collection", title="Other")
    group = made(shop, "customer-groups", "customer_group", name="Named")
    made(shop, "customer-groups", "customer_group", name="Other")
    named = {
        "products": ("products", product["id"]),
        "product_types": ("product-types", product["type"]["id"]),
        "product_tags": ("product-tags", product["tags"][0]["id"]),
        "product_collections": ("collections", collection["id"]),
        "customer_groups": ("customer-groups", group["id"]),
    }
    conditions = [{"operator": "in", kind: [id]} for kind, (_, id) in named.items()]
    rule = {"type": "percentage", "value": 10, "allocation": "total", "conditions": conditions}
    discount = made(shop, "discounts", "discount", code="NAMED", regions=[REGION], rule=rule)

    for condition in discount["rule"]["conditions"]:
        path, id = named[condition["type"]]
        assert ids(shop, path, f"discount_condition_id={condition['id']}") == {id}
        assert ids(shop, path, "discount_condition_id=discon_nothing") == set()
        if path in ("product-types", "product-tags"):
            assert ids(shop, path, f"discount_condition_id={condition['id']}", "store") == {id}
            assert ids(shop, path, "discount_condition_id=discon_nothing", "store") == set()


def test_tax_rates_are_found_by_their_rate(shop: GoodsShop) -> None:
    rates = {
        rate: made(shop, "tax-rates", "tax_rate", code=f"r{rate}", name="R", region_id=REGION, rate=rate)["id"]
        for rate in (0, 5.5, 7, 20)
    }

    assert ids(shop, "tax-rates", "rate=5.5") == {rates[5.5]}
    assert ids(shop, "tax-rates", "rate[gt]=5.5&rate[lte]=20") == {rates[7], rates[20]}
    assert ids(shop, "tax-rates", "rate[$lt]=5.5000") == {rates[0]}
    for wrong in ("rate=many", "rate[lt]=5.55555", "rate[like]=5"):
        assert shop.get(f"/admin/tax-rates?{wrong}").status_code == 400


@pytest.mark.parametrize("path", ["products", "collections", "regions", "price-lists", "tax-rates"])
def test_what_is_deleted_is_on_no_list_whatever_is_asked(shop: GoodsShop, path: str) -> None:
    assert ids(shop, path, "deleted_at[gt]=2020-01-01") == set()


def test_products_of_a_price_list_show_its_prices_alone(shop: GoodsShop) -> None:
    prices = [{"variant_id": SHIRT, "currency_code": "eur", "amount": amount} for amount in (1_500, 1_200)]
    body = {"description": "Less", "type": "sale"}
    summer = made(shop, "price-lists", "price_list", name="Summer", prices=prices[:1], **body)
    both = [prices[1], {**prices[1], "variant_id": HAT}]
    winter = made(shop, "price-lists", "price_list", name="Winter", prices=both, **body)

    answer: Any = shop.get(f"/admin/price-lists/{summer['id']}/products").json
    assert (answer["count"], answer["offset"], answer["limit"]) == (1, 0, 50)
    (variant,) = answer["products"][0]["variants"]
    assert [(price["amount"], price["price_list_id"]) for price in variant["prices"]] == [(1_500, summer["id"])]
    assert variant["prices"][0]["price_list"]["name"] == "Summer"

    path = f"price-lists/{winter['id']}/products"
    assert ids(shop, path, "") == {"prod_shirt", "prod_hat"}
    assert ids(shop, path, "q=hat") == {"prod_hat"}
    assert ids(shop, path, "title=Shirt&status[]=published") == {"prod_shirt"}
    only: Any = shop.get(f"/admin/{path}?fields=variants.prices.amount&title=Hat").json["products"]  # type: ignore[index]
    assert [price["amount"] for price in only[0]["variants"][0]["prices"]] == [1_200]
    assert ids(shop, "price-lists/nothing/products", "") == set()
    whole: Any = shop.get("/admin/products/prod_shirt").json
    assert len(whole["product"]["variants"][0]["prices"]) == 3


def test_a_variants_stock_is_shown_by_sales_channel(shop: GoodsShop) -> None:
    store: Any = shop.get("/admin/store").json
    channel = store["store"]["default_sales_channel"]

    answer: Any = shop.get(f"/admin/variants/{SHIRT}/inventory").json

    here = {"channel_id": channel["id"], "channel_name": channel["name"], "available_quantity": 10}
    assert answer == {"variant": {"id": SHIRT, "inventory": [], "sales_channel_availability": [here]}}
    assert shop.get("/admin/variants/nothing/inventory").status_code == 404


# Who did it


def key_of(shop: GoodsShop) -> dict[str, str]:
    key = made(shop, "api-keys", "api_key", title="Warehouse", type="secret")
    return {"Authorization": f"Basic {key['token']}"}


def test_what_a_key_writes_is_signed_by_the_person_whose_key_it_is(shop: GoodsShop) -> None:
    me: Any = shop.get("/admin/auth").json
    person, key = me["user"]["id"], key_of(shop)
    order = shop.buy((SHIRT, 1))

    note: Any = shop.ask(
        "POST", "/admin/notes", key, {"resource_id": order["id"], "resource_type": "order", "value": "Call first"}
    ).json
    assert note["note"]["author_id"] == person
    assert note["note"]["author"]["id"] == person

    edit: Any = shop.ask("POST", "/admin/order-edits", key, {"order_id": order["id"]}).json
    edit_id = edit["order_edit"]["id"]
    assert edit["order_edit"]["created_by"] == person
    shop.ask("POST", f"/admin/order-edits/{edit_id}/items", key, {"variant_id": HAT, "quantity": 1})
    asked: Any = shop.ask("POST", f"/admin/order-edits/{edit_id}/request", key, {}).json
    assert asked["order_edit"]["requested_by"] == person
    assert asked["order_edit"]["payment_collection"]["created_by"] == person
    confirmed: Any = shop.ask("POST", f"/admin/order-edits/{edit_id}/confirm", key, {}).json
    assert confirmed["order_edit"]["confirmed_by"] == person

    another: Any = shop.ask("POST", "/admin/order-edits", key, {"order_id": order["id"]}).json
    canceled: Any = shop.ask("POST", f"/admin/order-edits/{another['order_edit']['id']}/cancel", key, {}).json
    assert canceled["order_edit"]["canceled_by"] == person

    storefront: Any = shop.ask("POST", "/admin/publishable-api-keys", key, {"title": "Web"}).json
    assert storefront["publishable_api_key"]["created_by"] == person


def test_changes_of_people_notes_and_files_are_in_the_audit_log_once(shop: GoodsShop) -> None:
    before: Any = shop.get("/admin/audit-log?limit=1").json
    customer = {"email": "audited@example.com", "first_name": "A", "last_name": "B", "password": "a long enough one"}
    customer_id: str = shop.post("/admin/customers", customer).json["customer"]["id"]  # type: ignore[index]
    shop.post(f"/admin/customers/{customer_id}", {"first_name": "C"})
    note = made(shop, "notes", "note", resource_id="order_1", resource_type="order", value="a")
    shop.post(f"/admin/notes/{note['id']}", {"value": "b"})
    shop.delete(f"/admin/notes/{note['id']}")
    for path in ("uploads", "uploads/protected"):
        file = (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "paper.pdf", "application/pdf")
        sent: Any = shop.post(f"/admin/{path}", data={"files": file}, content_type="multipart/form-data")
        key = sent.json["uploads"][0]["key"]
        assert shop.delete("/admin/uploads", json={"file_key": key}).status_code == 200

    after: Any = shop.get("/admin/audit-log?limit=50").json
    rows = list(reversed(after["audit_log"][: after["count"] - before["count"]]))
    me: Any = shop.get("/admin/auth").json
    assert {(row["actor_kind"], row["actor_id"]) for row in rows} == {("user", me["user"]["id"])}
    assert [row["action"] for row in rows] == [
        "customer.register",
        "customer.update",
        "note.create",
        "note.update",
        "note.delete",
        "media.upload",
        "media.delete",
        "media.upload",
        "media.delete",
    ]
    assert [row["targets"] for row in rows[:5]] == [[customer_id]] * 2 + [[note["id"]]] * 3
    assert all(row["targets"] for row in rows[5:])
    assert all(row["after_digest"] for row in rows if not row["action"].endswith("delete"))

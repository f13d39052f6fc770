"""Products for staff, over HTTP, as Medusa's clients know them."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, select

from adapters.db.tables import audit_log
from tests.integration.staffed_shop import StaffedShop

PRICES = [{"currency_code": "eur", "amount": 1000}, {"currency_code": "usd", "amount": 1100}]


@pytest.fixture
def shop(folder: Path) -> StaffedShop:
    return StaffedShop(folder)


def full_body() -> dict[str, Any]:
    return {
        "title": "Sydney Nights",
        "subtitle": "Forty wallpapers",
        "description": "By day and by night.",
        "status": "published",
        "images": ["https://cdn.example/1.jpg", "https://cdn.example/2.jpg"],
        "type": {"value": "wallpaper"},
        "tags": [{"value": "city"}, {"value": "night"}],
        "options": [{"title": "Size"}],
        "weight": 5,
        "metadata": {"shot": 2024, "download": {"limit": 3}},
        "variants": [
            {
                "title": "4K",
                "sku": "SYD-4K",
                "inventory_quantity": 7,
                "manage_inventory": False,
                "requires_shipping": False,
                "options": [{"value": "4K"}],
                "prices": PRICES,
                "metadata": {"pixels": 8294400},
            },
            {"title": "8K", "options": [{"value": "8K"}], "prices": PRICES},
        ],
    }


def test_a_product_is_created_as_it_was_described(shop: StaffedShop) -> None:
    answer = shop.post("/admin/products", full_body())

    assert answer.status_code == 200, answer.text
    product = answer.json["product"]
    assert product["id"].startswith("prod_")
    assert (product["handle"], product["status"], product["weight"]) == ("sydney-nights", "published", 5)
    assert product["thumbnail"] == "https://cdn.example/1.jpg"
    assert [image["url"] for image in product["images"]] == full_body()["images"]
    assert product["type"]["value"] == "wallpaper"
    assert {tag["value"] for tag in product["tags"]} == {"city", "night"}
    assert [channel["name"] for channel in product["sales_channels"]] == ["Default Sales Channel"]
    assert product["profiles"][0]["type"] == "default"
    assert product["metadata"] == full_body()["metadata"]
    small, large = product["variants"]
    assert (small["sku"], small["inventory_quantity"], small["requires_shipping"]) == ("SYD-4K", 7, False)
    assert (large["variant_rank"], large["requires_shipping"]) == (1, True)
    assert {(price["currency_code"], price["amount"]) for price in small["prices"]} == {("eur", 1000), ("usd", 1100)}
    assert [option["value"] for option in large["options"]] == ["8K"]
    assert [option["title"] for option in product["options"]] == ["Size"]
    assert shop.get(f"/admin/products/{product['id']}").json["product"] == product


def test_products_are_listed_in_every_status(shop: StaffedShop) -> None:
    draft, published = shop.product(title="A"), shop.product(title="B", status="published")

    answer = shop.get("/admin/products")

    assert [product["id"] for product in answer.json["products"]] == [published["id"], draft["id"]]
    assert {"count": 2, "offset": 0, "limit": 50}.items() <= answer.json.items()
    only = shop.get("/admin/products", query_string={"status[]": "draft"}).json["products"]
    assert [product["id"] for product in only] == [draft["id"]]
    found = shop.get("/admin/products", query_string={"q": "b", "fields": "id,title"}).json["products"]
    assert found == [{"id": published["id"], "title": "B"}]


def test_a_list_costs_the_same_however_long(shop: StaffedShop) -> None:
    def statements() -> int:
        seen: list[str] = []
        listener = lambda *a: seen.append(a[2])  # noqa: E731
        event.listen(shop.container.read_engine(), "before_cursor_execute", listener)
        assert shop.get("/admin/products").status_code == 200
        event.remove(shop.container.read_engine(), "before_cursor_execute", listener)
        return len([statement for statement in seen if not statement.startswith(("BEGIN", "PRAGMA"))])

    shop.post("/admin/products", full_body())
    few = statements()
    for number in range(5):
        body = full_body() | {"title": f"Pack {number}"}
        body["variants"] = body["variants"][1:]
        assert shop.post("/admin/products", body).status_code == 200

    assert statements() == few


def test_a_product_is_changed_by_what_is_sent(shop: StaffedShop) -> None:
    product = shop.post("/admin/products", full_body()).json["product"]
    small, large = product["variants"]

    answer = shop.post(
        f"/admin/products/{product['id']}",
        {
            "subtitle": None,
            "tags": [],
            "metadata": {"shot": "", "place": "Sydney"},
            "variants": [
                {"id": large["id"], "prices": [{"currency_code": "eur", "amount": 900}]},
                {
                    "title": "16K",
                    "options": [{"option_id": product["options"][0]["id"], "value": "16K"}],
                    "prices": PRICES,
                },
            ],
        },
    )

    assert answer.status_code == 200, answer.text
    changed = answer.json["product"]
    assert (changed["title"], changed["subtitle"], changed["tags"]) == ("Sydney Nights", None, [])
    assert changed["metadata"] == {"download": {"limit": 3}, "place": "Sydney"}
    assert [variant["title"] for variant in changed["variants"]] == ["8K", "16K"]
    assert [price["amount"] for price in changed["variants"][0]["prices"]] == [900]
    assert small["id"] not in answer.text


def test_a_type_is_taken_away_again(shop: StaffedShop) -> None:
    path = f"/admin/products/{shop.product(type={'value': 'Wallpaper'})['id']}"

    assert shop.post(path, {"title": "Other"}).json["product"]["type"]["value"] == "Wallpaper"
    gone = shop.post(path, {"type": None}).json["product"]
    assert (gone["type_id"], gone["type"]) == (None, None)


def test_a_deleted_product_is_gone(shop: StaffedShop) -> None:
    id = shop.product()["id"]

    for _ in range(2):
        answer = shop.delete(f"/admin/products/{id}")
        assert (answer.status_code, answer.json) == (200, {"id": id, "object": "product", "deleted": True})

    assert shop.get(f"/admin/products/{id}").status_code == 404
    assert shop.product()["handle"] == "sydney-nights"


def test_the_same_key_creates_once(shop: StaffedShop) -> None:
    key = {"Idempotency-Key": "create-1"}

    first = shop.post("/admin/products", full_body(), headers=key)
    again = shop.post("/admin/products", full_body(), headers=key)

    assert first.json == again.json
    assert shop.get("/admin/products").json["count"] == 1


@pytest.mark.parametrize("change", [{"title": "Other"}, {"handle": "other"}])
def test_unique_things_are_422(shop: StaffedShop, change: dict[str, str]) -> None:
    shop.post("/admin/products", full_body())

    answer = shop.post("/admin/products", full_body() | change)

    assert answer.status_code == 422
    assert answer.json["type"] == "duplicate_error"


def test_unknown_things_are_404(shop: StaffedShop) -> None:
    product = shop.product(variants=[{"title": "A"}])
    other = shop.product(title="Other", variants=[{"title": "A"}])["variants"][0]["id"]
    path = f"/admin/products/{product['id']}"

    for answer in (
        shop.get("/admin/products/prod_no"),
        shop.post("/admin/products/prod_no", {"title": "x"}),
        shop.post(path, {"variants": [{"id": other}]}),
        shop.post(path, {"collection_id": "pcol_no"}),
        shop.post(path, {"variants": [{"title": "B", "prices": [{"region_id": "reg_no", "amount": 1}]}]}),
    ):
        assert (answer.status_code, answer.json["type"]) == (404, "not_found")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"title": ""},
        {"title": "x", "price": 3},
        {"title": "x", "status": "sold"},
        {"title": "x", "discountable": "yes"},
        {"title": "x", "variants": [{"prices": []}]},
        {"title": "x", "variants": [{"title": "a", "prices": [{"amount": 1}]}]},
        {"title": "x", "variants": [{"title": "a", "prices": [{"amount": 1.5, "currency_code": "eur"}]}]},
        {"title": "x", "variants": [{"title": "a", "prices": [{"amount": 1, "currency_code": "xyz"}]}]},
        {"title": "x", "variants": [{"title": "a", "prices": [{"amount": -1, "currency_code": "eur"}]}]},
        {"title": "x", "options": [{"title": "Size"}], "variants": [{"title": "a"}]},
        {"title": "x", "metadata": {"download": {"limit": 0}}},
        {"title": "x", "metadata": "text"},
    ],
)
def test_bodies_that_make_no_sense_are_400(shop: StaffedShop, body: dict[str, object]) -> None:
    answer = shop.post("/admin/products", body)

    assert answer.status_code == 400, answer.text
    assert answer.json["type"] == "invalid_data"
    assert shop.get("/admin/products").json["count"] == 0


def test_unknown_sales_channels_are_named(shop: StaffedShop) -> None:
    answer = shop.post("/admin/products", {"title": "x", "sales_channels": [{"id": "sc_no"}]})

    assert answer.status_code == 400
    assert answer.json["errors"] == ["Sales Channels sc_no do not exist"]


def test_strangers_and_customers_are_401(shop: StaffedShop) -> None:
    for headers in ({}, shop.customer()):
        for method, path in (
            ("GET", ""),
            ("POST", ""),
            ("GET", "/prod_1"),
            ("POST", "/prod_1"),
            ("DELETE", "/prod_1"),
        ):
            answer = shop.client.open(f"/admin/products{path}", method=method, headers=headers)
            assert (answer.status_code, answer.text) == (401, "Unauthorized")


def test_each_write_is_audited_once(shop: StaffedShop) -> None:
    id = shop.product()["id"]
    shop.post(f"/admin/products/{id}", {"title": "New"})
    shop.post(f"/admin/products/{id}", {"title": ""})
    shop.delete(f"/admin/products/{id}")

    with shop.container.read_engine().connect() as connection:
        rows = connection.execute(
            select(audit_log.c.action, audit_log.c.actor_id).where(audit_log.c.action.startswith("product."))
        )
        actions = [tuple(row) for row in rows]

    assert [action for action, _ in actions] == ["product.create", "product.update", "product.delete"]
    assert all(actor_id.startswith("usr_") for _, actor_id in actions)

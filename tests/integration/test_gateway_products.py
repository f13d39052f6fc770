"""GET /products, /products/:id and related products: shapes, filters, sorting, pages; on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.shops import keep_at
from tests.integration.staffed_shop import StaffedShop
from tests.integration.test_statement_counts import counted

EUR, USD = "eur", "usd"


class Catalogue(StaffedShop):
    """Made oldest first: a drill with two sizes, a lamp, an e-book, a thing without a sku, a draft."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        tools: Any = self.post("/admin/product-categories", {"name": "Tools", "is_active": True}).json
        hidden: Any = self.post("/admin/product-categories", {"name": "Hidden", "is_internal": True}).json
        self.drill = self.put(
            "Drill",
            subtitle="Strong",
            description="Makes holes",
            options=[{"title": "Size"}],
            variants=[
                self.variant("DRILL 1", 12_345, options=[{"value": "S"}], weight=5, inventory_quantity=1),
                self.variant("DRILL 2", 20_000, options=[{"value": "M"}], manage_inventory=True),
            ],
            tags=[{"value": "power"}, {"value": "blue"}],
            type={"value": "Machine"},
            images=["https://files.test/drill.png"],
            material="steel",
        )
        self.lamp = self.put("lamp", variants=[self.variant("LAMP", 900)], type={"value": "virtual"})
        book = self.variant("BOOK", 1_500, requires_shipping=False)
        self.book = self.put("Book", variants=[book], thumbnail="https://files.test/book.png")
        self.put("No sku", variants=[{"title": "one", "prices": []}])
        self.draft = self.put("Draft", variants=[self.variant("DRAFT", 1)], status="draft")
        for category, ids in ((tools, [self.drill, self.lamp]), (hidden, [self.book])):
            body = {"product_ids": [{"id": product["id"]} for product in ids]}
            path = f"/admin/product-categories/{category['product_category']['id']}/products/batch"
            assert self.post(path, body).status_code == 200

    def put(self, title: str, **body: Any) -> dict[str, Any]:
        return self.product(title=title, **{"status": "published", **body})

    def variant(self, sku: str, amount: int, **more: Any) -> dict[str, Any]:
        prices = [{"currency_code": EUR, "amount": amount}, {"currency_code": USD, "amount": 100_000 - amount}]
        return {"title": sku.title(), "sku": sku, "prices": prices, **more}

    def ask(self, path: str, status: int = 200, **headers: str) -> Any:
        answer = self.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})
        assert answer.status_code == status, answer.text
        return answer.json

    def names(self, query: str = "", **headers: str) -> list[str]:
        return [product["name"] for product in self.ask(f"/products{query}", **headers)["data"]]

    def relate(self, target: dict[str, Any], type: str = "SPARE_PART", **more: Any) -> None:
        source = self.drill["variants"][0]["id"]
        body = {"target_product_variant_id": target["variants"][0]["id"], "reference_type": type, **more}
        path = f"/admin/products/{self.drill['id']}/variants/{source}/references"
        assert self.post(path, body).status_code == 200

    @property
    def related(self) -> str:
        return f"/products/{self.drill['id']}/variants/{self.drill['variants'][0]['id']}/related-products"


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Catalogue:
    folder = Path(tmp_path_factory.mktemp("gateway_products"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    shop = Catalogue(folder)
    shop.relate(shop.book, "REPLACEMENT")
    shop.relate(shop.lamp)
    shop.relate(shop.draft)
    shop.relate(shop.book, "SPARE_PART", rank=0)
    return shop


# The list


def test_a_product_is_shown_with_its_first_variant(shop: Catalogue) -> None:
    (drill,) = [each for each in shop.ask("/products")["data"] if each["name"] == "Drill"]

    first, second = shop.drill["variants"]
    option = shop.drill["options"][0]["id"]
    assert drill == {
        "id": shop.drill["id"],
        "sku": "DRILL 1",
        "name": "Drill",
        "description": "Makes holes",
        "subtitle": "Strong",
        "variantId": first["id"],
        "image": {"url": "https://files.test/drill.png", "alt": "Drill"},
        "images": [{"url": "https://files.test/drill.png", "alt": "Drill"}],
        "price": {"value": 123.45, "currency": "EUR"},
        "link": "/products/drill/drill-1",
        "type": "PHYSICAL",
        "category": "Tools",
        "tags": [{"label": "blue", "variant": "default"}, {"label": "power", "variant": "default"}],
        "attributes": {"weight": "5", "material": "steel"},
        "variants": [
            {
                "id": first["id"],
                "title": "S",
                "slug": "drill-1",
                "link": "/products/drill/drill-1",
                "options": {option: "S"},
                "inStock": True,
            },
            {
                "id": second["id"],
                "title": "M",
                "slug": "drill-2",
                "link": "/products/drill/drill-2",
                "options": {option: "M"},
                "inStock": False,
            },
        ],
    }


def test_what_has_no_value_does_not_appear(shop: Catalogue) -> None:
    (lamp,) = [each for each in shop.ask("/products")["data"] if each["name"] == "lamp"]

    assert not lamp.keys() & {"image", "images", "subtitle", "variants", "attributes", "optionGroups"}
    assert (lamp["description"], lamp["category"], lamp["tags"]) == ("", "Tools", [])


def test_only_published_products_with_a_sku_are_listed_and_counted(shop: Catalogue) -> None:
    answer = shop.ask("/products")

    assert [each["name"] for each in answer["data"]] == ["Book", "lamp", "Drill"]
    assert answer["total"] == 3
    assert answer.keys() == {"data", "total"}


def test_pages_are_cut_in_the_query(shop: Catalogue) -> None:
    assert shop.ask("/products?limit=1&offset=1")["total"] == 3
    assert shop.names("?limit=1&offset=1") == ["lamp"]
    assert shop.names("?limit=0") == []
    assert shop.names("?offset=3") == []
    assert shop.ask("/products?limit=-1", 400)["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("?type=PHYSICAL", ["Drill"]),
        ("?type=virtual", ["Book", "lamp"]),
        ("?type=Machine", ["Drill"]),
        ("?type=Nothing", []),
        ("?category=Tools", ["lamp", "Drill"]),
        ("?category=Tools&type=VIRTUAL&limit=1", ["lamp"]),
        ("?category=Hidden", []),
        ("?category=Elsewhere", []),
        ("?sort=name_ASC", ["Book", "Drill", "lamp"]),
        ("?sort=createdAt_ASC", ["Drill", "lamp", "Book"]),
        ("?sort=-createdAt", ["Book", "lamp", "Drill"]),
        ("?sort=price_DESC", ["Drill", "Book", "lamp"]),
        ("?sort=price", ["lamp", "Book", "Drill"]),
        ("?unknown=1&locale=de", ["Book", "lamp", "Drill"]),
    ],
)
def test_lists_are_filtered_and_sorted(shop: Catalogue, query: str, names: list[str]) -> None:
    assert shop.names(query) == names
    if "limit" not in query:
        assert shop.ask(f"/products{query}")["total"] == len(names)


def test_digital_goods_are_virtual_unless_their_type_says_otherwise(shop: Catalogue) -> None:
    kinds = {each["name"]: each["type"] for each in shop.ask("/products")["data"]}

    assert kinds == {"Book": "VIRTUAL", "lamp": "VIRTUAL", "Drill": "PHYSICAL"}


def test_prices_are_those_of_the_currency_asked_for(shop: Catalogue) -> None:
    (first, *_) = shop.ask("/products?sort=price", x_currency="USD")["data"]
    assert first["name"] == "Drill"
    assert first["price"] == {"value": 876.55, "currency": "USD"}

    assert {each["price"]["value"] for each in shop.ask("/products", x_currency="PLN")["data"]} == {0}
    assert shop.ask("/products", 400, x_currency="XXX")["statusCode"] == 400


def test_shared_caches_are_told_what_an_answer_depends_on(shop: Catalogue) -> None:
    answer = shop.client.get("/products")
    again = shop.client.get("/products", headers={"If-None-Match": answer.headers["ETag"]})
    other = shop.client.get("/products", headers={"If-None-Match": answer.headers["ETag"], "x-currency": "USD"})

    assert {"x-currency", "x-locale", "authorization"} <= {name.lower() for name in answer.vary}
    assert (again.status_code, other.status_code) == (304, 200)


def test_links_lead_below_the_path_asked_for(shop: Catalogue) -> None:
    assert shop.ask("/products/drill?basePath=/shop/produkte/")["link"] == "/shop/produkte/drill/drill-1"
    assert shop.ask("/products/drill?basePath=/")["link"] == "/drill/drill-1"
    for wrong in ("shop", "/Shop", "//evil.test\\", "/a?b"):
        assert shop.ask(f"/products?basePath={wrong}", 400)["code"] == "VALIDATION_ERROR"


@pytest.mark.parametrize("sort", ["colour", "variants", "price_UP", "_price", "metadata_ASC"])
def test_unknown_sorts_are_refused(shop: Catalogue, sort: str) -> None:
    assert shop.ask(f"/products?sort={sort}", 400)["error"] == "Bad Request"


# One product


def test_one_product_shows_its_options_too(shop: Catalogue) -> None:
    by_id, by_handle = shop.ask(f"/products/{shop.drill['id']}"), shop.ask("/products/drill")

    assert by_id == by_handle
    assert by_id["shortDescription"] == "Strong"
    group = {"id": shop.drill["options"][0]["id"], "title": "Size", "values": ["S", "M"]}
    assert by_id["optionGroups"] == [group]


def test_a_variant_is_chosen_by_id_or_slug(shop: Catalogue) -> None:
    second = shop.drill["variants"][1]["id"]
    chosen = shop.ask(f"/products/{shop.drill['id']}?variantId={second}")

    assert (chosen["variantId"], chosen["sku"], chosen["price"]["value"]) == (second, "DRILL 2", 200)
    assert shop.ask("/products/drill?variantId=drill-2")["variantId"] == second
    assert shop.ask("/products/drill?variantId=nothing")["sku"] == "DRILL 1"
    assert shop.ask(f"/products/{shop.drill['id']}?variantId=variant_9", 404)["message"] == "Not found"


def test_what_is_not_for_sale_is_not_found(shop: Catalogue) -> None:
    expected = {"statusCode": 404, "message": "Not found", "error": "Not Found", "code": "NOT_FOUND"}
    for name in ("prod_9", "nothing", "draft", shop.draft["id"], "no-sku"):
        assert shop.ask(f"/products/{name}", 404) == expected


# What goes with a variant


def test_related_products_come_in_the_shops_order(shop: Catalogue) -> None:
    answer = shop.ask(shop.related)

    assert [each["name"] for each in answer["data"]] == ["Book", "Book", "Lamp"]
    assert answer["total"] == 3
    first = answer["data"][0]
    assert (first["id"], first["sku"], first["type"]) == (shop.book["id"], "BOOK", "VIRTUAL")
    assert first["price"] == {"value": 15, "currency": "EUR"}
    assert first["image"] == {"url": "https://files.test/book.png", "alt": "Book"}
    assert not shop.ask("/products/book").keys() ^ first.keys()


@pytest.mark.parametrize(
    ("query", "names", "total"),
    [
        ("?type=REPLACEMENT", ["Book"], 1),
        ("?type=COMPATIBLE_SERVICE", [], 0),
        ("?type=SPARE_PART&limit=1", ["Book"], 2),
        ("?limit=1&offset=2", ["Lamp"], 3),
        ("?sort=name_DESC", ["Lamp", "Book", "Book"], 3),
        ("?sort=price_ASC", ["Lamp", "Book", "Book"], 3),
        ("?sort=-type&limit=2", ["Book", "Lamp"], 3),
    ],
)
def test_related_products_are_filtered_sorted_and_paged(
    shop: Catalogue, query: str, names: list[str], total: int
) -> None:
    answer = shop.ask(shop.related + query)

    assert [each["name"] for each in answer["data"]] == names
    assert answer["total"] == total


def test_related_products_of_what_is_not_for_sale_are_not_found(shop: Catalogue) -> None:
    variant = shop.drill["variants"][0]["id"]
    for product, other in ((shop.lamp["id"], variant), (shop.drill["id"], "variant_9"), ("prod_9", variant)):
        assert shop.ask(f"/products/{product}/variants/{other}/related-products", 404)["message"] == "Not found"
    assert shop.ask(f"{shop.related}?sort=rank", 400)["statusCode"] == 400


# What it costs


@pytest.mark.parametrize(
    ("path", "cost"),
    [("/products", 8), ("/products/drill", 10), ("related", 7), ("/products?category=Tools&limit=1", 9)],
)
def test_an_answer_costs_a_fixed_number_of_statements_and_then_one(shop: Catalogue, path: str, cost: int) -> None:
    path = shop.related if path == "related" else path
    path += ("&" if "?" in path else "?") + "asked=never+before"

    assert statements(shop, path) == cost
    assert statements(shop, path) == 1


def test_a_cached_answer_changes_with_the_catalogue(shop: Catalogue) -> None:
    before = shop.ask(f"{shop.related}?type=NEWER")["total"]
    shop.relate(shop.lamp, "NEWER", rank=99)

    assert (before, shop.ask(f"{shop.related}?type=NEWER")["total"]) == (0, 1)


def statements(shop: Catalogue, path: str) -> int:
    with counted(shop) as seen:
        shop.ask(path)
    return len(seen)

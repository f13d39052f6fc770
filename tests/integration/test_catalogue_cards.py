"""What is known of single products spares reading them, and never outlives what it rests on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event

from adapters.db.editions import CATALOGUE, FIXED, PRICING
from adapters.db.reads.shapes import SHAPES
from adapters.http.card_shelf import Card
from adapters.http.fields import choose
from benchmarks.story import pattern
from bootstrap.app import create_app
from core.domain.actor import SYSTEM
from core.domain.product import ProductStatus
from core.domain.product_file import FileState
from core.domain.reference import ProductCollection
from ports.reads import Audience
from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import PRODUCT, REGION, VARIANT, run_jobs
from tests.integration.test_statement_counts import counted

LIST = f"/store/products?region_id={REGION}"
ONE = f"/store/products/{PRODUCT}?region_id={REGION}"
UNASKED = "&created_at[gt]=1970-01-01T00:00:00Z"
# Asked in the same words, but a region's currency is taken whatever is said.
IGNORED = "&currency_code=xxx"


@pytest.fixture
def shop(tmp_path: Path) -> PeopledShop:
    made = PeopledShop(tmp_path)
    made.pattern = pattern(  # type: ignore[attr-defined]
        lambda method, path, body, token: made.ask(method, path, made.staff, body).json, {"admin": ""}
    )
    return made


def ask(shop: PeopledShop, path: str) -> Any:
    answer = shop.ask("GET", path)
    assert answer.status_code in (200, 404), answer.text
    return answer.json


def rename(shop: PeopledShop, product: str = PRODUCT) -> None:
    with shop.container.begin()(SYSTEM, "test.rename") as work:
        work.products.get(product).title += "!"
        work.commit()


def statements(shop: PeopledShop, path: str) -> int:
    with counted(shop) as seen:
        ask(shop, path)
    return len(seen)


def test_another_list_of_known_products_costs_finding_and_counting_them(shop: PeopledShop) -> None:
    ask(shop, LIST)
    assert statements(shop, f"{LIST}&limit=1{UNASKED}") == 3
    assert statements(shop, f"{LIST}{UNASKED}") == 2, "the last page tells the count by itself"


def test_a_product_seen_in_a_list_is_known_by_id(shop: PeopledShop) -> None:
    ask(shop, LIST)
    assert statements(shop, ONE) == 1
    assert ask(shop, f"{ONE}{IGNORED}")["product"] == ask(shop, ONE)["product"]


def test_after_another_product_was_saved_the_version_is_looked_at_once(shop: PeopledShop) -> None:
    ask(shop, ONE)
    rename(shop, shop.pattern)  # type: ignore[attr-defined]
    with counted(shop) as seen:
        ask(shop, ONE)
    assert len(seen) == 2, "\n".join(seen)
    assert statements(shop, f"{ONE}{IGNORED}") == 1


def test_of_a_list_only_what_was_saved_is_read_again(shop: PeopledShop) -> None:
    before = ask(shop, LIST)["products"]
    rename(shop)

    with counted(shop) as seen:
        after = ask(shop, LIST)["products"]

    assert [product["title"] for product in after] == [
        product["title"] + ("!" if product["id"] == PRODUCT else "") for product in before
    ]
    assert len(seen) == 10, "\n".join(seen)


def test_what_leads_to_other_products_is_not_kept_for_one(shop: PeopledShop) -> None:
    path = f"{ONE}&fields=title,*collection,*variants,variants.product.title"
    ask(shop, path)
    assert statements(shop, f"{path}{IGNORED}") > 2


@pytest.mark.parametrize("way", ["collection.products", "categories.products", "options.values.variant"])
def test_another_product_that_is_shown_with_one_is_shown_as_it_is(shop: PeopledShop, way: str) -> None:
    both = [PRODUCT, shop.pattern]  # type: ignore[attr-defined]
    collection = shop.ask("POST", "/admin/collections", shop.staff, {"title": "Both"}).json["collection"]["id"]  # type: ignore[index]
    category = {"name": "Both", "is_active": True, "is_internal": False}
    made = shop.ask("POST", "/admin/product-categories", shop.staff, category).json["product_category"]["id"]  # type: ignore[index]
    _post(f"/admin/collections/{collection}/products/batch", {"product_ids": both})(shop)
    _post(f"/admin/product-categories/{made}/products/batch", {"product_ids": [{"id": id} for id in both]})(shop)
    path = f"{ONE}&fields=title,*{way.partition('.')[0]},{way}.title"
    answer = shop.ask("GET", path)
    if answer.status_code == 400:
        assert "not valid" in answer.text
        return
    for _ in range(2):
        rename(shop, shop.pattern)  # type: ignore[attr-defined]
        with without_memory(shop):
            expected = ask(shop, path)
        assert ask(shop, path) == expected


def test_other_fields_are_another_question(shop: PeopledShop) -> None:
    whole = ask(shop, ONE)["product"]
    assert ask(shop, f"{ONE}&fields=title")["product"] == {"id": PRODUCT, "title": whole["title"]}
    assert ask(shop, f"{ONE}&fields=-title")["product"] == {
        key: value for key, value in whole.items() if key != "title"
    }


@pytest.mark.parametrize("how", ["", "&order=-created_at"])
def test_products_asked_for_by_id_are_looked_up_and_not_looked_for(shop: PeopledShop, how: str) -> None:
    asked = "&".join(f"id[]={id}" for id in (PRODUCT, shop.pattern, *(f"prod_{number}" for number in range(20))))  # type: ignore[attr-defined]
    with statements_and_values(shop) as seen:
        found = ask(shop, f"/store/products?{asked}{how}")

    assert found["count"] == 2
    with shop.container.read_engine().connect() as connection:
        plans = [
            [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
            for statement, values in seen
            if " FROM products AS r" in statement.replace("\n", " ")
        ]
    ways = [step for plan in plans for step in plan if step.startswith(("SEARCH r ", "SCAN r"))]
    assert ways
    assert set(ways) == {"SEARCH r USING INDEX sqlite_autoindex_products_1 (id=?)"}


@pytest.mark.parametrize("others", [0, 1, 2, 7, 8, 126, 127, 128, 199])
def test_any_number_of_ids_may_be_asked_for(shop: PeopledShop, others: int) -> None:
    asked = "&".join(f"id[]={id}" for id in (PRODUCT, *(f"prod_{number}" for number in range(others))))
    assert [product["id"] for product in ask(shop, f"/store/products?{asked}")["products"]] == [PRODUCT]


@contextmanager
def statements_and_values(shop: PeopledShop) -> Iterator[list[tuple[str, Any]]]:
    seen: list[tuple[str, Any]] = []

    def note(*given: Any) -> None:
        seen.append((given[2], given[3]))

    engine = shop.container.read_engine()
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


Deed = Callable[[PeopledShop], object]


def _post(path: str, body: object) -> Deed:
    def post(shop: PeopledShop) -> None:
        answer = shop.ask("POST", path.format(pattern=shop.pattern), shop.staff, body)  # type: ignore[attr-defined]
        assert answer.status_code < 300, answer.text

    return post


def _with_the(list_path: str, many: str, body: object, method: str = "POST") -> Deed:
    """Of the first there is."""

    def post(shop: PeopledShop) -> None:
        first = shop.ask("GET", list_path, shop.staff).json[many][0]["id"]  # type: ignore[index]
        answer = shop.ask(method, f"{list_path.partition('?')[0]}/{first}", shop.staff, body)
        assert answer.status_code < 300, answer.text

    return post


def _sale(shop: PeopledShop) -> None:
    prices = [{"variant_id": VARIANT, "currency_code": "eur", "amount": 1}]
    body = {"name": "Sale", "description": "All must go", "type": "sale", "status": "active", "prices": prices}
    assert shop.ask("POST", "/admin/price-lists", shop.staff, body).status_code == 200


def _file(shop: PeopledShop) -> None:
    with shop.container.begin()(SYSTEM, "test.file") as work:
        for file in work.files.of_product(PRODUCT):
            file.state = FileState.DELETED
        work.commit()


def _stock(shop: PeopledShop) -> None:
    with shop.container.begin()(SYSTEM, "test.stock") as work:
        variant = work.products.get(PRODUCT).variant(VARIANT)
        variant.manage_inventory, variant.inventory_quantity = True, 5
        work.commit()


def _sell(shop: PeopledShop) -> None:
    shop.sell(2)
    with shop.container.write_engine().begin() as connection:
        connection.exec_driver_sql("UPDATE jobs SET run_at = '2000-01-01T00:00:00.000000'")
    run_jobs(shop.container)


def _retire(shop: PeopledShop) -> None:
    with shop.container.begin()(SYSTEM, "test.retire") as work:
        work.products.get(PRODUCT).status = ProductStatus.DRAFT
        work.commit()


DEEDS: dict[str, Deed] = {
    "a product's title": _post("/admin/products/{pattern}", {"title": "Other"}),
    "its tags": _post("/admin/products/{pattern}", {"tags": [{"value": "dawn"}]}),
    "its type": _post("/admin/products/{pattern}", {"type": {"value": "Poster"}}),
    "its images": _post("/admin/products/{pattern}", {"images": ["https://shop.test/9.jpg"]}),
    "another option": _post("/admin/products/{pattern}/options", {"title": "Colour"}),
    "a collection's title": _with_the("/admin/collections", "collections", {"title": "Renamed"}),
    "a shipping profile's name": _with_the("/admin/shipping-profiles", "shipping_profiles", {"name": "Renamed"}),
    "a region's tax": _post(f"/admin/regions/{REGION}", {"tax_rate": 7}),
    "whether a currency's prices contain tax": _post("/admin/currencies/eur", {"includes_tax": True}),
    "a tax rate of one product": _post(
        "/admin/tax-rates", {"name": "Low", "code": "low", "rate": 3, "region_id": REGION, "products": [PRODUCT]}
    ),
    "a sale": _sale,
    "the end of a sale": _with_the("/admin/price-lists", "price_lists", None, "DELETE"),
    "a price": _post(
        f"/admin/products/{PRODUCT}/variants/{VARIANT}", {"prices": [{"currency_code": "eur", "amount": 77}]}
    ),
    "its stock": _stock,
    "what was sold": _sell,
    "its file": _file,
    "its being published": _retire,
    "the end of a collection": _with_the("/admin/collections", "collections", None, "DELETE"),
    "the end of a product": lambda shop: shop.ask("DELETE", f"/admin/products/{shop.pattern}", shop.staff),  # type: ignore[attr-defined]
}


def test_whatever_is_written_is_seen_at_once(shop: PeopledShop) -> None:
    """One deed after the other; an app that has kept nothing answers what one says that has seen it all."""
    wheres = (f"?region_id={REGION}", f"?region_id={_region(shop)}", "")
    other = f"/store/products/{shop.pattern}"  # type: ignore[attr-defined]
    paths = [
        *(path + where for where in wheres for path in (f"/store/products/{PRODUCT}", other, "/store/products")),
        "/store/regions",
    ]
    unchanged = []
    shown = [ask(shop, path) for path in paths]
    for deed, do in DEEDS.items():
        do(shop)
        before, shown = shown, [ask(shop, path) for path in paths]
        with without_memory(shop):
            # In the other order, so that what one market might have from another is another's there.
            assert shown == [ask(shop, path) for path in reversed(paths)][::-1], deed
        if shown == before:
            unchanged.append(deed)

    assert not unchanged, "these did nothing, so nothing was shown by them"


def _region(shop: PeopledShop) -> str:
    """Another one of the same currency."""
    body = {
        "name": "North",
        "currency_code": "eur",
        "tax_rate": 25,
        "payment_providers": ["manual"],
        "fulfillment_providers": ["manual"],
        "countries": ["fi"],
    }
    answer = shop.ask("POST", "/admin/regions", shop.staff, body)
    assert answer.status_code == 200, answer.text
    return str(answer.json["region"]["id"])  # type: ignore[index]


@pytest.mark.parametrize("shape", ["product", "region", "product_collection", "product_category", "product_tag"])
def test_every_table_the_catalogue_shows_ends_what_is_kept_of_it(shape: str) -> None:
    shown: set[str] = set()
    looked_at: set[str] = set()
    waiting = [SHAPES[shape]]
    while waiting:
        each = waiting.pop()
        looked_at.add(each.name)
        shown |= {str(each.table)} if each.table is not None else set()
        for relation in each.related(Audience.STORE).values():
            shown |= {str(relation.through.table)} if relation.through is not None else set()
            waiting += [relation.shape()] if relation.shape().name not in looked_at else []

    assert not shown - CATALOGUE - PRICING - FIXED


def test_what_was_written_with_a_product_ends_what_is_kept_of_others(shop: PeopledShop) -> None:
    ask(shop, LIST)
    with shop.container.begin()(SYSTEM, "test.both") as work:
        other = work.products.get(shop.pattern)  # type: ignore[attr-defined]
        collection = work.records.get(ProductCollection, str(other.collection_id))
        collection.title = "Renamed"
        work.products.get(PRODUCT).title += "!"
        work.commit()

    with without_memory(shop):
        expected = ask(shop, LIST)
    assert "Renamed" in {(product["collection"] or {}).get("title") for product in expected["products"]}
    assert ask(shop, LIST) == expected


def test_products_stay_in_their_order_when_some_are_known(shop: PeopledShop) -> None:
    for known in (PRODUCT, shop.pattern):  # type: ignore[attr-defined]
        rename(shop, known)
        for order in ("title", "-title", "created_at", "-created_at"):
            with without_memory(shop):
                expected = ask(shop, f"{LIST}&order={order}")
            assert ask(shop, f"{LIST}&order={order}") == expected


def test_one_that_goes_while_its_page_is_put_together_is_not_on_it(shop: PeopledShop) -> None:
    found_before: list[str] = []

    def go(*given: Any) -> None:
        if "FROM products AS r" not in " ".join(str(given[2]).split()):
            return
        found_before.append(given[2])
        if len(found_before) == 2:
            with shop.container.begin()(SYSTEM, "test.go") as work:
                work.products.get(PRODUCT).status = ProductStatus.DRAFT
                work.commit()

    engine = shop.container.read_engine()
    event.listen(engine, "before_cursor_execute", go)
    try:
        found = ask(shop, LIST)["products"]
    finally:
        event.remove(engine, "before_cursor_execute", go)

    assert len(found_before) > 1
    assert [product["id"] for product in found] == [shop.pattern]  # type: ignore[attr-defined]


def test_one_known_in_a_channel_is_not_shown_in_another(shop: PeopledShop) -> None:
    channel = shop.ask("POST", "/admin/sales-channels", shop.staff, {"name": "Elsewhere", "description": ""})
    elsewhere = f"&sales_channel_id={channel.json['sales_channel']['id']}"  # type: ignore[index]
    assert ask(shop, ONE)["product"]["id"] == PRODUCT

    assert shop.ask("GET", ONE + elsewhere).status_code == 404
    assert ask(shop, f"{LIST}{elsewhere}".replace("sales_channel_id=", "sales_channel_id[]="))["products"] == []


def test_each_currency_and_group_of_customers_has_its_own_price(shop: PeopledShop) -> None:
    with shop.container.begin()(SYSTEM, "test.currency") as work:
        variant = work.products.get(shop.pattern).variants[0]  # type: ignore[attr-defined]
        work.commit()
    group = shop.ask("POST", "/admin/customer-groups", shop.staff, {"name": "Friends"}).json["customer_group"]["id"]  # type: ignore[index]
    friends = {"customer_ids": [{"id": shop.my_id}]}
    assert shop.ask("POST", f"/admin/customer-groups/{group}/customers/batch", shop.staff, friends).status_code == 200
    body = {
        "name": "For friends",
        "description": "Only",
        "type": "sale",
        "status": "active",
        "customer_groups": [{"id": group}],
        "prices": [{"variant_id": variant.id, "currency_code": code, "amount": 7} for code in ("eur", "usd")],
    }
    assert shop.ask("POST", "/admin/price-lists", shop.staff, body).status_code == 200
    markets = [("?currency_code=eur", {}), ("?currency_code=usd", shop.me), ("?currency_code=usd", {}), ("", {})]

    def looks() -> list[Any]:
        path = f"/store/products/{shop.pattern}"  # type: ignore[attr-defined]
        return [shop.ask("GET", path + market, who).json for market, who in markets]

    first, again = looks(), looks()
    markets.reverse()
    with without_memory(shop):
        expected = looks()[::-1]
    assert first == again == expected
    prices = [look["product"]["variants"][0]["calculated_price"] for look in expected]
    assert prices == [1_000, 7, 1_000, None]


def test_what_is_kept_for_one_choice_of_fields_is_never_found_for_another_and_does_not_hold_it() -> None:
    seen = set()
    for _ in range(100):
        choose.cache_clear()
        chosen = choose("title", None, "")
        assert chosen.number == choose("title", None, "").number
        seen |= {chosen.number, choose("handle", None, "").number}

    assert len(seen) == 200
    assert {field.name for field in fields(Card)} == {"version", "edition", "body"}


@contextmanager
def without_memory(shop: PeopledShop) -> Any:
    kept, shop.client = shop.client, create_app(shop.container).test_client(use_cookies=False)
    try:
        yield
    finally:
        shop.client = kept

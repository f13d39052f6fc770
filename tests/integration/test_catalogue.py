"""Collections, categories, tags, types, variants and searching, from the counter to the shop window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapters.db.tables import audit_log
from core.domain.actor import SYSTEM
from tests.integration.shops import REGION, fill
from tests.integration.staffed_shop import StaffedShop

PRICES = [{"currency_code": "eur", "amount": 1000}]


@pytest.fixture
def shop(folder: Path) -> StaffedShop:
    shop = StaffedShop(folder)
    with shop.container.begin()(SYSTEM, "test.fill") as work:
        fill(work)
        work.commit()
    return shop


def done(answer: Any) -> Any:
    assert answer.status_code == 200, answer.text
    return answer.json


def seen(shop: StaffedShop, path: str) -> Any:
    """What anybody gets from the store."""
    return done(shop.client.get(f"/store/{path}"))


def a_product(shop: StaffedShop, title: str, **more: Any) -> dict[str, Any]:
    sku = more.pop("sku", None)
    variants = [{"title": "Only", "sku": sku, "prices": PRICES, "requires_shipping": False, "options": []}]
    return shop.product(title=title, status="published", options=[], variants=variants, **more)


def a_category(shop: StaffedShop, name: str, **more: Any) -> str:
    answer = done(shop.post("/admin/product-categories", {"name": name, "is_active": True, **more}))
    id: str = answer["product_category"]["id"]
    return id


def titles(answer: Any) -> list[str]:
    return [product["title"] for product in answer["products"]]


# Collections


def test_a_collection_is_made_filled_and_shown(shop: StaffedShop) -> None:
    made = done(shop.post("/admin/collections", {"title": "Night Skies", "metadata": {"a": 1}}))["collection"]
    one, other = a_product(shop, "One"), a_product(shop, "Other")

    batch = f"/admin/collections/{made['id']}/products/batch"
    filled = done(shop.post(batch, {"product_ids": [one["id"], other["id"]]}))["collection"]
    emptied = done(shop.delete(batch, json={"product_ids": [other["id"], "prod_unknown"]}))

    assert (made["handle"], made["metadata"], made["deleted_at"]) == ("night-skies", {"a": 1}, None)
    assert {product["id"] for product in filled["products"]} == {one["id"], other["id"]}
    assert emptied == {
        "id": made["id"],
        "object": "product-collection",
        "removed_products": [other["id"], "prod_unknown"],
    }
    assert titles(seen(shop, f"products?collection_id[]={made['id']}")) == ["One"]
    listed = seen(shop, "collections?handle[]=night-skies&handle[]=none")
    assert [each["id"] for each in listed["collections"]] == [made["id"]]
    assert (listed["count"], listed["offset"], listed["limit"]) == (1, 0, 10)
    assert "products" not in listed["collections"][0]
    assert seen(shop, f"collections/{made['id']}")["collection"]["title"] == "Night Skies"


def test_handles_of_collections_are_unique_until_they_are_deleted(shop: StaffedShop) -> None:
    made = done(shop.post("/admin/collections", {"title": "Blue"}))["collection"]

    twice = shop.post("/admin/collections", {"title": "Blue"})
    gone = done(shop.delete(f"/admin/collections/{made['id']}"))

    assert (twice.status_code, twice.json["type"]) == (422, "duplicate_error")
    assert gone == {"id": made["id"], "object": "product-collection", "deleted": True}
    assert done(shop.post("/admin/collections", {"title": "Blue"}))["collection"]["handle"] == "blue"
    assert shop.client.get(f"/store/collections/{made['id']}").status_code == 404


def test_every_write_to_a_collection_leaves_one_row_in_the_audit(shop: StaffedShop) -> None:
    made = done(shop.post("/admin/collections", {"title": "Blue"}))["collection"]
    done(shop.post(f"/admin/collections/{made['id']}", {"title": "Green"}))
    done(shop.delete(f"/admin/collections/{made['id']}"))

    with shop.container.read_engine().connect() as connection:
        actions = connection.scalars(select(audit_log.c.action).order_by(audit_log.c.at, audit_log.c.id)).all()
    assert [action for action in actions if action.startswith("product_collection")] == [
        "product_collection.create",
        "product_collection.update",
        "product_collection.delete",
    ]


@pytest.mark.parametrize("body", [{}, {"title": ""}, {"title": 1}, {"title": "A", "products": []}])
def test_bodies_of_collections_are_checked(shop: StaffedShop, body: Any) -> None:
    answer = shop.post("/admin/collections", body)

    assert (answer.status_code, answer.json["type"]) == (400, "invalid_data")


# Categories


def test_shoppers_see_active_categories_that_are_not_internal_on_every_level(shop: StaffedShop) -> None:
    top = a_category(shop, "Cities")
    shown = a_category(shop, "Sydney", parent_category_id=top)
    hidden = a_category(shop, "Staff picks", parent_category_id=top, is_internal=True)
    a_category(shop, "Soon", parent_category_id=top, is_active=False)
    below = a_category(shop, "Harbour", parent_category_id=shown)

    tops = seen(shop, "product-categories?parent_category_id=null&include_descendants_tree=true")
    detail = seen(shop, f"product-categories/{top}")["product_category"]

    assert (tops["count"], tops["offset"], tops["limit"]) == (1, 0, 100)
    (tree,) = tops["product_categories"]
    assert tree["id"] == top
    assert tree["parent_category"] is None
    assert [child["id"] for child in tree["category_children"]] == [shown]
    assert [child["id"] for child in tree["category_children"][0]["category_children"]] == [below]
    assert detail["category_children"] == tree["category_children"]
    (one_level,) = seen(shop, f"product-categories/{top}?expand=category_children")["product_category"][
        "category_children"
    ]
    assert one_level["id"] == shown
    assert "category_children" not in one_level
    for_staff = done(shop.get(f"/admin/product-categories/{top}"))["product_category"]
    assert [len(child["category_children"]) for child in for_staff["category_children"]] == [1, 0, 0]
    assert shop.client.get(f"/store/product-categories/{hidden}").status_code == 404
    assert [it["id"] for it in seen(shop, "product-categories?q=harb")["product_categories"]] == [below]
    assert [it["id"] for it in seen(shop, "product-categories?handle=sydney")["product_categories"]] == [shown]
    every = done(shop.get("/admin/product-categories?include_descendants_tree=true"))
    assert every["count"] == 5


def test_ranks_stay_without_gaps_whatever_moves(shop: StaffedShop) -> None:
    top, other = a_category(shop, "Top"), a_category(shop, "Other")
    a, b, c = (a_category(shop, name, parent_category_id=top) for name in "abc")

    def ranks(parent: str) -> list[tuple[str, int]]:
        found = done(shop.get(f"/admin/product-categories?parent_category_id={parent}"))["product_categories"]
        return [(it["id"], it["rank"]) for it in found]

    done(shop.post(f"/admin/product-categories/{c}", {"rank": 0}))
    assert ranks(top) == [(c, 0), (a, 1), (b, 2)]
    done(shop.post(f"/admin/product-categories/{c}", {"rank": 99}))
    assert ranks(top) == [(a, 0), (b, 1), (c, 2)]
    done(shop.post(f"/admin/product-categories/{a}", {"parent_category_id": other}))
    assert (ranks(top), ranks(other)) == ([(b, 0), (c, 1)], [(a, 0)])
    done(shop.delete(f"/admin/product-categories/{b}"))
    assert ranks(top) == [(c, 0)]


def test_a_category_cannot_be_below_itself_nor_go_before_its_children(shop: StaffedShop) -> None:
    top = a_category(shop, "Top")
    child = a_category(shop, "Child", parent_category_id=top)

    circle = shop.post(f"/admin/product-categories/{top}", {"parent_category_id": child})
    orphaned = shop.delete(f"/admin/product-categories/{top}")
    twice = shop.post("/admin/product-categories", {"name": "Top"})

    assert (circle.status_code, circle.json["type"]) == (400, "not_allowed")
    assert (orphaned.status_code, orphaned.json["type"]) == (400, "not_allowed")
    assert twice.status_code == 422
    assert shop.post("/admin/product-categories", {"name": "X", "parent_category_id": "no"}).status_code == 404
    assert done(shop.delete("/admin/product-categories/no"))["object"] == "product-category"


def test_products_are_found_by_category_and_by_what_is_below_it(shop: StaffedShop) -> None:
    top = a_category(shop, "Top")
    child = a_category(shop, "Child", parent_category_id=top)
    secret = a_category(shop, "Secret", parent_category_id=top, is_internal=True)
    above = a_product(shop, "Above", categories=[{"id": top}])
    below, kept_back = a_product(shop, "Below"), a_product(shop, "Kept back", categories=[{"id": secret}])
    batch = f"/admin/product-categories/{child}/products/batch"
    done(shop.post(batch, {"product_ids": [{"id": below["id"]}]}))

    assert [it["id"] for it in above["categories"]] == [top]
    assert titles(seen(shop, f"products?category_id[]={top}")) == ["Above"]
    tree = f"category_id[]={top}&include_category_children=true"
    assert titles(seen(shop, f"products?{tree}")) == ["Below", "Above"]
    assert titles(done(shop.get(f"/admin/products?{tree}"))) == ["Kept back", "Below", "Above"]
    assert titles(seen(shop, f"products?category_id[]={secret}")) == []
    expanded = seen(shop, f"products/{kept_back['id']}?expand=categories")["product"]
    assert expanded["categories"] == []
    done(shop.delete(batch, json={"product_ids": [{"id": below["id"]}]}))
    assert titles(seen(shop, f"products?{tree}")) == ["Above"]
    assert shop.post(f"/admin/products/{below['id']}", {"categories": [{"id": "no"}]}).status_code == 404


# Tags, types and variants


def test_tags_and_types_are_listed_on_both_sides(shop: StaffedShop) -> None:
    a_product(shop, "One", tags=[{"value": "blue"}, {"value": "night"}], type={"value": "Pack"})
    a_product(shop, "Two", tags=[{"value": "blue"}])

    tags, types = seen(shop, "product-tags?order=value"), seen(shop, "product-types?q=pa")

    assert [tag["value"] for tag in tags["product_tags"]] == ["blue", "night"]
    assert set(tags["product_tags"][0]) == {"id", "value", "created_at", "updated_at"}
    assert (tags["count"], tags["limit"], types["product_types"][0]["value"]) == (2, 20, "Pack")
    assert [t["value"] for t in seen(shop, "product-tags?value[]=night")["product_tags"]] == ["night"]
    assert done(shop.get("/admin/product-tags"))["limit"] == 10
    assert done(shop.get("/admin/product-types"))["limit"] == 20
    usage = done(shop.get("/admin/products/tag-usage"))["tags"]
    assert [(tag["value"], tag["usage_count"]) for tag in usage] == [("blue", "2"), ("night", "1")]
    assert [kind["value"] for kind in done(shop.get("/admin/products/types"))["types"]] == ["Pack"]


def test_variants_of_published_products_are_listed_with_prices_and_without_a_count(shop: StaffedShop) -> None:
    product = a_product(shop, "One", sku="ONE-1")
    draft = shop.product(title="Draft", options=[], variants=[{"title": "No", "options": [], "prices": PRICES}])
    id, hidden = product["variants"][0]["id"], draft["variants"][0]["id"]

    answer = seen(shop, f"variants?ids={id},{hidden}&id=unknown&region_id={REGION}")

    assert set(answer) == {"variants"}
    (variant,) = answer["variants"]
    assert (variant["id"], variant["calculated_price"], variant["product"]["title"]) == (id, 1000, "One")
    assert variant["prices"][0]["amount"] == 1000
    assert seen(shop, f"variants/{id}?currency_code=eur")["variant"]["original_price"] == 1000
    assert shop.client.get(f"/store/variants/{hidden}").status_code == 404
    assert seen(shop, "variants?inventory_quantity[gt]=5")["variants"] == []
    assert [it["id"] for it in seen(shop, "variants?title=Only")["variants"]] == [id]
    both = done(shop.get(f"/admin/variants?id[]={id}&id[]={hidden}&currency_code=eur"))
    assert (both["count"], both["variants"][0]["calculated_price"]) == (2, 1000)
    assert done(shop.get(f"/admin/variants/{hidden}"))["variant"]["product"]["title"] == "Draft"


def test_variants_are_added_changed_and_removed_one_by_one(shop: StaffedShop) -> None:
    product = shop.product(
        title="Sizes", options=[{"title": "Size"}], variants=[{"title": "S", "options": [{"value": "S"}]}]
    )
    option = product["options"][0]["id"]
    path = f"/admin/products/{product['id']}/variants"
    body = {"title": "M", "options": [{"option_id": option, "value": "M"}], "prices": PRICES, "sku": "M-1"}

    added = done(shop.post(path, body))["product"]["variants"]
    again = shop.post(path, {**body, "sku": None})
    short = shop.post(path, {**body, "options": []})
    medium = added[1]["id"]
    changed = done(shop.post(f"{path}/{medium}", {"title": "Medium"}))["product"]["variants"]
    removed = done(shop.delete(f"{path}/{medium}"))

    assert [it["title"] for it in added] == ["S", "M"]
    assert (again.status_code, again.json["type"]) == (422, "duplicate_error")
    assert (short.status_code, short.json["type"]) == (400, "invalid_data")
    assert [it["title"] for it in changed] == ["S", "Medium"]
    assert (removed["variant_id"], removed["object"], removed["deleted"]) == (medium, "product-variant", True)
    assert [it["title"] for it in removed["product"]["variants"]] == ["S"]
    assert done(shop.delete(f"{path}/{medium}"))["deleted"] is True
    assert done(shop.get(path))["count"] == 1


def test_options_are_added_renamed_and_removed(shop: StaffedShop) -> None:
    product = a_product(shop, "Plain")
    path = f"/admin/products/{product['id']}/options"

    (option,) = done(shop.post(path, {"title": "Size"}))["product"]["options"]
    twice = shop.post(path, {"title": "Size"})
    done(shop.post(path, {"title": "Color"}))
    clash = shop.post(f"{path}/{option['id']}", {"title": "COLOR"})
    renamed = done(shop.post(f"{path}/{option['id']}", {"title": "Length"}))["product"]["options"]
    removed = done(shop.delete(f"{path}/{option['id']}"))

    assert [value["value"] for value in option["values"]] == ["Default Value"]
    assert (twice.status_code, clash.status_code) == (422, 404)
    assert {it["title"] for it in renamed} == {"Length", "Color"}
    assert (removed["option_id"], removed["object"]) == (option["id"], "option")
    assert [it["title"] for it in removed["product"]["options"]] == ["Color"]
    assert done(shop.delete(f"{path}/{option['id']}"))["deleted"] is True


def test_an_option_in_which_variants_differ_cannot_go(shop: StaffedShop) -> None:
    variants = [{"title": size, "options": [{"value": size}]} for size in ("S", "M")]
    product = shop.product(title="Sizes", options=[{"title": "Size"}], variants=variants)

    answer = shop.delete(f"/admin/products/{product['id']}/options/{product['options'][0]['id']}")

    assert (answer.status_code, answer.json["type"]) == (400, "not_allowed")


def test_one_key_of_the_metadata_is_set_and_taken_out(shop: StaffedShop) -> None:
    product = a_product(shop, "Noted", metadata={"a": "1"})
    path = f"/admin/products/{product['id']}/metadata"

    assert done(shop.post(path, {"key": "b", "value": "2"}))["product"]["metadata"] == {"a": "1", "b": "2"}
    assert done(shop.post(path, {"key": "a", "value": ""}))["product"]["metadata"] == {"b": "2"}


# Searching


def found(shop: StaffedShop, q: str, **more: Any) -> list[str]:
    answer = done(shop.client.post("/store/products/search", json={"q": q, **more}))
    return [hit["title"] for hit in answer["hits"]]


def test_products_are_found_by_the_beginnings_of_their_words(shop: StaffedShop) -> None:
    made = done(shop.post("/admin/collections", {"title": "Südlicht"}))["collection"]
    a_product(shop, "Crème brûlée", subtitle="Warm tones", tags=[{"value": "dessert"}], sku="CB-4K")
    a_product(shop, "Harbour", description="A crème of a morning.", collection_id=made["id"])
    shop.product(title="Crème, but a draft", options=[], variants=[])

    assert found(shop, "CREME bru") == ["Crème brûlée"]
    assert found(shop, "creme") == ["Crème brûlée", "Harbour"], "the title counts more than the description"
    for q in ("warm", "tone crem", "dess", "cb-4k", "cb 4"):
        assert found(shop, q) == ["Crème brûlée"], q
    assert found(shop, "sudl") == ["Harbour"]
    for q in ("rème", "creme harbour warm", "%", '"', "' OR 1", "*", "NEAR(", "a AND", ""):
        assert found(shop, q) == [], q
    assert found(shop, "creme", limit=1, offset=1, filter="x > 1", facets=["y"]) == ["Harbour"]
    assert titles(seen(shop, "products?q=creme")) == ["Crème brûlée", "Harbour"]
    assert titles(seen(shop, "products?q=creme&order=-created_at")) == ["Harbour", "Crème brûlée"]
    assert seen(shop, "products?q=creme&limit=1")["count"] == 2
    assert len(titles(done(shop.get("/admin/products?q=creme")))) == 3


def test_what_is_found_follows_every_commit(shop: StaffedShop) -> None:
    made = done(shop.post("/admin/collections", {"title": "Autumn"}))["collection"]
    product = a_product(shop, "Leaves", collection_id=made["id"], sku="LV-1", tags=[{"value": "red"}])
    path = f"/admin/products/{product['id']}"

    assert found(shop, "autu leav lv red") == ["Leaves"]
    done(shop.post(f"/admin/collections/{made['id']}", {"title": "Winter"}))
    assert (found(shop, "autumn"), found(shop, "winter")) == ([], ["Leaves"])
    done(shop.post(path, {"title": "Snow", "tags": [{"value": "white"}]}))
    assert (found(shop, "leaves"), found(shop, "red"), found(shop, "snow white")) == ([], [], ["Snow"])
    done(shop.post(f"{path}/variants/{product['variants'][0]['id']}", {"sku": "SN-2"}))
    assert (found(shop, "lv"), found(shop, "sn-2")) == ([], ["Snow"])
    done(shop.delete(path))
    assert found(shop, "snow") == []


def test_the_words_can_be_gathered_anew(shop: StaffedShop) -> None:
    a_product(shop, "Harbour")
    with shop.container.write_engine().begin() as connection:
        connection.exec_driver_sql("DELETE FROM product_search")
    assert found(shop, "harbour") == []

    assert shop.container.product_search().rebuild() == 2

    assert found(shop, "harbour") == ["Harbour"]

"""Products and variants as shoppers and admins read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import Any

import pytest

from adapters.db import tables
from adapters.db.reads.shape import Shape, undeleted
from adapters.db.reads.shapes import SHAPES
from core.domain.product import ProductNotFound, VariantNotFound
from ports.reads import Condition, Operator, Paging, ReadContext, Selection, Tree
from tests.integration.catalogue_rows import ALL, NOW, Shop, admin, only, open_shop, store, tree, where


@pytest.fixture
def shop(rows_database: str | None) -> Iterator[Shop]:
    with open_shop(rows_database) as shop:
        yield shop


def ids(shop: Shop, shape: str, conditions: list[Condition], context: ReadContext) -> list[str]:
    page = shop.reads.page(shape, conditions, only("id"), context, Paging(order=[("id", False)]))
    assert page.count == len(page.rows)
    return [str(row["id"]) for row in page.rows]


def variant(shop: Shop, context: ReadContext, id: str = "alpha_v") -> Tree:
    return shop.reads.one("variant", where(id=id), ALL, context)


# Prices


def test_a_price_needs_a_place(shop: Shop) -> None:
    shop.product("alpha", prices={"eur": 1000})

    found = variant(shop, store())

    assert found["calculated_price"] is None
    assert found["original_price"] is None
    assert found["calculated_price_type"] is None
    assert found["tax_rates"] is None


def test_a_region_with_automatic_taxes_shows_prices_with_tax(shop: Shop) -> None:
    shop.product("alpha", prices={"eur": 1005})

    found = variant(shop, store(region_id="reg_eu"))

    assert found["calculated_price"] == found["original_price"] == 1005
    assert found["calculated_tax"] == found["original_tax"] == 191  # 190.95
    assert found["calculated_price_incl_tax"] == found["original_price_incl_tax"] == 1196
    assert found["calculated_price_type"] == "default"
    assert found["tax_rates"] == [{"rate": Decimal(19), "name": "default", "code": "default"}]


def test_a_region_without_automatic_taxes_shows_prices_alone(shop: Shop) -> None:
    shop.product("alpha", prices={"usd": 1005})

    found = variant(shop, store(region_id="reg_us"))

    assert found["calculated_price"] == 1005
    assert found["calculated_price_incl_tax"] is None
    assert found["tax_rates"] is None


def test_the_regions_currency_wins_over_the_one_asked_for(shop: Shop) -> None:
    shop.product("alpha", prices={"usd": 700, "eur": 1000})

    assert variant(shop, store(region_id="reg_eu", currency_code="usd"))["calculated_price"] == 1000
    assert variant(shop, store(currency_code="usd"))["calculated_price"] == 700


def test_deleted_prices_and_those_of_price_lists_do_not_count(shop: Shop) -> None:
    shop.product("alpha", prices={"eur": 1000})
    for name, values in {"old": {"deleted_at": NOW}, "listed": {"price_list_id": "pl_1"}}.items():
        shop.put(tables.money_amounts, name, variant_id="alpha_v", currency_code="eur", amount=1, **values)

    assert variant(shop, store(region_id="reg_eu"))["calculated_price"] == 1000
    asked = only(prices=only("id"))
    assert shop.reads.one("variant", where(id="alpha_v"), asked, store()) == {"prices": [{"id": "alpha_v_eur"}]}
    listed = shop.reads.one("variant", where(id="alpha_v"), asked, admin())
    assert listed == {"prices": [{"id": "alpha_v_eur"}, {"id": "listed"}]}


@pytest.mark.parametrize(
    ("values", "purchasable"),
    [
        ({"inventory_quantity": 1}, True),
        ({"inventory_quantity": 0}, False),
        ({"inventory_quantity": 0, "allow_backorder": True}, True),
        ({"inventory_quantity": 0, "manage_inventory": False}, True),
        ({"requires_shipping": False}, False),
    ],
)
def test_purchasable_is_what_can_be_sold_now(shop: Shop, values: dict[str, Any], purchasable: bool) -> None:
    shop.product("alpha")
    shop.variant("alpha", "other", prices={"eur": 1}, **values)

    assert variant(shop, store(), "other")["purchasable"] is purchasable


@pytest.mark.parametrize(
    ("state", "variant_id", "purchasable"),
    [
        ("ready", None, True),
        ("checking", "digital", True),
        ("ready", "alpha_v", False),
        ("rejected", None, False),
        ("deleted", "digital", False),
    ],
)
def test_a_digital_variant_needs_a_file(shop: Shop, state: str, variant_id: str | None, purchasable: bool) -> None:
    shop.product("alpha")
    shop.variant("alpha", "digital", prices={"eur": 1}, requires_shipping=False)
    shop.put(tables.product_files, "f", product_id="alpha", variant_id=variant_id, state=state)

    assert variant(shop, store(), "digital")["purchasable"] is purchasable


# Who sees what


@pytest.mark.parametrize("status", ["draft", "proposed", "rejected"])
def test_shoppers_do_not_see_what_is_not_published(shop: Shop, status: str) -> None:
    shop.product("alpha", status=status)

    for shape, name in (("product", "alpha"), ("variant", "alpha_v")):
        assert ids(shop, shape, [], store()) == []
        assert shop.reads.first(shape, where(id=name), only("id"), store()) is None
        assert ids(shop, shape, [], admin()) == [name]


def test_nobody_sees_deleted_products_and_variants(shop: Shop) -> None:
    shop.product("alpha", deleted_at=NOW)
    shop.product("beta")
    shop.variant("beta", "gone", prices={"eur": 1}, deleted_at=NOW)

    assert ids(shop, "product", [], admin()) == ["beta"]
    found = shop.reads.one(
        "product", where(id="beta"), only(variants=only("id"), options=only(values=only("id"))), admin()
    )
    assert found == {"variants": [{"id": "beta_v"}], "options": [{"values": [{"id": "beta_v_ov"}]}]}


def test_a_collection_leads_shoppers_to_published_products_only(shop: Shop) -> None:
    shop.put(tables.product_collections, "pcol_1", title="Summer", handle="summer")
    shop.product("alpha", collection_id="pcol_1")
    shop.product("beta", collection_id="pcol_1", status="draft")
    shop.product("gamma", collection_id="pcol_1", deleted_at=NOW)
    asked = only(products=only("id"))

    def products(context: ReadContext) -> Tree:
        return shop.reads.one("product_collection", where(id="pcol_1"), asked, context)

    assert products(store()) == {"products": [{"id": "alpha"}]}
    assert products(admin()) == {"products": [{"id": "alpha"}, {"id": "beta"}]}
    assert products(store(channel_ids=frozenset({"sc_shop"}))) == {"products": []}


def test_a_storefront_sees_what_its_channels_sell(shop: Shop) -> None:
    shop.product("alpha", channels=("sc_web", "sc_shop"))
    shop.product("beta", channels=("sc_shop",))
    shop.product("gamma", channels=())

    for channels, products in ({"sc_web"}, ["alpha"]), ({"sc_web", "sc_shop"}, ["alpha", "beta"]), (set(), []):
        context = store(channel_ids=frozenset(channels))
        assert ids(shop, "product", [], context) == products
        assert ids(shop, "variant", [], context) == [f"{name}_v" for name in products]
    assert ids(shop, "product", [], store()) == ["alpha", "beta", "gamma"]


def test_a_disabled_channel_is_not_shown_to_shoppers(shop: Shop) -> None:
    shop.put(tables.sales_channels, "sc_off", name="Off", is_disabled=True)
    shop.product("alpha", channels=("sc_off", "sc_web"))
    asked = only(sales_channels=only("id"))

    assert shop.reads.one("product", where(id="alpha"), asked, store()) == {"sales_channels": [{"id": "sc_web"}]}


def test_each_kind_of_not_found_is_its_own(shop: Shop) -> None:
    shop.product("alpha", status="draft")

    with pytest.raises(ProductNotFound):
        shop.reads.one("product", where(id="alpha"), ALL, store())
    with pytest.raises(VariantNotFound):
        shop.reads.one("variant", where(id="alpha_v"), ALL, store())


def test_everything_around_a_product_hangs_on_it(shop: Shop) -> None:
    shop.put(tables.product_types, "ptyp_1", value="Pack")
    shop.put(tables.product_tags, "ptag_b", value="b")
    shop.put(tables.product_tags, "ptag_a", value="a")
    shop.product("alpha", type_id="ptyp_1")
    for position, tag in enumerate(("ptag_b", "ptag_a")):
        shop.put(tables.product_tag_links, product_id="alpha", tag_id=tag, position=position)
    for position, url in enumerate(("2.png", "1.png")):
        shop.put(tables.product_images, f"img_{url}", product_id="alpha", url=url, position=position)

    found = shop.reads.one(
        "product",
        where(id="alpha"),
        only(type=only("value"), tags=only("value"), images=only("url"), profiles=only("id"), collection=tree()),
        store(),
    )

    assert found == {
        "type": {"value": "Pack"},
        "tags": [{"value": "a"}, {"value": "b"}],
        "images": [{"url": "2.png"}, {"url": "1.png"}],
        "profiles": [{"id": "sp_1"}],
        "collection": None,
    }


@pytest.mark.parametrize("seed", range(8))
def test_values_of_options_are_the_same_whether_variants_are_shown_beside_them_or_not(shop: Shop, seed: int) -> None:
    random = Random(seed)

    def perhaps_deleted() -> dict[str, Any]:
        return {"deleted_at": NOW if random.random() < 0.2 else None}

    for product in ("alpha", "beta", "gamma"):
        shop.put(tables.products, product, title=product, handle=product, profile_id="sp_1", status="published")
        shop.put(tables.product_sales_channels, product_id=product, sales_channel_id="sc_web")
        options = [f"{product}_o{number}" for number in range(random.randrange(4))]
        for option in options:
            shop.put(tables.product_options, option, product_id=product, title=option, **perhaps_deleted())
        for number in range(random.randrange(6)):
            variant, rank = f"{product}_v{number}", random.randrange(3)
            shop.put(tables.product_variants, variant, product_id=product, variant_rank=rank, **perhaps_deleted())
            for option in random.sample(options, random.randint(0, len(options))):
                value = {"option_id": option, "variant_id": variant, "value": str(random.randrange(9))}
                shop.put(tables.product_option_values, f"{random.random()}", **value, **perhaps_deleted())
    values = tree(values=tree())

    for context in (store(), admin()):
        apart = shop.reads.page("product", [], only("id", options=values), context, Paging()).rows
        beside = tree(options=values, variants=tree(options=tree()))
        with shop.counted() as statements:
            together = shop.reads.page("product", [], beside, context, Paging()).rows
        assert [row["options"] for row in together] == [row["options"] for row in apart]
        assert sum("FROM product_option_values" in statement for statement in statements) <= 1


def test_what_is_taken_from_one_relation_is_no_part_of_the_other(shop: Shop) -> None:
    shop.product("alpha")
    beside = tree(options=tree(values=tree()), variants=tree(options=tree()))
    found: Any = shop.reads.one("product", where(id="alpha"), beside, store())
    (option,), (variant,) = found["options"], found["variants"]

    del variant["options"][0]["value"]

    assert option["values"][0]["value"]


@pytest.mark.parametrize(
    ("values", "options"),
    [
        (only("value"), tree()),
        (tree(), only("value", "option_id")),
        (tree(variant=only("title")), tree()),
        (only("value"), only("value")),
    ],
)
def test_what_is_chosen_of_one_relation_alone_is_not_told_by_the_other(
    shop: Shop, values: Selection, options: Selection
) -> None:
    shop.product("alpha")
    apart = shop.reads.one("product", where(id="alpha"), only(options=tree(values=values)), store())
    beside = tree(options=tree(values=values), variants=tree(options=options))
    together: Any = shop.reads.one("product", where(id="alpha"), beside, store())

    assert together["options"] == apart["options"]
    assert together["variants"][0]["options"][0].keys() >= options.columns


@pytest.mark.parametrize("shape", [shape for shape in SHAPES.values() if shape.retold], ids=lambda shape: shape.name)
def test_only_what_is_all_there_is_tells_of_another_relation(shape: Shape) -> None:
    for retold in shape.retold:
        way = shape.relations[retold.via]
        assert way.visible is undeleted
        assert way.shape().relations[retold.via_below].visible is undeleted
        assert way.order[0] == retold.rank


# Filters, against the same question asked of Python


def stock(shop: Shop) -> list[dict[str, Any]]:
    """Some products with every mixture of what filters ask about."""
    shop.put(tables.product_collections, "pcol_1", title="Night_sky", handle="n")
    shop.put(tables.product_types, "ptyp_1", value="Pack")
    for tag in ("ptag_1", "ptag_2"):
        shop.put(tables.product_tags, tag, value=tag)
    made: list[dict[str, Any]] = []
    for number in range(12):
        values = {
            "title": f"Wall {number % 4}",
            "description": ("Deep 100% blue", None, "night")[number % 3],
            "status": ("published", "draft")[number % 2],
            "collection_id": "pcol_1" if number % 4 == 0 else None,
            "type_id": "ptyp_1" if number % 3 == 0 else None,
            "is_giftcard": number == 7,
            "created_at": NOW + timedelta(hours=number),
        }
        channels = ("sc_web",) if number % 2 else ("sc_web", "sc_shop")
        shop.product(f"p{number:02}", channels=channels, **values)
        tags = [tag for tag, step in (("ptag_1", 2), ("ptag_2", 3)) if number % step == 0]
        for tag in tags:
            shop.put(tables.product_tag_links, product_id=f"p{number:02}", tag_id=tag)
        made.append({"id": f"p{number:02}", "tags": tags, "channels": channels, **values})
    shop.index()
    return made


Test = Callable[[dict[str, Any]], bool]
FILTERS: list[tuple[str, Operator, object, Test]] = [
    ("id", Operator.EQ, "p03", lambda p: p["id"] == "p03"),
    ("id", Operator.IN, ["p03", "p05", "zz"], lambda p: p["id"] in ("p03", "p05")),
    ("id", Operator.IN, [], lambda p: False),
    ("id", Operator.NIN, ["p03"], lambda p: p["id"] != "p03"),
    ("handle", Operator.EQ, "p04", lambda p: p["id"] == "p04"),
    ("title", Operator.EQ, "Wall 1", lambda p: p["title"] == "Wall 1"),
    ("title", Operator.ILIKE, "wall%", lambda p: True),
    ("description", Operator.EQ, "night", lambda p: p["description"] == "night"),
    ("description", Operator.NULL, True, lambda p: p["description"] is None),
    ("description", Operator.NE, "night", lambda p: p["description"] != "night"),
    ("description", Operator.NIN, ["night"], lambda p: p["description"] != "night"),
    ("status", Operator.IN, ["draft", "rejected"], lambda p: p["status"] == "draft"),
    ("collection_id", Operator.IN, ["pcol_1"], lambda p: p["collection_id"] == "pcol_1"),
    ("type_id", Operator.EQ, "ptyp_1", lambda p: p["type_id"] == "ptyp_1"),
    ("type_id", Operator.EQ, None, lambda p: p["type_id"] is None),
    ("is_giftcard", Operator.EQ, True, lambda p: p["is_giftcard"]),
    ("tags", Operator.EQ, "ptag_1", lambda p: "ptag_1" in p["tags"]),
    ("tags", Operator.IN, ["ptag_1", "ptag_2"], lambda p: bool(p["tags"])),
    ("tags", Operator.NIN, ["ptag_1"], lambda p: "ptag_1" not in p["tags"]),
    ("tags", Operator.NULL, True, lambda p: not p["tags"]),
    ("sales_channel_id", Operator.IN, ["sc_shop"], lambda p: "sc_shop" in p["channels"]),
    ("created_at", Operator.GT, NOW + timedelta(hours=6), lambda p: p["created_at"] > NOW + timedelta(hours=6)),
    ("created_at", Operator.LTE, NOW + timedelta(hours=6), lambda p: p["created_at"] <= NOW + timedelta(hours=6)),
    ("q", Operator.SEARCH, "WALL", lambda p: True),
    ("q", Operator.SEARCH, "blue", lambda p: p["description"] == "Deep 100% blue"),
    ("q", Operator.SEARCH, "100%", lambda p: p["description"] == "Deep 100% blue"),
    ("q", Operator.SEARCH, "Dëep 10", lambda p: p["description"] == "Deep 100% blue"),
    ("q", Operator.SEARCH, "sk nigh", lambda p: p["collection_id"] == "pcol_1"),
    ("q", Operator.SEARCH, "ky", lambda p: False),
    ("q", Operator.SEARCH, "%", lambda p: False),
    ("q", Operator.SEARCH, "p05_v", lambda p: p["id"] == "p05"),
    ("q", Operator.SEARCH, "", lambda p: True),
]


@pytest.mark.parametrize(("field", "operator", "value", "holds"), FILTERS)
def test_product_filters_find_what_a_plain_loop_finds(
    shop: Shop, field: str, operator: Operator, value: object, holds: Test
) -> None:
    made = stock(shop)

    found = ids(shop, "product", [Condition(field, operator, value)], admin())

    assert found == [product["id"] for product in made if holds(product)]


def test_filters_join_with_each_other_and_with_what_is_visible(shop: Shop) -> None:
    made = stock(shop)
    conditions = [Condition("tags", Operator.EQ, "ptag_2"), Condition("q", Operator.SEARCH, "wall 0")]

    found = ids(shop, "product", conditions, store())

    wanted = [
        p["id"] for p in made if "ptag_2" in p["tags"] and p["title"] == "Wall 0" and p["status"] == "published"
    ]
    assert found == wanted != []


def test_variant_filters(shop: Shop) -> None:
    shop.product("alpha")
    shop.variant("alpha", "big", prices={"eur": 1}, sku="SKU-9", inventory_quantity=50)
    shop.product("beta")

    for conditions, wanted in (
        (where(product_id="alpha"), ["alpha_v", "big"]),
        (where(sku="SKU-9"), ["big"]),
        ([Condition("inventory_quantity", Operator.GT, 10)], ["big"]),
        ([Condition("title", Operator.IN, ["big", "beta_v"])], ["beta_v", "big"]),
        ([Condition("q", Operator.SEARCH, "sku-9")], ["big"]),
        ([Condition("q", Operator.SEARCH, "alph")], ["alpha_v", "big"]),
    ):
        assert ids(shop, "variant", conditions, store()) == wanted

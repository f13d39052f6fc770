"""How selections become statements: what is refused, what it costs, how pages hang together."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import update

from adapters.db import tables
from adapters.db.reads.shapes import SHAPES
from core.domain.product import ProductNotFound
from ports.reads import Audience, Condition, Operator, Paging, Selection, UnknownSelection
from tests.integration.catalogue_rows import ALL, Shop, admin, only, open_shop, store, tree, where


@pytest.fixture
def shop(rows_database: str | None) -> Iterator[Shop]:
    with open_shop(rows_database) as shop:
        yield shop


FIRST = datetime(2020, 2, 29, 23, 59, 59, 123_456, tzinfo=UTC)
SHOWN = FIRST.replace(microsecond=123_000)
CATALOGUE = tree(
    variants=tree(prices=tree(), options=tree()),
    options=tree(values=tree()),
    images=tree(),
    tags=tree(),
    type=tree(),
    collection=tree(),
)


def test_unknown_names_are_refused_with_their_paths(shop: Shop) -> None:
    asked = only("title", "nonsense", variants=only("id", "cost"), owners=only("id"))

    with pytest.raises(UnknownSelection) as refusal:
        shop.reads.check("product", asked, Audience.STORE)

    assert refusal.value.message == "Requested fields [nonsense, owners, variants.cost] are not valid"
    assert refusal.value.code == "VALIDATION_ERROR"


def test_unknown_names_are_refused_when_reading_too(shop: Shop) -> None:
    with pytest.raises(UnknownSelection, match="password_hash"):
        shop.reads.first("customer", [], only("password_hash"), admin())


def test_names_for_admins_do_not_exist_for_the_store(shop: Shop) -> None:
    shop.reads.check("customer", only(groups=only("id")), Audience.ADMIN)

    with pytest.raises(UnknownSelection, match="groups"):
        shop.reads.check("customer", only(groups=only("id")), Audience.STORE)


def test_hidden_names_are_for_our_own_code_only(shop: Shop) -> None:
    with pytest.raises(UnknownSelection, match="_revision"):
        shop.reads.check("download", only("_revision"), Audience.ADMIN)

    assert shop.reads.first("download", [], only("_revision"), admin()) is None


def test_paths_deeper_than_five_relations_are_refused(shop: Shop) -> None:
    five = only(items=only(variant=only(product=only(collection=only(products=only("id"))))))
    shop.reads.check("order", five, Audience.ADMIN)
    six = only(items=only(variant=only(product=only(collection=only(products=only(variants=only("id")))))))

    with pytest.raises(UnknownSelection, match="items\\.variant\\.product\\.collection\\.products\\.variants"):
        shop.reads.check("order", six, Audience.ADMIN)


def test_more_than_a_hundred_names_are_refused(shop: Shop) -> None:

    with pytest.raises(UnknownSelection, match="more than 100"):
        shop.reads.check("product", Selection(frozenset(f"n{i}" for i in range(101))), Audience.ADMIN)


def test_names_of_our_own_are_not_counted(shop: Shop) -> None:
    columns = sorted(SHAPES["product"].offered(Audience.STORE))
    below, room = {}, 100 - len(columns)
    for name, relation in SHAPES["product"].related(Audience.STORE).items():
        offered = sorted(relation.shape().offered(Audience.STORE))[: max(room - 1, 0)]
        if offered:
            below[name] = only(*offered)
            room -= 1 + len(offered)
    hundred = only(*columns, **below)
    shop.reads.check("product", hundred, Audience.STORE)
    with pytest.raises(UnknownSelection, match="more than 100"):
        shop.reads.check("product", only(*columns, "sales_channels", **below), Audience.STORE)

    assert shop.reads.first("product", [], only(*columns, "_version", **below), store()) is None


def test_only_what_was_selected_comes_back(shop: Shop) -> None:
    shop.product("alpha")

    found = shop.reads.one("product", where(id="alpha"), only("title", variants=only("sku")), admin())

    assert found == {"title": "Alpha", "variants": [{"sku": None}]}


def test_a_relation_named_like_a_column_comes_with_all_its_columns(shop: Shop) -> None:
    shop.product("alpha")

    found = shop.reads.one("product", where(id="alpha"), only("id", "options"), admin())

    assert found == shop.reads.one("product", where(id="alpha"), only("id", options=ALL), admin())


def test_unknown_rows_are_the_shapes_own_not_found(shop: Shop) -> None:
    with pytest.raises(ProductNotFound, match="Product with id: nope was not found"):
        shop.reads.one("product", where(id="nope"), ALL, admin())


def test_what_hangs_on_a_record_is_as_it_was_written_and_in_order(shop: Shop) -> None:
    odd = 'quoted " and \\ back \n line \u2028 \x7f \u00e9 \U0001f30a {"a": [1]}'
    shop.product("alpha", prices={"eur": 9_007_199_254_740_993})
    for number, title in enumerate(("third", odd, "second"), start=1):
        shop.variant(
            "alpha", f"v{number}", prices={}, title=title, variant_rank=-number, metadata={"a": [1, None, odd]}
        )

    found = shop.reads.one("product", where(id="alpha"), CATALOGUE, admin())

    variants = found["variants"]
    assert isinstance(variants, list)
    assert [variant["title"] for variant in variants] == ["second", odd, "third", "alpha_v"]
    assert [variant["metadata"] for variant in variants] == [{"a": [1, None, odd]}] * 3 + [None]
    assert variants[3]["prices"][0]["amount"] == 9_007_199_254_740_993
    assert variants[0]["weight"] is None
    assert variants[0]["manage_inventory"] is True


def test_a_list_costs_one_statement_per_relation_and_one_per_source(shop: Shop) -> None:
    for name in ("alpha", "beta", "gamma"):
        shop.product(name)

    with shop.counted() as statements:
        shop.reads.page("product", [], CATALOGUE, store(region_id="reg_eu"), Paging(limit=2))

    # products with type and collection, count, variants, prices, option values (of variants and options at once),
    # options, images, tags, the region with tax rates for the calculated price
    assert len(statements) == 9


@pytest.mark.parametrize("products", [1, 12])
def test_the_cost_does_not_grow_with_the_page(shop: Shop, products: int) -> None:
    for number in range(products):
        shop.product(f"p{number}")

    with shop.counted() as statements:
        shop.reads.page("product", [], CATALOGUE, store(), Paging(limit=products))

    assert len(statements) == 8


def test_nothing_is_asked_below_an_empty_page(shop: Shop) -> None:
    with shop.counted() as statements:
        page = shop.reads.page("product", [], CATALOGUE, store(region_id="reg_eu"), Paging(limit=20))

    assert (page.rows, page.count) == ([], 0)
    assert len(statements) == 1


def test_kinds_of_record_the_shop_lacks_cost_nothing_and_are_empty_lists(shop: Shop) -> None:
    shop.put(tables.carts, "cart_1", region_id="reg_eu", currency_code="eur")
    asked = only(discounts=only("id", rule=only("id")))

    with shop.counted() as statements:
        found = shop.reads.one("cart", where(id="cart_1"), asked, store())

    assert found == {"discounts": []}
    assert len(statements) == 1


@pytest.mark.parametrize("limit", [1, 2, 3, 7, 100])
@pytest.mark.parametrize("order", [("created_at", True), ("created_at", False), ("title", False), ("subtitle", True)])
def test_walking_the_pages_meets_every_row_once(shop: Shop, limit: int, order: tuple[str, bool]) -> None:
    for number in range(7):
        # ties and nulls on purpose: the id must decide
        shop.product(f"p{number}", title=f"T{number % 2}", subtitle=None if number % 3 else "s")
    walked: list[object] = []
    counts: set[int] = set()

    for offset in range(0, 8, limit):
        page = shop.reads.page("product", [], only("id"), admin(), Paging(offset=offset, limit=limit, order=[order]))
        walked += [row["id"] for row in page.rows]
        counts.add(page.count)

    everything = shop.reads.page("product", [], only("id"), admin(), Paging(order=[order]))
    assert walked == [row["id"] for row in everything.rows]
    assert sorted(map(str, walked)) == [f"p{number}" for number in range(7)]
    assert counts == {7}


@pytest.mark.parametrize("descending", [True, False])
def test_rows_that_tie_are_sorted_by_id(shop: Shop, descending: bool) -> None:
    for name in ("b", "d", "a", "c"):
        shop.product(name, title="Same")

    page = shop.reads.page("product", [], only("id"), admin(), Paging(order=[("title", descending)]))

    assert [row["id"] for row in page.rows] == sorted("abcd", reverse=descending)


def test_a_page_behind_the_last_still_knows_the_count(shop: Shop) -> None:
    shop.product("alpha")

    page = shop.reads.page("product", [], only("id"), admin(), Paging(offset=5, limit=3))

    assert (page.rows, page.count) == ([], 1)


def test_an_edition_of_the_catalogue_is_counted_once_for_each_question(shop: Shop) -> None:
    for name in ("alpha", "beta", "gamma"):
        shop.product(name)

    def count(edition: int, **wanted: object) -> int:
        seen = store(edition=edition)
        return shop.reads.page("product", where(**wanted), only("id"), seen, Paging(limit=1)).count

    assert (count(1), count(1, handle="beta")) == (3, 1)
    with shop.counted() as statements:
        assert (count(1), count(1, handle="beta")) == (3, 1)
    shop.product("delta")

    assert len(statements) == 2, "the rows alone"
    assert (count(1), count(2)) == (3, 4)


def test_a_page_of_nothing_only_counts(shop: Shop) -> None:
    shop.product("alpha")

    page = shop.reads.page("product", [], only("id"), admin(), Paging(limit=0))

    assert (page.rows, page.count) == ([], 1)


@pytest.mark.parametrize("name", ["nonsense", "metadata", "variants", "password_hash"])
def test_lists_cannot_be_sorted_by_what_is_no_plain_column(shop: Shop, name: str) -> None:
    with pytest.raises(UnknownSelection, match=f"Order field {name} is not valid"):
        shop.reads.page("product", [], only("id"), admin(), Paging(order=[(name, False)]))


def test_unknown_filters_are_refused(shop: Shop) -> None:
    with pytest.raises(UnknownSelection, match="property owner should not exist"):
        shop.reads.page("product", where(owner="me"), only("id"), admin(), Paging())


def test_an_operator_that_makes_no_sense_is_refused(shop: Shop) -> None:
    condition = Condition("title", Operator.SEARCH, "x")

    with pytest.raises(UnknownSelection, match="title cannot be filtered by search"):
        shop.reads.page("product", [condition], only("id"), admin(), Paging())


def test_plans_are_reused_with_other_values(shop: Shop) -> None:
    shop.product("alpha", prices={"eur": 1000, "usd": 1200})
    asked = only(variants=only("calculated_price"))

    prices = [
        shop.reads.one("product", where(id="alpha"), asked, store(currency_code=code))["variants"]
        for code in ("eur", "usd", "gbp")
    ]

    assert prices == [[{"calculated_price": price}] for price in (1000, 1200, None)]


_NAMES = ["alpha", "beta", "gamma"]
_LISTS: list[tuple[str, list[object], list[str]]] = [
    ("handle", [], []),
    ("handle", ["beta"], ["beta"]),
    ("handle", ["beta", "beta", "alpha"], ["alpha", "beta"]),
    ("handle", ["beta", None], ["beta"]),
    ("handle", ["beta", 5, True], ["beta"]),
    ("handle", [*(f"none_{number}" for number in range(127)), "gamma"], ["gamma"]),
    ("handle", [*(f"none_{number}" for number in range(128)), "gamma"], ["gamma"]),
    ("handle", [*(f"none_{number}" for number in range(2_000)), "gamma"], ["gamma"]),
    ("id", ["gamma", "alpha", "%", "_", "'", "$1"], ["alpha", "gamma"]),
    ("is_giftcard", [True], ["gamma"]),
    ("is_giftcard", [True, False, True], _NAMES),
    ("inventory_quantity", [1, 3, 2**62], ["alpha", "gamma"]),
    ("inventory_quantity", [1, 2, 3, 4, 5, 6, 7, 8, 9], _NAMES),
    ("created_at", [SHOWN, SHOWN.astimezone(timezone(timedelta(hours=5)))], ["beta"]),
]


@pytest.mark.parametrize(("field", "values", "found"), _LISTS, ids=[f"{number}" for number in range(len(_LISTS))])
def test_a_list_of_values_finds_what_has_one_of_them(
    shop: Shop, field: str, values: list[object], found: list[str]
) -> None:
    for name in _NAMES:
        more = {"created_at": FIRST} if name == "beta" else {}
        shop.product(name, handle=name, is_giftcard=name == "gamma", **more)
    shape, condition = "product", Condition(field, Operator.IN, values)
    if field == "inventory_quantity":
        shape = "variant"
        for quantity, name in enumerate(_NAMES, 1):
            variants = tables.product_variants
            shop.change(
                update(variants).where(variants.c.product_id == name).values(id=name, inventory_quantity=quantity)
            )

    def ids(offset: int, limit: int | None, *, descending: bool) -> tuple[list[object], int]:
        paging = Paging(offset=offset, limit=limit, order=[("id", descending)])
        page = shop.reads.page(shape, [condition], only("id"), admin(), paging)
        return [row["id"] for row in page.rows], page.count

    for limit in (None, 10, 1):
        for _ in range(4):  # from the third time on a server has it prepared
            assert ids(0, limit, descending=False) == (found[:limit], len(found))
    for offset in (0, 1):
        assert ids(offset, 1, descending=True)[0] == found[::-1][offset : offset + 1]

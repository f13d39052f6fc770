"""Carts, orders and what hangs on them, as buyers and admins read them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from adapters.db import tables as t
from core.domain.cart import CartNotFound
from core.domain.order import OrderNotFound
from ports.reads import Condition, Operator, Paging, Selection
from tests.integration.catalogue_rows import ALL, NOW, Shop, admin, only, open_shop, store, tree, where

LINE = tree(variant=tree(product=tree()), tax_lines=tree(), adjustments=tree())
METHOD = tree(shipping_option=tree(), tax_lines=tree())
CART = tree(
    region=tree(countries=tree(), payment_providers=tree(), fulfillment_providers=tree()),
    items=LINE,
    shipping_methods=METHOD,
    shipping_address=tree(),
    billing_address=tree(),
    payment_sessions=tree(),
    payment_session=tree(),
    payment=tree(),
    customer=tree(),
    sales_channel=tree(),
    discounts=tree(rule=tree()),
    gift_cards=tree(),
)
ORDER = tree(
    customer=tree(),
    billing_address=tree(),
    shipping_address=tree(),
    region=tree(),
    items=LINE,
    shipping_methods=METHOD,
    payments=tree(),
    refunds=tree(items=tree()),
    fulfillments=tree(items=tree(), tracking_links=tree()),
    sales_channel=tree(),
    **{name: tree() for name in ("discounts", "gift_cards", "gift_card_transactions", "claims", "swaps", "returns")},
)


@pytest.fixture
def shop(rows_database: str | None) -> Iterator[Shop]:
    with open_shop(rows_database) as shop:
        shop.product("alpha")
        shop.put(t.customers, "cus_1", email="ann@example.test", first_name="Ann", has_account=True)
        shop.put(t.addresses, "addr_1", country_code="de", first_name="Anna", is_saved=False)
        shop.put(
            t.shipping_options,
            "so_1",
            name="Post",
            region_id="reg_eu",
            profile_id="sp_1",
            provider_id="manual",
            amount=500,
        )
        yield shop


def cart(shop: Shop, id: str = "cart_1", **values: Any) -> None:
    shop.put(
        t.carts,
        id,
        region_id="reg_eu",
        currency_code="eur",
        sales_channel_id="sc_web",
        type="default",
        context={"ip": "127.0.0.1"},
        shipping_address_id="addr_1",
        total=2380,
        **values,
    )


def order(shop: Shop, id: str, number: int, **values: Any) -> dict[str, Any]:
    row = {
        "display_id": number,
        "customer_id": "cus_1",
        "email": "ann@example.test",
        "region_id": "reg_eu",
        "currency_code": "eur",
        "status": "pending",
        "payment_status": "awaiting",
        "fulfillment_status": "not_fulfilled",
        "shipping_address_id": "addr_1",
        "placed_at": NOW,
        **values,
    }
    shop.put(t.orders, id, **row)
    return {"id": id, **row}


def order_line(shop: Shop, order_id: str, id: str, **values: Any) -> None:
    row = {
        "title": "Alpha",
        "variant_id": "alpha_v",
        "product_id": "alpha",
        "unit_price": 1000,
        "quantity": 2,
        **values,
    }
    shop.put(t.order_items, id, order_id=order_id, **row)


def test_an_empty_cart_shows_every_relation_with_its_type(shop: Shop) -> None:
    cart(shop)

    found = shop.reads.one("cart", where(id="cart_1"), CART, store())

    empty = ("items", "shipping_methods", "payment_sessions", "discounts", "gift_cards")
    assert {name: found[name] for name in empty} == {name: [] for name in empty}
    absent = ("payment", "payment_id", "idempotency_key", "completed_at", "billing_address", "customer", "deleted_at")
    assert {name: found[name] for name in absent} == dict.fromkeys(absent)
    assert "payment_session" not in found
    assert found["context"] == {"ip": "127.0.0.1"}
    assert found["total"] == 2380
    region = found["region"]
    assert isinstance(region, dict)
    assert region["tax_rate"] == Decimal(19)
    assert [(c["iso_2"], c["region_id"]) for c in region["countries"]] == [("de", "reg_eu"), ("fr", "reg_eu")]
    assert region["payment_providers"] == [
        {"id": "manual", "is_installed": True},
        {"id": "stripe", "is_installed": False},
    ]


def test_a_full_cart_costs_a_fixed_number_of_statements(shop: Shop) -> None:
    cart(shop, customer_id="cus_1")
    for number in range(5):
        line = f"item_{number}"
        shop.put(t.line_items, line, cart_id="cart_1", title="Alpha", variant_id="alpha_v", position=4 - number)
        shop.put(t.line_item_tax_lines, f"litl_{number}", item_id=line, rate=Decimal("7.5"), name="default")
        shop.put(t.line_item_adjustments, f"lia_{number}", item_id=line, amount=number, description="discount")
    shop.put(t.shipping_methods, "sm_1", cart_id="cart_1", shipping_option_id="so_1", price=500)
    shop.put(t.shipping_method_tax_lines, "smtl_1", shipping_method_id="sm_1", rate=Decimal(19), name="default")
    for provider in ("manual", "stripe"):
        shop.put(
            t.payment_sessions,
            f"ps_{provider}",
            cart_id="cart_1",
            provider_id=provider,
            is_selected=provider == "manual",
        )

    with shop.counted() as statements:
        found: Any = shop.reads.one("cart", where(id="cart_1"), CART, store())

    # cart with all that is to-one; countries, two kinds of provider, sessions; lines with variant and
    # product, their tax lines and adjustments; methods with option, their tax lines; gift cards
    assert len(statements) == 10
    assert [item["id"] for item in found["items"]] == [f"item_{number}" for number in (4, 3, 2, 1, 0)]
    assert found["items"][0]["variant"]["product"]["id"] == "alpha"
    assert found["items"][0]["tax_lines"][0]["rate"] == Decimal("7.5")
    assert found["items"][0]["adjustments"][0]["amount"] == 4
    assert "calculated_price" not in found["items"][0]["variant"]
    assert found["shipping_methods"][0]["shipping_option"]["name"] == "Post"
    assert found["payment_session"]["id"] == "ps_manual"
    assert [session["id"] for session in found["payment_sessions"]] == ["ps_manual", "ps_stripe"]
    assert found["customer"]["email"] == "ann@example.test"


def test_a_completed_cart_names_its_payment_and_order(shop: Shop) -> None:
    cart(shop, order_id="order_1")
    shop.put(t.line_items, "item_1", cart_id="cart_1", title="Alpha")
    order(shop, "order_1", 1, cart_id="cart_1")
    shop.put(t.payments, "pay_0", order_id="order_1", amount=1, currency_code="eur", canceled_at=NOW)
    shop.put(t.payments, "pay_1", order_id="order_1", amount=2380, currency_code="eur")

    found = shop.reads.one(
        "cart", where(id="cart_1"), only("payment_id", payment=only("amount"), items=only("order_id")), store()
    )

    assert found == {"payment_id": "pay_1", "payment": {"amount": 2380}, "items": [{"order_id": "order_1"}]}


def test_what_is_in_a_cart_stays_visible_but_leads_nowhere_else(shop: Shop) -> None:
    cart(shop)
    shop.product("beta", status="draft", deleted_at=NOW)
    shop.put(t.line_items, "item_1", cart_id="cart_1", title="Beta", variant_id="beta_v")
    shop.put(t.line_items, "item_2", cart_id="cart_1", title="Own", variant_id=None, position=1)
    asked = only(items=only(variant=only("id", product=only("title", variants=only("id")))))

    found = shop.reads.one("cart", where(id="cart_1"), asked, store())

    product = {"title": "Beta", "variants": []}
    assert found == {"items": [{"variant": {"id": "beta_v", "product": product}}, {"variant": None}]}


def test_a_deleted_cart_is_not_found(shop: Shop) -> None:
    cart(shop, deleted_at=NOW)

    with pytest.raises(CartNotFound, match="Cart with cart_1 was not found"):
        shop.reads.one("cart", where(id="cart_1"), ALL, store())


def test_an_order_shows_everything_it_owns(shop: Shop) -> None:
    order(shop, "order_1", 7, cart_id=None, paid_total=2000, refunded_total=300, refundable_amount=1700)
    order_line(shop, "order_1", "item_1", discount_total=101, fulfilled_quantity=1)
    shop.put(t.order_item_tax_lines, "litl_1", item_id="item_1", rate=Decimal(19), name="default")
    shop.put(t.order_item_adjustments, "lia_1", item_id="item_1", amount=101, description="discount")
    shop.put(t.order_shipping_methods, "sm_1", order_id="order_1", shipping_option_id="so_1", price=500)
    shop.put(t.payments, "pay_1", order_id="order_1", amount=2000, currency_code="eur", data={"k": 1})
    refund = {"order_id": "order_1", "payment_id": "pay_1", "amount": 300, "reason": "other", "state": "succeeded"}
    shop.put(t.refunds, "ref_1", **refund)
    shop.put(t.refund_items, "refi_1", refund_id="ref_1", item_id="item_1", quantity=1)
    shop.put(t.fulfillments, "ful_1", order_id="order_1", provider_id="manual")
    shop.put(t.fulfillment_items, "fuli_1", fulfillment_id="ful_1", item_id="item_1", quantity=1)
    for number in (1, 2):
        shop.put(
            t.tracking_links, f"tl_{number}", fulfillment_id="ful_1", tracking_number=f"T{number}", position=-number
        )

    with shop.counted() as statements:
        found: Any = shop.reads.one("order", where(id="order_1"), ORDER, admin())

    # order with all that is to-one; lines with variant and product, adjustments, tax lines, rates for
    # refundable; methods with option, tax lines; payments; refunds, items; fulfillments, items, links, numbers;
    # gift cards, what they paid
    assert len(statements) == 14
    assert (found["display_id"], found["tax_rate"], found["refundable_amount"]) == (7, None, 1700)
    item = found["items"][0]
    # net 2000 - 2 * round(50.5) = 1898, tax 360.62
    assert item["refundable"] == 1898 + 361
    assert (item["fulfilled_quantity"], item["shipped_quantity"]) == (1, None)
    assert item["variant"]["product"]["handle"] == "alpha"
    assert found["refunds"][0]["status"] == "succeeded"
    assert found["refunds"][0]["items"] == [{"item_id": "item_1", "quantity": 1}]
    assert found["fulfillments"][0]["tracking_numbers"] == ["T2", "T1"]
    assert found["fulfillments"][0]["items"] == [{"fulfillment_id": "ful_1", "item_id": "item_1", "quantity": 1}]
    assert found["shipping_methods"][0]["cart_id"] is None
    assert found["payments"][0]["data"] == {"k": 1}
    assert [found[name] for name in ("discounts", "gift_cards", "claims", "swaps", "returns")] == [[]] * 5
    assert found["shipping_address"]["first_name"] == "Anna"


def test_ids_may_be_asked_for_where_there_are_none(shop: Shop) -> None:
    order(shop, "order_1", 1)
    asked = only("id", refunds=only("id", items=only("id", "item_id")), fulfillments=only(items=only("id")))

    shop.reads.check("order", asked, admin().audience)

    assert shop.reads.one("order", where(id="order_1"), asked, admin())["refunds"] == []


def test_an_order_shows_customers_and_variants_that_are_gone(shop: Shop) -> None:
    shop.put(t.customers, "cus_2", email="bob@example.test", deleted_at=NOW)
    shop.variant("alpha", "gone", prices={"eur": 1}, deleted_at=NOW)
    order(shop, "order_1", 1, customer_id="cus_2")
    order_line(shop, "order_1", "item_1", variant_id="gone")

    asked = only(customer=only("email"), items=only(variant=only("id")))

    assert shop.reads.one("order", where(id="order_1"), asked, store()) == {
        "customer": {"email": "bob@example.test"},
        "items": [{"variant": {"id": "gone"}}],
    }


def test_an_order_does_not_lead_strangers_to_its_customers_other_orders(shop: Shop) -> None:
    order(shop, "order_1", 1)
    order(shop, "order_2", 2)
    shop.put(t.addresses, "addr_2", customer_id="cus_1", is_saved=True)
    asked = only(customer=only(orders=only("id"), shipping_addresses=only("id")))

    def seen(customer_id: str | None) -> object:
        return shop.reads.one("order", where(id="order_1"), asked, store(customer_id=customer_id))["customer"]

    assert seen(None) == seen("cus_other") == {"orders": [], "shipping_addresses": []}
    assert seen("cus_1") == {
        "orders": [{"id": "order_1"}, {"id": "order_2"}],
        "shipping_addresses": [{"id": "addr_2"}],
    }


def test_unknown_orders_are_not_found(shop: Shop) -> None:
    with pytest.raises(OrderNotFound, match="Order with id order_9 was not found"):
        shop.reads.one("order", where(id="order_9"), ALL, admin())


def sold(shop: Shop) -> list[dict[str, Any]]:
    shop.put(t.customers, "cus_2", email="bob@example.test", last_name="Stone", phone="555")
    made = []
    for number in range(1, 13):
        made.append(
            order(
                shop,
                f"order_{number:02}",
                number,
                customer_id=f"cus_{number % 2 + 1}",
                email=("ann@example.test", "bob@example.test")[number % 2],
                status=("pending", "completed", "canceled")[number % 3],
                payment_status=("awaiting", "captured", "refunded")[number % 3],
                fulfillment_status=("not_fulfilled", "fulfilled")[number % 2],
                region_id=("reg_eu", "reg_us")[number % 2],
                currency_code=("eur", "usd")[number % 2],
                sales_channel_id=("sc_web", None)[number % 2],
                cart_id=None,
                shipping_address_id="addr_1" if number % 4 == 0 else None,
                created_at=NOW + timedelta(days=number),
                canceled_at=NOW if number % 3 == 2 else None,
            )
        )
    return made


Test = Callable[[dict[str, Any]], bool]
FILTERS: list[tuple[str, Operator, object, Test]] = [
    ("id", Operator.EQ, "order_03", lambda o: o["id"] == "order_03"),
    ("status", Operator.IN, ["pending", "canceled"], lambda o: o["status"] in ("pending", "canceled")),
    ("payment_status", Operator.IN, ["captured"], lambda o: o["payment_status"] == "captured"),
    ("fulfillment_status", Operator.EQ, "fulfilled", lambda o: o["fulfillment_status"] == "fulfilled"),
    ("display_id", Operator.EQ, 5, lambda o: o["display_id"] == 5),
    ("customer_id", Operator.EQ, "cus_1", lambda o: o["customer_id"] == "cus_1"),
    ("email", Operator.EQ, "bob@example.test", lambda o: o["email"] == "bob@example.test"),
    ("region_id", Operator.IN, ["reg_us"], lambda o: o["region_id"] == "reg_us"),
    ("currency_code", Operator.EQ, "eur", lambda o: o["currency_code"] == "eur"),
    ("sales_channel_id", Operator.IN, ["sc_web"], lambda o: o["sales_channel_id"] == "sc_web"),
    ("created_at", Operator.GTE, NOW + timedelta(days=6), lambda o: o["created_at"] >= NOW + timedelta(days=6)),
    ("created_at", Operator.LT, NOW + timedelta(days=6), lambda o: o["created_at"] < NOW + timedelta(days=6)),
    ("canceled_at", Operator.NULL, False, lambda o: o["canceled_at"] is not None),
    ("canceled_at", Operator.LTE, NOW, lambda o: o["canceled_at"] is not None),
    ("q", Operator.SEARCH, "BOB@", lambda o: o["email"].startswith("bob")),
    ("q", Operator.SEARCH, "11", lambda o: o["display_id"] == 11),
    ("q", Operator.SEARCH, "anna", lambda o: o["shipping_address_id"] is not None),
    ("q", Operator.SEARCH, "stone", lambda o: o["customer_id"] == "cus_2"),
    ("q", Operator.SEARCH, "555", lambda o: o["customer_id"] == "cus_2"),
    ("cart_id", Operator.EQ, "cart_9", lambda o: False),
]


@pytest.mark.parametrize(("field", "operator", "value", "holds"), FILTERS)
def test_order_filters_find_what_a_plain_loop_finds(
    shop: Shop, field: str, operator: Operator, value: object, holds: Test
) -> None:
    made = sold(shop)

    page = shop.reads.page("order", [Condition(field, operator, value)], only("id"), admin(), Paging())

    wanted = [made_order["id"] for made_order in made if holds(made_order)]
    assert [row["id"] for row in page.rows] == wanted[::-1]
    assert page.count == len(wanted)


def test_a_list_of_orders_costs_the_same_for_any_number(shop: Shop) -> None:
    sold(shop)
    asked = Selection(everything=True, relations={"customer": tree(), "items": tree(), "payments": tree()})

    with shop.counted() as statements:
        page = shop.reads.page("order", [], asked, admin(), Paging(limit=5))

    assert len(statements) == 4
    assert [row["display_id"] for row in page.rows] == [12, 11, 10, 9, 8]
    assert page.count == 12


def test_shipping_options_carry_their_price_with_tax(shop: Shop) -> None:
    shop.put(t.shipping_option_requirements, "sor_1", shipping_option_id="so_1", type="min_subtotal", amount=100)
    taxfree = {"region_id": "reg_us", "profile_id": "sp_1", "provider_id": "manual", "amount": 700}
    shop.put(t.shipping_options, "so_2", **taxfree)
    shop.put(t.shipping_options, "so_3", **taxfree, admin_only=True)

    with shop.counted() as statements:
        page = shop.reads.page("shipping_option", [], tree(profile=tree(), requirements=tree()), store(), Paging())

    assert len(statements) == 4
    rows: dict[Any, Any] = {row["id"]: row for row in page.rows}
    assert rows.keys() == {"so_1", "so_2"}
    assert (rows["so_1"]["price_incl_tax"], rows["so_1"]["tax_amount"]) == (595, 95)
    assert rows["so_1"]["tax_rates"] == [{"rate": Decimal(19), "name": "default", "code": "default"}]
    assert rows["so_1"]["requirements"][0]["amount"] == 100
    assert (rows["so_2"]["price_incl_tax"], rows["so_2"]["tax_amount"], rows["so_2"]["tax_rates"]) == (700, 0, [])
    by_product = [Condition("product_ids", Operator.IN, ["alpha"])]
    assert shop.reads.page("shipping_option", by_product, only("id"), admin(), Paging()).count == 3


def test_regions_can_be_searched_by_name(shop: Shop) -> None:
    page = shop.reads.page("region", [Condition("q", Operator.SEARCH, "EU")], only("id"), admin(), Paging())

    assert page.rows == [{"id": "reg_eu"}]


@pytest.mark.parametrize(("shape", "selection"), [("cart", CART), ("order", ORDER)])
def test_no_part_of_a_detail_is_looked_for_row_by_row(shop: Shop, shape: str, selection: Selection) -> None:
    if shop.engine.dialect.name != "sqlite":
        pytest.skip("plans of tables this small say nothing on PostgreSQL")
    cart(shop, order_id="sale_1")
    order(shop, "sale_1", 1)
    order_line(shop, "sale_1", "item_1")
    shop.put(t.line_items, "item_2", cart_id="cart_1", title="Alpha", variant_id="alpha_v")
    found = "cart_1" if shape == "cart" else "sale_1"

    with shop.counted() as statements:
        shop.reads.one(shape, where(id=found), selection, store(region_id="reg_eu"))

    scans = [step for statement in statements for step in shop.explained(statement) if step.startswith("SCAN")]
    assert [step for step in scans if "json_each" not in step and step != "SCAN packed"] == []

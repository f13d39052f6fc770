"""Discounts as buyers meet them, over HTTP, in Medusa's words."""

from pathlib import Path
from typing import Any

import pytest

from core.domain.actor import SYSTEM
from core.use_cases.order.claiming import release_discounts
from tests.integration.discounting_shop import (
    ABROAD,
    MUG,
    POSTER,
    SHIPPING,
    DiscountingShop,
    amounts,
    codes,
)
from tests.integration.shops import REGION


@pytest.fixture
def shop(folder: Path) -> DiscountingShop:
    return DiscountingShop(folder)


def _uses(shop: DiscountingShop, code: str) -> int:
    found: dict[str, Any] = shop.get(f"/admin/discounts/code/{code}").json["discount"]  # type: ignore[index]
    return int(found["usage_count"])


def test_a_percentage_comes_off_each_line_and_before_tax(shop: DiscountingShop) -> None:
    shop.discount("ten", value=15)

    cart = shop.use(shop.cart(), " Ten ")

    assert amounts(cart) == [[600], [50]]  # 599.7 and 49.95
    assert {name: cart[name] for name in ("subtotal", "discount_total", "tax_total", "total")} == {
        "subtotal": 4_331,
        "discount_total": 650,
        "tax_total": 340 + 28,  # of 3398 and of 283
        "total": 4_331 - 650 + 368,
    }
    (discount,) = cart["discounts"]
    assert (discount["code"], discount["rule"]["type"], discount["rule"]["value"]) == ("TEN", "percentage", 15)
    assert "usage_limit_per_customer" not in discount
    adjustment = cart["items"][0]["adjustments"][0]
    assert adjustment | {"id": "", "item_id": ""} == {
        "id": "",
        "item_id": "",
        "description": "discount",
        "discount_id": discount["id"],
        "amount": 600,
        "metadata": None,
    }


def test_a_fixed_amount_is_shared_exactly_or_taken_per_piece(shop: DiscountingShop) -> None:
    shop.discount("whole", "fixed", 1_000)
    shop.discount("each", "fixed", 400, allocation="item")
    shop.discount("plenty", "fixed", 1_000_000)
    cart = shop.cart()

    assert amounts(shop.use(cart, "whole")) == [[923], [77]]
    assert amounts(shop.use(cart, "each")) == [[800], [333]]
    everything = shop.use(cart, "plenty")
    assert (everything["discount_total"], everything["total"]) == (4_331, 0)


def test_one_discount_acts_and_free_shipping_besides(shop: DiscountingShop) -> None:
    for code in ("one", "two"):
        shop.discount(code)
    shop.discount("free", "free_shipping", 0)
    cart = shop.cart()
    shop.ready(cart)
    assert (shop.look(cart)["shipping_total"], shop.look(cart)["shipping_tax_total"]) == (500, 50)

    both = shop.use(cart, "one", "two", "free")
    assert codes(both) == ["FREE", "ONE"]
    assert (both["shipping_total"], both["shipping_tax_total"], both["discount_total"]) == (0, 0, 433)
    (method,) = both["shipping_methods"]
    assert (method["price"], method["total"], method["tax_total"]) == (0, 0, 0)

    assert shop.ask("DELETE", f"/store/carts/{cart}/discounts/free").json["cart"]["shipping_total"] == 0  # type: ignore[index]
    charged = shop.ask("DELETE", f"/store/carts/{cart}/discounts/FREE").json["cart"]  # type: ignore[index]
    assert (codes(charged), charged["shipping_total"], charged["shipping_methods"][0]["price"]) == (["ONE"], 500, 500)
    none = shop.use(cart)
    assert (codes(none), none["discount_total"], amounts(none)) == ([], 0, [[], []])


def test_a_code_may_have_a_slash_in_it_wherever_a_url_names_it(shop: DiscountingShop) -> None:
    parent = shop.discount("2/3", is_dynamic=True)["id"]
    path = "%2F".join("23")
    cart = shop.cart()
    for url in (f"/store/carts/{cart}/discounts/{path}", f"/carts/{cart}/promotions/{path}"):
        assert [each["code"] for each in shop.change(cart, discounts=[{"code": "2/3"}])["discounts"]] == ["2/3"]
        assert shop.ask("DELETE", url).status_code == 200
        assert shop.ask("GET", f"/store/carts/{cart}").json["cart"]["discounts"] == []  # type: ignore[index]

    assert shop.get(f"/admin/discounts/code/{path}").json["discount"]["id"] == parent  # type: ignore[index]
    assert shop.post(f"/admin/discounts/{parent}/dynamic-codes", {"code": "A/B"}).status_code == 200
    assert shop.delete(f"/admin/discounts/{parent}/dynamic-codes/A%2FB").status_code == 200
    assert shop.get("/admin/discounts/code/A%2FB").status_code == 404


def test_a_method_chosen_later_is_free_too(shop: DiscountingShop) -> None:
    shop.discount("free", "free_shipping", 0)
    cart = shop.cart()
    shop.use(cart, "free")

    answer = shop.ask("POST", f"/store/carts/{cart}/shipping-methods", {"option_id": SHIPPING})

    assert answer.json["cart"]["shipping_total"] == 0  # type: ignore[index]


@pytest.mark.parametrize(
    ("more", "status", "type", "message"),
    [
        ({"starts_at": "2999-01-01"}, 400, "not_allowed", "Discount CODE is not valid yet"),
        (
            {"starts_at": "2001-01-01", "ends_at": "2002-01-01"},
            400,
            "not_allowed",
            "Discount CODE is expired",
        ),
        ({"is_disabled": True}, 400, "not_allowed", "The discount code CODE is disabled"),
        ({"regions": [ABROAD]}, 400, "invalid_data", "The discount is not available in current region"),
    ],
)
def test_a_code_that_does_not_hold_is_refused(
    shop: DiscountingShop, more: dict[str, Any], status: int, type: str, message: str
) -> None:
    shop.discount("good")
    shop.discount("code", **more)
    cart = shop.cart()
    shop.use(cart, "good")

    answer = shop.ask("POST", f"/store/carts/{cart}", {"discounts": [{"code": "code"}]})

    assert (answer.status_code, answer.json["type"], answer.json["message"]) == (status, type, message)  # type: ignore[index]
    assert codes(shop.look(cart)) == ["GOOD"]


def test_one_unknown_code_refuses_all(shop: DiscountingShop) -> None:
    shop.discount("good")
    cart = shop.cart()

    answer = shop.ask("POST", f"/store/carts/{cart}", {"discounts": [{"code": "good"}, {"code": "none"}]})

    assert (answer.status_code, answer.json["type"]) == (404, "not_found")  # type: ignore[index]
    assert answer.json["message"] == "Discounts with code [GOOD, NONE] was not found"  # type: ignore[index]
    assert codes(shop.look(cart)) == []


def test_conditions_say_which_lines_it_is_for(shop: DiscountingShop) -> None:
    shop.discount("mugs", "fixed", 1_000, conditions=[{"operator": "in", "product_tags": ["ptag_mug"]}])
    shop.discount("rest", "fixed", 1_000, conditions=[{"operator": "not_in", "products": ["prod_mug"]}])
    cart = shop.cart()

    assert amounts(shop.use(cart, "mugs")) == [[1_000], []]
    assert amounts(shop.use(cart, "rest")) == [[], [333]]


def test_a_product_that_is_not_discountable_keeps_its_price(shop: DiscountingShop) -> None:
    assert shop.post("/admin/products/prod_mug", {"discountable": False}).status_code == 200
    shop.discount("whole", "fixed", 100)

    assert amounts(shop.use(shop.cart(), "whole")) == [[], [100]]


def test_groups_are_looked_at_when_the_buyer_is_known(shop: DiscountingShop) -> None:
    me = shop.customer()
    with shop.container.write_engine().begin() as connection:
        connection.exec_driver_sql(
            "INSERT INTO customer_groups (id, name, created_at, updated_at)"
            " VALUES ('cgrp_1', 'Friends', '2024-01-01T00:00:00.000000', '2024-01-01T00:00:00.000000')"
        )
    shop.discount("friends", conditions=[{"operator": "in", "customer_groups": ["cgrp_1"]}])
    anonymous, mine = shop.cart(), shop.cart(headers=me)

    def said(cart: str, headers: dict[str, str] | None = None) -> str:
        answer = shop.ask("POST", f"/store/carts/{cart}", {"discounts": [{"code": "friends"}]}, headers)
        return str(answer.json.get("message"))  # type: ignore[union-attr]

    assert said(anonymous) == "Discount FRIENDS is only valid for specific customer"
    assert said(mine, me) == "Discount FRIENDS is not valid for customer"
    with shop.container.begin()(SYSTEM, "test.join") as work:
        registered = work.customers.registered("ada@example.com")
        assert registered is not None
        registered.group_ids = ("cgrp_1",)
        work.commit()
    assert codes(shop.use(mine, "friends", headers=me)) == ["FRIENDS"]


def test_whoever_takes_a_cart_over_gets_only_what_is_theirs(shop: DiscountingShop) -> None:
    """A guest's use does not carry over to a customer who has used the code up."""
    shop.discount("once", usage_limit_per_customer=1)
    me = shop.customer()
    first = shop.cart(headers=me)
    shop.use(first, "once", headers=me)
    shop.ready(first, headers=me)
    assert shop.complete(first, me).json["type"] == "order"  # type: ignore[index]

    guests = shop.cart()
    assert codes(shop.use(guests, "once")) == ["ONCE"]
    taken = shop.change(guests, me, metadata={"mine": "now"})

    assert (codes(taken), taken["discount_total"]) == ([], 0)


def test_another_region_keeps_what_holds_there(shop: DiscountingShop) -> None:
    shop.discount("both", regions=[REGION, ABROAD])
    shop.discount("here")
    for code, kept in (("both", ["BOTH"]), ("here", [])):
        cart = shop.cart()
        shop.use(cart, code)
        moved = shop.change(cart, region_id=ABROAD)
        assert (codes(moved), bool(moved["discount_total"])) == (kept, bool(kept))


def test_a_discount_follows_the_lines_and_what_staff_change(shop: DiscountingShop) -> None:
    made = shop.discount("ten")
    cart = shop.cart((MUG, 1))
    shop.use(cart, "ten")
    shop.ask("POST", f"/store/carts/{cart}/line-items", {"variant_id": POSTER, "quantity": 1})
    assert amounts(shop.look(cart)) == [[200], [33]]

    body = {"rule": {"id": made["rule_id"], "value": 50}}
    assert shop.post(f"/admin/discounts/{made['id']}", body).status_code == 200
    assert amounts(shop.look(cart)) == [[1_000], [167]]

    assert shop.delete(f"/admin/discounts/{made['id']}").status_code == 200
    gone = shop.look(cart)
    assert (codes(gone), gone["discount_total"]) == ([], 0)


def test_the_order_keeps_what_it_was_given_and_counts_as_a_use(shop: DiscountingShop) -> None:
    made = shop.discount("ten", usage_limit=1)
    shop.discount("free", "free_shipping", 0)
    cart = shop.cart()
    shop.use(cart, "ten", "free")
    shop.ready(cart)
    total = shop.look(cart)["total"]

    order = shop.complete(cart).json["data"]  # type: ignore[index]

    assert (order["total"], order["discount_total"], order["shipping_total"]) == (total, 433, 0)
    assert (codes(order), amounts(order)) == (["FREE", "TEN"], [[400], [33]])
    assert (_uses(shop, "ten"), _uses(shop, "free")) == (1, 1)
    answer = shop.ask("POST", f"/store/carts/{shop.cart()}", {"discounts": [{"code": "ten"}]})
    assert answer.json["message"] == "Discount TEN has been used maximum allowed times"  # type: ignore[index]
    assert answer.json["code"] == "DISCOUNT_LIMIT_REACHED"  # type: ignore[index]

    shop.delete(f"/admin/discounts/{made['id']}")
    kept = shop.ask("GET", f"/store/orders/{order['id']}").json["order"]  # type: ignore[index]
    assert codes(kept) == ["FREE", "TEN"]


def test_the_use_of_an_order_called_off_can_be_had_again(shop: DiscountingShop) -> None:
    shop.discount("once", usage_limit=1)
    cart = shop.cart()
    shop.use(cart, "once")
    shop.ready(cart)
    order_id = shop.complete(cart).json["data"]["id"]  # type: ignore[index]

    with shop.container.begin()(SYSTEM, "test.cancel") as work:
        release_discounts(work, work.orders.get(order_id))
        work.commit()

    assert _uses(shop, "once") == 0
    assert codes(shop.use(shop.cart(), "once")) == ["ONCE"]


def test_who_comes_too_late_pays_nothing_and_can_buy_without(shop: DiscountingShop) -> None:
    shop.discount("once", usage_limit=1)
    first, second = shop.cart(), shop.cart()
    for cart in (first, second):
        shop.use(cart, "once")
        shop.ready(cart)
        assert shop.ask("POST", f"/store/carts/{cart}/payment-sessions").status_code == 200
    assert shop.finish(first).json["type"] == "order"  # type: ignore[index]

    refused = shop.finish(second)

    assert refused.status_code == 400, refused.text
    assert refused.json["code"] == "DISCOUNT_LIMIT_REACHED"  # type: ignore[index]
    after = shop.look(second)
    assert (codes(after), after["discount_total"]) == ([], 0)
    bought = shop.complete(second)
    assert (bought.status_code, bought.json["data"]["discount_total"]) == (200, 0)  # type: ignore[index]
    assert _uses(shop, "once") == 1


def test_guessing_codes_is_slowed_down(folder: Path) -> None:
    shop = DiscountingShop(folder, RATE_LIMITS="on")
    cart = shop.cart()

    said = [
        shop.ask("POST", f"/store/carts/{cart}", {"discounts": [{"code": f"guess{number}"}]}).status_code
        for number in range(11)
    ]

    assert said == [404] * 10 + [429]
    assert shop.change(cart, metadata={"plain": "change"})["id"] == cart

"""Staff look at orders, correct them and see what was written about them, over HTTP."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.goods_shop import ADDRESS, DOWNLOAD, HAT, POST, SHIRT, GoodsShop
from tests.integration.shops import REGION, run_jobs

# What Medusa's dashboard asks an order's timeline for.
TIMELINE = (
    "customer,billing_address,shipping_address,discounts,discounts.rule,shipping_methods,"
    "shipping_methods.shipping_option,payments,items,fulfillments,fulfillments.tracking_links,returns,"
    "returns.shipping_method,returns.shipping_method.shipping_option,returns.shipping_method.tax_lines,refunds,"
    "claims.claim_items.item,claims.fulfillments,claims.return_order,"
    "claims.additional_items.variant.product.profiles,swaps.return_order,"
    "swaps.additional_items.variant.product.profiles,swaps.fulfillments,returnable_items"
)


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> GoodsShop:
    return GoodsShop(Path(tmp_path_factory.mktemp("orders")))


def test_an_expanded_line_brings_the_product_and_the_taxes_that_go_with_it(shop: GoodsShop) -> None:
    order = shop.buy((HAT, 1))

    answer = shop.get(f"/admin/orders/{order['id']}?expand=items,shipping_methods")

    shown = answer.json["order"]  # type: ignore[index]
    (line,), (method,) = shown["items"], shown["shipping_methods"]
    assert line["variant"]["product"]["id"] == line["product_id"]
    assert line["tax_lines"][0]["item_id"] == line["id"]
    assert line["adjustments"] == []
    assert method["tax_lines"][0]["shipping_method_id"] == method["id"]


def test_an_order_shows_its_cart_without_what_opens_a_payment(shop: GoodsShop) -> None:
    order = shop.buy((HAT, 1))
    path = f"orders/{order['id']}"

    cart = shop.get(f"/admin/{path}?expand=cart.items,cart.region").json["order"]["cart"]  # type: ignore[index]
    assert (cart["id"], cart["region"]["id"], cart["total"]) == (order["cart_id"], REGION, order["total"])
    assert [line["title"] for line in cart["items"]] == [line["title"] for line in order["items"]]
    assert shop.get(f"/admin/{path}?expand=cart.payment_sessions").status_code == 400
    assert shop.ask("GET", f"/store/{path}?expand=cart").status_code == 400


def update(shop: GoodsShop, order: dict[str, Any], **changes: object) -> Any:
    return shop.post(f"/admin/orders/{order['id']}", changes)


def found(shop: GoodsShop, query: str) -> set[str]:
    answer = shop.get(f"/admin/orders?{query}")
    assert answer.status_code == 200, answer.text
    return {order["id"] for order in answer.json["orders"]}  # type: ignore[index]


def test_an_order_shows_what_of_it_can_come_back(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 2), (HAT, 1))
    before = order["returnable_items"]

    sent = shop.fulfill(order)

    assert before == []
    assert {line["id"] for line in sent["returnable_items"]} == {line["id"] for line in sent["items"]}


def test_a_dashboard_gets_the_relations_its_timeline_asks_for(shop: GoodsShop) -> None:
    order = shop.fulfill(shop.buy((SHIRT, 1)))

    answer = shop.get(f"/admin/orders/{order['id']}?expand={TIMELINE}")

    assert answer.status_code == 200, answer.text
    shown = answer.json["order"]  # type: ignore[index]
    assert shown["items"][0]["variant"]["title"] == "One size"
    assert shown["claims"] == shown["swaps"] == shown["returns"] == []
    (line,) = shown["returnable_items"]
    assert line["variant"]["product"]["title"] == shown["items"][0]["title"]
    (packed,) = shown["fulfillments"][0]["items"]
    assert (packed["item_id"], packed["quantity"]) == (line["id"], 1)
    assert shown["shipping_methods"][0]["shipping_option"]["id"] == POST


def test_orders_are_found_by_every_filter(shop: GoodsShop) -> None:
    order = shop.buy((HAT, 1), headers=shop.me, captured=False)
    other = shop.fulfill(shop.buy((SHIRT, 1)))

    for name, value in (
        ("id", order["id"]),
        ("display_id", order["display_id"]),
        ("cart_id", order["cart_id"]),
        ("customer_id", order["customer_id"]),
        ("email", order["email"]),
        ("payment_status[]", "awaiting"),
        ("fulfillment_status[]", "not_fulfilled"),
        ("created_at[gte]", order["created_at"]),
    ):
        assert order["id"] in found(shop, f"{name}={value}"), name
    for query in (
        "email=ada@example.com",
        "payment_status[]=awaiting",
        "payment_status[0]=awaiting&payment_status[1]=refunded",
        "fulfillment_status[]=not_fulfilled",
        f"created_at[lt]={other['created_at']}&q=ada",
    ):
        assert other["id"] not in found(shop, query), query
    everything = (
        f"region_id={REGION}&currency_code=eur&status[]=pending&sales_channel_id[]={order['sales_channel_id']}"
    )
    assert {order["id"], other["id"]} <= found(shop, everything)
    for query in (
        "region_id=reg_none",
        "currency_code=usd",
        "status[]=archived",
        "tax_rate=19",
        "canceled_at[lt]=2030-01-01",
    ):
        assert found(shop, query) == set(), query
    assert shop.get("/admin/orders?status[]=lost").status_code == 400


def test_orders_are_searched_by_who_they_are_for(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1))
    update(shop, order, shipping_address={"phone": "0228 4711", "last_name": "Byron"}, email="Countess@example.com")

    for text in ("countess@", "byron", "4711", str(order["display_id"])):
        assert order["id"] in found(shop, f"q={text}"), text
    assert order["id"] not in found(shop, "q=nobody")


def test_addresses_keep_what_is_not_said(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1))

    shown = update(shop, order, shipping_address={"city": "Trier"}, billing_address=ADDRESS).json["order"]

    assert shown["shipping_address"]["city"] == "Trier"
    assert shown["shipping_address"]["address_1"] == ADDRESS["address_1"]
    assert shown["billing_address"]["city"] == "Bonn"
    assert shown["billing_address_id"] != shown["shipping_address_id"]


def test_goods_stay_within_the_region(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1))

    abroad = update(shop, order, shipping_address={"country_code": "us"})
    elsewhere = update(shop, order, region="reg_other")

    assert (abroad.status_code, abroad.json["type"]) == (400, "invalid_data")
    assert abroad.json["message"] == "Shipping country must be in the order region"
    assert (elsewhere.status_code, elsewhere.json["type"]) == (400, "not_allowed")
    assert update(shop, order, region=order["region_id"]).status_code == 200
    assert shop.shown(order["id"])["shipping_address"]["country_code"] == "de"


def test_an_order_given_to_another_customer_takes_its_downloads_along(shop: GoodsShop) -> None:
    order = shop.buy((DOWNLOAD, 1))

    shown = update(shop, order, customer_id=shop.my_id, email="ada@example.com").json["order"]
    mine = shop.ask("GET", "/store/customers/me/orders", shop.me).json["orders"]  # type: ignore[index]

    assert (shown["customer_id"], shown["email"]) == (shop.my_id, "ada@example.com")
    assert order["id"] in {each["id"] for each in mine}
    assert update(shop, order, customer_id="cus_none").status_code == 404


def test_what_has_a_route_of_its_own_is_refused_here(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1))

    for name, value in (
        ("items", [{"title": "More"}]),
        ("discounts", [{"code": "x"}]),
        ("payment_method", {"provider_id": "manual"}),
        ("shipping_method", {"price": 1}),
    ):
        answer = update(shop, order, **{name: value})
        assert (answer.status_code, answer.json["type"]) == (400, "not_allowed"), name
    assert update(shop, order, email="nobody").status_code == 400
    assert update(shop, order, status="completed").status_code == 400


def test_metadata_is_merged_and_notices_can_be_turned_off(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1))
    update(shop, order, metadata={"a": 1, "b": 2}, no_notification=True)

    shown = update(shop, order, metadata={"a": ""}).json["order"]

    assert shown["metadata"] == {"b": 2}
    assert shown["no_notification"] is True


def test_a_shipping_method_replaces_the_one_of_its_profile_and_moves_the_total(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 1))
    path = f"/admin/orders/{order['id']}/shipping-methods"

    shown = shop.post(path, {"option_id": POST, "price": 900}).json["order"]  # type: ignore[index]

    (method,) = shown["shipping_methods"]
    assert (method["price"], method["tax_total"], method["total"]) == (900, 90, 990)
    assert shown["total"] == order["total"] + 440
    assert shown["shipping_total"] == 900
    assert shop.post(path, {"option_id": "so_back", "price": 1}).status_code == 400
    assert shop.post(path, {"option_id": "so_none", "price": 1}).status_code == 404
    assert shop.post(path, {"option_id": POST}).status_code == 400
    assert shop.post(path, {"option_id": POST, "price": -1}).status_code == 400


def test_a_way_to_ship_never_takes_an_order_below_what_gift_cards_paid(shop: GoodsShop) -> None:
    card = shop.post("/admin/gift-cards", {"value": 9_000, "region_id": REGION}).json["gift_card"]  # type: ignore[index]
    cart_id = shop.ask("POST", "/store/carts", None, {"region_id": REGION}).json["cart"]["id"]  # type: ignore[index]
    line = {"variant_id": HAT, "quantity": 1}
    assert shop.ask("POST", f"/store/carts/{cart_id}/line-items", None, line).status_code == 200
    laid = shop.ask("POST", f"/store/carts/{cart_id}", None, {"gift_cards": [{"code": card["code"]}]})
    assert laid.status_code == 200
    order = shop.complete(cart_id, email="guest@example.com")["data"]
    assert (order["gift_card_total"], order["total"]) == (3_500, 0)
    path = f"/admin/orders/{order['id']}/shipping-methods"

    refused = shop.post(path, {"option_id": POST, "price": 0})

    assert refused.status_code == 400, refused.text
    assert shop.shown(order["id"])["total"] == 0
    assert shop.post(path, {"option_id": POST, "price": 600}).json["order"]["total"] == 110  # type: ignore[index]


def test_mails_about_an_order_are_its_notifications(shop: GoodsShop) -> None:
    order = shop.buy((DOWNLOAD, 1))

    answer = shop.get(f"/admin/notifications?resource_id={order['id']}")

    (sent,) = answer.json["notifications"]  # type: ignore[index]
    assert (sent["event_name"], sent["resource_type"]) == ("order.placed", "order")
    assert (sent["resource_id"], sent["customer_id"], sent["to"]) == (
        order["id"],
        order["customer_id"],
        order["email"],
    )
    assert sent["data"]["status"] == "sent"
    assert "token" not in answer.text
    assert "http" not in answer.text
    for query, count in (
        (f"resource_id={order['id']},order_none&event_name=order.placed,order.refund_created", 1),
        (f"resource_id={order['id']}&event_name=order.refund_created", 0),
        (f"resource_id={order['id']}&resource_type=order&to=guest@example.com", 1),
        (f"resource_id={order['id']}&to=other@example.com", 0),
    ):
        assert shop.get(f"/admin/notifications?{query}").json["count"] == count, query  # type: ignore[index]


def test_a_mail_about_an_order_can_be_sent_again(shop: GoodsShop) -> None:
    order = shop.buy((HAT, 1))
    path = f"/admin/notifications?resource_id={order['id']}"
    sent = shop.get(path).json["notifications"][0]  # type: ignore[index]

    answer = shop.post(f"/admin/notifications/{sent['id']}/resend", {"to": "Aunt@example.com"})
    run_jobs(shop.container)

    assert answer.status_code == 200, answer.text
    (again,) = answer.json["notification"]["resends"]  # type: ignore[index]
    assert answer.json["notification"]["id"] == again["parent_id"] == sent["id"]  # type: ignore[index]
    assert again["to"] == "aunt@example.com"
    assert shop.get(path).json["count"] == 1  # type: ignore[index]
    every = shop.get(f"{path}&include_resends=true").json["notifications"]  # type: ignore[index]
    assert {each["data"]["status"] for each in every} == {"sent"}
    assert len(every) == 2


def test_a_notice_of_a_refund_says_the_same_when_it_is_sent_again(shop: GoodsShop) -> None:
    order = shop.buy((HAT, 1))
    refund = {"amount": 100, "reason": "other", "note": "sorry"}
    assert shop.post(f"/admin/orders/{order['id']}/refund", refund).status_code == 200
    run_jobs(shop.container)
    path = f"/admin/notifications?resource_id={order['id']}&event_name=order.refund_created&include_resends=true"
    (notice,) = shop.get(path).json["notifications"]  # type: ignore[index]

    for _ in range(2):
        assert shop.post(f"/admin/notifications/{notice['id']}/resend").status_code == 200
    run_jobs(shop.container)

    told = shop.get(path).json["notifications"]  # type: ignore[index]
    assert [each["data"]["status"] for each in told] == ["sent"] * 3


def test_letters_that_open_accounts_are_not_sent_again(shop: GoodsShop) -> None:
    invite = shop.invite("friend@example.com")
    run_jobs(shop.container)
    (letter,) = shop.get(f"/admin/notifications?resource_id={invite['id']}").json["notifications"]  # type: ignore[index]

    answer = shop.post(f"/admin/notifications/{letter['id']}/resend", {"to": "thief@example.com"})

    assert (answer.status_code, answer.json["code"]) == (400, "MAIL_NOT_REPEATABLE")  # type: ignore[index]
    assert shop.post("/admin/notifications/mail_none/resend").status_code == 404


def test_there_are_no_imports_or_exports_to_list(shop: GoodsShop) -> None:
    answer = shop.get("/admin/batch-jobs?limit=100")

    assert answer.json == {"batch_jobs": [], "count": 0, "offset": 0, "limit": 100}

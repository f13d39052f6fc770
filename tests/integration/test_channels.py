"""Sales channels, publishable keys and customer groups over HTTP: what staff set up is what storefronts show."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import TestResponse

from core.domain.actor import SYSTEM
from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import PRODUCT, REGION, VARIANT, keep_at

HEADER = "x-publishable-api-key"
BAD_BODY = "Provided request body contains errors. Please check the data and retry the request"


@pytest.fixture(params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path: Path) -> PeopledShop:
    if request.param == "postgres":
        keep_at(tmp_path, request.getfixturevalue("postgres_url"))
    return PeopledShop(tmp_path)


def made(shop: PeopledShop, path: str, one: str, **body: object) -> dict[str, Any]:
    answer = shop.post(path, body)
    assert answer.status_code == 200, answer.text
    return answer.json[one]  # type: ignore[index, no-any-return]


def channel(shop: PeopledShop, name: str = "Outlet", *, sells: bool = True, **more: object) -> str:
    id = str(made(shop, "/admin/sales-channels", "sales_channel", name=name, **more)["id"])
    if sells:
        sold = shop.post(f"/admin/sales-channels/{id}/products/batch", {"product_ids": [{"id": PRODUCT}]})
        assert sold.status_code == 200, sold.text
    return id


def key(shop: PeopledShop, *channels: str) -> str:
    id = str(made(shop, "/admin/publishable-api-keys", "publishable_api_key", title="Storefront")["id"])
    body = {"sales_channel_ids": [{"id": channel} for channel in channels]}
    answer = shop.post(f"/admin/publishable-api-keys/{id}/sales-channels/batch", body)
    assert answer.status_code == 200, answer.text
    return id


def ask(shop: PeopledShop, key: str | None, path: str, json: object = None) -> TestResponse:
    headers = {} if key is None else {HEADER: key}
    return shop.ask("GET" if json is None else "POST", path, headers, json)


def seen(shop: PeopledShop, key: str | None, query: str = "") -> list[str]:
    answer = ask(shop, key, f"/store/products?fields=id{query}")
    assert answer.status_code == 200, answer.text
    return [product["id"] for product in answer.json["products"]]  # type: ignore[index]


def default_channel(shop: PeopledShop) -> str:
    with shop.container.begin()(SYSTEM, "test") as work:
        return str(work.shop.store().default_sales_channel_id)


def cart(shop: PeopledShop, key: str | None, **body: object) -> TestResponse:
    return ask(shop, key, "/store/carts", {"region_id": REGION, **body})


def test_a_key_shows_what_its_channels_sell(shop: PeopledShop) -> None:
    empty = channel(shop, "Empty", sells=False)
    confined, outlet, unbound = key(shop, empty), key(shop, channel(shop)), key(shop)

    assert [seen(shop, each) for each in (None, "pk_unknown", unbound, outlet)] == [[PRODUCT]] * 4
    assert seen(shop, confined) == []
    assert ask(shop, confined, "/store/variants").json["variants"] == []  # type: ignore[index]
    assert ask(shop, confined, "/store/products/search", {"q": "sydney"}).json == {"hits": []}
    assert len(ask(shop, outlet, "/store/products/search", {"q": "sydney"}).json["hits"]) == 1  # type: ignore[index]


def test_products_of_other_channels_are_refused_by_name(shop: PeopledShop) -> None:
    confined = key(shop, channel(shop, "Empty", sells=False))
    for kind, path in (("Product", f"products/{PRODUCT}"), ("Variant", f"variants/{VARIANT}")):
        id = path.partition("/")[2]
        answer = ask(shop, confined, f"/store/{path}")
        problem = (
            f"{kind} with id: {id} is not associated with sales channels defined by the Publishable API Key"
            " passed in the header of the request."
        )

        assert answer.status_code == 400
        assert answer.json == {
            "errors": [problem],
            "message": BAD_BODY,
            "type": "invalid_data",
            "code": "OUT_OF_SCOPE",
        }
        assert ask(shop, "pk_unknown", f"/store/{path}").status_code == 200
        assert ask(shop, None, f"/store/{path}").status_code == 200


def test_answers_kept_for_one_key_are_not_given_to_another(shop: PeopledShop) -> None:
    confined, outlet = key(shop, channel(shop, "Empty", sells=False)), key(shop, channel(shop))

    assert [seen(shop, each) for each in (outlet, confined, outlet, confined)] == [[PRODUCT], [], [PRODUCT], []]
    assert HEADER in ask(shop, outlet, "/store/products").headers["Vary"]


def test_a_channel_outside_the_key_is_refused(shop: PeopledShop) -> None:
    own, foreign = channel(shop, "Own"), channel(shop, "Foreign")
    mine = key(shop, own)
    problem = (
        f"Provided sales channel id param: {foreign} is not associated with the Publishable API Key passed in"
        " the header of the request."
    )
    asked = [
        ask(shop, mine, f"/store/products?sales_channel_id[]={foreign}"),
        ask(shop, mine, f"/store/products/{PRODUCT}?sales_channel_id={foreign}"),
        ask(shop, mine, f"/store/variants?sales_channel_id={foreign}"),
        cart(shop, mine, sales_channel_id=foreign),
        ask(shop, mine, f"/store/carts/{cart(shop, mine).json['cart']['id']}", {"sales_channel_id": foreign}),  # type: ignore[index]
    ]

    for answer in asked:
        assert (answer.status_code, answer.json["errors"], answer.json["message"]) == (400, [problem], BAD_BODY)  # type: ignore[index]
    assert seen(shop, mine, f"&sales_channel_id[]={own}") == [PRODUCT]


def test_a_new_cart_takes_the_only_channel_of_its_key(shop: PeopledShop) -> None:
    own, other = channel(shop, "Own"), channel(shop, "Other")
    several = cart(shop, key(shop, own, other))
    named = cart(shop, key(shop, own, other), sales_channel_id=other)

    assert cart(shop, key(shop, own)).json["cart"]["sales_channel_id"] == own  # type: ignore[index]
    assert cart(shop, "pk_unknown").json["cart"]["sales_channel_id"] == default_channel(shop)  # type: ignore[index]
    assert (several.status_code, several.json["code"]) == (400, "SALES_CHANNEL_REQUIRED")  # type: ignore[index]
    assert named.json["cart"]["sales_channel_id"] == other  # type: ignore[index]


def test_a_cart_of_a_key_holds_only_what_its_channel_sells(shop: PeopledShop) -> None:
    confined = key(shop, channel(shop, "Empty", sells=False))
    refused = cart(shop, confined, items=[{"variant_id": VARIANT, "quantity": 1}])
    empty = cart(shop, confined).json["cart"]["id"]  # type: ignore[index]
    late = ask(shop, confined, f"/store/carts/{empty}/line-items", {"variant_id": VARIANT, "quantity": 1})

    assert (refused.status_code, late.status_code) == (400, 400)


def test_moving_a_cart_to_another_channel_leaves_behind_what_is_not_sold_there(shop: PeopledShop) -> None:
    bought = cart(shop, None, items=[{"variant_id": VARIANT, "quantity": 1}]).json["cart"]["id"]  # type: ignore[index]
    outlet, empty = channel(shop), channel(shop, "Empty", sells=False)
    kept = ask(shop, None, f"/store/carts/{bought}", {"sales_channel_id": outlet}).json["cart"]  # type: ignore[index]
    left = ask(shop, None, f"/store/carts/{bought}", {"sales_channel_id": empty}).json["cart"]  # type: ignore[index]

    assert (len(kept["items"]), kept["total"]) == (1, 1_100)
    assert (left["items"], left["total"]) == ([], 0)


def test_a_revoked_key_does_not_work(shop: PeopledShop) -> None:
    revoked = key(shop, channel(shop))
    path = f"/admin/publishable-api-keys/{revoked}"
    first, again = shop.post(f"{path}/revoke"), shop.post(f"{path}/revoke")
    cart_id = cart(shop, None).json["cart"]["id"]  # type: ignore[index]

    assert first.json["publishable_api_key"]["revoked_by"].startswith("usr_")  # type: ignore[index]
    assert (again.status_code, again.json["message"]) == (400, "PublishableApiKey has already been revoked.")  # type: ignore[index]
    for answer in (
        ask(shop, revoked, "/store/products"),
        ask(shop, revoked, f"/store/products/{PRODUCT}"),
        ask(shop, revoked, "/store/collections"),
        ask(shop, revoked, "/store/products/search", {"q": "x"}),
        cart(shop, revoked),
        ask(shop, revoked, f"/store/carts/{cart_id}", {"sales_channel_id": default_channel(shop)}),
    ):
        assert (answer.status_code, answer.json["code"]) == (400, "PUBLISHABLE_KEY_REVOKED")  # type: ignore[index]
    assert shop.delete(path).json == {"id": revoked, "object": "publishable_api_key", "deleted": True}
    assert shop.delete(path).status_code == 404
    assert seen(shop, revoked) == [PRODUCT], "an unknown key is none"


def test_nothing_is_shown_or_sold_in_a_disabled_channel(shop: PeopledShop) -> None:
    outlet = channel(shop)
    storefront = key(shop, outlet)
    before = seen(shop, storefront)
    shop.post(f"/admin/sales-channels/{outlet}", {"is_disabled": True})
    refused = cart(shop, storefront)
    moved = ask(shop, None, f"/store/carts/{cart(shop, None).json['cart']['id']}", {"sales_channel_id": outlet})  # type: ignore[index]

    assert (before, seen(shop, storefront), seen(shop, None, f"&sales_channel_id={outlet}")) == ([PRODUCT], [], [])
    for answer in (refused, moved):
        assert (answer.status_code, answer.json["type"]) == (400, "invalid_data")  # type: ignore[index]
        assert answer.json["message"] == 'Unable to assign the cart to a disabled Sales Channel "Outlet"'  # type: ignore[index]
    shop.post(f"/admin/sales-channels/{default_channel(shop)}", {"is_disabled": True})
    assert seen(shop, None) == []


def test_a_sales_channel_is_made_changed_and_deleted(shop: PeopledShop) -> None:
    made_ = made(shop, "/admin/sales-channels", "sales_channel", name="Fair", description="in May")
    path = f"/admin/sales-channels/{made_['id']}"
    changed = shop.post(path, {"name": "Market"}).json["sales_channel"]  # type: ignore[index]
    found = shop.get("/admin/sales-channels?q=in may").json  # type: ignore[index]
    deleted, again = shop.delete(path), shop.delete(path)
    default = shop.delete(f"/admin/sales-channels/{default_channel(shop)}")

    assert set(made_) == {
        *("id", "name", "description", "is_disabled", "metadata", "created_at", "updated_at", "deleted_at")
    }
    assert (changed["name"], changed["description"], changed["is_disabled"]) == ("Market", "in May", False)
    assert (found["count"], found["limit"]) == (1, 20)  # type: ignore[index]
    assert deleted.json == again.json == {"id": made_["id"], "object": "sales-channel", "deleted": True}
    assert shop.get(path).status_code == 404
    assert (default.status_code, default.json["message"]) == (400, "You cannot delete the default sales channel")  # type: ignore[index]
    assert shop.post("/admin/sales-channels", {"name": " "}).status_code == 400


def test_products_are_put_into_a_channel_and_taken_out(shop: PeopledShop) -> None:
    outlet = channel(shop)
    storefront = key(shop, outlet)
    path = f"/admin/sales-channels/{outlet}/products/batch"
    unknown = shop.post(path, {"product_ids": [{"id": "prod_none"}]})
    again = shop.post(path, {"product_ids": [{"id": PRODUCT}]})
    shown = seen(shop, storefront)
    taken = shop.delete(path, json={"product_ids": [{"id": PRODUCT}, {"id": "prod_none"}]})

    assert (unknown.status_code, unknown.json["errors"]) == (400, ["Products prod_none do not exist"])  # type: ignore[index]
    assert again.status_code == taken.status_code == 200
    assert taken.json["sales_channel"]["id"] == outlet  # type: ignore[index]
    assert (shown, seen(shop, storefront), seen(shop, None)) == ([PRODUCT], [], [PRODUCT])


def test_keys_are_listed_renamed_and_bound_to_channels(shop: PeopledShop) -> None:
    one, two = channel(shop, "One"), channel(shop, "Two")
    mine = key(shop, one, two)
    path = f"/admin/publishable-api-keys/{mine}"
    unknown = shop.post(f"{path}/sales-channels/batch", {"sales_channel_ids": [{"id": "sc_none"}]})
    found = shop.get(f"{path}/sales-channels?q=two").json
    shop.delete(f"{path}/sales-channels/batch", json={"sales_channel_ids": [{"id": two}, {"id": "sc_none"}]})
    renamed = shop.post(path, {"title": "Blog"}).json["publishable_api_key"]  # type: ignore[index]
    listed = shop.get("/admin/publishable-api-keys?q=blog").json

    assert unknown.status_code == 400
    assert [each["name"] for each in found["sales_channels"]] == ["Two"]  # type: ignore[index]
    assert [each["id"] for each in shop.get(f"{path}/sales-channels").json["sales_channels"]] == [one]  # type: ignore[index]
    assert set(renamed) == {*("id", "title", "created_by", "revoked_by", "revoked_at", "created_at", "updated_at")}
    assert listed["publishable_api_keys"] == [renamed]  # type: ignore[index]
    assert (listed["count"], listed["limit"]) == (1, 20)  # type: ignore[index]


def test_customers_are_put_into_a_group_and_taken_out(shop: PeopledShop) -> None:
    group = made(shop, "/admin/customer-groups", "customer_group", name="Friends", metadata={"a": 1})
    path = f"/admin/customer-groups/{group['id']}"
    twice = shop.post("/admin/customer-groups", {"name": "Friends"})
    unknown = shop.post(f"{path}/customers/batch", {"customer_ids": [{"id": shop.my_id}, {"id": "cus_none"}]})
    for _ in range(2):
        added = shop.post(f"{path}/customers/batch", {"customer_ids": [{"id": shop.my_id}]})
    members = shop.get(f"{path}/customers").json
    shop.delete(f"{path}/customers/batch", json={"customer_ids": [{"id": shop.my_id}, {"id": "cus_none"}]})

    assert (twice.status_code, twice.json["type"]) == (422, "duplicate_error")  # type: ignore[index]
    assert unknown.status_code == 404
    assert unknown.json["message"] == 'The following customer ids do not exist: "cus_none"'  # type: ignore[index]
    assert added.json["customer_group"] == {**group, "updated_at": added.json["customer_group"]["updated_at"]}  # type: ignore[index]
    assert [each["id"] for each in members["customers"]] == [shop.my_id]  # type: ignore[index]
    assert [each["name"] for each in members["customers"][0]["groups"]] == ["Friends"]  # type: ignore[index]
    assert shop.get(f"{path}/customers").json["count"] == 0  # type: ignore[index]
    assert shop.post(path, {"metadata": {"b": 2}}).json["customer_group"]["metadata"] == {"a": 1, "b": 2}  # type: ignore[index]


def test_a_deleted_group_gives_nobody_its_prices(shop: PeopledShop) -> None:
    group = made(shop, "/admin/customer-groups", "customer_group", name="Friends")["id"]
    price = {"variant_id": VARIANT, "region_id": REGION, "amount": 700}
    spring = {"name": "Spring", "description": "x", "type": "sale", "status": "active", "prices": [price]}
    assert shop.post("/admin/price-lists", {**spring, "customer_groups": [{"id": group}]}).status_code == 200
    shop.post(f"/admin/customer-groups/{group}/customers/batch", {"customer_ids": [{"id": shop.my_id}]})
    body = {"region_id": REGION, "items": [{"variant_id": VARIANT, "quantity": 1}]}
    cart_id = shop.ask("POST", "/store/carts", shop.me, body).json["cart"]["id"]  # type: ignore[index]

    def paid() -> tuple[int, int]:
        shown = shop.ask("GET", f"/store/products/{PRODUCT}?region_id={REGION}", shop.me).json["product"]  # type: ignore[index]
        opened = shop.ask("GET", f"/store/carts/{cart_id}", shop.me).json["cart"]  # type: ignore[index]
        return shown["variants"][0]["calculated_price"], opened["items"][0]["unit_price"]

    before = paid()
    deleted = shop.delete(f"/admin/customer-groups/{group}").json

    assert deleted == {"id": group, "object": "customer_group", "deleted": True}
    assert (before, paid()) == ((700, 700), (1_000, 1_000))
    assert shop.get(f"/admin/customer-groups/{group}").status_code == 404
    assert shop.delete(f"/admin/customer-groups/{group}").json == deleted

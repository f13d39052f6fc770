"""Setting a shop up over HTTP: where it sells, how it ships, in which currencies, and who may know."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.domain.actor import SYSTEM, Role
from core.use_cases.user.create_user import NewUser
from tests.integration.goods_shop import BACK, POST, SHIRT, GoodsShop
from tests.integration.shops import PASSWORD, PRODUCT, REGION

NOWHERE = {
    "name": "Nordics",
    "currency_code": "EUR",
    "tax_rate": 24.5,
    "payment_providers": ["manual"],
    "fulfillment_providers": ["manual"],
    "countries": [],
}
OPTION = {
    "name": "Courier",
    "region_id": REGION,
    "provider_id": "manual",
    "data": {"id": "manual-fulfillment"},
    "price_type": "flat_rate",
    "amount": 700,
}
STAMPS = {"created_at": str, "updated_at": str, "deleted_at": type(None)}
OBJECT = (dict, type(None))
TEXT = (str, type(None))
REGION_KEYS: dict[str, Any] = {
    **STAMPS,
    "id": str,
    "name": str,
    "currency_code": str,
    "tax_rate": (int, float),
    "tax_code": TEXT,
    "gift_cards_taxable": bool,
    "automatic_taxes": bool,
    "includes_tax": bool,
    "tax_provider_id": TEXT,
    "metadata": OBJECT,
    "countries": list,
    "currency": dict,
    "payment_providers": list,
    "fulfillment_providers": list,
}
OPTION_KEYS: dict[str, Any] = {
    **STAMPS,
    "id": str,
    "name": str,
    "region_id": str,
    "profile_id": str,
    "provider_id": str,
    "price_type": str,
    "amount": (int, type(None)),
    "is_return": bool,
    "admin_only": bool,
    "includes_tax": bool,
    "data": dict,
    "metadata": OBJECT,
    "region": dict,
    "profile": dict,
    "requirements": list,
    "price_incl_tax": int,
    "tax_rates": list,
    "tax_amount": int,
}
PROFILE_KEYS: dict[str, Any] = {**STAMPS, "id": str, "name": str, "type": str, "metadata": OBJECT}
STORE_KEYS: dict[str, Any] = {
    "id": str,
    "created_at": str,
    "updated_at": str,
    "name": str,
    "default_currency_code": str,
    "swap_link_template": TEXT,
    "payment_link_template": TEXT,
    "invite_link_template": TEXT,
    "default_location_id": TEXT,
    "default_sales_channel_id": str,
    "metadata": OBJECT,
    "currencies": list,
    "default_currency": dict,
    "default_sales_channel": dict,
}


@pytest.fixture
def shop(tmp_path: Path) -> GoodsShop:
    return GoodsShop(tmp_path)


def fits(tree: dict[str, Any], keys: dict[str, Any]) -> None:
    wrong = {name: tree.get(name, ...) for name, kind in keys.items() if not isinstance(tree.get(name, ...), kind)}
    assert wrong == {}


def made(shop: GoodsShop, path: str, one: str, body: dict[str, Any], keys: dict[str, Any]) -> dict[str, Any]:
    """Posted, shown alike, and written down once."""
    before = len(actions(shop))
    answer = shop.post(path, body)
    assert answer.status_code == 200, answer.text
    tree: dict[str, Any] = answer.json[one]  # type: ignore[index]
    fits(tree, keys)
    assert set(answer.json) == {one}  # type: ignore[arg-type]
    assert len(actions(shop)) == before + 1
    return tree


def actions(shop: GoodsShop) -> list[str]:
    with shop.container.read_engine().connect() as connection:
        return [row[0] for row in connection.exec_driver_sql("SELECT action FROM audit_log ORDER BY at, id")]


def pricing(shop: GoodsShop) -> int:
    with shop.container.begin()(SYSTEM, "test.look") as work:
        return work.versions.current("pricing")


# Regions


def test_a_region_is_made_shown_changed_and_closed(shop: GoodsShop) -> None:
    before = pricing(shop)
    region = made(shop, "/admin/regions", "region", {**NOWHERE, "countries": ["IS", "fi"]}, REGION_KEYS)
    path = f"/admin/regions/{region['id']}"
    listed = shop.get("/admin/regions?q=nordi&order=name").json
    body = {"name": "North", "tax_rate": 25, "countries": ["no"], "metadata": {"a": 1}, "automatic_taxes": False}
    changed = shop.post(path, body).json["region"]  # type: ignore[index]
    closed = shop.delete(path)

    assert region["tax_rate"] == 24.5
    assert region["currency_code"] == "eur"
    assert [country["iso_2"] for country in region["countries"]] == ["fi", "is"]
    assert region["countries"][0]["region_id"] == region["id"]
    assert region["payment_providers"] == [{"id": "manual", "is_installed": True}]
    assert {name: listed[name] for name in ("count", "offset", "limit")} == {"count": 1, "offset": 0, "limit": 50}  # type: ignore[index]
    assert [one["iso_2"] for one in changed["countries"]] == ["no"]
    assert (changed["name"], changed["tax_rate"], changed["metadata"]) == ("North", 25, {"a": 1})
    assert closed.json == {"id": region["id"], "object": "region", "deleted": True}
    assert shop.get(path).status_code == shop.delete(path).status_code == 404
    assert made(shop, "/admin/regions", "region", {**NOWHERE, "countries": ["no"]}, REGION_KEYS)["id"] != region["id"]
    assert actions(shop)[-4:] == ["region.create", "region.update", "region.delete", "region.create"]
    assert pricing(shop) == before + 4


@pytest.mark.parametrize(
    ("wrong", "status", "message"),
    [
        ({"currency_code": "jpy"}, 400, "Invalid currency code"),
        ({"countries": ["zz"]}, 400, "Invalid country code"),
        ({"countries": ["de"]}, 422, f"Germany already exists in region {REGION}"),
        ({"payment_providers": ["nope"]}, 400, "Payment provider not found"),
        ({"fulfillment_providers": ["nope"]}, 400, "Fulfillment provider not found"),
        ({"tax_rate": 101}, 400, "tax_rate must be between 0 and 100"),
        ({"name": " "}, 400, "name should not be empty"),
        ({"colour": "red"}, 400, "property colour should not exist"),
    ],
)
def test_regions_are_made_of_what_there_is(shop: GoodsShop, wrong: dict[str, Any], status: int, message: str) -> None:
    region = shop.post("/admin/regions", NOWHERE).json["region"]["id"]  # type: ignore[index]
    refused = [shop.post("/admin/regions", {**NOWHERE, **wrong}), shop.post(f"/admin/regions/{region}", wrong)]

    for answer in refused:
        assert answer.status_code == status
        assert answer.json["message"] == message  # type: ignore[index]
        assert answer.json["type"] == ("duplicate_error" if status == 422 else "invalid_data")  # type: ignore[index]


def test_the_currency_of_gift_cards_stays(shop: GoodsShop) -> None:
    shop.post("/admin/store/currencies/dkk")
    region = shop.post("/admin/regions", NOWHERE).json["region"]["id"]  # type: ignore[index]
    path = f"/admin/regions/{region}"
    assert shop.post(path, {"currency_code": "DKK"}).json["region"]["currency_code"] == "dkk"  # type: ignore[index]
    assert shop.post(path, {"currency_code": "eur"}).json["region"]["currency_code"] == "eur"  # type: ignore[index]
    card = shop.post("/admin/gift-cards", {"region_id": region, "value": 500}).json["gift_card"]["id"]  # type: ignore[index]
    refused: Any = shop.post(path, {"currency_code": "dkk", "name": "Danmark"})
    kept: Any = shop.post(path, {"currency_code": "eur", "name": "Norden"})

    told = (refused.status_code, refused.json["code"], refused.json["type"])
    assert told == (400, "REGION_CURRENCY_FIXED", "not_allowed")
    assert (kept.status_code, kept.json["region"]["name"]) == (200, "Norden")
    shop.post(f"/admin/gift-cards/{card}", {"balance": 0})
    assert shop.post(path, {"currency_code": "dkk"}).status_code == 200


def test_parts_of_a_region_come_and_go(shop: GoodsShop) -> None:
    region = shop.post("/admin/regions", {**NOWHERE, "payment_providers": []}).json["region"]["id"]  # type: ignore[index]
    path = f"/admin/regions/{region}"

    def part(answer: Any, name: str, key: str) -> list[str]:
        assert answer.status_code == 200, answer.text
        return [one[key] for one in answer.json["region"][name]]

    for _ in range(2):
        assert part(shop.post(f"{path}/countries", {"country_code": "IS"}), "countries", "iso_2") == ["is"]
        added = shop.post(f"{path}/payment-providers", {"provider_id": "manual"})
        assert part(added, "payment_providers", "id") == ["manual"]
    for _ in range(2):
        assert part(shop.delete(f"{path}/countries/is"), "countries", "iso_2") == []
        assert part(shop.delete(f"{path}/payment-providers/manual"), "payment_providers", "id") == []
        gone = shop.delete(f"{path}/fulfillment-providers/manual")
        assert part(gone, "fulfillment_providers", "id") == []
    assert shop.get(f"{path}/fulfillment-options").json == {"fulfillment_options": []}
    back = shop.post(f"{path}/fulfillment-providers", {"provider_id": "manual"})
    assert part(back, "fulfillment_providers", "id") == ["manual"]
    assert shop.get(f"{path}/fulfillment-options").json == {
        "fulfillment_options": [
            {
                "provider_id": "manual",
                "options": [{"id": "manual-fulfillment"}, {"id": "manual-fulfillment-return", "is_return": True}],
            }
        ]
    }
    for name in ("payment", "fulfillment"):
        unknown = shop.post(f"{path}/{name}-providers", {"provider_id": "nope"})
        assert unknown.status_code == 404
        assert unknown.json["message"] == f"{name.title()} provider nope was not found"  # type: ignore[index]
    assert shop.post(f"{path}/countries", {"country_code": "de"}).status_code == 422
    assert shop.post(path, {"tax_provider_id": "nope"}).status_code == 400
    assert shop.post("/admin/regions/nope", {"name": "x"}).json["message"] == "Region with id: nope was not found"  # type: ignore[index]


def test_what_was_sold_in_a_closed_region_goes_on(shop: GoodsShop) -> None:
    order = shop.buy((SHIRT, 2))
    cart = shop.ask("POST", "/store/carts", None, {"region_id": REGION}).json["cart"]["id"]  # type: ignore[index]
    shop.ask("POST", f"/store/carts/{cart}/line-items", None, {"variant_id": SHIRT, "quantity": 1})
    elsewhere = shop.post("/admin/regions", {**NOWHERE, "countries": ["is"]}).json["region"]["id"]  # type: ignore[index]
    shop.delete(f"/admin/shipping-options/{POST}")
    shop.delete(f"/admin/regions/{REGION}")

    shown = shop.ask("GET", f"/store/carts/{cart}")
    assert shown.status_code == 200, shown.text
    assert shown.json["cart"]["region"]["id"] == REGION  # type: ignore[index]
    assert shop.ask("GET", f"/store/regions/{REGION}").status_code == 404
    assert shop.ask("POST", "/store/carts", None, {"region_id": REGION}).status_code == 404
    moved = shop.ask("POST", f"/store/carts/{cart}", None, {"region_id": elsewhere})
    assert moved.json["cart"]["region_id"] == elsewhere  # type: ignore[index]
    assert shop.shown(order["id"])["region"]["id"] == REGION
    assert shop.fulfill(shop.shown(order["id"]))["fulfillment_status"] == "shipped"
    items = [{"item_id": order["items"][0]["id"], "quantity": 1}]
    body = {"items": items, "return_shipping": {"option_id": BACK}}
    assert shop.post(f"/admin/orders/{order['id']}/return", body).status_code == 200


# Ways to ship


def test_a_way_to_ship_is_made_shown_changed_and_ended(shop: GoodsShop) -> None:
    rules = [{"type": "min_subtotal", "amount": 1_000}, {"type": "max_subtotal", "amount": 5_000}]
    option = made(shop, "/admin/shipping-options", "shipping_option", {**OPTION, "requirements": rules}, OPTION_KEYS)
    path = f"/admin/shipping-options/{option['id']}"
    first = option["requirements"][0]
    body = {"name": "Bike", "amount": 0, "requirements": [{**first, "amount": 50}], "metadata": {"a": 1}}
    kept = {name: value for name, value in body["requirements"][0].items() if name in ("id", "type", "amount")}  # type: ignore[index]
    changed = shop.post(path, {**body, "requirements": [kept]}).json["shipping_option"]  # type: ignore[index]
    listed = shop.get(f"/admin/shipping-options?region_id={REGION}&is_return=false&q=bik").json

    assert (option["price_incl_tax"], option["tax_amount"], option["admin_only"]) == (770, 70, False)
    assert [(rule["type"], rule["amount"]) for rule in option["requirements"]] == [
        ("min_subtotal", 1_000),
        ("max_subtotal", 5_000),
    ]
    assert (changed["name"], changed["amount"], changed["metadata"]) == ("Bike", 0, {"a": 1})
    assert [(rule["id"], rule["amount"]) for rule in changed["requirements"]] == [(first["id"], 50)]
    assert (listed["count"], listed["limit"]) == (1, 50)  # type: ignore[index]
    ended = {"id": option["id"], "object": "shipping-option", "deleted": True}
    assert shop.delete(path).json == shop.delete(path).json == ended
    assert shop.get(path).status_code == shop.post(path, {"requirements": []}).status_code == 404
    wanted = ["shipping_option.create", "shipping_option.update", "shipping_option.delete"]
    assert [action for action in actions(shop) if action.startswith("shipping")] == wanted


@pytest.mark.parametrize(
    ("wrong", "status", "message"),
    [
        ({"provider_id": "nope"}, 400, "The fulfillment provider is not available in the provided region"),
        ({"region_id": "nope"}, 404, "Region with id: nope was not found"),
        ({"profile_id": "nope"}, 404, "Profile with id: nope was not found"),
        ({"amount": -1}, 400, "Shipping options of type `flat_rate` must have an `amount`"),
        ({"amount": None}, 400, "Shipping options of type `flat_rate` must have an `amount`"),
        ({"price_type": "calculated"}, 400, "The fulfillment provider cannot calculate prices for this option"),
        (
            {"requirements": [{"type": "min_subtotal", "amount": 5}, {"type": "min_subtotal", "amount": 6}]},
            400,
            "Only one requirement of each type is allowed",
        ),
        (
            {"requirements": [{"type": "min_subtotal", "amount": 5}, {"type": "max_subtotal", "amount": 5}]},
            400,
            "Max. subtotal must be greater than Min. subtotal",
        ),
        ({"requirements": [{"type": "weight", "amount": 5}]}, 400, None),
        ({"data": "manual"}, 400, "data must be an object"),
    ],
)
def test_a_way_to_ship_makes_sense(shop: GoodsShop, wrong: dict[str, Any], status: int, message: str | None) -> None:
    answer = shop.post("/admin/shipping-options", {**OPTION, **wrong})

    assert answer.status_code == status
    assert message is None or answer.json["message"] == message  # type: ignore[index]


def test_a_changed_way_to_ship_makes_sense_too(shop: GoodsShop) -> None:
    path = f"/admin/shipping-options/{POST}"

    assert shop.post(path, {"name": "x"}).json["message"] == "requirements should not be empty"  # type: ignore[index]
    for wrong in ({"amount": -1}, {"requirements": [{"id": "nope", "type": "min_subtotal", "amount": 1}]}):
        assert shop.post(path, {"requirements": [], **wrong}).status_code == 400


def test_shoppers_never_see_what_is_for_staff_alone(shop: GoodsShop) -> None:
    shop.post("/admin/shipping-options", {**OPTION, "admin_only": True})

    names = [one["name"] for one in shop.ask("GET", "/store/shipping-options").json["shipping_options"]]  # type: ignore[index]
    assert "Courier" not in names


# Shipping profiles


def test_a_profile_is_made_filled_and_deleted(shop: GoodsShop) -> None:
    body = {"name": "Fragile", "type": "custom", "metadata": {"a": 1}}
    profile = made(shop, "/admin/shipping-profiles", "shipping_profile", body, PROFILE_KEYS)
    path = f"/admin/shipping-profiles/{profile['id']}"
    moving = {"products": [PRODUCT], "shipping_options": [POST], "name": "Breaks", "metadata": {"a": "", "b": 2}}
    moved = shop.post(path, moving).json["shipping_profile"]  # type: ignore[index]
    listed = shop.get("/admin/shipping-profiles").json

    assert [one["id"] for one in moved["products"]] == [PRODUCT]
    assert [one["id"] for one in moved["shipping_options"]] == [POST]
    assert (moved["name"], moved["metadata"]) == ("Breaks", {"b": 2})
    assert shop.get(path).json == {"shipping_profile": moved}
    assert {name: listed[name] for name in ("count", "offset", "limit")} == {"count": 3, "offset": 0, "limit": 3}  # type: ignore[index]
    assert [one["type"] for one in listed["shipping_profiles"]] == ["default", "gift_card", "custom"]  # type: ignore[index]
    fits(listed["shipping_profiles"][2], PROFILE_KEYS)  # type: ignore[index]
    gone = {"id": profile["id"], "object": "shipping_profile", "deleted": True}
    assert shop.delete(path).json == shop.delete(path).json == gone
    assert shop.get(path).json["message"] == f"Profile with id: {profile['id']} was not found"  # type: ignore[index]
    assert shop.ask("GET", f"/store/products/{PRODUCT}").status_code == 200
    for wrong in ({"products": ["nope"]}, {"shipping_options": ["nope"]}):
        default = listed["shipping_profiles"][0]["id"]  # type: ignore[index]
        assert shop.post(f"/admin/shipping-profiles/{default}", wrong).status_code == 404


def test_profiles_are_paged_sorted_and_shown_in_part(shop: GoodsShop) -> None:
    page = shop.get("/admin/shipping-profiles?limit=1&offset=1&order=-type&fields=type").json

    (row,) = page["shipping_profiles"]  # type: ignore[index]
    assert (row["type"], set(row)) == ("default", {"id", "type"})
    assert {name: page[name] for name in ("count", "offset", "limit")} == {"count": 2, "offset": 1, "limit": 1}  # type: ignore[index]


def test_profiles_that_new_products_fall_back_on_stay(shop: GoodsShop) -> None:
    profiles = shop.get("/admin/shipping-profiles").json["shipping_profiles"]  # type: ignore[index]

    for profile in profiles:
        path = f"/admin/shipping-profiles/{profile['id']}"
        assert shop.delete(path).json["type"] == "not_allowed"  # type: ignore[index]
        assert shop.post(path, {"type": "custom"}).status_code == 400
    assert shop.post("/admin/shipping-profiles", {"name": "x", "type": "zzz"}).status_code == 400


# The store and its currencies


def test_the_store_tells_the_dashboard_what_it_can_do(shop: GoodsShop) -> None:
    store = shop.get("/admin/store").json["store"]  # type: ignore[index]

    fits(store, {**STORE_KEYS, "payment_providers": list, "fulfillment_providers": list, "modules": list})
    assert {"key": "sales_channels", "value": True} in store["feature_flags"]
    assert all(set(flag) == {"key", "value"} for flag in store["feature_flags"])
    assert store["payment_providers"] == [{"id": "manual", "is_installed": True}]
    assert shop.get("/admin/store/payment-providers").json == {"payment_providers": store["payment_providers"]}
    assert shop.get("/admin/store/tax-providers").json == {"tax_providers": []}


def test_the_store_is_changed(shop: GoodsShop) -> None:
    body = {
        "name": "Seriphos",
        "swap_link_template": "https://shop.example/swaps/{cart_id}",
        "currencies": ["EUR", "jpy"],
        "default_currency_code": "jpy",
        "metadata": {"a": 1},
    }
    store = made(shop, "/admin/store", "store", body, STORE_KEYS)

    assert (store["name"], store["default_currency_code"], store["metadata"]) == ("Seriphos", "jpy", {"a": 1})
    assert store["swap_link_template"] == "https://shop.example/swaps/{cart_id}"
    assert [one["code"] for one in store["currencies"]] == ["eur", "jpy"]
    for wrong, message in (
        ({"default_currency_code": "zwl"}, "Store does not have currency: zwl"),
        (
            {"currencies": ["eur"]},
            "You are not allowed to remove default currency from store currencies without replacing it as well",
        ),
        ({"currencies": ["jpy", "zzz"]}, "Currency with code zzz does not exist"),
    ):
        refused = shop.post("/admin/store", wrong)
        assert (refused.status_code, refused.json["message"]) == (400, message)  # type: ignore[index]


def test_currencies_of_the_store_come_and_go(shop: GoodsShop) -> None:
    added = shop.post("/admin/store/currencies/JPY").json["store"]  # type: ignore[index]
    again = shop.post("/admin/store/currencies/jpy")
    unknown = shop.post("/admin/store/currencies/zzz")
    removed = [shop.delete("/admin/store/currencies/jpy") for _ in range(2)]
    default = shop.delete(f"/admin/store/currencies/{added['default_currency_code']}")

    fits(added, STORE_KEYS)
    assert "jpy" in [one["code"] for one in added["currencies"]]
    assert (again.status_code, again.json["message"]) == (422, "Currency already added")  # type: ignore[index]
    assert (unknown.status_code, unknown.json["message"]) == (400, "Currency zzz not found")  # type: ignore[index]
    for answer in removed:
        assert "jpy" not in [one["code"] for one in answer.json["store"]["currencies"]]  # type: ignore[index]
    assert default.json["type"] == "not_allowed"  # type: ignore[index]


def test_prices_in_a_currency_may_contain_their_tax(shop: GoodsShop) -> None:
    before, writes = pricing(shop), len(actions(shop))
    listed = shop.get("/admin/currencies?q=euro").json
    changed = [shop.post("/admin/currencies/eur", {"includes_tax": True}) for _ in range(2)]
    product = shop.ask("GET", f"/store/products/{PRODUCT}?region_id={REGION}").json["product"]  # type: ignore[index]

    assert listed == {
        "currencies": [{"code": "eur", "symbol": "€", "symbol_native": "€", "name": "Euro", "includes_tax": False}],
        "count": 1,
        "offset": 0,
        "limit": 20,
    }
    assert [answer.json["currency"]["includes_tax"] for answer in changed] == [True, True]  # type: ignore[index]
    assert product["variants"][0]["calculated_price_incl_tax"] == 1_000
    assert pricing(shop) == before + 1
    assert len(actions(shop)) == writes + 1
    assert shop.get("/admin/currencies?includes_tax=true").json["count"] == 1  # type: ignore[index]
    assert shop.get("/admin/currencies?limit=2&order=-code").json["currencies"][0]["code"] > "y"  # type: ignore[index]
    assert shop.post("/admin/currencies/zzz", {"includes_tax": True}).status_code == 404
    assert "includes_tax" not in shop.ask("GET", f"/store/regions/{REGION}").json["region"]["currency"]  # type: ignore[index]


# Who may


def test_members_look_at_the_store_and_admins_change_it(shop: GoodsShop) -> None:
    who = NewUser(email="member@shop.test", password=PASSWORD, role=Role.MEMBER)
    shop.container.create_user()(SYSTEM, who)
    member = shop._token("user", "member@shop.test")

    assert shop.ask("GET", "/admin/store", member).status_code == 200
    assert shop.ask("GET", "/admin/regions", member).status_code == 200
    for method, path in (
        ("POST", "/admin/store"),
        ("POST", "/admin/store/currencies/jpy"),
        ("DELETE", "/admin/store/currencies/eur"),
    ):
        assert shop.ask(method, path, member, {"name": "x"} if path == "/admin/store" else None).status_code == 403
    for path in ("store", "regions", "shipping-options", "shipping-profiles", "currencies"):
        for headers in (None, shop.me):
            assert shop.ask("GET", f"/admin/{path}", headers).status_code == 401

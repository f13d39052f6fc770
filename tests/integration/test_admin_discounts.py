"""Staff and discounts over HTTP: every route, its refusals in Medusa's words, and one audit row per write."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from adapters.db.tables import audit_log
from tests.integration.discounting_shop import ABROAD, DiscountingShop
from tests.integration.shops import REGION

MUGS = {"operator": "in", "products": ["prod_mug"]}


@pytest.fixture
def shop(tmp_path: Path) -> DiscountingShop:
    return DiscountingShop(tmp_path)


def _asked(shop: DiscountingShop, method: str, path: str, body: object = None) -> tuple[int, dict[str, Any]]:
    answer = shop.ask(method, f"/admin/discounts{path}", body, shop.staff)
    return answer.status_code, answer.json or {}


def _refused(shop: DiscountingShop, method: str, path: str, body: object = None) -> tuple[int, str, str]:
    status, told = _asked(shop, method, path, body)
    return status, told["type"], told["message"]


def _new(code: str = "NEW", *, rule: dict[str, Any] | None = None, **more: Any) -> dict[str, Any]:
    whole = {"type": "percentage", "value": 10, "allocation": "total", **(rule or {})}
    return {"code": code, "rule": whole, "regions": [REGION], **more}


def _condition(shop: DiscountingShop, discount_id: str, body: dict[str, Any] | None = None) -> str:
    status, told = _asked(shop, "POST", f"/{discount_id}/conditions", body or MUGS)
    assert status == 200, told
    return str(told["discount"]["rule"]["conditions"][-1]["id"])


def _audited(shop: DiscountingShop) -> list[str]:
    with shop.container.read_engine().connect() as connection:
        rows = connection.execute(
            select(audit_log.c.action, audit_log.c.actor_id)
            .where(audit_log.c.action.startswith("discount."))
            .order_by(audit_log.c.id)
        )
        found = [tuple(row) for row in rows]
    assert all(actor_id.startswith("usr_") for _, actor_id in found)
    return [action for action, _ in found]


def test_a_discount_is_made_shown_changed_and_deleted(shop: DiscountingShop) -> None:
    status, told = _asked(shop, "POST", "", _new(" summer ", usage_limit=3, usage_limit_per_customer=1))
    made = told["discount"]
    assert (status, made["code"], made["usage_count"]) == (200, "SUMMER", 0)
    assert (made["usage_limit"], made["usage_limit_per_customer"]) == (3, 1)
    assert [region["id"] for region in made["regions"]] == [REGION]
    assert made["rule"]["conditions"] == []

    assert _asked(shop, "GET", f"/{made['id']}")[1]["discount"]["id"] == made["id"]
    assert _asked(shop, "GET", "/code/ Summer")[1]["discount"]["id"] == made["id"]
    body = {"code": "winter", "is_disabled": True, "rule": {"id": made["rule_id"], "value": 20}}
    status, told = _asked(shop, "POST", f"/{made['id']}", body)
    changed = told["discount"]
    assert (status, changed["code"], changed["is_disabled"], changed["rule"]["value"]) == (200, "WINTER", True, 20)

    deleted = {"id": made["id"], "object": "discount", "deleted": True}
    assert [_asked(shop, "DELETE", f"/{made['id']}") for _ in range(2)] == [(200, deleted)] * 2
    assert _asked(shop, "GET", f"/{made['id']}")[0] == 404
    assert _asked(shop, "POST", "", _new("winter"))[0] == 200  # the code is free again


def test_the_description_of_a_rule_is_taken_away_again(shop: DiscountingShop) -> None:
    made = _asked(shop, "POST", "", _new(rule={"description": "Spring"}))[1]["discount"]
    rule: dict[str, Any] = {"id": made["rule_id"], "value": 5}

    kept = _asked(shop, "POST", f"/{made['id']}", {"rule": rule})[1]["discount"]["rule"]
    gone = _asked(shop, "POST", f"/{made['id']}", {"rule": rule | {"description": None}})[1]["discount"]["rule"]
    assert (kept["description"], gone["description"]) == ("Spring", None)


def test_the_list_is_paged_and_filtered(shop: DiscountingShop) -> None:
    shop.discount("one")
    shop.discount("two", "fixed", 100, allocation="item")
    shop.discount("three", "free_shipping", 0, is_dynamic=True)

    def listed(query: str) -> list[str]:
        status, told = _asked(shop, "GET", query)
        assert status == 200, told
        assert told["limit"] == 20
        return [discount["code"] for discount in told["discounts"]]

    assert listed("") == ["THREE", "TWO", "ONE"]
    assert listed("?rule[type]=fixed") == ["TWO"]
    assert listed("?rule[allocation]=item") == ["TWO"]
    assert listed("?is_dynamic=true") == ["THREE"]
    assert listed("?q=on") == ["ONE"]
    assert _asked(shop, "GET", "?rule[type]=none")[0] == 400


@pytest.mark.parametrize(
    ("body", "status", "type", "message"),
    [
        (_new(rule={"value": 101}), 400, "invalid_data", "above 100"),
        (_new(rule={"value": -1}), 400, "invalid_data", "must not be less than 0"),
        (_new(rule={"type": "fixed"}, regions=[REGION, ABROAD]), 400, "invalid_data", "Fixed discounts can have one"),
        (_new(regions=[]), 400, "invalid_data", "at least 1 region"),
        (_new(regions=["reg_none"]), 404, "not_found", "reg_none"),
        (_new(starts_at="2030-01-02", ends_at="2030-01-01"), 400, "invalid_data", "greater than"),
        (_new(valid_duration="soon"), 400, "invalid_data", "ISO 8601"),
        (_new(usage_limit=0), 400, "invalid_data", "usage_limit"),
        (_new(" "), 400, "invalid_data", "code"),
        (_new("taken"), 422, "duplicate_error", "TAKEN already exists"),
        (_new(rule={"conditions": [{"operator": "in"}]}), 400, "invalid_data", "Missing one of products"),
        (_new(rule={"conditions": [MUGS | {"product_tags": ["ptag_mug"]}]}), 400, "invalid_data", "Only one of"),
        (_new(rule={"conditions": [MUGS, MUGS]}), 422, "duplicate_error", "already exist"),
        (_new(rule={"conditions": [{"operator": "in", "products": ["no"]}]}), 404, "not_found", "does not exist"),
        (_new(rule={"type": "half_price"}), 400, "invalid_data", "type"),
        (_new(unknown=1), 400, "invalid_data", "unknown"),
    ],
)
def test_what_contradicts_itself_is_no_discount(
    shop: DiscountingShop, body: dict[str, Any], status: int, type: str, message: str
) -> None:
    shop.discount("taken")

    refused = _refused(shop, "POST", "", body)

    assert refused[:2] == (status, type), refused
    assert message in refused[2]
    assert _audited(shop) == ["discount.create"]


def test_codes_made_from_a_dynamic_discount_follow_its_rule(shop: DiscountingShop) -> None:
    parent = shop.discount("many", is_dynamic=True, usage_limit=2, valid_duration="P3D")
    plain = shop.discount("plain")

    status, told = _asked(shop, "POST", f"/{parent['id']}/dynamic-codes", {"code": "mine", "usage_limit": 9})
    child = told["discount"]
    assert (status, child["code"], child["parent_discount_id"]) == (200, "MINE", parent["id"])
    assert (child["rule_id"], child["usage_limit"], bool(child["ends_at"])) == (parent["rule_id"], 2, True)
    cart = shop.use(shop.cart(), "mine")
    assert cart["discount_total"] == 433

    again = _refused(shop, "POST", f"/{parent['id']}/dynamic-codes", {"code": "MINE"})
    assert again[:2] == (422, "duplicate_error")
    said = (400, "not_allowed", "Discount must be set to dynamic")
    assert _refused(shop, "POST", f"/{plain['id']}/dynamic-codes", {"code": "x"}) == said
    assert _refused(shop, "POST", "/disc_none/dynamic-codes", {"code": "x"})[0] == 404

    for code in ("NONE", "MINE", "MINE"):
        assert _asked(shop, "DELETE", f"/{parent['id']}/dynamic-codes/{code}")[0] == 200
    assert _asked(shop, "GET", "/code/mine")[0] == 404
    assert shop.look(cart["id"])["discounts"] == []
    assert _audited(shop)[2:] == ["discount.create_dynamic_code", "discount.delete_dynamic_code"]


def test_a_discount_without_regions_can_still_be_changed(shop: DiscountingShop) -> None:
    id = shop.discount("nowhere")["id"]
    assert _asked(shop, "DELETE", f"/{id}/regions/{REGION}")[1]["discount"]["regions"] == []

    status, told = _asked(shop, "POST", f"/{id}", {"is_disabled": True})

    assert (status, told["discount"]["is_disabled"]) == (200, True), told
    assert _refused(shop, "POST", f"/{id}", {"regions": []})[:2] == (400, "invalid_data")
    assert _asked(shop, "POST", f"/{id}/regions/{ABROAD}")[0] == 200


def test_a_code_with_a_slash_is_found_and_removed(shop: DiscountingShop) -> None:
    parent = shop.discount("half/price", is_dynamic=True)
    _asked(shop, "POST", f"/{parent['id']}/dynamic-codes", {"code": "a/b"})

    assert _asked(shop, "GET", "/code/half%2Fprice")[1]["discount"]["id"] == parent["id"]
    assert _asked(shop, "DELETE", f"/{parent['id']}/dynamic-codes/A%2FB")[0] == 200
    assert _refused(shop, "GET", "/code/a%2Fb")[0] == 404


def test_regions_are_added_and_removed_once(shop: DiscountingShop) -> None:
    id = shop.discount("both")["id"]
    fixed = shop.discount("fixed", "fixed", 10)["id"]

    def regions(method: str, region: str) -> list[str]:
        status, told = _asked(shop, method, f"/{id}/regions/{region}")
        assert status == 200, told
        return sorted(each["id"] for each in told["discount"]["regions"])

    assert [regions("POST", ABROAD) for _ in range(2)] == [sorted([ABROAD, REGION])] * 2
    assert [regions("DELETE", ABROAD) for _ in range(2)] == [[REGION]] * 2
    assert _refused(shop, "POST", f"/{fixed}/regions/{ABROAD}")[:2] == (400, "invalid_data")
    assert _refused(shop, "POST", f"/{id}/regions/reg_none")[0] == 404
    assert _refused(shop, "DELETE", f"/disc_none/regions/{REGION}")[0] == 404
    assert [action for action in _audited(shop) if "region" in action] == [
        "discount.add_region",
        "discount.remove_region",
    ]


def test_conditions_are_added_filled_emptied_and_deleted(shop: DiscountingShop) -> None:
    id = shop.discount("some")["id"]
    condition = _condition(shop, id)
    one = f"/{id}/conditions/{condition}"

    def named() -> list[str]:
        status, told = _asked(shop, "GET", f"{one}?expand=products")
        assert status == 200, told
        return sorted(product["id"] for product in told["discount_condition"]["products"])

    shown = _asked(shop, "GET", one)[1]["discount_condition"]
    assert (shown["type"], shown["operator"], shown["discount_rule"]["type"]) == ("products", "in", "percentage")
    assert _asked(shop, "POST", f"{one}/batch", {"resources": [{"id": "prod_poster"}]})[0] == 200
    assert named() == ["prod_mug", "prod_poster"]
    assert _asked(shop, "DELETE", f"{one}/batch", {"resources": [{"id": "prod_mug"}]})[0] == 200
    assert named() == ["prod_poster"]
    assert _asked(shop, "POST", one, {"products": ["prod_mug"]})[0] == 200
    assert named() == ["prod_mug"]

    for _ in range(2):
        status, told = _asked(shop, "DELETE", one)
        assert (status, told["id"], told["object"], told["deleted"]) == (200, condition, "discount-condition", True)
        assert told["discount"]["id"] == id
    assert _audited(shop)[1:] == [
        "discount.create_condition",
        *["discount.change_condition"] * 3,
        "discount.delete_condition",
    ]


def test_conditions_that_cannot_be_are_refused(shop: DiscountingShop) -> None:
    id, other = shop.discount("some")["id"], shop.discount("other")["id"]
    condition = _condition(shop, id)
    one, foreign = f"/{id}/conditions/{condition}", f"/{other}/conditions/{condition}"
    audited = _audited(shop)

    refusals = [
        _refused(shop, method, path, body)[:2]
        for method, path, body in (
            ("POST", f"/{id}/conditions", MUGS),
            ("POST", f"/{id}/conditions", {"operator": "not_in"}),
            ("POST", f"/{id}/conditions", {"operator": "near", "products": ["prod_mug"]}),
            ("POST", one, {"product_tags": ["ptag_mug"]}),
            ("POST", f"{one}/batch", {"resources": [{"id": "prod_none"}]}),
            ("POST", f"{one}/batch", {"resources": []}),
            ("DELETE", f"{one}/batch", {"resources": []}),
            ("POST", f"/{id}/conditions/discon_none", {"products": ["prod_mug"]}),
            ("GET", foreign, None),
            ("GET", f"/{id}/conditions/discon_none", None),
            ("DELETE", foreign, None),
        )
    ]

    assert refusals == [
        (422, "duplicate_error"),
        (400, "invalid_data"),
        (400, "invalid_data"),
        (400, "invalid_data"),
        (404, "not_found"),
        (400, "invalid_data"),
        (400, "invalid_data"),
        (404, "not_found"),
        (400, "invalid_data"),
        (404, "not_found"),
        (404, "not_found"),
    ]
    assert _audited(shop) == audited


def test_nobody_but_staff_comes_near_them(shop: DiscountingShop) -> None:
    id = shop.discount("mine")["id"]
    for headers in ({}, shop.customer()):
        for method, path in (
            ("GET", ""),
            ("POST", ""),
            ("GET", f"/{id}"),
            ("DELETE", f"/{id}"),
            ("GET", "/code/MINE"),
        ):
            answer = shop.ask(method, f"/admin/discounts{path}", None, headers)
            assert (answer.status_code, answer.text) == (401, "Unauthorized")

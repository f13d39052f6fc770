"""Carts beside the usual way: payment sessions in detail, taxes, older names, shipping options."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.domain.actor import SYSTEM
from core.domain.region import Region, RegionId
from core.domain.shop import ShippingOption
from tests.integration.peopled_shop import PeopledShop
from tests.integration.shops import PRODUCT, REGION, VARIANT, run_jobs

QUIET = "reg_quiet"


@pytest.fixture
def shop(tmp_path: Path) -> PeopledShop:
    return PeopledShop(tmp_path)


def ask(shop: PeopledShop, method: str, path: str, body: object = None) -> dict[str, Any]:
    answer = shop.ask(method, path, None, body)
    assert answer.status_code == 200, answer.text
    tree: dict[str, Any] = answer.json  # type: ignore[assignment]
    return tree


def a_cart(shop: PeopledShop, region: str = REGION) -> str:
    """With one line and a guest."""
    id = str(ask(shop, "POST", "/store/carts", {"region_id": region})["cart"]["id"])
    ask(shop, "POST", f"/store/carts/{id}/line-items", {"variant_id": VARIANT, "quantity": 1})
    ask(shop, "POST", f"/store/carts/{id}", {"email": "guest@example.com"})
    return id


def paying(shop: PeopledShop) -> str:
    id = a_cart(shop)
    ask(shop, "POST", f"/store/carts/{id}/payment-sessions")
    return id


def session(cart: dict[str, Any]) -> dict[str, Any]:
    (only,) = cart["cart"]["payment_sessions"]
    assert isinstance(only, dict)
    return only


@pytest.mark.parametrize(
    ("first", "then", "lines"),
    [
        ({"gift": True}, {"gift": 1}, 2),
        ({"gift": {"wrapped": [False]}}, {"gift": {"wrapped": [0]}}, 2),
        ({"size": 1, "name": {"of": ["Ada"]}}, {"name": {"of": ["Ada"]}, "size": 1.0}, 1),
        ({}, None, 1),
    ],
)
def test_lines_join_whose_metadata_are_the_same_in_json(
    shop: PeopledShop, first: object, then: object, lines: int
) -> None:
    id = str(ask(shop, "POST", "/store/carts", {"region_id": REGION})["cart"]["id"])
    for metadata in (first, then):
        line = {"variant_id": VARIANT, "quantity": 1, "metadata": metadata}
        cart = ask(shop, "POST", f"/store/carts/{id}/line-items", line)["cart"]

    assert len(cart["items"]) == lines


@pytest.mark.parametrize("named", [{}, {"provider_id": "manual"}])
def test_data_is_merged_into_a_session(shop: PeopledShop, named: dict[str, str]) -> None:
    path = f"/store/carts/{paying(shop)}/payment-sessions/manual"
    ask(shop, "POST", path, {"data": {"purchase_order": "4711"}, **named})
    changed = session(ask(shop, "POST", path, {"data": {"note": "by Friday"}}))

    assert changed["data"].items() >= {"purchase_order": "4711", "note": "by Friday"}.items()
    assert changed["is_selected"] is True


@pytest.mark.parametrize(("path", "name"), [("", "context"), ("", "metadata"), ("/payment-sessions/manual", "data")])
def test_what_anybody_may_write_to_a_cart_does_not_grow_without_end(shop: PeopledShop, path: str, name: str) -> None:
    url = f"/store/carts/{paying(shop)}{path}"
    answers = [shop.ask("POST", url, None, {name: {f"n{number}": "x" * 9_000}}) for number in range(9)]

    assert [answer.status_code for answer in answers] == [200] * 7 + [400] * 2
    assert name in answers[-1].json["message"]  # type: ignore[index]


@pytest.mark.parametrize("body", [{"context": {"a": ["x" * 9_000] * 2}}, {"shipping": {"a": ["x" * 9_000] * 2}}])
def test_one_request_writes_no_more_than_metadata_may_hold(shop: PeopledShop, body: dict[str, object]) -> None:
    url, sent = f"/store/carts/{a_cart(shop)}", body
    if "shipping" in body:
        url, sent = f"{url}/shipping-methods", {"option_id": "so_any", "data": body["shipping"]}
    refused = shop.ask("POST", url, None, sent)

    assert refused.status_code == 400
    assert "must be at most 16384 bytes of JSON" in refused.json["message"]  # type: ignore[index]


def test_data_cannot_change_what_is_due(shop: PeopledShop) -> None:
    id = paying(shop)
    changed = session(
        ask(
            shop,
            "POST",
            f"/store/carts/{id}/payment-sessions/manual",
            {"data": {"amount": 1, "status": "captured", "captured": 1_100}},
        )
    )
    assert (changed["data"]["amount"], changed["data"]["status"], changed["data"]["captured"]) == (
        1_100,
        "pending",
        0,
    )

    order = ask(shop, "POST", f"/store/carts/{id}/complete")["data"]
    run_jobs(shop.container)
    assert shop.order(order["id"]).captured_total == 1_100


@pytest.mark.parametrize(
    ("provider", "status", "body"),
    [
        ("paypal", 400, {"data": {}}),
        ("manual", 400, {}),
        ("manual", 400, {"data": "text"}),
        ("manual", 400, {"data": {}, "amount": 1}),
    ],
)
def test_bad_session_data_is_refused(shop: PeopledShop, provider: str, status: int, body: dict[str, object]) -> None:
    answer = shop.ask("POST", f"/store/carts/{paying(shop)}/payment-sessions/{provider}", None, body)

    assert (answer.status_code, answer.json["type"] in ("invalid_data", "not_allowed")) == (status, True)  # type: ignore[index]


def test_data_for_a_session_that_was_not_made_is_refused(shop: PeopledShop) -> None:
    answer = shop.ask("POST", f"/store/carts/{a_cart(shop)}/payment-sessions/manual", None, {"data": {}})

    assert answer.status_code == 404


def test_refreshing_begins_a_payment_anew(shop: PeopledShop) -> None:
    id = paying(shop)
    before = session(ask(shop, "GET", f"/store/carts/{id}"))
    after = session(ask(shop, "POST", f"/store/carts/{id}/payment-sessions/manual/refresh"))

    assert after["data"]["id"] != before["data"]["id"]
    assert (after["amount"], after["is_selected"], after["status"]) == (1_100, True, "pending")
    assert ask(shop, "POST", f"/store/carts/{id}/complete")["type"] == "order"


def test_refreshing_what_is_not_there_is_refused(shop: PeopledShop) -> None:
    assert shop.ask("POST", f"/store/carts/{a_cart(shop)}/payment-sessions/manual/refresh").status_code == 404


def test_deleting_a_session_twice_is_fine(shop: PeopledShop) -> None:
    path = f"/store/carts/{paying(shop)}/payment-sessions/manual"

    for _ in range(2):
        assert ask(shop, "DELETE", path)["cart"]["payment_sessions"] == []


def test_a_cart_is_completed_by_its_older_name_too(shop: PeopledShop) -> None:
    id = paying(shop)
    done = ask(shop, "POST", f"/store/carts/{id}/complete-cart")

    assert done["type"] == "order"
    assert ask(shop, "POST", f"/store/carts/{id}/complete")["data"]["id"] == done["data"]["id"]


def test_taxes_are_worked_out_where_carts_show_none(shop: PeopledShop) -> None:
    with shop.container.begin()(SYSTEM, "test.region") as work:
        work.regions.add(
            Region(
                id=RegionId(QUIET),
                name="Quiet",
                currency_code="eur",
                tax_rate=Decimal(10),
                country_codes=("at",),
                automatic_taxes=False,
            )
        )
        work.commit()
    id = a_cart(shop, QUIET)
    assert ask(shop, "GET", f"/store/carts/{id}")["cart"]["tax_total"] == 0

    taxed = ask(shop, "POST", f"/store/carts/{id}/taxes")["cart"]
    assert (taxed["tax_total"], taxed["total"]) == (100, 1_100)
    assert taxed["items"][0]["tax_total"] == 100
    assert ask(shop, "GET", f"/store/carts/{id}")["cart"]["tax_total"] == 0


def test_taxes_on_demand_say_what_the_cart_says_elsewhere(shop: PeopledShop) -> None:
    id = a_cart(shop)

    assert ask(shop, "POST", f"/store/carts/{id}/taxes") == ask(shop, "GET", f"/store/carts/{id}")
    assert shop.ask("POST", "/store/carts/cart_unknown/taxes").status_code == 404


def test_a_body_cannot_say_whose_the_cart_is(shop: PeopledShop) -> None:
    id = a_cart(shop)
    changed = ask(shop, "POST", f"/store/carts/{id}", {"customer_id": shop.my_id})["cart"]

    assert (changed["customer_id"] == shop.my_id, changed["email"]) == (False, "guest@example.com")


def option(shop: PeopledShop, id: str, **more: Any) -> None:
    with shop.container.begin()(SYSTEM, "test.option") as work:
        work.shop.add_shipping_option(
            ShippingOption(
                id=id,
                name=id,
                region_id=more.pop("region_id", REGION),
                profile_id=more.pop("profile_id", work.shop.default_profile().id),
                provider_id="manual",
                amount=500,
                **more,
            )
        )
        work.commit()


def test_shipping_options_are_listed_by_region_product_and_direction(shop: PeopledShop) -> None:
    with shop.container.begin()(SYSTEM, "test.look") as work:
        gift_cards = work.shop.gift_card_profile().id
    option(shop, "so_out")
    option(shop, "so_back", is_return=True)
    option(shop, "so_hidden", admin_only=True)
    option(shop, "so_cards", profile_id=gift_cards)

    def listed(query: str) -> set[str]:
        return {each["id"] for each in ask(shop, "GET", f"/store/shipping-options{query}")["shipping_options"]}

    assert listed("") == {"so_out", "so_back", "so_cards"}
    assert listed("?is_return=true") == {"so_back"}
    assert listed("?is_return=false") == {"so_out", "so_cards"}
    assert listed(f"?product_ids={PRODUCT},prod_unknown") == {"so_out", "so_back"}
    assert listed(f"?region_id={REGION}") == {"so_out", "so_back", "so_cards"}
    assert listed("?region_id=reg_unknown") == set()
    assert shop.ask("GET", "/store/shipping-options?is_return=maybe").status_code == 400


def test_shipping_options_tell_their_tax(shop: PeopledShop) -> None:
    option(shop, "so_out")
    (shown,) = ask(shop, "GET", "/store/shipping-options")["shipping_options"]

    assert (shown["amount"], shown["price_incl_tax"], shown["tax_amount"]) == (500, 550, 50)
    assert shown["tax_rates"][0]["rate"] == 10
    assert shown["region"]["payment_providers"] == [{"id": "manual", "is_installed": True}]

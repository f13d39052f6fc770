"""What customers see of their orders, and how they narrow it down."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.peopled_shop import PeopledShop


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> PeopledShop:
    shop = PeopledShop(Path(tmp_path_factory.mktemp("orders")))
    shop.mine = [shop.sell() for _ in range(3)]  # type: ignore[attr-defined]
    shop.refund(shop.mine[0])  # type: ignore[attr-defined]
    shop.sell(guest="guest@example.com")
    shop.other = shop.customer("bob@example.com")  # type: ignore[attr-defined]
    return shop


def listed(shop: PeopledShop, query: str = "") -> list[int]:
    """Which of the three orders, 0 the oldest."""
    answer = shop.ask("GET", f"/store/customers/me/orders{query}", shop.me)
    assert answer.status_code == 200, answer.text
    return [shop.mine.index(order["id"]) for order in answer.json["orders"]]  # type: ignore[attr-defined, index]


def test_only_ones_own_are_listed_newest_first(shop: PeopledShop) -> None:
    assert listed(shop) == [2, 1, 0]


def test_nobody_else_sees_them(shop: PeopledShop) -> None:
    answer = shop.ask("GET", "/store/customers/me/orders", shop.other)  # type: ignore[attr-defined]

    assert answer.json == {"orders": [], "count": 0, "offset": 0, "limit": 10}


def test_a_filter_cannot_reach_the_orders_of_others(shop: PeopledShop) -> None:
    assert listed(shop, "?email=guest@example.com") == []
    assert listed(shop, "?q=guest@example.com") == []
    assert shop.ask("GET", "/store/customers/me/orders?customer_id=cus_1", shop.me).status_code == 400


def test_pages_walk_over_each_once(shop: PeopledShop) -> None:
    answer = shop.ask("GET", "/store/customers/me/orders?limit=2&offset=1", shop.me)

    assert {name: answer.json[name] for name in ("count", "offset", "limit")} == {  # type: ignore[index]
        "count": 3,
        "offset": 1,
        "limit": 2,
    }
    assert listed(shop, "?limit=2") + listed(shop, "?limit=2&offset=2") == [2, 1, 0]
    assert listed(shop, "?order=created_at") == [0, 1, 2]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?payment_status[]=refunded", [0]),
        ("?payment_status=captured", [2, 1]),
        ("?payment_status[]=captured&payment_status[]=refunded", [2, 1, 0]),
        ("?status[]=pending", [2, 1, 0]),
        ("?status=canceled", []),
        ("?display_id=2", [1]),
        ("?q=2", [1]),
        ("?q=ada@", [2, 1, 0]),
        ("?currency_code=eur", [2, 1, 0]),
        ("?currency_code=usd", []),
        ("?tax_rate=10", []),
        ("?created_at[gt]=2020-01-01", [2, 1, 0]),
        ("?created_at[lt]=2020-01-01", []),
        ("?canceled_at[gt]=2020-01-01", []),
    ],
)
def test_filters_narrow_the_list(shop: PeopledShop, query: str, found: list[int]) -> None:
    assert listed(shop, query) == found


def test_orders_are_found_by_id_and_cart(shop: PeopledShop) -> None:
    order = shop.order(shop.mine[1])  # type: ignore[attr-defined]

    assert listed(shop, f"?id={order.id}") == [1]
    assert listed(shop, f"?cart_id={order.cart_id}") == [1]


def test_fields_and_expand_choose_what_is_shown(shop: PeopledShop) -> None:
    slim = shop.ask("GET", "/store/customers/me/orders?fields=display_id&limit=1", shop.me).json
    items = shop.ask("GET", "/store/customers/me/orders?expand=items&limit=1", shop.me).json

    assert slim["orders"][0].keys() == {"id", "created_at", "display_id"} or slim["orders"][0].keys() == {  # type: ignore[index]
        "id",
        "display_id",
    }
    assert "payments" not in items["orders"][0]  # type: ignore[index]
    assert items["orders"][0]["items"]  # type: ignore[index]


@pytest.mark.parametrize("query", ["?status=lost", "?display_id=x", "?limit=-1", "?colour=red", "?expand=secrets"])
def test_what_makes_no_sense_is_refused(shop: PeopledShop, query: str) -> None:
    assert shop.ask("GET", f"/store/customers/me/orders{query}", shop.me).status_code == 400

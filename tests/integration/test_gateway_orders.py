"""GET /orders and /orders/:id: shapes, filters, sorting, and who may see what; on both databases."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from adapters.db.tables import orders
from tests.integration.gateway_shop import ADDRESS, GatewayShop
from tests.integration.goods_shop import HAT, SHIRT
from tests.integration.shops import keep_at
from tests.integration.test_statement_counts import counted

OWN = [datetime(2026, 3, day, 23, 30, 0, 123456, tzinfo=UTC) for day in (1, 2, 3)]


class Ordered(GatewayShop):
    """mine: three orders of ada's, oldest first: not captured, completed, refunded."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        lines = ([(SHIRT, 1)], [(SHIRT, 1), (HAT, 1)], [(HAT, 1)])
        self.mine = [self.buy(*each, headers=self.me, captured=number > 0)["id"] for number, each in enumerate(lines)]
        self.refund(self.mine[2])
        assert self.post(f"/admin/orders/{self.mine[1]}/complete").status_code == 200
        self.guests = self.buy((SHIRT, 1))["id"]
        self.other = self.customer("bob@example.com")
        self.theirs = self.buy((SHIRT, 1), headers=self.other)["id"]
        with self.container.write_engine().begin() as connection:
            for id, at in zip(self.mine, OWN, strict=True):
                connection.execute(update(orders).where(orders.c.id == id).values(created_at=at))

    def found(self, query: str = "", **headers: str) -> list[int]:
        """Which of mine are listed, by their number; the count is right too."""
        answer = self.send("GET", f"/orders{query}", headers={**self.me, **headers})
        assert answer["total"] == len(answer["data"])
        return [self.mine.index(order["id"]) for order in answer["data"]]


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.deep)])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ordered:
    folder = Path(tmp_path_factory.mktemp("gateway_orders"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    return Ordered(folder)


def eur(value: str) -> dict[str, Any]:
    return {"value": Decimal(value), "currency": "EUR"}


def test_an_order_shows_what_was_bought_and_paid(shop: Ordered) -> None:
    order = shop.send("GET", f"/orders/{shop.mine[1]}", headers=shop.me)

    assert order["status"] == "COMPLETED"
    assert order["paymentStatus"] == "CAPTURED"
    assert (order["customerId"], order["currency"]) == (shop.my_id, "EUR")
    assert order["createdAt"] == "2026-03-02T23:30:00.123Z"
    assert [order[name] for name in ("total", "subtotal", "tax", "shippingTotal")] == [
        eur("60.5"),
        eur("50"),
        eur("5.5"),
        eur("5"),
    ]
    assert order["items"]["total"] == 2
    assert {item["product"]["name"] for item in order["items"]["data"]} == {"Shirt", "Hat"}
    assert order["shippingMethods"][0]["name"] == "Post"
    assert order["shippingAddress"]["country"] == "DE"
    assert "email" not in order
    listed = shop.send("GET", f"/orders?id={order['id']}", headers=shop.me)
    assert listed == {"data": [order], "total": 1}


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [2, 1, 0]),
        ("?status=completed", [1]),
        ("?status=COMPLETED", [1]),
        ("?status=Pending", [2, 0]),
        ("?status=CANCELLED", []),
        ("?status=canceled", []),
        ("?status=SHIPPED", []),
        ("?status=UNKNOWN", []),
        ("?paymentStatus=captured", [1]),
        ("?paymentStatus=PAID", [1]),
        ("?paymentStatus=refunded&status=pending", [2]),
        ("?paymentStatus=PENDING", [0]),
        ("?paymentStatus=FAILED", []),
        ("?dateFrom=2026-03-02", [2, 1]),
        ("?dateTo=2026-03-02", [1, 0]),
        ("?dateFrom=2026-03-02&dateTo=2026-03-02", [1]),
        ("?dateFrom=2026-03-02T23:30:00.123Z", [2, 1]),
        ("?dateTo=2026-03-02T23:30:00.123Z", [1, 0]),
        ("?dateTo=2026-03-02T23:30:00.122Z", [0]),
        ("?dateFrom=2026-03-03T00:30:00%2B01:00&dateTo=2026-03-03T00:31:00%2B01:00", [1]),
        ("?sort=createdAt_ASC", [0, 1, 2]),
        ("?sort=total_DESC", [1, 2, 0]),
        ("?sort=total", [0, 2, 1]),
        ("?sort=paymentStatus_ASC&dateTo=2026-03-02", [0, 1]),
        ("?sort=-created_at", [2, 1, 0]),
    ],
)
def test_orders_are_filtered_and_sorted(shop: Ordered, query: str, numbers: list[int]) -> None:
    assert shop.found(query) == numbers


def test_a_day_is_one_of_the_callers_time_zone(shop: Ordered) -> None:
    assert shop.found("?dateFrom=2026-03-02&dateTo=2026-03-02", **{"x-client-timezone": "Europe/Berlin"}) == [0]


def test_pages_are_cut_in_the_query(shop: Ordered) -> None:
    page = shop.send("GET", "/orders?limit=1&offset=1", headers=shop.me)

    assert [order["id"] for order in page["data"]] == [shop.mine[1]]
    assert page["total"] == 3


@pytest.mark.parametrize(
    "query",
    [
        "status=lost",
        "paymentStatus=shipped",
        "dateFrom=yesterday",
        "dateTo=2026-02-30",
        "dateTo=9999-12-31",
        "sort=email_ASC",
        "sort=customerId",
        "limit=x",
        "offset=-1",
    ],
)
def test_what_cannot_be_asked_for_is_refused(shop: Ordered, query: str) -> None:
    said = shop.refused("GET", f"/orders?{query}", headers=shop.me)

    assert said["error"] == "Bad Request"
    assert query.partition("=")[0] in said["message"]


def test_the_list_is_the_callers_own_whatever_is_asked_for(shop: Ordered) -> None:
    shop.refused("GET", "/orders", status=401, message="Unauthorized")
    shop.refused("GET", "/orders", headers=shop.staff, status=401, message="Unauthorized")
    for query in (f"customerId={shop.my_id}", f"id={shop.theirs}", f"id={shop.guests}"):
        listed = shop.send("GET", f"/orders?{query}", headers=shop.other)
        assert {order["id"] for order in listed["data"]} <= {shop.theirs}
        assert listed["total"] == len(listed["data"])


def test_one_order_is_seen_by_whom_it_concerns(shop: Ordered) -> None:
    for headers in (None, shop.me, shop.staff):
        assert shop.send("GET", f"/orders/{shop.guests}", headers=headers)["id"] == shop.guests
    required = "Authentication required to access this resource"
    shop.refused("GET", f"/orders/{shop.theirs}", status=401, message=required)
    shop.refused("GET", f"/orders/{shop.theirs}", headers=shop.staff, status=401, message=required)
    wrong = "Unauthorized to access this resource"
    shop.refused("GET", f"/orders/{shop.theirs}", headers=shop.me, status=401, message=wrong)
    said = shop.refused("GET", "/orders/order_9", headers=shop.me, status=404)
    assert said["error"] == "Not Found"


def test_an_address_shows_what_the_checkout_was_told(shop: Ordered) -> None:
    cart = shop.cart((SHIRT, 1), headers=shop.other)
    body = {
        "shippingAddress": ADDRESS,
        "billingAddress": {**ADDRESS, "taxId": "DE999"},
        "shippingMethodId": "so_post",
        "paymentProviderId": "manual",
        "returnUrl": "https://example.com/ok",
        "notes": "Ring twice",
    }
    placed = shop.send("POST", f"/checkout/{cart}/complete", body, shop.other)["order"]
    order = shop.send("GET", f"/orders/{placed['id']}", headers=shop.other)

    assert (order["billingAddress"]["taxId"], order["billingAddress"]["apartment"]) == ("DE999", "2")
    assert order["customerComment"] == "Ring twice"


def test_a_list_costs_the_same_however_long_it_is(shop: Ordered) -> None:
    costs = []
    for limit in (1, 2):  # neither is the whole list, so that the count is asked for too
        with counted(shop) as seen:
            shop.send("GET", f"/orders?limit={limit}", headers=shop.me)
        costs.append(len(seen))

    assert costs == [8, 8]

"""How every admin route is asked: credentials, fields, types of parameters, pages, compression, ETags.

What the examples of Medusa's conventions say, each as a request to a served shop.
"""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import update

from adapters.db.tables import products, users
from adapters.http.resources import resources
from adapters.http.route import ADMIN
from tests.integration.shops import PASSWORD, keep_at
from tests.integration.staffed_shop import EMAIL, StaffedShop

Row = dict[str, Any]
EARLY = datetime(2023, 2, 1, tzinfo=UTC)
TITLES = ("Shirt", "Blue Shirt", "blue hat", "Hat 100%", "under_score", "underXscore", "a*b?[c]")


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> StaffedShop:
    folder = Path(tmp_path_factory.mktemp("conventions"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    shop = StaffedShop(folder)
    for number, title in enumerate(TITLES):
        made = shop.product(title=title, handle=f"handle-{number}")
        with shop.container.write_engine().begin() as connection:
            at = EARLY + timedelta(days=10 * number)
            connection.execute(update(products).where(products.c.id == made["id"]).values(created_at=at))
    for number in range(12):
        first = random.Random(number).choice(["Ada", "ada", "Bob", "B_b", "Eve"])
        body = {"email": f"u{number}@shop.test", "password": PASSWORD, "first_name": first, "role": "member"}
        assert shop.post("/admin/users", body).status_code == 200
    with shop.container.write_engine().begin() as connection:
        connection.execute(update(users).values(created_at=EARLY))  # all at once: the id has to decide
    return shop


def titles(shop: StaffedShop, query: str) -> list[str]:
    answer: Any = shop.get(f"/admin/products?{query}")
    assert answer.status_code == 200, answer.text
    return [product["title"] for product in answer.json["products"]]


# Three ways in


def test_each_way_in_is_walked_as_it_is_described(shop: StaffedShop) -> None:
    client = shop.client
    credentials = {"email": EMAIL, "password": PASSWORD}
    token: Any = client.post("/auth/user/emailpass", json=credentials).json
    bearer = {"Authorization": f"Bearer {token['token']}"}
    assert client.get("/admin/products", headers=bearer).status_code == 200

    made: Any = client.post("/admin/api-keys", json={"title": "my token", "type": "secret"}, headers=bearer).json
    key = made["api_key"]["token"]
    for basic in (key, base64.b64encode(f"{key}:".encode()).decode()):
        assert client.get("/admin/products", headers={"Authorization": f"Basic {basic}"}).status_code == 200

    cookie = client.post("/auth/session", headers=bearer).headers["Set-Cookie"]
    sid = re.match(r"connect\.sid=([^;]+)", cookie)
    assert sid is not None
    assert sid[1].startswith("s%3A")
    headers = {"Cookie": f"connect.sid={sid[1]}"}
    assert client.get("/admin/products", headers=headers).status_code == 200
    assert client.delete("/auth/session", headers={**headers, "Origin": "https://evil.example"}).status_code == 403
    assert client.delete("/auth/session", headers=headers).status_code == 200
    assert client.get("/admin/products", headers=headers).status_code == 401


# Fields


@pytest.mark.parametrize(
    ("fields", "keys"),
    [
        ("title,handle", {"id", "title", "handle"}),
        ("variants.title,variants.sku", {"id", "variants"}),
        ("title,-handle", {"id", "title"}),
        ("id", {"id"}),
    ],
)
def test_plain_names_choose_what_is_shown(shop: StaffedShop, fields: str, keys: set[str]) -> None:
    rows: Any = shop.get(f"/admin/products?fields={fields}").json
    assert {frozenset(row) for row in rows["products"]} == {frozenset(keys)}


def test_operators_change_what_is_shown_by_default(shop: StaffedShop) -> None:
    usual = set(shop.get("/admin/products").json["products"][0])  # type: ignore[index]

    def keys(fields: str) -> set[str]:
        return set(shop.get(f"/admin/products?fields={quote(fields)}").json["products"][0])  # type: ignore[index]

    assert keys("-title") == usual - {"title"}
    assert keys("+title") == keys("*variants") == usual
    assert keys("-id") == usual
    assert shop.get("/admin/products?fields=nonsense").status_code == 400
    assert shop.get("/admin/products?fields=*nonsense").status_code == 400


# Types of parameters


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("title=Shirt", ["Shirt"]),
        ("title=Blue%20Shirt", ["Blue Shirt"]),
        ("title=Blue+Shirt", ["Blue Shirt"]),
        ("order=created_at&offset=6", [TITLES[6]]),
        ("is_giftcard=true", []),
        ("created_at[$lt]=2023-02-11", ["Shirt"]),
        ("created_at[lt]=2023-02-11", ["Shirt"]),
        ("created_at%5B$lt%5D=2023-02-11T00:00:01Z&order=created_at", ["Shirt", "Blue Shirt"]),
        ("created_at[$lt]=2023-03-01&created_at[$gt]=2023-02-11T07:22:30Z", ["blue hat"]),
        ("title[$in][]=Shirt&title[$in][]=Nothing", ["Shirt"]),
        ("title[$ne]=Shirt&limit=1&order=created_at", ["Blue Shirt"]),
        ("title[$like]=%25Shirt&order=created_at", ["Shirt", "Blue Shirt"]),
        ("title[$like]=blue%25", ["blue hat"]),
        ("title[$ilike]=blue%25&order=created_at", ["Blue Shirt", "blue hat"]),
        ("title[$like]=a*b?[c]", ["a*b?[c]"]),
        ("title[$like]=under_score&order=created_at", ["under_score", "underXscore"]),
        ("limit=2&order=created_at", ["Shirt", "Blue Shirt"]),
        ("limit=5&offset=5&order=-created_at", ["Blue Shirt", "Shirt"]),
    ],
)
def test_types_of_parameters(shop: StaffedShop, query: str, expected: list[str]) -> None:
    assert titles(shop, query) == expected


@pytest.mark.parametrize(
    "query",
    [
        "title[$foo]=x",
        "created_at[$lt]=yesterday",
        "created_at[$like]=2023",
        "limit=abc",
        "offset=-1",
        "order=nope",
        "nonsense=1",
        "is_giftcard=perhaps",
    ],
)
def test_what_is_no_value_of_its_type_is_refused(shop: StaffedShop, query: str) -> None:
    answer: Any = shop.get(f"/admin/products?{query}")

    assert (answer.status_code, answer.json["type"]) == (400, "invalid_data")


def like(pattern: str) -> Callable[[str], bool]:
    """An own reading of LIKE."""
    expression = "".join({"%": ".*", "_": "."}.get(char, re.escape(char)) for char in pattern)
    return lambda text: re.fullmatch(expression, text, re.DOTALL) is not None


def test_filters_agree_with_looking_at_each_row(shop: StaffedShop) -> None:
    everybody: Any = shop.get("/admin/users?limit=100").json
    rows: list[Row] = everybody["users"]
    names = ["Ada", "ada", "Bob", "B_b", "Eve", "Nobody"]
    drawn = random.Random(5)

    for _ in range(40):
        some, one = drawn.sample(names, 2), drawn.choice(names)
        pattern = drawn.choice(["A%", "a%", "B_b", "%b", "%", "_ob", "b_B"])
        cases: list[tuple[str, Callable[[Row], bool]]] = [
            (f"first_name={one}", lambda row, one=one: row["first_name"] == one),  # type: ignore[misc]
            (f"first_name[$ne]={one}", lambda row, one=one: row["first_name"] != one),  # type: ignore[misc]
            (
                "".join(f"first_name[$nin][]={name}&" for name in some),
                lambda row, some=some: row["first_name"] not in some,  # type: ignore[misc]
            ),
            (
                "".join(f"first_name[$in][]={name}&" for name in some),
                lambda row, some=some: row["first_name"] in some,  # type: ignore[misc]
            ),
            (
                f"first_name[$like]={quote(pattern)}",
                lambda row, pattern=pattern: like(pattern)(row["first_name"] or ""),  # type: ignore[misc]
            ),
            (
                f"first_name[$ilike]={quote(pattern)}",
                lambda row, pattern=pattern: like(pattern.lower())((row["first_name"] or "").lower()),  # type: ignore[misc]
            ),
        ]
        query, holds = drawn.choice(cases)
        found: Any = shop.get(f"/admin/users?limit=100&{query}").json
        expected = {row["id"] for row in rows if holds(row) and not (row["first_name"] is None and "like" in query)}
        assert {row["id"] for row in found["users"]} == expected, query
        assert found["count"] == len(expected)


def test_values_of_an_array_come_with_and_without_positions(shop: StaffedShop) -> None:
    both: Any = shop.get("/admin/products?title[$in][]=Shirt&title[$in][]=Blue Shirt&order=created_at").json
    one, two = (product["id"] for product in both["products"])

    for query in (f"id[]={one}&id[]={two}", f"id[1]={two}&id[0]={one}", f"id={one}&id={two}"):
        assert titles(shop, f"{query}&order=created_at") == ["Shirt", "Blue Shirt"]
    assert titles(shop, "sales_channel_id[]=sc_1&sales_channel_id[]=sc_2") == []


@pytest.mark.parametrize("name", ["expand", "fields"])
def test_names_of_what_to_show_come_in_one_text_or_one_by_one(shop: StaffedShop, name: str) -> None:
    shown: Any = shop.get(f"/admin/products?{name}=options,variants").json
    assert {"options", "variants"} <= shown["products"][0].keys()

    for query in (f"{name}[]=options&{name}[]=variants", f"{name}[0]=options&{name}[1]=variants"):
        assert shop.get(f"/admin/products?{query}").json == shown
    assert shop.get(f"/admin/products?{name}[0]=options&{name}[1]=nonsense").status_code == 400
    assert shop.get(f"/admin/products?{name}[of]=options").status_code == 400


# Pages

LISTS = sorted(
    route.rule
    for resource in resources()
    for route in resource.routes
    if route.surface is ADMIN and route.is_list and "<" not in route.rule
)


@pytest.mark.parametrize("path", LISTS)
@pytest.mark.parametrize("order", ["", "&order=created_at"])
def test_walking_through_pages_meets_each_row_once(shop: StaffedShop, path: str, order: str) -> None:
    whole: Any = shop.get(f"{path}?limit=1000{order}").json
    (many,) = whole.keys() - {"count", "offset", "limit"}
    ids = [row.get("id") or row.get("code") for row in whole[many]]
    assert whole["count"] == len(ids) == len(set(ids))

    walked = []
    size = max(1, min(5, len(ids) // 2))
    for offset in range(0, min(len(ids), 40), size):
        page: Any = shop.get(f"{path}?limit={size}&offset={offset}{order}").json
        assert (page["count"], page["offset"], page["limit"]) == (len(ids), offset, size)
        walked += [row.get("id") or row.get("code") for row in page[many]]
    assert walked == ids[: len(walked)]


# Transport


@pytest.mark.parametrize("coding", ["gzip", "br", "zstd"])
def test_longer_answers_are_compressed_unless_that_is_declined(shop: StaffedShop, coding: str) -> None:
    accept = {"Accept-Encoding": coding}

    assert shop.get("/admin/products", headers=accept).headers["Content-Encoding"] == coding
    declined = shop.get("/admin/products", headers={**accept, "x-no-compression": "true"})
    assert "Content-Encoding" not in declined.headers
    assert "Content-Encoding" not in shop.get("/admin/products?limit=0", headers=accept).headers


@pytest.mark.parametrize(
    ("path", "relations"),
    [
        ("customer-groups", "price_lists,customers"),
        ("sales-channels", "products,locations"),
        ("variants", "product,inventory_items"),
        ("orders", "cart,cart.items"),
    ],
)
def test_relations_of_medusas_records_can_be_asked_for(shop: StaffedShop, path: str, relations: str) -> None:
    if path == "customer-groups":
        group: Any = shop.post("/admin/customer-groups", {"name": "Press"}).json
        listed = {"name": "Press", "description": "-", "type": "sale", "prices": []}
        groups = {"customer_groups": [{"id": group["customer_group"]["id"]}]}
        assert shop.post("/admin/price-lists", listed | groups).status_code == 200

    answer: Any = shop.get(f"/admin/{path}?expand={relations}&limit=1")
    assert answer.status_code == 200, answer.text
    for row in answer.json[path.replace("-", "_")]:
        assert row.keys() >= {name for name in relations.split(",") if "." not in name}
        if path == "customer-groups":
            assert [each["name"] for each in row["price_lists"]] == ["Press"]
        if path == "sales-channels":
            assert row["locations"] == []


def test_a_single_record_is_sent_again_only_when_it_has_changed(shop: StaffedShop) -> None:
    product = shop.product(title="Tagged", description="d" * 2_000)
    path = f"/admin/products/{product['id']}"

    for more in ({}, {"Accept-Encoding": "gzip"}):
        tag = shop.get(path, headers=more).headers["ETag"]
        assert tag.startswith('W/"')
        same = shop.get(path, headers={"If-None-Match": tag, **more})
        assert (same.status_code, same.data) == (304, b"")
    shop.post(path, {"title": "Tagged anew"})
    assert shop.get(path, headers={"If-None-Match": tag}).status_code == 200
    assert shop.get(f"{path}x").headers.get("ETag") is None
    shop.delete(path)

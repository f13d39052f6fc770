"""The commands by which Medusa explains its admin API, sent as they are written, and what each is promised."""

from __future__ import annotations

import re
import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update
from werkzeug.test import TestResponse

from adapters.db.tables import products
from tests.integration.shops import PASSWORD
from tests.integration.staffed_shop import EMAIL, StaffedShop

Row = dict[str, Any]
MADE = {
    "Shirt": datetime(2022, 9, 1, tzinfo=UTC),
    "Blue Shirt": datetime(2023, 2, 17, 7, 22, 29, tzinfo=UTC),
    "Hat": datetime(2023, 2, 16, 23, 59, 59, tzinfo=UTC),
    "Voucher": datetime(2023, 2, 17, 7, 22, 30, tzinfo=UTC),
    "Scarf": datetime(2024, 1, 1, tzinfo=UTC),
    "Socks": datetime(2024, 1, 2, tzinfo=UTC),
}
BY_TIME = sorted(MADE, key=MADE.__getitem__)
BEARER = "-H 'Authorization: Bearer {jwt_token}'"
SIGN_IN = """curl -X POST '{backend_url}/auth/user/emailpass' \
    -H 'Content-Type: application/json' \
    --data-raw '{ "email": "user@example.com", "password": "supersecret" }'"""


class Terminal:
    """Runs ``curl`` commands against a shop; what stands in braces is known to it by that name."""

    def __init__(self, folder: Path) -> None:
        self.shop = StaffedShop(folder)
        channels = [
            self.shop.post("/admin/sales-channels", {"name": name}).json["sales_channel"]["id"]  # type: ignore[index]
            for name in ("Web", "Fair")
        ]
        self.known = {
            "backend_url": "http://localhost:9000",
            "one_channel": channels[0],
            "other_channel": channels[1],
        }
        for title, at in MADE.items():
            sold_in = {"Shirt": channels[:1], "Hat": channels[1:]}.get(title)
            more: Row = {} if sold_in is None else {"sales_channels": [{"id": sold_in[0]}]}
            variant = {"title": "M", "sku": f"{title}-M", "options": [{"value": "M"}], "prices": []}
            body = {"options": [{"title": "Size"}], "variants": [variant], "is_giftcard": title == "Voucher", **more}
            made = self.shop.product(title=title, **body)
            with self.shop.container.write_engine().begin() as connection:
                connection.execute(update(products).where(products.c.id == made["id"]).values(created_at=at))
        token: Any = self.run(SIGN_IN).json
        self.known["jwt_token"] = token["token"]

    def run(self, command: str) -> TestResponse:
        for name, value in {**self.known, "user@example.com": EMAIL, "supersecret": PASSWORD}.items():
            command = command.replace("{" + name + "}", value).replace(f'"{name}"', f'"{value}"')
        words = iter(shlex.split(command.replace("\\\n", " "))[1:])
        method, url, headers, body = None, "", {}, None
        for word in words:
            if word in ("-X", "--request"):
                method = next(words)
            elif word in ("-H", "--header"):
                name, _, value = next(words).partition(": ")
                headers[name] = value
            elif word in ("--data", "--data-raw"):
                body = next(words)
            elif word not in ("-v", "-g", "--location"):
                url = word
        path = re.sub(r"^(http://)?localhost:9000", "", url)
        assert path.startswith("/"), command
        return self.shop.client.open(path, method=method or ("POST" if body else "GET"), headers=headers, data=body)

    def products(self, command: str) -> list[Row]:
        answer: Any = self.run(command)
        assert answer.status_code == 200, answer.text
        assert {"products", "count", "offset", "limit"} == answer.json.keys()
        rows: list[Row] = answer.json["products"]
        return rows

    def titles(self, query: str) -> list[str]:
        rows = self.products(f'curl -g "http://localhost:9000/admin/products?{query}" {BEARER}')
        return [row["title"] for row in rows]


@pytest.fixture(scope="module")
def terminal(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    return Terminal(Path(tmp_path_factory.mktemp("examples")))


# Three ways in


def test_a_token_is_had_for_an_address_and_a_password(terminal: Terminal) -> None:
    answer: Any = terminal.run(SIGN_IN)

    assert answer.status_code == 200
    assert answer.json.keys() == {"token"}
    opened = terminal.run(f"curl 'localhost:9000/admin/products' -H 'Authorization: Bearer {answer.json['token']}'")
    assert opened.status_code == 200


def test_an_api_token_is_made_by_who_has_signed_in_and_sent_as_basic_credentials(terminal: Terminal) -> None:
    answer: Any = terminal.run("""curl --location 'localhost:9000/admin/api-keys' \
        --header 'Content-Type: application/json' \
        --header 'Authorization: Bearer {jwt_token}' \
        --data '{ "title": "my token", "type": "secret" }'""")

    assert answer.status_code == 200
    key = answer.json["api_key"]
    assert (key["title"], key["type"]) == ("my token", "secret")
    opened = terminal.run(f"curl 'localhost:9000/admin/products' -H 'Authorization: Basic {key['token']}'")
    assert opened.status_code == 200


def test_a_cookie_is_had_for_a_token_and_sent_back(terminal: Terminal) -> None:
    answer = terminal.run("""curl -v -X POST '{backend_url}/auth/session' \
        --header 'Authorization: Bearer {jwt_token}'""")

    assert answer.status_code == 200
    cookie = re.match(r"connect\.sid=(s%3A[^.;]+\.[^;]+);", answer.headers["Set-Cookie"])
    assert cookie is not None
    terminal.known["sid"] = cookie[1]
    opened = terminal.run("curl '{backend_url}/admin/products' -H 'Cookie: connect.sid={sid}'")
    assert opened.status_code == 200


def test_none_of_the_ways_in_is_no_way_in(terminal: Terminal) -> None:
    assert terminal.run("curl 'localhost:9000/admin/products'").status_code == 401
    assert terminal.run("curl 'localhost:9000/admin/products' -H 'Cookie: connect.sid=s%3Aa.b'").status_code == 401


# Compression


def test_compression_can_be_declined(terminal: Terminal) -> None:
    compressed = f"curl 'localhost:9000/admin/products' {BEARER} -H 'Accept-Encoding: gzip'"

    assert terminal.run(compressed).headers["Content-Encoding"] == "gzip"
    assert "Content-Encoding" not in terminal.run(f"{compressed} -H 'x-no-compression: true'").headers


# Fields and relations


def test_only_the_selected_fields_are_returned(terminal: Terminal) -> None:
    rows = terminal.products(f"curl 'localhost:9000/admin/products?fields=title,handle' {BEARER}")

    assert [row.keys() for row in rows] == [{"id", "title", "handle"}] * len(MADE)


def test_a_plus_adds_to_what_is_returned_by_default(terminal: Terminal) -> None:
    usual = terminal.products(f"curl 'localhost:9000/admin/products' {BEARER}")[0].keys()

    for added in ("+title", "%2Btitle"):
        rows = terminal.products(f"curl 'localhost:9000/admin/products?fields={added}' {BEARER}")
        assert rows[0].keys() == usual
    rows = terminal.products(f"curl 'localhost:9000/admin/products?fields=+variants.product.handle' {BEARER}")
    assert rows[0].keys() == usual
    assert rows[0]["variants"][0]["product"] == {"id": rows[0]["id"], "handle": rows[0]["handle"]}


def test_a_minus_removes_from_what_is_returned_by_default(terminal: Terminal) -> None:
    usual = terminal.products(f"curl 'localhost:9000/admin/products' {BEARER}")[0].keys()

    rows = terminal.products(f"curl 'localhost:9000/admin/products?fields=-title' {BEARER}")
    assert rows[0].keys() == usual - {"title"}


def test_a_star_returns_a_relation(terminal: Terminal) -> None:
    rows = terminal.products(f"curl 'localhost:9000/admin/products?fields=*variants' {BEARER}")

    assert [[variant["sku"] for variant in row["variants"]] for row in rows] == [
        [f"{row['title']}-M"] for row in rows
    ]
    assert {"id", "title", "sku", "inventory_quantity", "metadata"} <= rows[0]["variants"][0].keys()


def test_fields_of_a_relation_come_with_its_id(terminal: Terminal) -> None:
    rows = terminal.products(f"curl 'localhost:9000/admin/products?fields=variants.title,variants.sku' {BEARER}")

    assert all(variant.keys() == {"id", "title", "sku"} for row in rows for variant in row["variants"])
    assert sum(len(row["variants"]) for row in rows) == len(MADE)


# Types of parameters


def test_a_text_is_given_as_it_is(terminal: Terminal) -> None:
    assert terminal.titles("title=Shirt") == ["Shirt"]


@pytest.mark.parametrize("space", ["%20", "+"])
def test_a_space_in_a_text_is_encoded(terminal: Terminal, space: str) -> None:
    assert terminal.titles(f"title=Blue{space}Shirt") == ["Blue Shirt"]


def test_an_integer_is_given_as_it_is(terminal: Terminal) -> None:
    every: Any = terminal.run(f'curl "http://localhost:9000/admin/products" {BEARER}').json
    answer: Any = terminal.run(f'curl "http://localhost:9000/admin/products?offset=1" {BEARER}').json

    assert answer["offset"] == 1
    assert answer["count"] == len(MADE)
    assert answer["products"] == every["products"][1:]


def test_a_boolean_is_given_as_a_word(terminal: Terminal) -> None:
    assert terminal.titles("is_giftcard=true") == ["Voucher"]
    assert "Voucher" not in terminal.titles("is_giftcard=false")


def test_a_day_begins_at_midnight(terminal: Terminal) -> None:
    assert set(terminal.titles("created_at[$lt]=2023-02-17")) == {"Shirt", "Hat"}


def test_a_moment_is_given_to_the_second(terminal: Terminal) -> None:
    assert set(terminal.titles("created_at[$lt]=2023-02-17T07:22:30Z")) == {"Shirt", "Hat", "Blue Shirt"}


@pytest.mark.parametrize(
    "query",
    [
        "sales_channel_id[]={one_channel}&sales_channel_id[]={other_channel}",
        "sales_channel_id[0]={one_channel}&sales_channel_id[1]={other_channel}",
    ],
)
def test_an_array_is_given_value_by_value(terminal: Terminal, query: str) -> None:
    assert set(terminal.titles(query)) == {"Shirt", "Hat"}


def test_an_object_is_given_property_by_property(terminal: Terminal) -> None:
    assert terminal.titles("created_at[$lt]=2023-02-17&created_at[$gt]=2022-09-17") == ["Hat"]


# Pages


def test_a_page_holds_at_most_as_many_as_asked_for_and_says_what_there_is(terminal: Terminal) -> None:
    answer: Any = terminal.run(f'curl "http://localhost:9000/admin/products?limit=5" {BEARER}').json

    assert len(answer["products"]) == 5
    assert (answer["limit"], answer["offset"], answer["count"]) == (5, 0, len(MADE))


def test_the_next_page_begins_where_the_last_one_ended(terminal: Terminal) -> None:
    first, second = terminal.titles("limit=5&offset=0"), terminal.titles("limit=5&offset=5")

    assert len(second) == 1
    assert sorted(first + second) == sorted(MADE)


def test_items_are_sorted_by_a_field_upwards(terminal: Terminal) -> None:
    assert terminal.titles("order=created_at") == BY_TIME


def test_a_dash_sorts_downwards(terminal: Terminal) -> None:
    assert terminal.titles("order=-created_at") == BY_TIME[::-1]

"""Filters of admin lists against looking at each row, and pages against the whole, on random rows.

The rows are read once without any filter; whatever is asked afterwards is worked out from them here.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import given, note
from hypothesis import strategies as st
from sqlalchemy import update

from adapters.db.tables import customers, discounts, product_variants, products
from tests.integration.shops import REGION, keep_at
from tests.integration.staffed_shop import StaffedShop

Row = dict[str, Any]
Holds = Callable[[Row], bool]
Asked = tuple[str, Holds]
LETTERS = "aAbBéÉ_%*?[]\\' "
WORDS = ("Sky", "sky", "SKY blue", "s_y", "100%", "École", "école", "[a]*?", "a\\b", "", "O'Hara", "sk", " sky")
SOME_DAY = datetime(2023, 2, 17, tzinfo=UTC)
MOMENTS = (
    *(SOME_DAY + timedelta(hours=hours) for hours in (-25, -24, 0, 7, 24, 25)),
    *(SOME_DAY + timedelta(hours=7, microseconds=fine) for fine in (1_001, 2_000, 3_999, 4_500)),
)
ASKED = sorted({*MOMENTS, *(moment.replace(microsecond=moment.microsecond // 1_000 * 1_000) for moment in MOMENTS)})
MANY = {"products": 40, "customers": 24, "variants": 40, "discounts": 12}
SHOWN = {
    "products": "id,title,description,handle,status,collection_id,type_id,is_giftcard,created_at,updated_at,"
    "tags.id,sales_channels.id",
    "customers": "id,email,first_name,has_account,created_at,groups.id",
    "variants": "id,title,inventory_quantity,manage_inventory,allow_backorder,created_at",
    "discounts": "id,code,is_dynamic,is_disabled,created_at,rule.type,rule.allocation",
}


class Listed:
    """A shop with many rows of some kinds, and the rows as they are without a filter."""

    def __init__(self, folder: Path) -> None:
        self.shop = StaffedShop(folder)
        drawn = random.Random(20)
        self.ids: dict[str, list[str]] = {
            "channel": [self._made("sales-channels", "sales_channel", name=name) for name in ("Web", "Fair")],
            "collection": [self._made("collections", "collection", title=name) for name in ("One", "Two")],
            "group": [self._made("customer-groups", "customer_group", name=name) for name in ("Press", "Trade")],
        }
        for number in range(MANY["products"]):
            self._product(drawn, number)
        for number in range(MANY["customers"]):
            groups = [{"id": id} for id in self.ids["group"] if drawn.random() < 0.4]
            self._customer(drawn, number, groups)
        self._discounts(drawn)
        self.rows = {path: self._rows(path) for path in MANY}
        self.ids["tag"] = sorted({tag["id"] for row in self.rows["products"] for tag in row["tags"]})
        self.ids["type"] = sorted({row["type_id"] for row in self.rows["products"] if row["type_id"]})

    def found(self, path: str, query: str) -> Row:
        answer: Any = self.shop.get(f"/admin/{path}?{query}")
        assert answer.status_code == 200, answer.text
        body: Row = answer.json
        return body

    def _rows(self, path: str) -> list[Row]:
        rows: list[Row] = self.found(path, f"limit=1000&fields={SHOWN[path]}")[path]
        assert len(rows) >= MANY[path]
        return rows

    def _product(self, drawn: random.Random, number: int) -> None:
        body: Row = {
            "title": drawn.choice(WORDS) or "-",
            "handle": f"handle-{number % 7}{'-' * (number // 7)}x",
            "status": drawn.choice(["draft", "proposed", "published", "rejected"]),
            "is_giftcard": drawn.random() < 0.2,
            "tags": [{"value": tag} for tag in "abc" if drawn.random() < 0.4],
            "sales_channels": [{"id": id} for id in self.ids["channel"] if drawn.random() < 0.5],
            "options": [{"title": "Size"}],
            "variants": [
                {
                    "title": drawn.choice(WORDS) or "-",
                    "inventory_quantity": drawn.choice([0, 1, 1, 5, 10]),
                    "manage_inventory": drawn.random() < 0.5,
                    "allow_backorder": drawn.random() < 0.5,
                    "options": [{"value": "M"}],
                    "prices": [],
                }
            ],
        }
        if drawn.random() < 0.6:
            body |= {"type": {"value": drawn.choice("xy")}, "collection_id": drawn.choice(self.ids["collection"])}
        id = self.shop.product(**body)["id"]
        values = {"created_at": drawn.choice(MOMENTS), "updated_at": drawn.choice(MOMENTS)}
        self._write(products, id, **values, description=drawn.choice([None, *WORDS]))
        with self.shop.container.write_engine().begin() as connection:
            rows = update(product_variants).where(product_variants.c.product_id == id)
            connection.execute(rows.values(created_at=drawn.choice(MOMENTS)))

    def _customer(self, drawn: random.Random, number: int, groups: list[Row]) -> None:
        body = {"email": f"{drawn.choice('aAbB')}_{number}@x.test", "first_name": "A", "last_name": "B"}
        answer: Any = self.shop.post("/admin/customers", {**body, "password": "a long enough one"})
        id = answer.json["customer"]["id"]
        assert self.shop.post(f"/admin/customers/{id}", {"groups": groups}).status_code == 200
        self._write(customers, id, has_account=drawn.random() < 0.5, created_at=drawn.choice(MOMENTS))

    def _discounts(self, drawn: random.Random) -> None:
        region = {"name": "EU", "currency_code": "eur", "tax_rate": 0, "countries": ["de"]}
        providers = {"payment_providers": ["manual"], "fulfillment_providers": ["manual"]}
        region_id = self._made("regions", "region", **region, **providers)
        assert region_id != REGION
        for number in range(MANY["discounts"]):
            kind = drawn.choice(["percentage", "fixed", "free_shipping"])
            rule = {"type": kind, "value": 10, "allocation": drawn.choice(["item", "total"])}
            flags = {"is_dynamic": drawn.random() < 0.5, "is_disabled": drawn.random() < 0.5}
            id = self._made("discounts", "discount", code=f"C{number}", rule=rule, regions=[region_id], **flags)
            self._write(discounts, id, created_at=drawn.choice(MOMENTS))

    def _made(self, path: str, one: str, **body: Any) -> str:
        answer: Any = self.shop.post(f"/admin/{path}", body)
        assert answer.status_code == 200, answer.text
        return str(answer.json[one]["id"])

    def _write(self, table: Any, id: str, **values: object) -> None:
        with self.shop.container.write_engine().begin() as connection:
            connection.execute(update(table).where(table.c.id == id).values(**values))


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.deep)])
def listed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Listed:
    folder = Path(tmp_path_factory.mktemp("filters"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    return Listed(folder)


# Conditions: what is sent, and whether it holds for a row


def like(pattern: str, text: str) -> bool:
    expression = "".join({"%": ".*", "_": "."}.get(char, re.escape(char)) for char in pattern)
    return re.fullmatch(expression, text, re.DOTALL) is not None


def pair(name: str, operator: str, value: str) -> str:
    bracket = "" if operator == "" else f"[${operator}]"
    return f"{name}{quote(bracket)}={quote(value)}"


def several(name: str, operator: str, values: list[str]) -> str:
    return "&".join(pair(name, operator, value).replace("=", "%5B%5D=", 1) for value in values)


@st.composite
def text_condition(draw: st.DrawFn, name: str, known: list[str | None]) -> Asked:
    present = [value for value in known if value is not None]
    texts = st.sampled_from(present) | st.sampled_from(WORDS) | st.text(LETTERS, max_size=4)
    operator = draw(st.sampled_from(["", "ne", "in", "nin", "like", "ilike"]))
    if operator in ("in", "nin"):
        values = draw(st.lists(texts, min_size=1, max_size=3))
        return several(name, operator, values), lambda row: (row[name] in values) == (operator == "in")
    value = draw(texts)
    if operator in ("like", "ilike"):
        cut = draw(st.integers(0, len(value)))
        value = draw(st.sampled_from([value, value[:cut] + "%", "%" + value[cut:], "_" + value[1:]]))
        exact = operator == "like"
        fold: Callable[[str], str] = str if exact else str.lower
        return pair(name, operator, value), lambda row: row[name] is not None and like(fold(value), fold(row[name]))
    return pair(name, operator, value), lambda row: (row[name] == value) == (operator == "")


@st.composite
def choice_condition(draw: st.DrawFn, name: str, choices: list[str]) -> Asked:
    """A closed set, or ids."""
    operator = draw(st.sampled_from(["", "", "ne", "in", "nin"]))
    if operator == "ne":
        value = draw(st.sampled_from(choices))
        return pair(name, operator, value), lambda row: row[name] != value
    values = draw(st.lists(st.sampled_from(choices), min_size=1, max_size=3))
    return several(name, operator, values), lambda row: (row[name] in values) == (operator != "nin")


@st.composite
def linked_condition(draw: st.DrawFn, name: str, relation: str, ids: list[str]) -> Asked:
    """Rows with, or without, one of these records linked to them."""
    operator = draw(st.sampled_from(["", "in", "nin", "ne"]))
    values = draw(st.lists(st.sampled_from([*ids, "nothing"]), min_size=1, max_size=1 if operator == "ne" else 3))
    among = operator in ("", "in")

    def holds(row: Row) -> bool:
        return any(record["id"] in values for record in row[relation]) == among

    if operator == "ne":
        return pair(name, operator, values[0]), holds
    return several(name, operator, values), holds


@st.composite
def flag_condition(draw: st.DrawFn, name: str) -> Asked:
    value = draw(st.booleans())
    operator = draw(st.sampled_from(["", "ne"]))
    return pair(name, operator, str(value).lower()), lambda row: (row[name] is value) == (operator == "")


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "lt": lambda here, given: here < given,
    "lte": lambda here, given: here <= given,
    "gt": lambda here, given: here > given,
    "gte": lambda here, given: here >= given,
    "ne": lambda here, given: here != given,
    "": lambda here, given: here == given,
}


@st.composite
def number_condition(draw: st.DrawFn, name: str) -> Asked:
    between = draw(st.dictionaries(st.sampled_from(["lt", "lte", "gt", "gte"]), st.integers(-1, 11), max_size=2))
    if not between:
        value = draw(st.integers(-1, 11))
        return pair(name, "", str(value)), lambda row: row[name] == value
    sent = "&".join(pair(name, operator, str(value)) for operator, value in between.items())
    return sent, lambda row: all(_COMPARED[operator](row[name], value) for operator, value in between.items())


@st.composite
def time_condition(draw: st.DrawFn, name: str) -> Asked:
    """As they are shown, in milliseconds, although they are kept in microseconds."""

    def written(moment: datetime) -> str:
        if moment == moment.replace(hour=0, minute=0, second=0, microsecond=0):
            return moment.strftime("%Y-%m-%d")
        return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ" if moment.microsecond else "%Y-%m-%dT%H:%M:%SZ")

    def shown(row: Row) -> datetime:
        return datetime.fromisoformat(row[name])

    if draw(st.integers(0, 4)) == 0:
        moments = draw(st.lists(st.sampled_from(ASKED), min_size=1, max_size=3))
        operator = draw(st.sampled_from(["in", "nin"]))
        sent = several(name, operator, [written(moment) for moment in moments])
        return sent, lambda row: (shown(row) in moments) == (operator == "in")
    if draw(st.integers(0, 4)) == 0:
        same = draw(st.sampled_from(ASKED))
        return pair(name, "", written(same)), lambda row: shown(row) == same
    between = draw(
        st.dictionaries(
            st.sampled_from(sorted(_COMPARED.keys() - {""})), st.sampled_from(ASKED), min_size=1, max_size=2
        )
    )
    sent = "&".join(pair(name, operator, written(moment)) for operator, moment in between.items())
    if draw(st.booleans()):
        sent = sent.replace("%24", "")
    return sent, lambda row: all(_COMPARED[operator](shown(row), moment) for operator, moment in between.items())


@st.composite
def rule_condition(draw: st.DrawFn) -> Asked:
    name, choices = draw(
        st.sampled_from([("type", ("fixed", "percentage", "free_shipping")), ("allocation", ("item", "total"))])
    )
    value = draw(st.sampled_from(choices))
    return f"rule%5B{name}%5D={value}", lambda row: row["rule"][name] == value


def conditions(listed: Listed, path: str) -> dict[str, st.SearchStrategy[Asked]]:
    """By name, what the list can be asked."""
    rows = listed.rows[path]

    def text(name: str) -> st.SearchStrategy[Asked]:
        return text_condition(name, [row[name] for row in rows])

    def ids(name: str, kind: str) -> st.SearchStrategy[Asked]:
        return choice_condition(name, [*listed.ids[kind], "nothing"])

    created = {"created_at": time_condition("created_at")}
    if path == "products":
        return created | {
            **{name: text(name) for name in ("title", "description", "handle")},
            "status": choice_condition("status", ["draft", "proposed", "published", "rejected"]),
            "collection_id": ids("collection_id", "collection"),
            "type_id": ids("type_id", "type"),
            "tags": linked_condition("tags", "tags", listed.ids["tag"]),
            "sales_channel_id": linked_condition("sales_channel_id", "sales_channels", listed.ids["channel"]),
            "is_giftcard": flag_condition("is_giftcard"),
            "updated_at": time_condition("updated_at"),
        }
    if path == "customers":
        return created | {
            "email": text("email"),
            "has_account": flag_condition("has_account"),
            "groups": linked_condition("groups", "groups", listed.ids["group"]),
        }
    if path == "variants":
        return created | {
            "title": text("title"),
            "inventory_quantity": number_condition("inventory_quantity"),
            "manage_inventory": flag_condition("manage_inventory"),
            "allow_backorder": flag_condition("allow_backorder"),
        }
    flags = {name: flag_condition(name) for name in ("is_dynamic", "is_disabled")}
    return created | flags | {"rule": rule_condition()}


@given(data=st.data())
def test_filters_leave_what_looking_at_each_row_leaves(listed: Listed, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(MANY)))
    known = conditions(listed, path)
    names = data.draw(st.lists(st.sampled_from(sorted(known)), min_size=1, max_size=3, unique=True))
    asked = [data.draw(known[name]) for name in names]
    query = "&".join(sent for sent, _ in asked)
    note(query)

    found = listed.found(path, f"limit=1000&fields=id&{query}")

    due = {row["id"] for row in listed.rows[path] if all(holds(row) for _, holds in asked)}
    assert {row["id"] for row in found[path]} == due
    assert found["count"] == len(due)


@given(data=st.data())
def test_pages_of_a_list_hold_each_row_once_whatever_its_order(listed: Listed, data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(sorted(MANY)))
    field = data.draw(st.sampled_from([name for name in SHOWN[path].split(",") if "." not in name]))
    dash = data.draw(st.sampled_from(["", "-"]))
    size = data.draw(st.integers(3, 15))
    sent, holds = data.draw(conditions(listed, path)["created_at"])
    due = {row["id"]: row for row in listed.rows[path] if holds(row)}

    walked: list[str] = []
    for offset in range(0, len(due) + size, size):
        page = listed.found(path, f"fields=id&limit={size}&offset={offset}&order={dash}{field}&{sent}")
        assert (page["count"], page["offset"], page["limit"]) == (len(due), offset, size)
        walked += [row["id"] for row in page[path]]

    assert sorted(walked) == sorted(due)
    if field in ("id", "created_at", "updated_at", "inventory_quantity"):  # texts sort as the database likes
        assert walked == sorted(due, key=lambda row_id: (due[row_id][field], row_id), reverse=bool(dash))

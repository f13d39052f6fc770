"""Lists of 20,000 products and 100,000 orders: every sort, filter and deep page begins with an index."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, text

from adapters.db.reads.sql_reads import SqlReads
from benchmarks.stock import copy_orders, copy_products, settle
from bootstrap.container import Container
from core.domain.actor import ANONYMOUS
from ports.reads import Audience, Condition, Operator, Page, Paging, ReadContext, Selection
from tests.integration.shops import PRODUCT, keep_at, open_shop, ready_to_pay, run_jobs, stock_shop

pytestmark = [pytest.mark.deep, pytest.mark.timeout(600)]
PRODUCTS, ORDERS = 20_000, 100_000


class Large:
    """engine: of the reads. pages: what the last list ran, statement and parameters."""

    def __init__(self, container: Container) -> None:
        self.engine: Engine = container.read_engine()
        self.reads = SqlReads(self.engine)
        self.now = container.clock().now()
        self.ran: list[tuple[str, Any]] = []
        with self.engine.connect() as connection:
            self.channel = str(connection.scalar(text("SELECT default_sales_channel_id FROM stores")))
            self.region = str(connection.scalar(text("SELECT id FROM regions")))

    def page(self, shape: str, audience: Audience, where: list[Condition], **paging: Any) -> Page:
        channels = frozenset({self.channel}) if audience is Audience.STORE else None
        context = ReadContext(audience=audience, now=self.now, channel_ids=channels)
        self.ran = []

        def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
            self.ran.append((statement, parameters))

        event.listen(self.engine, "before_cursor_execute", note)
        try:
            return self.reads.page(shape, where, Selection(frozenset({"id"})), context, Paging(limit=20, **paging))
        finally:
            event.remove(self.engine, "before_cursor_execute", note)

    def steps(self, statement: str, parameters: Any) -> list[str]:
        """What the database would do."""
        explain = "EXPLAIN QUERY PLAN" if self.engine.dialect.name == "sqlite" else "EXPLAIN"
        with self.engine.connect() as connection:
            rows = connection.exec_driver_sql(f"{explain} {statement}", parameters)
            steps = [(len(row) == 4 and row[1] == 0, str(row[-1]).strip()) for row in rows]
        # Once its keys are found by themselves, the page's own few rows are sorted.
        if any(step.startswith("LIST SUBQUERY") for _, step in steps):
            return [step for outside, step in steps if not (outside and step.startswith("USE TEMP"))]
        if steps[0][1].startswith("Sort") and any("Limit" in step for _, step in steps[1:]):
            return [step for _, step in steps[1:]]
        return [step for _, step in steps]

    def walks(self) -> list[str]:
        """Where the page's own statement goes through a whole table of products or orders, or sorts one."""
        return list(_walks(self.steps(*self.ran[0])))


def _walks(steps: list[str]) -> Iterator[str]:
    yield from _unindexed(steps, "SCAN r USING")
    for step in steps:
        if step.removeprefix("->").strip().startswith(("USE TEMP B-TREE FOR ORDER", "Sort  (")):
            yield step


_WALKS = ("SCAN r", "SCAN orders", "SCAN products", "Seq Scan on")


def _unindexed(steps: list[str], allowed: str = "-") -> Iterator[str]:
    """Walks through a table; along the index of an order they look at every row's own columns."""
    for step in steps:
        bare = step.removeprefix("->").strip()
        if bare.startswith(_WALKS) and not bare.startswith(allowed):
            yield step


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Large:
    folder = Path(tmp_path_factory.mktemp("sized"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    container = open_shop(folder)
    stock_shop(container)
    order = str(container.place_order()(ANONYMOUS, ready_to_pay(container, ANONYMOUS)).id)
    run_jobs(container)
    copy_products(container.write_engine(), PRODUCT, PRODUCTS)
    copy_orders(container.write_engine(), order, ORDERS)
    settle(container.write_engine())
    return Large(container)


@pytest.mark.parametrize("audience", list(Audience))
@pytest.mark.parametrize("sort", ["created_at", "updated_at", "title"])
@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("offset", [0, 1_000])
def test_products_are_sorted_by_indexes(
    shop: Large, audience: Audience, sort: str, descending: bool, offset: int
) -> None:
    page = shop.page("product", audience, [], order=((sort, descending),), offset=offset)

    assert len(page.rows) == 20
    assert page.count == (PRODUCTS + 1 if audience is Audience.ADMIN else PRODUCTS - PRODUCTS // 10 + 1)
    assert shop.walks() == []


@pytest.mark.parametrize(
    "condition",
    [
        Condition("title", Operator.EQ, "Night over harbour 77"),
        Condition("handle", Operator.EQ, "copy-77"),
        Condition("id", Operator.IN, [f"{PRODUCT}_77"]),
    ],
    ids=lambda condition: condition.field,
)
def test_products_are_found_by_indexes(shop: Large, condition: Condition) -> None:
    page = shop.page("product", Audience.STORE, [condition])

    assert [row["id"] for row in page.rows] == [f"{PRODUCT}_77"]
    assert list(_unindexed(shop.steps(*shop.ran[0]))) == []


@pytest.mark.parametrize("sort", ["created_at", "updated_at", "display_id"])
@pytest.mark.parametrize("offset", [0, 1_000, 50_000])
def test_orders_are_sorted_by_indexes(shop: Large, sort: str, offset: int) -> None:
    page = shop.page("order", Audience.ADMIN, [], order=((sort, True),), offset=offset)

    assert (len(page.rows), page.count) == (20, ORDERS + 1)
    assert shop.walks() == []


@pytest.mark.parametrize(
    ("field", "operator", "value", "count"),
    [
        ("status", Operator.IN, ["canceled"], ORDERS // 50),
        ("payment_status", Operator.IN, ["refunded"], ORDERS // 20),
        ("fulfillment_status", Operator.IN, ["shipped"], ORDERS // 25),
        ("email", Operator.EQ, "buyer7@example.com", 20),
        ("external_id", Operator.EQ, "ext-77", 1),
        ("display_id", Operator.EQ, 1_000_077, 1),
        ("region_id", Operator.EQ, "reg_none", 0),
        ("sales_channel_id", Operator.EQ, "sc_none", 0),
        ("currency_code", Operator.EQ, "xyz", 0),
    ],
)
def test_orders_are_found_and_counted_by_indexes(
    shop: Large, field: str, operator: Operator, value: object, count: int
) -> None:
    page = shop.page("order", Audience.ADMIN, [Condition(field, operator, value)])

    assert page.count == count
    for statement, parameters in shop.ran:
        assert list(_unindexed(shop.steps(statement, parameters))) == []


def test_late_orders_are_found_by_an_index(shop: Large) -> None:
    since = shop.now + timedelta(seconds=ORDERS - 1_000)

    page = shop.page("order", Audience.ADMIN, [Condition("created_at", Operator.GT, since)])

    assert 900 < page.count < 1_100
    assert shop.walks() == []


@pytest.mark.parametrize(("words", "count"), [("buyer77@", 20), ("1000077", 1), ("nobody at all", 0)])
def test_orders_are_searched_by_an_index(shop: Large, words: str, count: int) -> None:
    page = shop.page("order", Audience.ADMIN, [Condition("q", Operator.SEARCH, words)])

    assert page.count == count
    for statement, parameters in shop.ran:
        steps = shop.steps(statement, parameters)
        through = ("SCAN r", "SCAN orders", "SCAN search_texts", "Seq Scan on orders", "Seq Scan on search_texts")
        assert [step for step in steps if any(walk in step for walk in through)] == []


def test_a_search_that_finds_most_orders_counts_them_all(shop: Large) -> None:
    page = shop.page("order", Audience.ADMIN, [Condition("q", Operator.SEARCH, "buyer")])

    assert (len(page.rows), page.count) == (20, ORDERS)

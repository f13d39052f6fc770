"""The catalogue's questions at a few thousand products, answered by indexes."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, insert, select

from adapters.db import tables as t
from adapters.db.search.documents import rebuild
from adapters.db.transaction import transaction
from bootstrap.container import Container
from core.domain.actor import SYSTEM
from ports.reads import Audience, Condition, Operator, Paging, ReadContext, Selection
from tests.integration.shops import fill, open_shop

PRODUCTS = 3_000
IN = Operator.IN


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Container:
    container = open_shop(Path(tmp_path_factory.mktemp("large")))
    with container.begin()(SYSTEM, "test.fill") as work:
        fill(work)
        work.commit()
    engine = container.write_engine()
    with engine.begin() as connection:
        pattern = dict(connection.execute(select(t.products)).mappings().one())
        now = {"created_at": pattern["created_at"], "updated_at": pattern["updated_at"]}
        kept = {**now, "version": 1}
        for number in range(30):
            connection.execute(insert(t.product_tags), {"id": f"ptag_{number}", "value": f"tag{number}", **kept})
            connection.execute(insert(t.product_collections), {"id": f"pcol_{number}", "title": "C", **kept})
            category = {
                "id": f"pcat_{number}",
                "name": "N",
                "handle": f"h{number}",
                "description": "",
                "rank": number,
            }
            category |= {"is_active": True, "is_internal": False, **kept}
            connection.execute(insert(t.product_categories), category)
        rows = [{**pattern, "id": f"prod_{n}", "handle": f"p{n}", "title": f"Word{n} night"} for n in range(PRODUCTS)]
        rows = [{**row, "collection_id": f"pcol_{n % 30}"} for n, row in enumerate(rows)]
        connection.execute(insert(t.products), rows)
        links = [{"product_id": row["id"], "position": 0} for row in rows]
        channel = connection.scalar(select(t.sales_channels.c.id))
        connection.execute(insert(t.product_sales_channels), [{**row, "sales_channel_id": channel} for row in links])
        tagged = [{**row, "tag_id": f"ptag_{n % 30}"} for n, row in enumerate(links)]
        connection.execute(insert(t.product_tag_links), tagged)
        filed = [{**row, "product_category_id": f"pcat_{n % 30}"} for n, row in enumerate(links)]
        connection.execute(insert(t.product_category_products), filed)
    with transaction(engine) as run:
        rebuild(run)
    with engine.begin() as connection:
        connection.exec_driver_sql("ANALYZE")
    return container


def steps_of(shop: Container, conditions: list[Condition], **paging: Any) -> list[str]:
    """What SQLite does for the list's first statement, step by step."""
    engine: Engine = shop.read_engine()
    ran: list[tuple[str, Any]] = []

    def note(_c: Any, _cursor: Any, statement: str, parameters: Any, *_rest: Any) -> None:
        ran.append((statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    try:
        page = shop.reads().page(
            "product",
            conditions,
            Selection(frozenset({"id"})),
            ReadContext(audience=Audience.STORE, now=shop.clock().now()),
            Paging(limit=20, **paging),
        )
    finally:
        event.remove(engine, "before_cursor_execute", note)
    assert page.rows
    with engine.connect() as connection:
        statement, parameters = ran[0]
        return [str(row[3]) for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)]


def scans(steps: list[str]) -> Iterator[str]:
    """Steps that walk through a table of the catalogue without an index."""
    walked = ("products", "r", "product_tag_links", "product_category_products", "product_categories")
    for step in steps:
        if step.startswith("SCAN ") and step.split()[1] in walked and "USING" not in step:
            yield step


@pytest.mark.parametrize(
    "condition",
    [
        Condition("collection_id", IN, ["pcol_3"]),
        Condition("category_id", IN, ["pcat_3", "pcat_4"]),
        Condition("category_tree", IN, ["pcat_3"]),
        Condition("tags", IN, ["ptag_3"]),
        Condition("handle", IN, ["p17"]),
        Condition("id", IN, ["prod_17"]),
        Condition("q", Operator.SEARCH, "word17"),
    ],
    ids=lambda condition: condition.field,
)
def test_filters_use_indexes(shop: Container, condition: Condition) -> None:
    steps = steps_of(shop, [condition], ranked=True)

    assert list(scans(steps)) == [], "\n".join(steps)


def test_a_search_begins_with_the_words_not_with_the_products(shop: Container) -> None:
    steps = steps_of(shop, [Condition("q", Operator.SEARCH, "word17 nig")], ranked=True)

    assert any("product_search VIRTUAL TABLE INDEX" in step for step in steps), "\n".join(steps)
    assert not any(step.startswith("SCAN r") for step in steps), "\n".join(steps)


def test_what_is_in_step_costs_no_walk_through_all_words(shop: Container) -> None:
    with shop.write_engine().connect() as connection:
        question = "product_search MATCH 'product_id : \"prod_17\"' AND product_id = 'prod_17'"
        plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN DELETE FROM product_search WHERE {question}")  # noqa: S608
        steps = [str(row[3]) for row in islice(plan, 5)]

    assert any("VIRTUAL TABLE INDEX" in step and "M" in step.rpartition(":")[2] for step in steps), steps

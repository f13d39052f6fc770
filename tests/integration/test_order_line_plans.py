"""Lines are looked up by their order: those that no swap sends are nearly all there are."""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from core.domain.actor import SYSTEM
from core.domain.order import OrderId
from tests.integration.peopled_shop import PeopledShop


def test_lines_of_an_order_are_found_by_their_order(tmp_path: Path) -> None:
    shop = PeopledShop(tmp_path)
    order = shop.sell()
    read, write = shop.container.read_engine(), shop.container.write_engine()
    seen: list[tuple[Engine, str, Any]] = []
    for engine in (read, write):
        event.listen(engine, "before_cursor_execute", lambda *given, on=engine: seen.append((on, given[2], given[3])))

    assert shop.ask("GET", f"/admin/orders/{order}", shop.staff).status_code == 200
    assert shop.ask("GET", "/admin/orders?fields=id,items.title", shop.staff).status_code == 200
    with shop.container.begin()(SYSTEM, "test.look") as work:
        assert work.orders.get(OrderId(order)).items

    plans = []
    for engine, statement, values in list(seen):
        if "FROM order_items" in statement and statement.lstrip().startswith("SELECT"):
            with engine.connect() as connection:
                rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
                plans += [str(row[3]) for row in rows if "order_items" in str(row[3]) or " r " in str(row[3])]
    assert plans
    assert not [step for step in plans if "swap_id" in step or step.startswith("SCAN")]

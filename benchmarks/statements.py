"""A large shop in this process: made here, and asked once for each line, counting statements."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import structlog
from sqlalchemy import event, select

from adapters.db.tables import downloads
from benchmarks.stock import copy_orders, copy_products, settle
from benchmarks.story import LINES, buyer, checkout, pattern, prepare_with
from bootstrap.app import create_app
from bootstrap.container import Container, build_container
from bootstrap.settings import Settings

_APART = ("BEGIN", "PRAGMA", "SELECT pg_current_xact_id")  # opening and ending transactions


def counted(environment: Mapping[str, str], products: int, orders: int) -> tuple[Mapping[str, str], dict[str, int]]:
    """Ids of the shop, and by line the statements of one request; caches are warm where a line says so."""
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    container: Container = build_container(Settings.load(environment))
    client = create_app(container).test_client(use_cookies=False)

    def call(method: str, path: str, body: object = None, token: str | None = None, tag: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"If-None-Match": tag} if tag else {}
        answer = client.open(path, method=method, headers=headers, json=body)
        if answer.status_code >= 400:
            raise SystemExit(f"{method} {path} answered {answer.status_code}: {answer.text[:300]}")
        return answer.get_json(silent=True)

    ids = dict(prepare_with(call))
    ids["pattern"] = pattern(call, ids)
    order = ids["order"] = checkout(call, ids)
    while container.run_reactions().run_once("benchmark"):
        pass
    ids["buyer"] = buyer(call)
    with container.read_engine().connect() as connection:
        granted = connection.execute(
            select(downloads.c.id, downloads.c.revision).where(downloads.c.order_id == order)
        )
        ids["download"] = container.derived_tokens().derive("download", *granted.one())
    copy_products(container.write_engine(), ids["pattern"], products)
    copy_orders(container.write_engine(), order, orders)
    settle(container.write_engine())
    seen: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith(_APART):
            seen.append(statement)

    for engine in {container.read_engine(), container.write_engine()}:
        event.listen(engine, "before_cursor_execute", note)
    found = {}
    for line in LINES:

        def ask(method: str, path: str, body: object = None, token: str | None = None, tag: str | None = None) -> Any:
            return call(method, path, body, token or (ids["admin"] if line.as_admin else None), tag)  # noqa: B023

        line.deed(ask, ids)
        seen.clear()
        line.deed(ask, ids)
        found[line.name] = round(len(seen) / line.weight)
    for engine in {container.read_engine(), container.write_engine()}:
        engine.dispose()
    return ids, found

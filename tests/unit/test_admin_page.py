"""The examples of docs/admin.md are those of the API's description; they are of routes that there are, name what is
shown there, and none of the resources is without one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.db.reads.plan import check
from adapters.db.reads.shapes import SHAPES
from adapters.http.examples import Example, by_route, read, text
from adapters.http.resources import resources
from ports.reads import Audience, Selection

PAGE = (Path(__file__).resolve().parents[2] / "docs/admin.md").read_text(encoding="utf-8")
ROUTES = [route for resource in resources() for route in resource.routes if route.rule.startswith("/admin")]
EXAMPLES = read(text())
SERVED = [(example, route) for route, examples in by_route(EXAMPLES, ROUTES).items() for example in examples]


def test_the_page_and_the_description_show_the_same() -> None:
    section = PAGE[PAGE.index("## Every resource, by example") :]
    blocks = re.findall(r"^```text\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)

    assert "\n".join(blocks) == text()
    assert text().count("\n\n") + 1 == len(EXAMPLES)


def test_every_example_is_of_a_served_route() -> None:
    served = [example for example, _ in SERVED]

    assert [example for example in EXAMPLES if example not in served] == []


@pytest.mark.parametrize(("example", "route"), SERVED, ids=lambda it: getattr(it, "path", ""))
def test_an_example_names_what_the_route_takes_and_shows(example: Example, route: Any) -> None:
    if example.body is not None:
        assert route.body_schema is not None
        taken = {field.data_key or name for name, field in route.body_schema.fields.items()}
        assert example.body.keys() <= taken
    assert example.status == route.status or example.status in route.statuses
    if route.shown is None or not isinstance(example.answer, dict):
        return
    if route.is_list:
        assert example.answer.keys() == {route.shown.many, "count", "offset", "limit"}
    for row in rows_of(example.answer, route):
        check(SHAPES[route.shown.shape], selection(row, SHAPES[route.shown.shape]), Audience.ADMIN)


def rows_of(answer: dict[str, Any], route: Any) -> Iterator[dict[str, Any]]:
    found = answer.get(route.shown.many) if route.is_list else answer.get(route.shown.one)
    yield from found if isinstance(found, list) else [found or {}]


def selection(row: dict[str, Any], shape: Any) -> Selection:
    """What must be asked for to see these keys."""
    below = {}
    for name in row.keys() & shape.relations.keys():
        value = row[name]
        inner = value if isinstance(value, list) else [value or {}]
        merged = {key: each[key] for each in inner for key in each}
        below[name] = selection(merged, shape.relations[name].shape())
    return Selection(columns=frozenset(row.keys() - below.keys()), relations=below)


def test_every_admin_resource_has_an_example() -> None:
    shown = {example.path.split("/")[2] for example in EXAMPLES}

    assert {route.rule.split("/")[2] for route in ROUTES} - shown == set()

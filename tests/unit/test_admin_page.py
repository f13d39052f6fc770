"""The examples of docs/admin.md are of routes that there are, and none of the resources is without one."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from adapters.http.resources import resources
from adapters.http.route import Route

PAGE = (Path(__file__).resolve().parents[2] / "docs/admin.md").read_text(encoding="utf-8")
EXAMPLE = re.compile(r"^(GET|POST|DELETE) (/admin/[^\s?]+)\S*(?: (\{.*\}))?\n(\d+) (.*)$", re.MULTILINE)
PARAMETER = re.compile(r"<[^>]+>")
EXAMPLES = EXAMPLE.findall(PAGE)
ROUTES = [route for resource in resources() for route in resource.routes if route.rule.startswith("/admin")]


def routes_of(method: str, path: str) -> list[Route]:
    """The most literal first, as ``/admin/orders/:id`` is no ``/admin/orders/returns``."""
    fitting = [
        route
        for route in ROUTES
        if route.method == method and re.fullmatch(PARAMETER.sub("[^/]+", route.rule), path) is not None
    ]
    return sorted(fitting, key=lambda route: route.rule.count("<"))


@pytest.mark.parametrize(("method", "path", "body", "status", "answer"), EXAMPLES)
def test_an_example_is_of_a_served_route(method: str, path: str, body: str, status: str, answer: str) -> None:
    routes = routes_of(method, path)

    assert routes, f"nothing serves {method} {path}"
    if body:
        schema = routes[0].body_schema
        assert schema is not None
        taken = {field.data_key or name for name, field in schema.fields.items()}
        assert json.loads(body).keys() <= taken
    if status == "200" and answer.startswith("{"):
        json.loads(answer)


def test_every_admin_resource_has_an_example() -> None:
    shown = {path.split("/")[2] for _, path, *_ in EXAMPLES}

    assert {route.rule.split("/")[2] for route in ROUTES} - shown == set()

"""Requests with what a served shop answered, for the API's description; ``docs/admin.md`` shows the same ones.

They stand in ``examples.txt``, which is part of the package: method and URL with the body, and below it status and
answer. Each is shown at the most literal route that fits its path.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from adapters.http.route import Route

_EXAMPLE = re.compile(r"^(GET|POST|DELETE) (/[^\s?]+)(\S*)(?: (\{.*\}))?\n(\d+) (.*)$", re.MULTILINE)
_PARAMETER = re.compile(r"<[^>]+>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """query: with its question mark. body: None where none is sent. answer: JSON, or the text that was answered."""

    method: str
    path: str
    query: str
    body: dict[str, Any] | None
    status: int
    answer: Any


def text() -> str:
    return files(__package__ or "").joinpath("examples.txt").read_text(encoding="utf-8")


def read(written: str) -> list[Example]:
    return [
        Example(
            method=method,
            path=path,
            query=query,
            body=json.loads(body) if body else None,
            status=int(status),
            answer=json.loads(answer) if answer.startswith("{") else answer,
        )
        for method, path, query, body, status, answer in _EXAMPLE.findall(written)
    ]


def by_route(examples: Iterable[Example], routes: Iterable[Route]) -> Mapping[Route, list[Example]]:
    """Without those that none of these routes serves."""
    known = sorted(routes, key=lambda route: route.rule.count("<"))
    found: dict[Route, list[Example]] = {}
    for example in examples:
        fitting = next((route for route in known if _serves(route, example)), None)
        if fitting is not None:
            found.setdefault(fitting, []).append(example)
    return found


def _serves(route: Route, example: Example) -> bool:
    pattern = _PARAMETER.sub("[^/]+", route.rule)
    return route.method == example.method and re.fullmatch(pattern, example.path) is not None

"""One reading of every query string, and what routes get of it.

``a[]=1&a[]=2``, ``a[0]=1&a[1]=2`` and ``a=1&a=2`` are lists; ``created_at[$lt]=`` and
``created_at[lt]=`` are the same object; objects nest. Values stay text here: types come from the
route's schema, whose unknown names are refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl

from adapters.http.fields import Chosen
from adapters.http.settings import QUERY_STRING_MAX
from core.domain.errors import Invalid
from ports.reads import Audience, Condition, Paging

Tree = dict[str, Any]
PAIRS_MAX = 1_000
DEPTH_MAX = 4
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")
_KEY = re.compile(r"\[([^\[\]]*)\]")
_INDEX_MAX = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """A request's checked query. values: by the schema's attribute names; where: its filters;
    chosen: what to show; paging: of lists."""

    audience: Audience
    values: Mapping[str, Any] = field(default_factory=dict)
    where: tuple[Condition, ...] = ()
    chosen: Chosen | None = None
    paging: Paging | None = None

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def get(self, name: str, default: Any = None) -> Any:
        return self.values.get(name, default)


class _Indexed(dict[int, Any]):
    """A list whose members came with their positions."""


def parse_query(raw: bytes) -> Tree:
    """Text to a tree of dicts, lists and strings. Raises Invalid."""
    if len(raw) > QUERY_STRING_MAX:
        raise Invalid(f"the query string is longer than {QUERY_STRING_MAX} bytes")
    try:
        pairs = parse_qsl(raw.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=PAIRS_MAX)
    except ValueError as error:
        raise Invalid("the query string is not valid URL-encoded UTF-8") from error
    tree: Tree = {}
    for name, value in pairs:
        if "\0" in name or "\0" in value:
            raise Invalid("the query string contains a NUL character")
        _place(tree, _steps(name), value, name)
    return {name: _settled(node) for name, node in tree.items()}


def _steps(name: str) -> list[str]:
    match = _NAME.fullmatch(name)
    if match is None:
        raise Invalid(f"property {name[:50]} should not exist")
    steps = [match[1], *_KEY.findall(match[2])]
    if len(steps) > DEPTH_MAX:
        raise Invalid(f"property {name[:50]} is nested too deeply")
    return [steps[0], *(step[1:] if step.startswith("$") else step for step in steps[1:])]


def _place(node: Tree, steps: list[str], value: str, name: str) -> None:
    head, rest = steps[0], steps[1:]
    if not rest:
        _append(node, head, value, name)
    elif rest == [""]:
        known = node.setdefault(head, [])
        _append(node, head, value, name) if isinstance(known, list | str) else _clash(name)
    elif rest[0].isascii() and rest[0].isdecimal():
        _place_indexed(node.setdefault(head, _Indexed()), rest, value, name)
    else:
        below = node.setdefault(head, {})
        if not isinstance(below, dict) or isinstance(below, _Indexed) or rest[0] == "":
            _clash(name)
        _place(below, rest, value, name)


def _place_indexed(known: object, rest: list[str], value: str, name: str) -> None:
    if not isinstance(known, _Indexed):
        _clash(name)
        return
    index = int(rest[0][:6])
    if index >= _INDEX_MAX:
        raise Invalid(f"property {name[:50]} has too large an index")
    if len(rest) == 1:
        if index in known:
            _clash(name)
        known[index] = value
    else:
        below = known.setdefault(index, {})
        if not isinstance(below, dict):
            _clash(name)
        _place(below, rest[1:], value, name)


def _append(node: Tree, head: str, value: str, name: str) -> None:
    known = node.get(head)
    if known is None:
        node[head] = value
    elif isinstance(known, list):
        known.append(value)
    elif isinstance(known, str):
        node[head] = [known, value]
    else:
        _clash(name)


def _clash(name: str) -> None:
    raise Invalid(f"property {name[:50]} is given in two different forms")


def _settled(node: Any) -> Any:
    if isinstance(node, _Indexed):
        return [_settled(node[index]) for index in sorted(node)]
    if isinstance(node, dict):
        return {name: _settled(below) for name, below in node.items()}
    return node

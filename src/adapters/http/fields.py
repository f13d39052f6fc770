"""What a caller wants to see: ``fields=title,+handle,-status,*items,items.title`` and ``expand=items``.

One plain name replaces the defaults; if every name carries an operator they adjust them. ``expand``
alone replaces the default relations only; given together, both count: names of ``fields`` add and take
away in their order, from what is expanded too. Every record that is shown has its ``id``. What is expanded
brings along what Medusa always shows with it (``Shape.eager``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from itertools import count
from typing import cast

from core.domain.errors import Invalid
from ports.reads import Selection, Tree

NAMES_MAX = 100
DEPTH_MAX = 5
ALL = "*"
WITH_ALL = ".**"
VERSION = "_version"
REVISION = "_revision"
_NUMBERS = count()
_PATH = re.compile(r"(?:[a-z][A-Za-z0-9_]*\.)*(?:[a-z][A-Za-z0-9_]*|\*)")


@dataclass(frozen=True)
class Chosen:
    """dropped: paths taken away from where a whole set of columns was selected. named: everything that was
    asked for or taken away, none of which may be unknown."""

    selection: Selection
    named: Selection
    dropped: frozenset[tuple[str, ...]] = frozenset()

    @cached_property
    def number(self) -> int:
        """Of this very object, and of no other ever: what is kept for it can be told apart without holding it."""
        return next(_NUMBERS)

    @cached_property
    def versioned(self) -> Selection:
        """The selection, with the version of each record."""
        return replace(self.selection, columns=self.selection.columns | {VERSION})

    @cached_property
    def revised(self) -> Chosen:
        """The same, with the revision that a derived token is made of. One object, as what the reading side has
        seen before it knows by the object."""
        with_revision = self.selection.columns | {REVISION}
        return replace(self, selection=replace(self.selection, columns=with_revision))

    def trim(self, tree: Tree) -> Tree:
        for path in self.dropped:
            _drop(tree, path)
        return tree


@lru_cache(maxsize=2048)
def choose(fields: str | None, expand: str | None, default: str) -> Chosen:
    """The selection a request asks for, given what the endpoint shows by default. Raises Invalid."""
    tokens = _split(fields or "")
    expanded = {path + WITH_ALL for token in _split(expand or "") for path in _steps_to(_path(token, "expand"))}
    defaults = {_path(token, "fields") for token in _split(default)}
    if len(tokens) + len(expanded) > NAMES_MAX:
        raise Invalid(f"fields and expand name at most {NAMES_MAX} fields")
    if fields is None:
        columns = {path for path in defaults if "." not in path}
        selection = _tree((columns | expanded if expand is not None else defaults) | {"id"})
        return Chosen(selection, selection)
    replaces = not tokens or any(map(_is_plain, tokens))
    start = expanded if replaces else defaults | expanded
    chosen, dropped = _apply(tokens, start)
    named = start | {_path(token.lstrip("+-"), "fields") for token in tokens}
    return Chosen(_tree(chosen | {"id"}), _tree(named), frozenset(tuple(path.split(".")) for path in dropped))


def _steps_to(path: str) -> list[str]:
    """``items.variant`` expands ``items`` on the way, with its columns, as in Medusa."""
    names = path.split(".")
    return [".".join(names[: length + 1]) for length in range(len(names))]


def _apply(tokens: Iterable[str], chosen: set[str]) -> tuple[set[str], set[str]]:
    dropped: set[str] = set()
    for token in tokens:
        path = _path(token.lstrip("+-"), "fields")
        if token.startswith("-"):
            gone = path.removesuffix(".*")
            chosen = {kept for kept in chosen if kept != gone and not kept.startswith(gone + ".")}
            dropped.add(gone)
        else:
            chosen = chosen | {path}
            dropped = {gone for gone in dropped if not _brings_back(path, gone)}
    return chosen, {gone for gone in dropped if gone.rpartition(".")[2] != "id"}


def _brings_back(path: str, gone: str) -> bool:
    """What is named again is there again, together with the way to it; a star brings back all columns."""
    whole = "" if path == ALL else path.removesuffix(".*")
    return path == gone or path.startswith(gone + ".") or gone.rpartition(".")[0] == whole


def _is_plain(name: str) -> bool:
    return not name.startswith(("+", "-", "*")) and not name.endswith(".*")


def _split(text: str) -> list[str]:
    # An unescaped "+" reaches us as a space, so a leading space still means "+".
    names = ("+" + name.strip() if name[:1] == " " else name.strip() for name in text.split(","))
    return [name for name in names if name == ALL or name.strip("+-* ")]


def _path(name: str, parameter: str) -> str:
    """``*items`` and ``items.*`` say the same thing; the second is easier to nest."""
    path = name[1:] + ".*" if name.startswith("*") and name != ALL else name
    if not _PATH.fullmatch(path):
        raise Invalid(f"{parameter} [{name[:50]}] is not a valid field name")
    if path.count(".") > DEPTH_MAX:
        raise Invalid(f"{parameter} reach at most {DEPTH_MAX} levels deep")
    return path


def _tree(paths: Iterable[str]) -> Selection:
    columns: set[str] = set()
    below: dict[str, set[str]] = {}
    for path in paths:
        head, dot, rest = path.partition(".")
        if dot:
            below.setdefault(head, {"id"}).add(rest)
        else:
            columns.add(head)
    return Selection(
        columns=frozenset(columns - {"*", "**"}),
        relations={name: _tree(rest) for name, rest in below.items()},
        everything=not columns.isdisjoint({"*", "**"}),
        eager="**" in columns,
    )


def _drop(node: object, path: tuple[str, ...]) -> None:
    if isinstance(node, list):
        for item in node:
            _drop(item, path)
    elif isinstance(node, Mapping):
        if len(path) == 1:
            cast("dict[str, object]", node).pop(path[0], None)
        else:
            _drop(node.get(path[0]), path[1:])

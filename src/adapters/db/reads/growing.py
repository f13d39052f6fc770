"""From the rows of one statement to trees.

A page of products is made of five hundred rows of a dozen columns. Naming the columns of each row, joining
what was joined and sorting rows by their parents in loops over descriptions took longer than reading them,
so each plan gets a function that is written for it: columns become local names, a tree is one literal.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import CodeType
from typing import Any

from adapters.db.prepared import Process
from ports.reads import Tree

Found = dict[object, list[Tree]]
Grow = Callable[[Iterable[Sequence[Any]]], tuple[tuple[list[Tree], ...], Found]]
"""Takes rows; gives the trees of each part, and those of the first part by the key of their parent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One shape's part of a row.

    parent: position of the part it hangs on, under ``name``; None for the first. columns: name, position in
    the row, and what the driver's value goes through. key: position of what tells something from nothing.
    constants: further entries. empty: entries that are a new empty list each. listed: it is shown as a list
    of one. omitted: where there is nothing, there is no entry either.
    """

    name: str
    parent: int | None
    columns: tuple[tuple[str, int, Process | None], ...]
    key: int
    constants: Mapping[str, object]
    empty: tuple[str, ...]
    listed: bool = False
    omitted: bool = False


def grower(parts: Sequence[Part], width: int, linked: int | None) -> Grow:
    """width: columns in a row. linked: which of them is the key of the parent."""
    writing = _Writing(parts, width, linked)
    source = writing.source()
    exec(_compiled(source), writing.names)  # noqa: S102 - of names and numbers in shapes, which are code too
    grow: Grow = writing.names["grow"]
    return grow


@lru_cache(maxsize=1_000)
def _compiled(source: str) -> CodeType:
    return compile(source, "<rows to trees>", "exec")


class _Writing:
    def __init__(self, parts: Sequence[Part], width: int, linked: int | None) -> None:
        self._parts = parts
        self._width = width
        self._linked = linked
        self.names: dict[str, Any] = {}

    def source(self) -> str:
        lists = [f"n{number}" for number in range(len(self._parts))]
        row = ", ".join(f"c{number}" for number in range(self._width))
        lines = ["def grow(rows):", "    found = {}", *(f"    {name} = []" for name in lists)]
        lines += [f"    for {row}, in rows:", *self._part(0, "        ")]
        if self._linked is not None:
            link = f"c{self._linked}"
            lines += [f"        if {link} in found:", f"            found[{link}].append(t0)"]
            lines += ["        else:", f"            found[{link}] = [t0]"]
        return "\n".join([*lines, f"    return ({', '.join(lists)},), found"])

    def _part(self, number: int, indent: str) -> list[str]:
        part = self._parts[number]
        lines = [
            f"{indent}t{number} = {{{', '.join(self._entries(number, part))}}}",
            f"{indent}n{number}.append(t{number})",
        ]
        for below, child in enumerate(self._parts):
            if child.parent == number:
                lines += self._child(below, child, f"t{number}[{child.name!r}]", indent)
        return lines

    def _child(self, number: int, part: Part, place: str, indent: str) -> list[str]:
        nothing = "pass" if part.omitted else f"{place} = {'[]' if part.listed else 'None'}"
        something = f"{place} = {f'[t{number}]' if part.listed else f't{number}'}"
        return [
            f"{indent}if c{part.key} is None:",
            f"{indent}    {nothing}",
            f"{indent}else:",
            *self._part(number, f"{indent}    "),
            f"{indent}    {something}",
        ]

    def _entries(self, number: int, part: Part) -> list[str]:
        entries = []
        for name, position, process in part.columns:
            value = f"c{position}"
            if process is not None:
                self.names[f"p{position}"] = process
                value = f"None if c{position} is None else p{position}(c{position})"
            entries.append(f"{name!r}: {value}")
        for place, (name, constant) in enumerate(part.constants.items()):
            self.names[f"k{number}_{place}"] = constant
            entries.append(f"{name!r}: k{number}_{place}")
        return entries + [f"{name!r}: []" for name in part.empty]

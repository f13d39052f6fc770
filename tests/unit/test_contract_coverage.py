"""Every contract is held by the twin in memory and by each real engine, and the page that lists them is right."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `(\w+Contract)` \| ([^|]*) \| ([^|]*) \|$", re.MULTILINE)
NAME = re.compile(r"`(\w+)`")


def classes(folder: str) -> dict[str, list[str]]:
    """Bases by class, of all modules of a folder of tests."""
    found = {}
    for path in (ROOT / "tests" / folder).glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                found[node.name] = [base.id for base in node.bases if isinstance(base, ast.Name)]
    return found


def holders(contract: str, known: dict[str, list[str]]) -> set[str]:
    """The test classes that derive from it, directly or not."""
    below = {name for name, bases in known.items() if contract in bases}
    deeper = {name for child in below for name in holders(child, known)}
    return {name for name in below | deeper if name.startswith("Test")}


CONTRACTS = [name for name in classes("contracts") if name.endswith("Contract")]
TABLE = {
    contract: (set(NAME.findall(memory)), set(NAME.findall(engines)))
    for contract, memory, engines in ROW.findall((ROOT / "docs/testing.md").read_text(encoding="utf-8"))
}


def test_page_lists_every_contract() -> None:
    assert sorted(TABLE) == sorted(CONTRACTS)


def test_page_names_the_classes_that_hold_each_contract() -> None:
    unit, integration = classes("unit"), classes("integration")

    assert {name: (holders(name, unit), holders(name, integration)) for name in CONTRACTS} == TABLE


def test_every_contract_holds_in_memory_and_on_a_real_engine() -> None:
    assert [name for name, (memory, engines) in TABLE.items() if not memory or not engines] == []


def test_contracts_of_storage_hold_on_both_databases() -> None:
    kept = {name: engines for name, (_, engines) in TABLE.items() if any("Postgres" in it for it in engines)}

    assert len(kept) >= 10
    for name, engines in kept.items():
        assert any(it.startswith("TestSql") for it in engines), name

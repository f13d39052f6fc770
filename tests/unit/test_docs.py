"""The papers say what is true: links lead somewhere, and the table of error codes is complete."""

import importlib
import pkgutil
import re
from pathlib import Path

import adapters
import core
import ports
from core.domain.errors import DomainError

ROOT = Path(__file__).resolve().parents[2]
PAPERS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE_ROW = re.compile(r"^\| `([A-Za-z_]+)` \|", re.MULTILINE)
DECISION_LINES = 50


def test_every_link_in_the_papers_leads_somewhere() -> None:
    dead = [
        f"{paper.relative_to(ROOT)}: {target}"
        for paper in PAPERS
        for target in LINK.findall(paper.read_text(encoding="utf-8"))
        if not target.startswith(("https://", "http://", "#"))
        and not (paper.parent / target.split("#", 1)[0]).exists()
    ]

    assert dead == []


def test_errors_page_lists_exactly_the_codes_there_are() -> None:
    table = (ROOT / "docs/errors.md").read_text(encoding="utf-8").split("## Codes", 1)[1]

    assert CODE_ROW.findall(table) == sorted(_codes())


def test_decisions_are_numbered_and_short() -> None:
    decisions = sorted((ROOT / "docs/decisions").glob("*.md"))

    assert [path.name[:4] for path in decisions] == [f"{n:04}" for n in range(1, len(decisions) + 1)]
    for path in decisions:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) < DECISION_LINES, path.name
        for heading in ("Context", "Decision", "Consequences", "Alternatives"):
            assert f"\n## {heading}\n" in text, f"{path.name} has no {heading}"


def _codes() -> set[str]:
    for package in (core, ports, adapters):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations" not in module.name:
                importlib.import_module(module.name)
    return {kind.code for kind in (DomainError, *_below(DomainError)) if _is_ours(kind)}


def _below(kind: type[DomainError]) -> set[type[DomainError]]:
    return {found for child in kind.__subclasses__() for found in (child, *_below(child))}


def _is_ours(kind: type[DomainError]) -> bool:
    """Tests define errors of their own; those are nobody's business."""
    return kind.__module__.split(".", 1)[0] in ("core", "ports", "adapters")

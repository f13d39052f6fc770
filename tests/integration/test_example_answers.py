"""What docs/admin.md and the API's description show is what a shop answers now."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from adapters.http.examples import Example, read, text
from tests.integration.example_answers import CHANCE, answers, like

HOW = "run `make examples` and look at what it changes"
EXAMPLES = read(text())


@pytest.fixture(scope="module")
def answered(tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Example, int, Any]]:
    return list(answers(Path(tmp_path_factory.mktemp("examples"))))


@pytest.mark.parametrize(
    "number", range(len(EXAMPLES)), ids=[f"{example.method} {example.path}" for example in EXAMPLES]
)
def test_an_example_is_what_is_answered(answered: list[tuple[Example, int, Any]], number: int) -> None:
    example, status, answer = answered[number]

    assert (status, list(differences(example.answer, answer))) == (example.status, []), HOW


def differences(shown: Any, answer: Any, where: str = "") -> Iterator[str]:
    """Keys, types, lengths of lists and values; of what is made by chance only the type."""
    if type(shown) is not type(answer):
        yield f"{where}: {shown!r} is shown, {answer!r} is answered"
    elif isinstance(shown, dict):
        for name in shown:
            yield from differences(shown[name], answer[name], f"{where}.{name}")
    elif isinstance(shown, list):
        if len(shown) != len(answer):
            yield f"{where}: {len(shown)} rows are shown, {len(answer)} are answered"
        for number, (one, other) in enumerate(zip(shown, answer, strict=False)):
            yield from differences(one, other, f"{where}[{number}]")
    elif shown != answer and where.rsplit(".", 1)[-1] not in CHANCE:
        yield f"{where}: {shown!r} is shown, {answer!r} is answered"


def test_drift_is_found() -> None:
    shown = {"order": {"id": "order_…", "total": 1, "items": [{"quantity": 1}], "code": "A"}}
    same = {"order": {"id": "order_…", "total": 1, "items": [{"quantity": 1}], "code": "B"}}
    other = {"order": {"id": None, "total": "1", "items": [], "code": 2}}

    assert list(differences(shown, same)) == []
    assert len(list(differences(shown, other))) == 4
    with pytest.raises(KeyError):
        like(shown, {"order": {}})

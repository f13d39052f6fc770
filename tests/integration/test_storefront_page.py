"""The page that shows how a storefront is built is a program that runs."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.integration.served_shop import NODE, run_script, served_shop

PAGE = Path(__file__).parents[2] / "docs/storefront.md"
BLOCK = re.compile(r"^```js\n(.*?)^```$", re.MULTILINE | re.DOTALL)


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with served_shop(tmp_path) as address:
        yield address


@pytest.mark.skipif(NODE is None, reason="needs Node 18 or newer")
@pytest.mark.timeout(240)
def test_every_call_on_the_page_works_in_its_order(address: str, tmp_path: Path) -> None:
    program = tmp_path / "storefront.mjs"
    program.write_text("\n".join(BLOCK.findall(PAGE.read_text(encoding="utf-8"))), encoding="utf-8")

    said = run_script(program, PERSEUS_URL=address)

    assert "Thank you! Order 1," in said

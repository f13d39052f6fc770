"""Medusa's official JavaScript client runs a whole shop against a served Perseus."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bootstrap.seed import SAMPLE_ADMIN_EMAIL, SAMPLE_ADMIN_PASSWORD
from tests.integration.served_shop import NODE, run_script, served_shop

CLIENTS = Path(__file__).parents[1] / "clients"

pytestmark = [
    pytest.mark.timeout(240),
    pytest.mark.skipif(
        NODE is None or not (CLIENTS / "node_modules/@medusajs/medusa-js").exists(),
        reason="needs Node and the client: install Node, then run `make clients`",
    ),
]


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    with served_shop(tmp_path) as address:
        yield address


@pytest.mark.parametrize("script", ["storefront.mjs", "starter.mjs"])
def test_the_official_client_runs_a_whole_shop(address: str, script: str) -> None:
    said = run_script(CLIENTS / script, address, SAMPLE_ADMIN_EMAIL, SAMPLE_ADMIN_PASSWORD, folder=CLIENTS)

    assert "the whole shop works" in said


def test_an_admin_sets_up_an_empty_shop_and_sells_from_it(tmp_path: Path) -> None:
    script = CLIENTS / "admin-setup.mjs"
    with served_shop(tmp_path, empty=True) as address:
        said = run_script(script, address, SAMPLE_ADMIN_EMAIL, SAMPLE_ADMIN_PASSWORD, folder=CLIENTS)

    assert "set up, and sold order 1" in said

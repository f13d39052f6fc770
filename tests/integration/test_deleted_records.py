"""What staff find by ``deleted_at``: what was deleted, with the time; nowhere else is it shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.integration import admin_edits as records
from tests.integration.admin_edits import CrowdedShop
from tests.integration.shops import keep_at

# The list, the key of its answer, and how one of its records is made.
MADE: dict[str, Callable[[CrowdedShop], str]] = {
    "regions": records.region,
    "collections": records.collection,
    "sales-channels": records.channel,
    "shipping-options": records.option,
    "tax-rates": records.tax_rate,
    "users": records.user,
    "price-lists": records.price_list,
    "products": lambda shop: str(records.product(shop)["id"]),
}


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> CrowdedShop:
    folder = Path(tmp_path_factory.mktemp("deleted"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    return CrowdedShop(folder)


def found(shop: CrowdedShop, path: str, query: str = "") -> dict[str, Any]:
    answer: Any = shop.get(f"/admin/{path}?limit=1000{query}")
    assert answer.status_code == 200, answer.text
    rows: list[dict[str, Any]] = answer.json[path.replace("-", "_")]
    assert answer.json["count"] == len(rows)
    return {row["id"]: row.get("deleted_at") for row in rows}


@pytest.mark.parametrize("path", MADE)
def test_what_was_deleted_is_found_by_when(shop: CrowdedShop, path: str) -> None:
    kept, gone = MADE[path](shop), MADE[path](shop)
    assert shop.delete(f"/admin/{path}/{gone}").status_code == 200

    assert found(shop, path)[kept] is None
    assert gone not in found(shop, path)
    since = found(shop, path, "&deleted_at[gt]=2023-01-01")
    assert (since[gone] is not None) == (path != "tax-rates")  # which show no time, as Medusa's
    assert kept not in since
    assert found(shop, path, "&deleted_at[$lte]=2999-01-01")[gone] == since[gone]
    assert found(shop, path, "&deleted_at[$lt]=2023-01-01") == {}
    assert shop.get(f"/admin/{path}/{gone}").status_code == 404

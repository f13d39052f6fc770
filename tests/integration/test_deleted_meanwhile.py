"""A change that was made before its record was deleted, and whose answer came too late to show it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ports.reads import Reads, Selection, Tree
from tests.integration import admin_edits as records
from tests.integration.crowded_shop import CrowdedShop

KEY = {"Idempotency-Key": "once"}


@dataclass
class DeletedJustBefore:
    """The shop's reading side; before it looks at a single record, somebody else's request runs."""

    reads: Reads
    meanwhile: Callable[[], None]

    def one(self, shape: str, where: Any, selection: Selection, context: Any) -> Tree:
        self.meanwhile()
        return self.reads.one(shape, where, selection, context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.reads, name)


@pytest.fixture
def shop(tmp_path: Path) -> CrowdedShop:
    return CrowdedShop(tmp_path)


def changed_and_deleted(shop: CrowdedShop, path: str, change: dict[str, Any], **headers: str) -> Any:
    def meanwhile() -> None:
        shop.container.reads.reset_last_overriding()
        assert shop.delete(path).status_code == 200

    shop.container.reads.override(DeletedJustBefore(shop.container.reads(), meanwhile))
    return shop.app.test_client(use_cookies=False).post(path, headers={**shop.staff, **headers}, json=change)


def test_who_changed_it_is_told_that_it_was_done_and_deleted_since(shop: CrowdedShop) -> None:
    collection = records.collection(shop)

    answer = changed_and_deleted(shop, f"/admin/collections/{collection}", {"title": "Changed"})

    assert answer.status_code == 410
    assert answer.json["code"] == "DONE_AND_DELETED"
    assert collection in answer.json["message"]
    trail: Any = shop.get(f"/admin/audit-log?target={collection}")
    assert [row["action"] for row in trail.json["audit_log"]] == [
        "product_collection.delete",
        "product_collection.update",
        "product_collection.create",
    ]


def test_what_was_deleted_before_the_change_is_not_found(shop: CrowdedShop) -> None:
    collection = records.collection(shop)
    assert shop.delete(f"/admin/collections/{collection}").status_code == 200

    answer: Any = shop.post(f"/admin/collections/{collection}", {"title": "Changed"})

    assert (answer.status_code, answer.json["code"]) == (404, "NOT_FOUND")


def test_the_same_key_is_told_the_same_again(shop: CrowdedShop) -> None:
    path = f"/admin/collections/{records.collection(shop)}"
    told = changed_and_deleted(shop, path, {"title": "Changed"}, **KEY)

    again = shop.app.test_client(use_cookies=False).post(
        path, headers={**shop.staff, **KEY}, json={"title": "Changed"}
    )

    assert (again.status_code, again.json) == (told.status_code, told.json) == (410, told.json)

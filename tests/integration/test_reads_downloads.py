"""Product files, downloads and their log as they are read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.db import tables as t
from core.domain.download import status_of
from core.domain.product_file import ProductFileNotFound
from ports.reads import Condition, Operator, Paging
from tests.integration.catalogue_rows import ALL, NOW, Shop, admin, only, open_shop, store, tree, where


@pytest.fixture
def shop(rows_database: str | None) -> Iterator[Shop]:
    with open_shop(rows_database) as shop:
        shop.product("alpha", thumbnail="a.png")
        shop.put(t.customers, "cus_1", email="ann@example.test")
        for number in (1, 2):
            row = {"display_id": 40 + number, "customer_id": "cus_1", "region_id": "reg_eu", "currency_code": "eur"}
            shop.put(t.orders, f"order_{number}", **row)
        yield shop


def file(shop: Shop, id: str, **values: Any) -> None:
    row = {"product_id": "alpha", "chain_id": "chain_1", "state": "ready", "size": 10, **values}
    shop.put(t.product_files, id, **row)


def download(shop: Shop, id: str, **values: Any) -> dict[str, Any]:
    row = {
        "order_id": "order_1",
        "line_item_id": f"line_{id}",
        "customer_id": "cus_1",
        "product_id": "alpha",
        "file_id": "pfile_1",
        "chain_id": "chain_1",
        "follows_chain": True,
        "state": "granted",
        "download_count": 0,
        **values,
    }
    shop.put(t.downloads, id, **row)
    return {"id": id, "download_limit": None, "expires_at": None, **row}


def ids(shop: Shop, shape: str, conditions: list[Condition]) -> list[object]:
    page = shop.reads.page(shape, conditions, only("id"), store(), Paging(order=[("created_at", False)]))
    assert page.count == len(page.rows)
    return [row["id"] for row in page.rows]


def test_a_file_shows_exactly_its_documented_keys(shop: Shop) -> None:
    file(shop, "pfile_1", file_version=3, version=9)

    found = shop.reads.one("product_file", where(id="pfile_1"), ALL, admin())

    assert found["version"] == 3
    assert found.keys() == {
        "id",
        "product_id",
        "variant_id",
        "name",
        "mime_type",
        "size",
        "sha256",
        "version",
        "state",
        "rejected_reason",
        "uploaded_by",
        "metadata",
        "created_at",
        "updated_at",
    }


def test_deleted_files_show_only_when_asked_for(shop: Shop) -> None:
    file(shop, "pfile_1")
    file(shop, "pfile_2", state="deleted", file_version=2, deleted_at=NOW)

    assert ids(shop, "product_file", where(product_id="alpha")) == ["pfile_1"]
    assert ids(shop, "product_file", where(state="deleted")) == ["pfile_2"]
    with pytest.raises(ProductFileNotFound, match="File with id: pfile_2 was not found"):
        shop.reads.one("product_file", where(id="pfile_2"), ALL, admin())


def test_a_download_shows_exactly_its_documented_keys_but_the_token(shop: Shop) -> None:
    file(shop, "pfile_1", name="pack.zip", file_version=1)
    download(shop, "dl_1", download_limit=5, download_count=2, expires_at=NOW + timedelta(days=1))

    with shop.counted() as statements:
        found = shop.reads.one("download", where(id="dl_1"), tree(product=tree(), file=tree()), store())

    assert len(statements) == 1
    assert found.keys() == {
        "id",
        "status",
        "order_id",
        "order_display_id",
        "line_item_id",
        "product",
        "file",
        "download_count",
        "download_limit",
        "remaining",
        "expires_at",
        "granted_at",
        "last_downloaded_at",
    }
    assert (found["status"], found["remaining"], found["order_display_id"]) == ("granted", 3, 41)
    assert found["product"] == {"id": "alpha", "title": "Alpha", "thumbnail": "a.png", "handle": "alpha"}
    shown = found["file"]
    assert isinstance(shown, dict)
    assert shown.keys() == {"id", "name", "mime_type", "size", "sha256", "version"}
    assert (shown["name"], shown["version"]) == ("pack.zip", 1)


@pytest.mark.parametrize(
    ("follows", "newer", "delivered"),
    [
        (True, [], "pfile_1"),
        (True, ["ready"], "pfile_2"),
        (True, ["ready", "ready"], "pfile_3"),
        (True, ["ready", "checking"], "pfile_2"),
        (True, ["rejected", "deleted"], "pfile_1"),
        (False, ["ready"], "pfile_1"),
    ],
)
def test_a_download_delivers_the_newest_ready_version_it_comes_with(
    shop: Shop, follows: bool, newer: list[str], delivered: str
) -> None:
    file(shop, "pfile_1")
    for number, state in enumerate(newer):
        file(shop, f"pfile_{number + 2}", file_version=number + 2, state=state)
    file(shop, "pfile_other", chain_id="chain_2", file_version=99)
    download(shop, "dl_1", follows_chain=follows)

    found = shop.reads.one("download", where(id="dl_1"), only(file=only("id")), store())

    assert found == {"file": {"id": delivered}}


def test_a_file_taken_off_sale_still_shows_to_those_who_paid(shop: Shop) -> None:
    file(shop, "pfile_1", state="deleted", retained=True)
    download(shop, "dl_1")

    assert shop.reads.one("download", where(id="dl_1"), only(file=only("id")), store()) == {"file": {"id": "pfile_1"}}


def granted(shop: Shop) -> list[dict[str, Any]]:
    """Every state with every mixture of expiry, limit and count."""
    file(shop, "pfile_1")
    made = []
    ends: tuple[datetime | None, ...] = (None, NOW - timedelta(seconds=1), NOW, NOW + timedelta(seconds=1))
    for state in ("granted", "suspended", "revoked"):
        for expires_at in ends:
            for limit, count in ((None, 9), (0, 0), (2, 1), (2, 2), (2, 3)):
                values = {"state": state, "expires_at": expires_at, "download_limit": limit, "download_count": count}
                order = f"order_{len(made) % 2 + 1}"
                made.append(download(shop, f"dl_{len(made):02}", **values, order_id=order))
    return made


def status(row: dict[str, Any]) -> str:
    return status_of(row["state"], row["download_count"], row["download_limit"], row["expires_at"], NOW)


def test_statuses_and_what_remains_follow_from_what_is_stored(shop: Shop) -> None:
    made = granted(shop)

    page = shop.reads.page(
        "download", [], only("status", "remaining"), store(), Paging(order=[("created_at", False)])
    )

    assert [row["status"] for row in page.rows] == [status(row) for row in made]
    limits = [(row["download_limit"], row["download_count"]) for row in made]
    assert [row["remaining"] for row in page.rows] == [
        None if limit is None else max(0, limit - count) for limit, count in limits
    ]


@pytest.mark.parametrize("asked", ["granted", "suspended", "revoked", "expired", "exhausted", "nonsense"])
def test_filtering_downloads_by_status_agrees_with_the_status_shown(shop: Shop, asked: str) -> None:
    made = granted(shop)
    holding = [row["id"] for row in made if status(row) == asked]

    assert ids(shop, "download", where(status=asked)) == holding
    others = [row["id"] for row in made if status(row) != asked]
    assert ids(shop, "download", [Condition("status", Operator.NE, asked)]) == others


def test_downloads_are_found_by_buyer_order_and_line(shop: Shop) -> None:
    file(shop, "pfile_1")
    download(shop, "dl_1")
    download(shop, "dl_2", order_id="order_2", customer_id=None)

    assert ids(shop, "download", where(customer_id="cus_1")) == ["dl_1"]
    assert ids(shop, "download", where(order_id="order_2")) == ["dl_2"]
    assert ids(shop, "download", where(line_item_id="line_dl_2")) == ["dl_2"]


def test_what_a_token_is_made_of_comes_only_by_its_own_name(shop: Shop) -> None:
    file(shop, "pfile_1")
    download(shop, "dl_1", revision=4)

    assert "revision" not in shop.reads.one("download", where(id="dl_1"), ALL, store())
    assert shop.reads.one("download", where(id="dl_1"), only("id", "_revision"), store()) == {
        "id": "dl_1",
        "_revision": 4,
    }


def test_the_log_is_read_newest_first(shop: Shop) -> None:
    for number in range(3):
        entry = {"download_id": "dl_1", "order_id": "order_1", "action": "issue", "outcome": "ok"}
        shop.put(t.download_log, f"dlog_{number}", **entry, at=NOW + timedelta(minutes=number))

    page = shop.reads.page("download_log", where(order_id="order_1"), ALL, admin(), Paging())

    assert [row["id"] for row in page.rows] == ["dlog_2", "dlog_1", "dlog_0"]
    assert page.rows[0].keys() == {
        "id",
        "download_id",
        "order_id",
        "action",
        "outcome",
        "at",
        "customer_id",
        "session_id",
        "network",
        "agent",
    }

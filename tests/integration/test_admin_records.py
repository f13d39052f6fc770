"""Customers, notes and uploaded files over HTTP, as staff handle them."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from werkzeug.test import TestResponse

from tests.integration.goods_shop import GoodsShop
from tests.integration.shops import PASSWORD

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20
ADA = {"email": "Eve@Example.com", "first_name": "Eve", "last_name": "Moneypenny", "password": PASSWORD}


@pytest.fixture
def shop(tmp_path: Path) -> GoodsShop:
    return GoodsShop(tmp_path)


def send(shop: GoodsShop, *files: tuple[bytes, str], to: str = "/admin/uploads", key: str = "") -> TestResponse:
    data = {"files": [(io.BytesIO(content), name) for content, name in files]}
    headers = {"Idempotency-Key": key} if key else {}
    return shop.post(to, data=data, content_type="multipart/form-data", headers=headers)


def test_staff_open_and_change_accounts(shop: GoodsShop) -> None:
    made = shop.post("/admin/customers", {**ADA, "metadata": {"a": 1}})
    customer = made.json["customer"]  # type: ignore[index]
    path = f"/admin/customers/{customer['id']}"
    group = shop.post("/admin/customer-groups", {"name": "Friends"}).json["customer_group"]["id"]  # type: ignore[index]
    changed = shop.post(f"{path}?expand=groups", {"phone": "1", "groups": [{"id": group}]}).json["customer"]  # type: ignore[index]
    listed = shop.get(f"/admin/customers?groups[]={group}&q=MONEY&has_account=true").json
    of_any_group: Any = shop.get("/admin/customers?groups=").json

    assert made.status_code == 201
    assert customer["id"] in {one["id"] for one in of_any_group["customers"]}
    assert (customer["email"], customer["has_account"], customer["metadata"]) == ("eve@example.com", True, {"a": 1})
    assert customer["orders"] == customer["shipping_addresses"] == []
    assert "password_hash" not in customer
    assert (changed["phone"], [one["name"] for one in changed["groups"]]) == ("1", ["Friends"])
    assert [one["id"] for one in listed["customers"]] == [customer["id"]]  # type: ignore[index]
    assert (listed["count"], listed["offset"], listed["limit"]) == (1, 0, 50)  # type: ignore[index]
    again = shop.post("/admin/customers", ADA)
    assert (again.status_code, again.json["type"]) == (422, "duplicate_error")  # type: ignore[index]
    moved = shop.post(path, {"email": "other@example.com"})
    wanted = "Email cannot be changed when the user has registered their account"
    assert (moved.status_code, moved.json["message"]) == (400, wanted)  # type: ignore[index]
    assert shop.post(path, {"groups": [{"id": "nope"}]}).status_code == 404
    assert shop.get("/admin/customers/nope").json["message"] == "Customer with id: nope was not found"  # type: ignore[index]


def test_a_password_set_by_staff_ends_the_logins(shop: GoodsShop) -> None:
    assert shop.post(f"/admin/customers/{shop.my_id}", {"password": "quite another one"}).status_code == 200

    assert shop.ask("GET", "/store/customers/me", shop.me).status_code == 401
    body = {"email": "ada@example.com", "password": "quite another one"}
    assert shop.ask("POST", "/auth/customer/emailpass", None, body).status_code == 200


def test_notes_are_written_read_changed_and_deleted(shop: GoodsShop) -> None:
    body = {"resource_id": "order_1", "resource_type": "order", "value": "Call first"}
    note = shop.post("/admin/notes", body).json["note"]  # type: ignore[index]
    path = f"/admin/notes/{note['id']}"
    listed = shop.get("/admin/notes?resource_id=order_1").json

    assert note["author"]["email"] == "admin@shop.test"
    assert listed == {"notes": [note], "count": 1, "offset": 0, "limit": 50}
    assert shop.post(path, {"value": "Call twice"}).json["note"]["value"] == "Call twice"  # type: ignore[index]
    assert shop.delete(path).json == {"id": note["id"], "object": "note", "deleted": True}
    for answer in (shop.get(path), shop.delete(path), shop.post(path, {"value": "x"})):
        assert answer.status_code == 404
    assert shop.post("/admin/notes", {**body, "value": ""}).status_code == 400


def test_uploaded_pictures_are_for_everybody(shop: GoodsShop) -> None:
    sent = [send(shop, (PNG, "Sydney Nights.PNG"), (PNG, "b.png"), key="once") for _ in range(2)]
    first, second = sent[0].json["uploads"]  # type: ignore[index]
    address = urlsplit(first["url"]).path
    shown = shop.client.get(address)

    assert sent[0].json == sent[1].json
    assert set(first) == {"url", "key"}
    assert first["key"].endswith("/sydney-nights.png")
    assert (shown.data, shown.content_type) == (PNG, "image/png")
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shop.client.get(f"{address}?v=2&w[]=640").data == PNG
    link = shop.post("/admin/uploads/download-url", {"file_key": second["key"]}).json["download_url"]  # type: ignore[index]
    assert shop.client.get(urlsplit(link).path).data == PNG
    gone = {"id": first["key"], "object": "file", "deleted": True}
    assert [shop.delete("/admin/uploads", json={"file_key": first["key"]}).json for _ in range(2)] == [gone, gone]
    assert shop.client.get(address).status_code == 404


def test_protected_papers_are_for_staff(shop: GoodsShop) -> None:
    (paper,) = send(shop, (b"a,b\n", "prices.csv"), to="/admin/uploads/protected").json["uploads"]  # type: ignore[index]

    assert shop.client.get(f"/files/{paper['key']}").status_code == 404
    assert shop.client.get(urlsplit(paper["url"]).path).data == b"a,b\n"


@pytest.mark.parametrize(
    ("content", "name", "status"),
    [
        (b"<svg onload=alert(1)>", "a.svg", 415),
        (b"<html>", "a.png", 415),
        (b"a,b", "a.csv", 415),
        (b"", "a.png", 400),
    ],
)
def test_only_what_browsers_show_safely_becomes_public(
    shop: GoodsShop, content: bytes, name: str, status: int
) -> None:
    assert send(shop, (content, name)).status_code == status


def test_files_for_sale_are_no_uploads(shop: GoodsShop) -> None:
    key = {"file_key": "products/prod_test/pfile_test.zip"}

    assert shop.post("/admin/uploads/download-url", key).status_code == 404
    assert shop.delete("/admin/uploads", json=key).status_code == 200
    assert shop.container.file_store().size(key["file_key"])
    assert shop.ask("POST", "/admin/uploads/download-url", shop.me, key).status_code == 401

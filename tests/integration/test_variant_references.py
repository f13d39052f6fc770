"""/admin/products/:id/variants/:variant_id/references over HTTP, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.integration.shops import keep_at
from tests.integration.staffed_shop import StaffedShop


@pytest.fixture(scope="module", params=["sqlite", pytest.param("postgres", marks=pytest.mark.deep)])
def shop(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> StaffedShop:
    folder = Path(tmp_path_factory.mktemp("references"))
    if request.param == "postgres":
        keep_at(folder, request.getfixturevalue("postgres_database"))
    return StaffedShop(folder)


def a_variant(shop: StaffedShop, title: str) -> tuple[str, str]:
    """Of a product of its own: where its references are, and its id."""
    variant = {"title": "one", "sku": f"sku-{title}", "prices": [{"currency_code": "eur", "amount": 500}]}
    product = shop.product(title=title, variants=[variant], status="published")
    id = product["variants"][0]["id"]
    return f"/admin/products/{product['id']}/variants/{id}/references", id


def relate(shop: StaffedShop, path: str, target: str, type: str = "SPARE_PART", **more: Any) -> Any:
    body = {"target_product_variant_id": target, "reference_type": type, **more}
    answer: Any = shop.post(path, body)
    assert answer.status_code == 200, answer.text
    return answer.json["productReference"]


def test_references_are_listed_by_rank_with_what_they_point_at(shop: StaffedShop) -> None:
    path, source = a_variant(shop, "Drill")
    _, bit = a_variant(shop, "Bit")
    _, service = a_variant(shop, "Repair")
    relate(shop, path, bit)
    first = relate(shop, path, service, "COMPATIBLE_SERVICE", rank=0)

    answer: Any = shop.get(path).json

    assert {key: answer[key] for key in ("count", "offset", "limit")} == {"count": 2, "offset": 0, "limit": 50}
    assert [it["rank"] for it in answer["productReferences"]] == [0, 1]
    shown = answer["productReferences"][0]
    assert shown == first
    assert shown["source_product_variant_id"] == source
    assert shown["target_product_variant_id"] == service
    assert shown["reference_type"] == "COMPATIBLE_SERVICE"
    target = shown["targetProduct"]
    assert (target["id"], target["sku"], target["product"]["title"]) == (service, "sku-Repair", "Repair")
    assert [price["amount"] for price in target["prices"]] == [500]


def test_references_are_filtered_by_type_and_paged(shop: StaffedShop) -> None:
    path, _ = a_variant(shop, "Saw")
    targets = [a_variant(shop, f"Blade {number}")[1] for number in range(3)]
    for target in targets:
        relate(shop, path, target)
    relate(shop, path, targets[0], "REPLACEMENT")

    assert shop.get(f"{path}?referenceType=REPLACEMENT").json["count"] == 1  # type: ignore[index]
    page: Any = shop.get(f"{path}?referenceType=SPARE_PART&limit=1&offset=1").json
    assert [it["target_product_variant_id"] for it in page["productReferences"]] == [targets[1]]
    assert page["count"] == 3


def test_order_is_changed_and_references_are_taken_back(shop: StaffedShop) -> None:
    path, _ = a_variant(shop, "Lamp")
    targets = [a_variant(shop, f"Bulb {number}")[1] for number in range(3)]
    ids = [relate(shop, path, target)["id"] for target in targets]

    moved: Any = shop.post(f"{path}/{ids[2]}", {"rank": 0})
    assert moved.json["productReference"]["rank"] == 0
    deleted: Any = shop.delete(f"{path}/{ids[0]}")
    assert deleted.json == {"id": ids[0], "object": "product_reference", "deleted": True}
    listed: Any = shop.get(path).json["productReferences"]  # type: ignore[index]
    assert [it["id"] for it in listed] == [ids[2], ids[1]]
    assert shop.delete(f"{path}/{ids[0]}").status_code == 404
    again = relate(shop, path, targets[0])
    assert again["rank"] == 2


def test_refusals_say_what_is_wrong(shop: StaffedShop) -> None:
    path, source = a_variant(shop, "Pump")
    _, seal = a_variant(shop, "Seal")
    relate(shop, path, seal)

    twice: Any = shop.post(path, {"target_product_variant_id": seal, "reference_type": "SPARE_PART"})
    assert (twice.status_code, twice.json["type"]) == (422, "duplicate_error")
    for body, status in (
        ({"target_product_variant_id": source, "reference_type": "SPARE_PART"}, 400),
        ({"target_product_variant_id": "variant_9", "reference_type": "SPARE_PART"}, 404),
        ({"target_product_variant_id": seal}, 400),
    ):
        assert shop.post(path, body).status_code == status
    assert shop.get(path.replace(source, "variant_9")).status_code == 404


def test_what_was_deleted_is_not_pointed_at_any_more(shop: StaffedShop) -> None:
    path, _ = a_variant(shop, "Vase")
    gone, _ = a_variant(shop, "Rose")
    relate(shop, path, gone.split("/")[5])
    assert shop.delete("/".join(gone.split("/")[:4])).status_code == 200

    assert shop.get(path).json["count"] == 0  # type: ignore[index]

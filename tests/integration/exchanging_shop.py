"""A shop over HTTP that sells goods and downloads, for the tests of swaps that send downloads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from core.domain.actor import SYSTEM
from core.domain.pricing import MoneyAmount
from core.domain.product import Product, ProductId, ProductStatus, Variant, VariantId
from core.domain.product_file import FileState, ProductFile, ProductFileId
from tests.integration.goods_shop import HAT, POST, SHIRT, GoodsShop
from tests.integration.shops import run_jobs

POSTER, ICON, SOON = "variant_poster", "variant_icon", "variant_soon"
PRICES = {POSTER: 1_500, ICON: 400, SOON: 1_000}


class ExchangingShop(GoodsShop):
    """Beside the goods and the wallpaper of 10.00: a poster of 15.00, an icon of 4.00, and a font of 10.00,
    whose file for sale is joined by one that is still being looked at (``finish_check``)."""

    def __init__(self, folder: Path, **more: str) -> None:
        super().__init__(folder, **more)
        with self.container.begin()(SYSTEM, "test.downloads") as work:
            for variant_id, price in PRICES.items():
                self._add(work, variant_id, price)
            for goods in (SHIRT, HAT):
                work.stock.put_back(goods, 90)
            work.commit()

    def _add(self, work: Any, variant_id: str, price: int) -> None:
        name = variant_id.removeprefix("variant_")
        variant = Variant(
            id=VariantId(variant_id),
            title="Digital",
            requires_shipping=False,
            manage_inventory=variant_id == POSTER,
            inventory_quantity=100,
            prices=(MoneyAmount(id=f"ma_{name}", currency_code="eur", amount=price),),
        )
        work.products.add(
            Product(
                id=ProductId(f"prod_{name}"),
                title=name.title(),
                handle=name,
                profile_id=work.shop.default_profile().id,
                status=ProductStatus.PUBLISHED,
                sales_channel_ids=(work.shop.store().default_sales_channel_id,),
                variants=[variant],
            )
        )
        self._add_file(work, name, f"pfile_{name}", FileState.READY)
        if variant_id == SOON:
            self._add_file(work, name, f"pfile_{name}_more", FileState.CHECKING)

    def _add_file(self, work: Any, name: str, id: str, state: FileState) -> None:
        key = f"products/prod_{name}/{id}.zip"
        stored = self.container.file_store().put(key, [f"the bytes of {id}".encode()])
        work.files.add(
            ProductFile(
                id=ProductFileId(id),
                product_id=f"prod_{name}",
                variant_id=None,
                chain_id=id,
                name=f"{id}.zip",
                mime_type="application/zip",
                size=stored.size,
                sha256=stored.sha256,
                file_version=1,
                state=state,
                storage_key=key,
                uploaded_by=None,
                created_at=self.container.clock().now(),
            )
        )

    def finish_check(self, id: str) -> None:
        with self.container.begin()(SYSTEM, "test.checked") as work:
            work.files.get(id).pass_check()
            work.commit()
        run_jobs(self.container)

    def sold(self, *lines: tuple[str, int], headers: Any = None) -> dict[str, Any]:
        """An order that was paid, and whose goods were sent."""
        order = self.buy(*lines, headers=headers)
        goods = any(line["requires_shipping"] for line in order["items"])
        return self.fulfill(order) if goods else order

    def ask_swap(
        self,
        order: dict[str, Any],
        wanted: str,
        quantity: int = 1,
        *,
        back: int = 1,
        item: str | None = None,
        headers: Any = None,
        **more: Any,
    ) -> TestResponse:
        body = {
            "order_id": order["id"],
            "return_items": [{"item_id": item or order["items"][0]["id"], "quantity": back}],
            "additional_items": [{"variant_id": wanted, "quantity": quantity}],
            **more,
        }
        return self.ask("POST", "/store/swaps", headers, body)

    def swap(self, order: dict[str, Any], wanted: str, quantity: int = 1, **more: Any) -> dict[str, Any]:
        answer = self.ask_swap(order, wanted, quantity, **more)
        assert answer.status_code == 200, answer.text
        swap: dict[str, Any] = answer.json["swap"]  # type: ignore[index]
        return swap

    def staff_swap(self, order: dict[str, Any], wanted: str, back: int = 1) -> dict[str, Any]:
        body = {
            "return_items": [{"item_id": order["items"][0]["id"], "quantity": back}],
            "additional_items": [{"variant_id": wanted, "quantity": 1}],
        }
        answer = self.post(f"/admin/orders/{order['id']}/swaps", body)
        assert answer.status_code == 200, answer.text
        swap: dict[str, Any] = answer.json["order"]["swaps"][-1]  # type: ignore[index]
        return swap

    def settle(
        self, swap: dict[str, Any], headers: Any = None, *, ship: bool = False, jobs: bool = True
    ) -> TestResponse:
        """The buyer's part; the answer to the completion."""
        path = f"/store/carts/{swap['cart_id']}"
        if ship:
            assert self.ask("POST", f"{path}/shipping-methods", headers, {"option_id": POST}).status_code == 200
        assert self.ask("POST", f"{path}/payment-sessions", headers).status_code == 200
        answer = self.ask("POST", f"{path}/complete", headers)
        if jobs:
            run_jobs(self.container)
        return answer

    def on(self, swap: dict[str, Any], path: str, body: Any = None) -> TestResponse:
        answer = self.post(f"/admin/orders/{swap['order_id']}/swaps/{swap['id']}/{path}", body)
        run_jobs(self.container)
        return answer

    def now(self, swap: dict[str, Any]) -> dict[str, Any]:
        answer = self.get(f"/admin/swaps/{swap['id']}")
        assert answer.status_code == 200, answer.text
        seen: dict[str, Any] = answer.json["swap"]  # type: ignore[index]
        return seen

    def downloads(self, order: dict[str, Any]) -> dict[str, str]:
        """Of the order as staff see them: status by product."""
        rows = self.get(f"/admin/orders/{order['id']}/downloads").json["downloads"]  # type: ignore[index]
        assert len({(row["line_item_id"], row["file"]["id"]) for row in rows}) == len(rows)
        return {f"{row['product']['title']} {row['file']['name']}": row["status"] for row in rows}

    def problems(self) -> list[Any]:
        return list(self.container.check_shop()(SYSTEM))

"""A shop over HTTP that sells goods to be shipped, for the tests of fulfillments, returns and swaps."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from core.domain.actor import SYSTEM
from core.domain.pricing import MoneyAmount
from core.domain.product import Product, ProductId, ProductStatus, Variant, VariantId
from core.domain.shop import ShippingOption
from tests.integration.peopled_shop import Headers, PeopledShop
from tests.integration.shops import PRODUCT, REGION, run_jobs
from tests.integration.shops import VARIANT as DOWNLOAD

SHIRT, HAT, POST, BACK = "variant_shirt", "variant_hat", "so_post", "so_back"
ADDRESS = {
    "first_name": "Ada",
    "last_name": "Lovelace",
    "address_1": "Am Markt 1",
    "city": "Bonn",
    "postal_code": "53111",
    "country_code": "de",
}
__all__ = ["ADDRESS", "BACK", "DOWNLOAD", "HAT", "POST", "PRODUCT", "SHIRT", "GoodsShop"]


class GoodsShop(PeopledShop):
    """10 % tax; a shirt of 20.00 and a hat of 30.00, ten of each; sending costs 5.00, sending back 3.00."""

    def __init__(self, folder: Path, **more: str) -> None:
        super().__init__(folder, **more)
        with self.container.begin()(SYSTEM, "test.goods") as work:
            profile = work.shop.default_profile().id
            channel = work.shop.store().default_sales_channel_id
            for variant_id, price in ((SHIRT, 2_000), (HAT, 3_000)):
                name = variant_id.removeprefix("variant_")
                variant = Variant(
                    id=VariantId(variant_id),
                    title="One size",
                    requires_shipping=True,
                    manage_inventory=True,
                    inventory_quantity=10,
                    prices=(MoneyAmount(id=f"ma_{name}", currency_code="eur", amount=price),),
                )
                work.products.add(
                    Product(
                        id=ProductId(f"prod_{name}"),
                        title=name.title(),
                        handle=name,
                        profile_id=profile,
                        status=ProductStatus.PUBLISHED,
                        sales_channel_ids=(channel,),
                        variants=[variant],
                    )
                )
            for option_id, amount, is_return in ((POST, 500, False), (BACK, 300, True)):
                work.shop.add_shipping_option(
                    ShippingOption(
                        id=option_id,
                        name="Back by post" if is_return else "Post",
                        region_id=REGION,
                        profile_id=profile,
                        provider_id="manual",
                        amount=amount,
                        is_return=is_return,
                    )
                )
            work.commit()

    def buy(self, *lines: tuple[str, int], headers: Headers | None = None, captured: bool = True) -> dict[str, Any]:
        """The order of such a cart; of a guest's unless somebody is signed in."""
        cart_id = self.ask("POST", "/store/carts", headers, {"region_id": REGION}).json["cart"]["id"]  # type: ignore[index]
        for variant_id, quantity in lines:
            line = {"variant_id": variant_id, "quantity": quantity}
            assert self.ask("POST", f"/store/carts/{cart_id}/line-items", headers, line).status_code == 200
        order = self.complete(cart_id, headers, email=None if headers else "guest@example.com")["data"]
        if captured:
            assert self.post(f"/admin/orders/{order['id']}/capture").status_code == 200
        return self.shown(order["id"])

    def complete(self, cart_id: str, headers: Headers | None = None, *, email: str | None = None) -> dict[str, Any]:
        """Address, shipping, payment; what completing answers."""
        change: dict[str, Any] = {"shipping_address": ADDRESS}
        if email is not None:
            change["email"] = email
        path = f"/store/carts/{cart_id}"
        steps: list[tuple[str, object]] = [
            (path, change),
            (f"{path}/shipping-methods", {"option_id": POST}),
            (f"{path}/payment-sessions", None),
            (f"{path}/complete", None),
        ]
        for step, body in steps:
            answer = self.ask("POST", step, headers, body)
            assert answer.status_code == 200, answer.text
        run_jobs(self.container)
        done: dict[str, Any] = answer.json  # type: ignore[assignment]
        return done

    def shown(self, order_id: str) -> dict[str, Any]:
        """The order as staff see it."""
        answer = self.get(f"/admin/orders/{order_id}")
        assert answer.status_code == 200, answer.text
        order: dict[str, Any] = answer.json["order"]  # type: ignore[index]
        return order

    def fulfill(self, order: dict[str, Any], *, ship: bool = True) -> dict[str, Any]:
        """Everything in it that is shipped, packed and sent."""
        items = [
            {"item_id": line["id"], "quantity": line["quantity"]}
            for line in order["items"]
            if line["requires_shipping"]
        ]
        answer = self.post(f"/admin/orders/{order['id']}/fulfillment", {"items": items})
        assert answer.status_code == 200, answer.text
        if ship:
            body = {"fulfillment_id": answer.json["order"]["fulfillments"][-1]["id"]}  # type: ignore[index]
            assert self.post(f"/admin/orders/{order['id']}/shipment", body).status_code == 200
        return self.shown(order["id"])

    def in_stock(self, variant_id: str) -> int:
        with self.container.begin()(SYSTEM, "test.look") as work:
            product = work.products.get(f"prod_{variant_id.removeprefix('variant_')}")
        return product.variants[0].inventory_quantity

"""A shop over HTTP whose staff give discounts, for the tests of discounts."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from core.domain.actor import SYSTEM
from core.domain.pricing import MoneyAmount
from core.domain.product import Product, ProductId, ProductStatus, ProductTag, Variant, VariantId
from core.domain.region import Region, RegionId
from core.domain.shop import ShippingOption
from ports.unit_of_work import UnitOfWork
from tests.integration.shops import REGION, run_jobs, stock_shop
from tests.integration.staffed_shop import StaffedShop

MUG, POSTER, SHIPPING, ABROAD = "variant_mug", "variant_poster", "so_post", "reg_abroad"


class DiscountingShop(StaffedShop):
    """In REGION (eur, 10 % tax) a mug costs 1999 and a poster 333; posting them costs 500. The mug is
    tagged ``ptag_mug``."""

    def __init__(self, folder: Path, **more: str) -> None:
        super().__init__(folder, **more)
        stock_shop(self.container)
        with self.container.begin()(SYSTEM, "test.stock") as work:
            _goods(work)
            work.commit()

    def ask(self, method: str, path: str, json: object = None, headers: dict[str, str] | None = None) -> TestResponse:
        body: dict[str, Any] = {} if json is None else {"json": json}
        return self.client.open(path, method=method, headers=headers or {}, **body)

    def discount(self, code: str, type: str = "percentage", value: int = 10, **more: Any) -> dict[str, Any]:
        rule = {"type": type, "value": value, "allocation": more.pop("allocation", "total")}
        if "conditions" in more:
            rule["conditions"] = more.pop("conditions")
        answer = self.post("/admin/discounts", {"code": code, "rule": rule, "regions": [REGION], **more})
        assert answer.status_code == 200, answer.text
        made: dict[str, Any] = answer.json["discount"]  # type: ignore[index]
        return made

    def cart(self, *lines: tuple[str, int], headers: dict[str, str] | None = None) -> str:
        items = [
            {"variant_id": variant, "quantity": quantity} for variant, quantity in lines or ((MUG, 2), (POSTER, 1))
        ]
        answer = self.ask("POST", "/store/carts", {"region_id": REGION, "items": items}, headers)
        assert answer.status_code == 200, answer.text
        return str(answer.json["cart"]["id"])  # type: ignore[index]

    def change(self, cart: str, headers: dict[str, str] | None = None, **body: object) -> dict[str, Any]:
        answer = self.ask("POST", f"/store/carts/{cart}", body, headers)
        assert answer.status_code == 200, answer.text
        changed: dict[str, Any] = answer.json["cart"]  # type: ignore[index]
        return changed

    def use(self, cart: str, *codes: str, headers: dict[str, str] | None = None) -> dict[str, Any]:
        return self.change(cart, headers, discounts=[{"code": code} for code in codes])

    def look(self, cart: str) -> dict[str, Any]:
        found: dict[str, Any] = self.ask("GET", f"/store/carts/{cart}").json["cart"]  # type: ignore[index]
        return found

    def ready(self, cart: str, email: str = "guest@example.com", headers: dict[str, str] | None = None) -> None:
        """Everything there but the payment."""
        address = {"address_1": "Street 1", "country_code": "de", "city": "Berlin", "postal_code": "1"}
        body = {"shipping_address": address} if headers else {"email": email, "shipping_address": address}
        self.change(cart, headers, **body)
        answer = self.ask("POST", f"/store/carts/{cart}/shipping-methods", {"option_id": SHIPPING}, headers)
        assert answer.status_code == 200, answer.text

    def complete(self, cart: str, headers: dict[str, str] | None = None) -> TestResponse:
        started = self.ask("POST", f"/store/carts/{cart}/payment-sessions", None, headers)
        assert started.status_code == 200, started.text
        return self.finish(cart, headers)

    def finish(self, cart: str, headers: dict[str, str] | None = None) -> TestResponse:
        """With the payment session there is."""
        answer = self.ask("POST", f"/store/carts/{cart}/complete", None, headers)
        run_jobs(self.container)
        return answer


def amounts(cart: dict[str, Any]) -> list[list[int]]:
    """Of the adjustments of each line."""
    return [[adjustment["amount"] for adjustment in item["adjustments"]] for item in cart["items"]]


def codes(thing: dict[str, Any]) -> list[str]:
    return sorted(discount["code"] for discount in thing["discounts"])


def _goods(work: UnitOfWork) -> None:
    profile, channel = work.shop.default_profile().id, work.shop.store().default_sales_channel_id
    work.regions.add(
        Region(id=RegionId(ABROAD), name="Abroad", currency_code="usd", tax_rate=Decimal(0), country_codes=("us",))
    )
    work.products.add_tag(ProductTag(id="ptag_mug", value="mug"))
    for variant, title, price in ((MUG, "Mug", 1_999), (POSTER, "Poster", 333)):
        work.products.add(
            Product(
                id=ProductId(f"prod_{title.lower()}"),
                title=title,
                handle=title.lower(),
                profile_id=profile,
                status=ProductStatus.PUBLISHED,
                sales_channel_ids=(channel,),
                tag_ids=("ptag_mug",) if title == "Mug" else (),
                variants=[
                    Variant(
                        id=VariantId(variant),
                        title="One",
                        manage_inventory=False,
                        prices=tuple(
                            MoneyAmount(id=f"ma_{title}_{currency}", currency_code=currency, amount=price)
                            for currency in ("eur", "usd")
                        ),
                    )
                ],
            )
        )
    work.shop.add_shipping_option(
        ShippingOption(
            id=SHIPPING,
            name="Post",
            region_id=REGION,
            profile_id=profile,
            provider_id="manual",
            amount=500,
        )
    )

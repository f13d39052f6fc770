"""A shop over HTTP as the gateway's clients use it, for the tests of carts, checkout and payments."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from werkzeug.test import TestResponse

from core.domain.actor import SYSTEM
from core.domain.pricing import MoneyAmount
from core.domain.product import Product, ProductId, ProductStatus, Variant, VariantId
from core.domain.product_file import ProductFileId
from core.domain.region import Region, RegionId
from core.domain.shop import ShippingOption
from tests.integration.goods_shop import DOWNLOAD, POST, SHIRT, GoodsShop
from tests.integration.peopled_shop import Headers
from tests.integration.shops import REGION

__all__ = ["ABROAD", "ADDRESS", "DOWNLOAD", "GIFT", "JAPAN", "POST", "REGION", "RETURN", "SHIRT", "GatewayShop"]

JAPAN, ABROAD, GIFT = "reg_japan", "so_abroad", "variant_gift"
STOCK = 5_000
RETURN = "https://example.com/checkout/success"
CANCEL = "https://example.com/checkout/cancel"
ADDRESS = {
    "firstName": "Ada",
    "lastName": "Lovelace",
    "companyName": "Engines",
    "taxId": "DE123",
    "country": "DE",
    "region": "NRW",
    "streetName": "Am Markt",
    "streetNumber": "1",
    "apartment": "2",
    "city": "Bonn",
    "postalCode": "53111",
    "phone": "+49",
}


class GatewayShop(GoodsShop):
    """GoodsShop with 5,000 shirts, a region in yen, a way to send there, and a download that costs nothing."""

    def __init__(self, folder: Path, **more: str) -> None:
        super().__init__(folder, **more)
        with self.container.begin()(SYSTEM, "test.gateway") as work:
            profile = work.shop.default_profile().id
            japan = Region(id=RegionId(JAPAN), name="Japan", currency_code="jpy", tax_rate=Decimal(8))
            japan.country_codes = ("jp",)
            work.regions.add(japan)
            shirt = work.products.get("prod_shirt").variants[0]
            shirt.sku, shirt.inventory_quantity = "SHIRT-1", STOCK
            shirt.prices = (*shirt.prices, MoneyAmount(id="ma_yen", currency_code="jpy", amount=3_333))
            work.products.add(
                Product(
                    id=ProductId("prod_gift"),
                    title="Gift",
                    handle="gift",
                    profile_id=profile,
                    status=ProductStatus.PUBLISHED,
                    sales_channel_ids=(work.shop.store().default_sales_channel_id,),
                    variants=[
                        Variant(
                            id=VariantId(GIFT),
                            title="Free",
                            requires_shipping=False,
                            manage_inventory=False,
                            prices=(MoneyAmount(id="ma_gift", currency_code="eur", amount=0),),
                        )
                    ],
                )
            )
            file = work.files.get("pfile_test")
            work.files.add(
                replace(
                    file,
                    id=ProductFileId("pfile_gift"),
                    chain_id="pfile_gift",
                    product_id="prod_gift",
                    storage_key="products/prod_gift/pfile_gift.zip",
                    events=[],
                )
            )
            work.shop.add_shipping_option(
                ShippingOption(
                    id=ABROAD, name="Ship", region_id=JAPAN, profile_id=profile, provider_id="manual", amount=700
                )
            )
            work.commit()

    def send(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Headers | None = None,
        *,
        status: int | None = None,
    ) -> Any:
        """The JSON of the answer, money as Decimal. status: 201 of POST, else 200, unless said."""
        answer = self.ask(method, path, headers, body)
        wanted = status or (201 if method == "POST" else 200)
        assert answer.status_code == wanted, f"{method} {path}: {answer.status_code} {answer.text}"
        return exactly(answer)

    def cart(self, *lines: tuple[str, int], region: str = REGION, headers: Headers | None = None) -> str:
        """The id of a cart with these lines."""
        currency = "JPY" if region == JAPAN else "EUR"
        cart = self.send("POST", "/carts", {"currency": currency, "regionId": region}, headers)
        for variant_id, quantity in lines:
            item = {"cartId": cart["id"], "variantId": variant_id, "sku": variant_id, "quantity": quantity}
            self.send("POST", "/carts/items", item, headers)
        return str(cart["id"])

    def refused(
        self,
        method: str,
        path: str,
        body: object = None,
        headers: Headers | None = None,
        *,
        status: int = 400,
        message: str | None = None,
    ) -> Any:
        """The body of a refusal, in the gateway's form."""
        said = self.send(method, path, body, headers, status=status)
        assert said["statusCode"] == status
        assert said["code"]
        if message is not None:
            assert said["message"] == message
        return said

    def stored(self, cart_id: str, headers: Headers | None = None) -> Any:
        """The same cart as the store API shows it."""
        return self.ask("GET", f"/store/carts/{cart_id}", headers).json["cart"]  # type: ignore[index]


def exactly(answer: TestResponse) -> Any:
    return json.loads(answer.data, parse_float=Decimal) if answer.data else None

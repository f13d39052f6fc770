"""Print on demand from end to end over HTTP: paid, printed, shipped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from adapters.db.tables import webhook_events
from bootstrap.app import create_app
from bootstrap.container import build_container
from bootstrap.settings import Settings
from core.domain.actor import ANONYMOUS, SYSTEM
from core.domain.order import Fulfillment, Order
from core.domain.pricing import MoneyAmount
from core.domain.product import Product, ProductId, ProductStatus, Variant, VariantId
from core.domain.shop import ShippingOption
from core.use_cases.cart.addresses import AddressInput
from core.use_cases.cart.create_cart import NewCart
from core.use_cases.cart.update_cart import CartChanges
from tests.integration.gelato_server import API_KEY, Fault, GelatoServer
from tests.integration.shops import ADMIN, REGION, run_jobs, stock_shop, variables

SECRET, OLD_SECRET = "a shared secret of some length", "the one before it"
POSTER = {"gelato": {"product_uid": "poster_a3", "files": [{"url": "https://files.shop.test/a3.pdf"}]}}


class Shop:
    def __init__(self, folder: Path, server: GelatoServer) -> None:
        chosen = {
            "GELATO_API_KEY": API_KEY,
            "GELATO_API_BASE": server.base,
            "GELATO_WEBHOOK_SECRET": f"{SECRET},{OLD_SECRET}",
        }
        self.container = build_container(Settings.load(variables(folder) | chosen))
        stock_shop(self.container)
        self._sell_posters()
        self.client: FlaskClient = create_app(self.container).test_client(use_cookies=False)
        self.server = server

    def _sell_posters(self) -> None:
        with self.container.begin()(SYSTEM, "test.fill") as work:
            region = work.regions.get(REGION)
            region.fulfillment_provider_ids = ("manual", "gelato")
            profile = work.shop.default_profile().id
            poster = Variant(
                id=VariantId("variant_poster"),
                title="A3",
                manage_inventory=False,
                prices=(MoneyAmount(id="ma_poster", currency_code="eur", amount=2_000),),
                metadata=dict(POSTER),
            )
            plain = replace(
                poster,
                id=VariantId("variant_plain"),
                prices=(MoneyAmount(id="ma_plain", currency_code="eur", amount=500),),
                metadata=None,
            )
            work.products.add(
                Product(
                    id=ProductId("prod_poster"),
                    title="Poster",
                    handle="poster",
                    profile_id=profile,
                    status=ProductStatus.PUBLISHED,
                    sales_channel_ids=(work.shop.store().default_sales_channel_id,),
                    variants=[poster, plain],
                )
            )
            work.shop.add_shipping_option(
                ShippingOption(
                    id="so_express",
                    name="Express",
                    region_id=REGION,
                    profile_id=profile,
                    provider_id="gelato",
                    amount=700,
                    data=self.container.fulfillment_providers().get("gelato").options()[2],
                )
            )
            work.commit()

    def buy(self, *variant_ids: str) -> str:
        """A placed order of two of each; nobody has taken the money yet."""
        container = self.container
        cart_id: str = container.create_cart()(ANONYMOUS, NewCart(region_id=REGION))
        for variant_id in variant_ids:
            container.add_line()(ANONYMOUS, cart_id, variant_id, 2)
        address = AddressInput(
            values={
                "first_name": "Ada",
                "last_name": "Lovelace",
                "address_1": "1 Analytical Way",
                "city": "Berlin",
                "postal_code": "10115",
                "country_code": "de",
            }
        )
        container.update_cart()(ANONYMOUS, cart_id, CartChanges(email="ada@shop.test", shipping_address=address))
        container.choose_shipping()(ANONYMOUS, cart_id, "so_express", {})
        container.start_payment()(ANONYMOUS, cart_id)
        order_id: str = container.place_order()(ANONYMOUS, cart_id).id
        run_jobs(container)
        return order_id

    def pay(self, order_id: str) -> None:
        self.container.capture_payment()(ADMIN, order_id)
        run_jobs(self.container)

    def order(self, order_id: str) -> Order:
        with self.container.look()(SYSTEM, "test.look") as work:
            return work.orders.get(order_id)

    def printing(self, order_id: str) -> Fulfillment:
        (fulfillment,) = self.order(order_id).fulfillments
        return fulfillment

    def printed(self) -> dict[str, Any]:
        """The only order at Gelato."""
        (order,) = self.server.orders.values()
        return order

    def tell(
        self, id: str = "os_1", *, secret: str | None = SECRET, path: str = "/webhooks/gelato", **changes: object
    ) -> TestResponse:
        order = self.printed()
        about = {"orderId": order["id"], "orderReferenceId": order["orderReferenceId"], "fulfillmentStatus": "x"}
        event = {"id": id, "event": "order_status_updated", **about, **changes}
        headers = {} if secret is None else {"X-Gelato-Webhook-Secret": secret}
        answer = self.client.post(path, data=json.dumps(event), headers=headers)
        run_jobs(self.container)
        return answer

    def stored(self) -> int:
        with self.container.engines().read.connect() as connection:
            return int(connection.execute(select(func.count()).select_from(webhook_events)).scalar_one())


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    with GelatoServer() as server:
        yield Shop(tmp_path, server)


def test_nothing_is_printed_before_it_is_paid_for(shop: Shop) -> None:
    order_id = shop.buy("variant_poster")

    assert shop.server.orders == {}
    assert shop.order(order_id).fulfillments == []


def test_paid_order_is_printed_shipped_and_tracked(shop: Shop) -> None:
    order_id = shop.buy("variant_poster", "variant_plain")
    shop.pay(order_id)
    told, fulfillment = shop.printed(), shop.printing(order_id)

    assert told["orderReferenceId"] == f"{order_id}/{fulfillment.id}"
    assert told["shipmentMethodUid"] == "express"
    assert [(item["productUid"], item["quantity"]) for item in told["items"]] == [("poster_a3", 2)]
    assert (fulfillment.provider_id, fulfillment.data["order_id"]) == ("gelato", told["id"])
    assert str(shop.order(order_id).fulfillment_status) == "partially_fulfilled"

    shop.server.move(told["id"], "shipped", {"trackingCode": "T1", "trackingUrl": "https://track.test/T1"})
    assert shop.tell().json == {"received": True}

    order, fulfillment = shop.order(order_id), shop.printing(order_id)
    assert [(link.tracking_number, link.url) for link in fulfillment.tracking_links] == [
        ("T1", "https://track.test/T1")
    ]
    assert fulfillment.shipped_at is not None
    assert sorted(line.shipped_quantity or 0 for line in order.items) == [0, 2]


def test_order_is_printed_once_although_the_answer_got_lost(shop: Shop) -> None:
    shop.server.fail("/v4/orders", Fault(takes=True, cut=True))
    order_id = shop.buy("variant_poster")
    shop.pay(order_id)
    assert shop.printing(order_id).data["state"] == "intended"

    shop.tell()

    assert shop.printing(order_id).data["state"] == "submitted"
    assert len(shop.server.orders) == 1


def test_printer_that_is_down_leaves_the_order_standing(shop: Shop) -> None:
    shop.server.fail("/v4/orders:search", *[Fault(status=503)] * 2)
    order_id = shop.buy("variant_poster")
    shop.pay(order_id)

    assert str(shop.order(order_id).payment_status) == "captured"
    assert shop.printing(order_id).data["state"] == "intended"
    assert shop.server.orders == {}


def test_poll_finds_out_what_no_event_told(shop: Shop) -> None:
    order_id = shop.buy("variant_poster")
    shop.pay(order_id)
    shop.server.move(shop.printed()["id"], "shipped", {"trackingCode": "T1", "trackingUrl": ""})

    assert shop.container.poll_print_orders()(SYSTEM) == 1
    assert shop.printing(order_id).shipped_at is not None
    assert shop.container.poll_print_orders()(SYSTEM) == 0


def test_strangers_are_refused_and_leave_no_row(shop: Shop) -> None:
    shop.pay(shop.buy("variant_poster"))
    answers = [
        shop.tell(secret=None),
        shop.tell(secret="wrong"),
        shop.tell(secret=""),
        shop.tell(secret=None, path="/webhooks/gelato/wrong"),
        shop.client.post("/webhooks/gelato", data=b"not json"),
    ]

    assert [answer.status_code for answer in answers] == [403] * 5
    assert shop.stored() == 0


@pytest.mark.parametrize("secret", [SECRET, OLD_SECRET])
def test_secret_may_stand_in_the_address(shop: Shop, secret: str) -> None:
    shop.pay(shop.buy("variant_poster"))

    assert shop.tell(secret=None, path=f"/webhooks/gelato/{secret}").status_code == 200


def test_genuine_body_that_is_no_event_is_malformed(shop: Shop) -> None:
    for raw in (b"not json", b"[]", b"{}", b'{"id": "os_1"}'):
        answer = shop.client.post("/webhooks/gelato", data=raw, headers={"X-Gelato-Webhook-Secret": SECRET})
        assert (answer.status_code, answer.json["code"]) == (400, "INVALID_JSON")  # type: ignore[index]


def test_event_is_not_believed_but_the_printer_is(shop: Shop) -> None:
    order_id = shop.buy("variant_poster")
    shop.pay(order_id)
    shop.tell(fulfillmentStatus="delivered")

    assert shop.printing(order_id).data["status"] == "created"
    assert shop.printing(order_id).shipped_at is None


@pytest.mark.parametrize("reference", ["order_unknown/ful_1", "somebody else's", "order_unknown"])
def test_order_of_another_shop_is_left_alone(shop: Shop, reference: str) -> None:
    order_id = shop.buy("variant_poster")
    shop.pay(order_id)
    before = shop.printing(order_id)

    assert shop.tell(orderReferenceId=reference).status_code == 200
    assert shop.printing(order_id) == before


def test_another_order_under_our_reference_is_put_aside(shop: Shop) -> None:
    order_id = shop.buy("variant_poster")
    shop.pay(order_id)
    before = shop.printing(order_id)
    shop.tell(orderId="another")

    assert shop.printing(order_id) == before

import logging
from collections.abc import Iterator

import pytest

from adapters.fulfillment.gelato import GelatoFulfillment
from core.domain.print_on_demand import Parcel, PrintRefused, PrintUnavailable
from tests.contracts.fulfillments import FulfillmentProviderContract
from tests.contracts.prints import Move, PrintServiceContract, a_print_order
from tests.integration.gelato_server import API_KEY, Fault, GelatoServer


def gelato_at(server: GelatoServer, key: str = API_KEY, *, seconds: float = 2.0) -> GelatoFulfillment:
    return GelatoFulfillment(key, api_base=server.base, total_seconds=seconds)


@pytest.fixture
def server() -> Iterator[GelatoServer]:
    with GelatoServer() as server:
        yield server


class TestGelatoAsAWayOfShipping(FulfillmentProviderContract):
    @pytest.fixture
    def provider(self, server: GelatoServer) -> GelatoFulfillment:
        return gelato_at(server)

    def test_what_the_buyer_chose_says_how_it_is_shipped(self, provider: GelatoFulfillment) -> None:
        option = next(option for option in provider.options() if option["id"] == "gelato-express")

        assert provider.validate(option, {})["shipment_method"] == "express"


class TestGelatoAsAPrinter(PrintServiceContract):
    @pytest.fixture
    def prints(self, server: GelatoServer) -> GelatoFulfillment:
        return gelato_at(server)

    @pytest.fixture
    def move(self, server: GelatoServer) -> Move:
        def move(order_id: str, status: str, *parcels: Parcel) -> None:
            told = [{"trackingCode": parcel.tracking_number, "trackingUrl": parcel.url or ""} for parcel in parcels]
            server.move(order_id, status, *told)

        return move

    def test_order_arrives_whole(self, prints: GelatoFulfillment, server: GelatoServer) -> None:
        order = server.orders[prints.submit(a_print_order())]

        assert (order["orderType"], order["currency"]) == ("order", "EUR")
        assert (order["customerReferenceId"], order["shipmentMethodUid"]) == ("cus_1", "express")
        assert order["shippingAddress"] == {
            "firstName": "Ada",
            "lastName": "Lovelace",
            "addressLine1": "1 Analytical Way",
            "city": "London",
            "postCode": "N1 7AA",
            "country": "GB",
            "email": "ada@shop.test",
        }
        (item,) = order["items"]
        assert (item["itemReferenceId"], item["productUid"], item["quantity"]) == ("item_1", "poster_a3", 2)
        assert item["files"] == [{"type": "default", "url": "https://files.shop.test/sydney.pdf"}]

    @pytest.mark.parametrize("status", [400, 404, 422])
    def test_final_no_is_final(self, prints: GelatoFulfillment, server: GelatoServer, status: int) -> None:
        server.fail("/v4/orders", Fault(status=status))

        with pytest.raises(PrintRefused, match=str(status)):
            prints.submit(a_print_order())

    @pytest.mark.parametrize("status", [302, 401, 403, 429, 500, 503])
    def test_not_now_may_pass(self, prints: GelatoFulfillment, server: GelatoServer, status: int) -> None:
        server.fail("/v4/orders", Fault(status=status))
        with pytest.raises(PrintUnavailable):
            prints.submit(a_print_order())

        assert prints.submit(a_print_order())

    @pytest.mark.parametrize("raw", [b"", b"<html>", b"[]", b"{}", b'{"id": 5}', b" " * 2_000_000])
    def test_answer_that_is_none_is_an_unknown_outcome(
        self, prints: GelatoFulfillment, server: GelatoServer, raw: bytes
    ) -> None:
        server.fail("/v4/orders", Fault(status=200, raw=raw))
        server.fail("/v4/orders:search", Fault(status=200, raw=raw))
        server.fail("/v4/orders/x", Fault(status=200, raw=raw))

        with pytest.raises(PrintUnavailable):
            prints.submit(a_print_order())
        with pytest.raises(PrintUnavailable):
            prints.find("order_1/ful_1")
        with pytest.raises(PrintUnavailable):
            prints.status("x")

    def test_order_whose_answer_got_lost_is_found(self, prints: GelatoFulfillment, server: GelatoServer) -> None:
        server.fail("/v4/orders", Fault(takes=True, cut=True))
        with pytest.raises(PrintUnavailable):
            prints.submit(a_print_order())

        assert prints.find("order_1/ful_1") in server.orders

    def test_search_that_ignores_our_reference_finds_nothing(
        self, prints: GelatoFulfillment, server: GelatoServer
    ) -> None:
        raw = b'{"orders": [{"id": "theirs", "orderReferenceId": "other"}, {"id": "odd"}, 5]}'
        server.fail("/v4/orders:search", Fault(status=200, raw=raw))

        assert prints.find("order_1/ful_1") is None

    def test_parcels_told_with_the_item_count_too(self, prints: GelatoFulfillment, server: GelatoServer) -> None:
        order_id = prints.submit(a_print_order())
        told = {"trackingCode": "T2", "trackingUrl": "javascript:alert(1)", "shipmentMethodName": "UPS"}
        server.orders[order_id]["items"][0]["fulfillments"] = [told, {"trackingUrl": "https://x.test"}]
        (item,) = prints.status(order_id).items

        assert item.parcels == (Parcel(tracking_number="T2", url=None, carrier="UPS"),)

    def test_silent_printer_is_not_waited_for_long(self, server: GelatoServer) -> None:
        server.silent = True

        with pytest.raises(PrintUnavailable):
            gelato_at(server, seconds=0.2).submit(a_print_order())

    def test_printer_that_is_not_there_may_come_back(self) -> None:
        with GelatoServer() as gone:
            prints = gelato_at(gone)

        with pytest.raises(PrintUnavailable):
            prints.submit(a_print_order())

    def test_key_is_never_told(self, server: GelatoServer, caplog: pytest.LogCaptureFixture) -> None:
        caplog.set_level(logging.DEBUG)
        with pytest.raises(PrintUnavailable) as trouble:
            gelato_at(server, "wrong-secret-key").submit(a_print_order())

        assert "wrong-secret-key" not in trouble.value.message + caplog.text

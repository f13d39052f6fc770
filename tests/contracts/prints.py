"""What every printer promises."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from core.domain.print_on_demand import Parcel, PrintFile, PrintLine, PrintOrder, PrintRefused, PrintSpec
from core.domain.values import Address
from ports.print_on_demand import PrintService

Move = Callable[..., None]


def a_print_order(reference: str = "order_1/ful_1") -> PrintOrder:
    files = (PrintFile(type="default", url="https://files.shop.test/sydney.pdf"),)
    return PrintOrder(
        reference=reference,
        customer_reference="cus_1",
        currency_code="eur",
        email="ada@shop.test",
        address=Address(
            id="addr_1",
            first_name="Ada",
            last_name="Lovelace",
            address_1="1 Analytical Way",
            city="London",
            postal_code="N1 7AA",
            country_code="gb",
        ),
        lines=(PrintLine(item_id="item_1", quantity=2, spec=PrintSpec(product_uid="poster_a3", files=files)),),
        method="express",
    )


class PrintServiceContract:
    @pytest.fixture
    def prints(self) -> PrintService:
        raise NotImplementedError

    @pytest.fixture
    def move(self) -> Move:
        """Have an order reach a status: ``move(order_id, status, *parcels)``."""
        raise NotImplementedError

    def test_order_that_was_submitted_is_found_by_our_reference(self, prints: PrintService) -> None:
        order_id = prints.submit(a_print_order())

        assert prints.find("order_1/ful_1") == order_id
        assert prints.find("order_1/ful_2") is None

    def test_canceled_order_is_not_found(self, prints: PrintService) -> None:
        prints.cancel(prints.submit(a_print_order()))

        assert prints.find("order_1/ful_1") is None

    def test_newest_of_several_is_found(self, prints: PrintService) -> None:
        prints.submit(a_print_order())

        assert prints.find("order_1/ful_1") != prints.submit(a_print_order())

    def test_new_order_stands_at_the_beginning(self, prints: PrintService) -> None:
        told = prints.status(prints.submit(a_print_order()))

        assert (told.reference, told.status) == ("order_1/ful_1", "created")
        assert [(item.item_id, item.status, item.parcels) for item in told.items] == [("item_1", "created", ())]

    def test_shipped_order_tells_its_parcels(self, prints: PrintService, move: Move) -> None:
        order_id = prints.submit(a_print_order())
        move(order_id, "shipped", Parcel(tracking_number="T1", url="https://track.test/T1"))
        (item,) = prints.status(order_id).items

        assert item.status == "shipped"
        assert [replace(parcel, carrier=None) for parcel in item.parcels] == [
            Parcel(tracking_number="T1", url="https://track.test/T1")
        ]

    def test_order_that_does_not_exist_is_refused(self, prints: PrintService) -> None:
        with pytest.raises(PrintRefused):
            prints.status("nothing")
        with pytest.raises(PrintRefused):
            prints.cancel("nothing")

    def test_canceling_twice_is_fine(self, prints: PrintService) -> None:
        order_id = prints.submit(a_print_order())
        prints.cancel(order_id)
        prints.cancel(order_id)

        assert prints.status(order_id).status == "canceled"

    def test_what_is_being_made_is_not_canceled(self, prints: PrintService, move: Move) -> None:
        order_id = prints.submit(a_print_order())
        move(order_id, "printed")

        with pytest.raises(PrintRefused):
            prints.cancel(order_id)
